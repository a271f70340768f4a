// What an application on amqplib needs of the broker; the other AMQP clients run the same list.
import assert from 'node:assert/strict';
import {randomUUID} from 'node:crypto';
import {setTimeout as pause} from 'node:timers/promises';
import {after, before, test} from 'node:test';
import amqp from 'amqplib';

const fresh = (kind) => `check-${kind}-${randomUUID().slice(0, 8)}`;
let connection;
let channel;

before(async () => {
  connection = await amqp.connect(process.env.AMQP_URL);
  channel = await connection.createConfirmChannel();
});
after(() => connection.close());

/** Repeats a question until it has an answer or ten seconds are over. */
async function until(question) {
  const end = Date.now() + 10_000;
  for (;;) {
    const answer = await question();
    if (answer || Date.now() > end) return answer;
    await pause(20);
  }
}

const take = (queue) => until(() => channel.get(queue));

test('declare again is fine and otherwise is refused', async () => {
  const queue = fresh('declare');
  await channel.assertQueue(queue, {durable: true});
  await channel.assertQueue(queue, {durable: true});
  const other = await connection.createChannel();
  const closed = new Promise((done) => other.on('error', done));
  await assert.rejects(other.assertQueue(queue, {durable: true, messageTtl: 1000}));
  const error = await closed;
  assert.equal(error.code, 406);
  assert.match(error.message, /PRECONDITION_FAILED - inequivalent arg 'x-message-ttl' for queue/);
});

test('confirms come for every publish', async () => {
  const queue = fresh('confirms');
  await channel.assertQueue(queue);
  for (let number = 0; number < 200; number++) channel.sendToQueue(queue, Buffer.from(String(number)), {persistent: true});
  await channel.waitForConfirms();
  assert.equal((await channel.checkQueue(queue)).messageCount, 200);
  for (let number = 0; number < 200; number++) assert.equal((await take(queue)).content.toString(), String(number));
});

test('mandatory message without a route comes back', async () => {
  const returned = new Promise((done) => channel.once('return', done));
  channel.publish('', fresh('nowhere'), Buffer.from('lost?'), {mandatory: true});
  const message = await returned;
  assert.equal(message.fields.replyCode, 312);
  assert.equal(message.content.toString(), 'lost?');
  await channel.waitForConfirms();
});

test('prefetch bounds what is under way', async () => {
  const queue = fresh('prefetch');
  await channel.assertQueue(queue);
  for (let number = 0; number < 10; number++) channel.sendToQueue(queue, Buffer.from(String(number)));
  await channel.waitForConfirms();
  const reader = await connection.createChannel();
  await reader.prefetch(3);
  const got = [];
  await reader.consume(queue, (message) => got.push(message));
  await until(() => got.length >= 3);
  await pause(300);
  assert.equal(got.length, 3);
  reader.ack(got[2], true);
  await until(() => got.length >= 6);
  assert.equal(got.length, 6);
  await reader.close();
});

test('nack goes to the dead letter exchange', async () => {
  const [exchange, dead, work] = [fresh('dlx'), fresh('dead'), fresh('work')];
  await channel.assertExchange(exchange, 'direct');
  await channel.assertQueue(dead);
  await channel.bindQueue(dead, exchange, 'failed');
  await channel.assertQueue(work, {deadLetterExchange: exchange, deadLetterRoutingKey: 'failed'});
  channel.sendToQueue(work, Buffer.from('poison'), {headers: {kept: 'yes'}});
  await channel.waitForConfirms();
  channel.nack(await take(work), false, false);
  const letter = await take(dead);
  assert.equal(letter.content.toString(), 'poison');
  assert.equal(letter.properties.headers.kept, 'yes');
  const [death] = letter.properties.headers['x-death'];
  assert.equal(death.queue, work);
  assert.equal(death.reason, 'rejected');
  assert.equal(death.count, 1);
});

test('unacknowledged message comes again when the socket is cut', async () => {
  const queue = fresh('redelivery');
  await channel.assertQueue(queue);
  channel.sendToQueue(queue, Buffer.from('again'));
  await channel.waitForConfirms();
  const doomed = await amqp.connect(process.env.AMQP_URL);
  doomed.on('error', () => {});
  const reader = await doomed.createChannel();
  reader.on('error', () => {});
  const first = await until(() => reader.get(queue));
  assert.equal(first.fields.redelivered, false);
  // Without an error amqplib would notice by heartbeats only, after three minutes.
  doomed.connection.stream.destroy(new Error('cut'));
  const second = await take(queue);
  assert.equal(second.content.toString(), 'again');
  assert.equal(second.fields.redelivered, true);
  channel.ack(second);
});
