"""Queues that deliver messages of the same group key one after the other (x-shards)."""
import os
import time

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

from amqp import Deliveries, closes, publish, queue_of, ready, take

BOOTSTRAP = os.environ['KAFKA_BOOTSTRAP']


def sharded(channel, shards=8, **more):
    return queue_of(channel, {'x-shards': shards, **more})


def send(channel, queue, *messages):
    """Publishes messages like a0: the key, and its number."""
    for message in messages:
        publish(channel, queue, message.encode(), headers={'x-group-key': message[0]})


def test_next_of_a_key_comes_when_the_one_before_is_settled(channel):
    queue = sharded(channel)
    came = Deliveries(channel, queue, auto_ack=False)
    send(channel, queue, 'a0', 'a1', 'b0', 'a2')
    assert came.come(2)
    assert came.stay(2)
    assert sorted(came.bodies()) == [b'a0', b'b0']
    first = next(method for method, _, body in came if body == b'a0')
    channel.basic_ack(first.delivery_tag)
    assert came.come(3)
    assert came.stay(3)
    assert came.bodies()[2] == b'a1'


def test_returned_message_is_the_next_of_its_key(channel):
    queue = sharded(channel)
    send(channel, queue, 'a0', 'a1')
    channel.basic_nack(take(channel, queue, ack=False)[0].delivery_tag)
    method, _, body = take(channel, queue)
    assert (body, method.redelivered) == (b'a0', True)
    assert take(channel, queue)[2] == b'a1'


def test_get_finds_nothing_while_the_key_is_held(channel):
    queue = sharded(channel)
    send(channel, queue, 'a0', 'a1')
    held = take(channel, queue, ack=False)[0]
    assert ready(channel, queue, 1)
    assert channel.basic_get(queue)[0] is None
    channel.basic_reject(held.delivery_tag, requeue=False)
    assert take(channel, queue)[2] == b'a1'


def test_without_a_header_the_routing_key_counts(channel):
    queue = sharded(channel)
    came = Deliveries(channel, queue, auto_ack=False)
    publish(channel, queue, b'0', b'1')
    assert came.come(1)
    assert came.stay(1)


def test_stuck_key_holds_up_no_other(channel):
    queue = sharded(channel, shards=1)
    came = Deliveries(channel, queue, auto_ack=False)
    send(channel, queue, 'a0', *['a1'] * 30_000, 'b0')
    assert came.come(2, seconds=60)
    assert came.bodies() == [b'a0', b'b0']


def record(queue, key):
    """The key and the partition of the first record with that key."""
    reader = Consumer({'bootstrap.servers': BOOTSTRAP, 'group.id': 'look-' + queue, 'auto.offset.reset': 'earliest'})
    topic = 'q._2f.' + queue
    reader.assign([TopicPartition(topic, number, 0) for number in range(8)])
    end = time.monotonic() + 30
    found = None
    while found is None and time.monotonic() < end:
        one = reader.poll(1)
        found = one if one is not None and not one.error() and one.key() == key else None
    reader.close()
    return found


def test_kafka_sees_the_key_and_its_producers_write_to_the_same_shard(channel):
    queue = sharded(channel)
    publish(channel, queue, b'amqp', headers={'x-group-key': 'customer 7'})
    partition = record(queue, b'customer 7').partition()
    wrote = []
    producer = Producer({'bootstrap.servers': BOOTSTRAP, 'partitioner': 'murmur2'})
    producer.produce('q._2f.' + queue, b'kafka', key=b'customer 7', on_delivery=lambda _, it: wrote.append(it.partition()))
    assert producer.flush(30) == 0
    assert wrote == [partition]
    came = Deliveries(channel, queue, auto_ack=False)
    assert came.come(1)
    assert came.stay(1)
    channel.basic_ack(came[0][0].delivery_tag)
    assert came.come(2)
    assert came.bodies() == [b'amqp', b'kafka']


@pytest.mark.parametrize('arguments', [
    {'x-shards': 0}, {'x-shards': 65}, {'x-shards': 'many'}, {'x-shards': 8, 'x-max-priority': 5},
    {'x-shards': 8, 'x-queue-type': 'stream'}])
def test_what_cannot_be_is_refused(channel, arguments):
    with closes(406):
        queue_of(channel, arguments)
