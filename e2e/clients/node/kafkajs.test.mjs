// What an application on kafkajs needs of the broker; the other Kafka clients run the same list.
import assert from 'node:assert/strict';
import {randomUUID} from 'node:crypto';
import {setTimeout as pause} from 'node:timers/promises';
import {after, before, beforeEach, test} from 'node:test';
import kafkajs from 'kafkajs';

const {Kafka, Partitioners, logLevel} = kafkajs;
const kafka = new Kafka({clientId: 'checks', brokers: process.env.KAFKA_BOOTSTRAP.split(','), logLevel: logLevel.NOTHING});
const admin = kafka.admin();
const topics = [];
let topic;

before(() => admin.connect());
beforeEach(async () => {
  topic = `check.${randomUUID().slice(0, 8)}`;
  topics.push(topic);
  await admin.createTopics({topics: [{topic, numPartitions: 4}], waitForLeaders: true});
});
after(async () => {
  await admin.deleteTopics({topics});
  await admin.disconnect();
});

async function until(condition, seconds = 60) {
  const end = Date.now() + seconds * 1000;
  while (!condition() && Date.now() < end) await pause(50);
  return condition();
}

async function send(count) {
  const producer = kafka.producer({createPartitioner: Partitioners.DefaultPartitioner, idempotent: true});
  await producer.connect();
  const messages = Array.from({length: count}, (_, number) => ({key: `key-${number % 7}`, value: String(number)}));
  await producer.send({topic, acks: -1, messages});
  await producer.disconnect();
}

async function reader(groupId, each, more = {}) {
  const consumer = kafka.consumer({groupId, rebalanceTimeout: 5000, sessionTimeout: 10_000, heartbeatInterval: 500, ...more});
  const state = {consumer, assigned: [], joined: 0};
  consumer.on(consumer.events.GROUP_JOIN, ({payload}) => {
    state.assigned = payload.memberAssignment[topic] ?? [];
    state.joined++;
  });
  await consumer.connect();
  await consumer.subscribe({topics: [topic], fromBeginning: true});
  await consumer.run({eachMessage: async (record) => each(record)});
  return state;
}

test('records of one key stay in order on one partition', async () => {
  await send(70);
  const records = [];
  const {consumer} = await reader(`keys-${topic}`, (record) => records.push(record));
  await until(() => records.length >= 70);
  await consumer.disconnect();
  assert.equal(records.length, 70);
  for (const key of new Set(records.map(({message}) => String(message.key)))) {
    const mine = records.filter(({message}) => String(message.key) === key);
    assert.equal(new Set(mine.map(({partition}) => partition)).size, 1);
    const values = mine.map(({message}) => Number(message.value));
    assert.deepEqual(values, values.slice().sort((one, other) => one - other));
  }
});

test('group of two shares the partitions and one takes over', async () => {
  const first = await reader(`two-${topic}`, () => {});
  const second = await reader(`two-${topic}`, () => {});
  assert.ok(await until(() => first.assigned.length === 2 && second.assigned.length === 2));
  await second.consumer.disconnect();
  assert.ok(await until(() => first.assigned.length === 4));
  await first.consumer.disconnect();
});

test('seek to the start reads everything again', async () => {
  await send(20);
  let read = 0;
  const {consumer} = await reader(`seek-${topic}`, () => read++);
  await until(() => read >= 20);
  for (let partition = 0; partition < 4; partition++) consumer.seek({topic, partition, offset: '0'});
  await until(() => read >= 40);
  await consumer.disconnect();
  assert.equal(read, 40);
});

test('only committed transactions are read', async () => {
  const producer = kafka.producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    transactionalId: `tx-${topic}`, idempotent: true, maxInFlightRequests: 1,
  });
  await producer.connect();
  const aborted = await producer.transaction();
  await aborted.send({topic, messages: [{value: 'aborted'}]});
  await aborted.abort();
  const committed = await producer.transaction();
  await committed.send({topic, messages: [{value: 'committed'}]});
  await committed.commit();
  await producer.disconnect();
  const values = [];
  const {consumer} = await reader(`tx-${topic}`, ({message}) => values.push(String(message.value)), {readUncommitted: false});
  await until(() => values.length >= 1);
  await pause(500);
  await consumer.disconnect();
  assert.deepEqual(values, ['committed']);
});
