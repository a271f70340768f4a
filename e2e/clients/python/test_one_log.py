"""A queue is a topic: what Kafka's clients see of queues, what they write into them, and going back in time."""
import datetime
import os
import time
import urllib.error

import pytest
from confluent_kafka import Consumer, ConsumerGroupTopicPartitions, Producer, TopicPartition
from confluent_kafka.admin import AdminClient

from amqp import Deliveries, in_order, manage, publish, queue_of, ready, take

BOOTSTRAP = os.environ['KAFKA_BOOTSTRAP']
FOR_EVER = {'x-kafka-retention': -1}


def topic_of(queue):
    return 'q._2f.' + queue


def rewind(queue, to):
    return manage('POST', ['queues', '/', queue, 'rewind'], {'to': to})


def shown(topic):
    """The offset that the group of a queue's lag has committed, and what it says beside; None while there is no such group."""
    admin = AdminClient({'bootstrap.servers': BOOTSTRAP})
    answer = admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions(topic)])[topic].result(30)
    return next(((mark.offset, mark.metadata[:3]) for mark in answer.topic_partitions), None)


def eventually(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.2)
    return condition()


def test_payload_of_a_message_can_be_read_by_a_kafka_consumer(channel):
    queue = queue_of(channel)
    publish(channel, queue, b'as it is', content_type='text/plain')
    reader = Consumer({'bootstrap.servers': BOOTSTRAP, 'group.id': 'look-' + queue, 'auto.offset.reset': 'earliest'})
    reader.assign([TopicPartition(topic_of(queue), 0, 0)])
    record = reader.poll(30)
    reader.close()
    assert record.value() == b'as it is'


def test_record_of_a_kafka_producer_is_a_message(channel):
    queue = queue_of(channel)
    producer = Producer({'bootstrap.servers': BOOTSTRAP})
    producer.produce(topic_of(queue), b'from kafka', key=b'k', headers={'trace': b'abc'})
    assert producer.flush(30) == 0
    method, properties, body = take(channel, queue)
    assert (body, method.exchange, properties.delivery_mode) == (b'from kafka', '', 2)
    headers = properties.headers
    assert (headers['trace'], headers['x-kafka-key'], headers['x-kafka-offset']) == ('abc', 'k', 0)
    assert headers['x-kafka-topic'] == topic_of(queue)


def test_lag_of_a_queue_is_that_of_a_kafka_group(channel):
    queue = queue_of(channel)
    publish(channel, queue, b'0', b'1', b'2')
    take(channel, queue)
    assert eventually(lambda: shown(topic_of(queue)) == (1, 'Q1;'))


def test_group_of_a_queue_goes_with_it(channel):
    queue = queue_of(channel)
    publish(channel, queue, b'0')
    take(channel, queue)
    admin = AdminClient({'bootstrap.servers': BOOTSTRAP})

    def groups():
        return [group.group_id for group in admin.list_consumer_groups().result(30).valid]

    assert eventually(lambda: topic_of(queue) in groups())
    channel.queue_delete(queue)
    assert eventually(lambda: topic_of(queue) not in groups())


def test_queue_goes_back_to_its_beginning(channel):
    queue = queue_of(channel, FOR_EVER)
    publish(channel, queue, b'0', b'1', b'2')
    assert in_order(channel, queue) == [b'0', b'1', b'2']
    assert rewind(queue, 'earliest') == {'offsets': [0]}
    assert ready(channel, queue, 3)
    method, _, body = take(channel, queue)
    assert (body, method.redelivered) == (b'0', True)
    assert in_order(channel, queue) == [b'1', b'2']


def test_consumer_that_is_there_gets_everything_again(channel):
    queue = queue_of(channel, FOR_EVER)
    got = Deliveries(channel, queue)
    publish(channel, queue, *[b'%d' % number for number in range(100)])
    assert got.come(100)
    rewind(queue, 50)
    assert got.come(150)
    assert got.bodies()[100:] == [b'%d' % number for number in range(50, 100)]
    publish(channel, queue, b'new')
    assert got.come(151)
    assert got.bodies()[-1] == b'new'


def test_queue_goes_back_to_a_time(channel):
    queue = queue_of(channel, FOR_EVER)
    publish(channel, queue, b'before')
    channel.connection.sleep(0.05)
    between = datetime.datetime.now(datetime.timezone.utc).isoformat().replace('+00:00', 'Z')
    channel.connection.sleep(0.05)
    publish(channel, queue, b'after')
    assert in_order(channel, queue) == [b'before', b'after']
    rewind(queue, between)
    assert in_order(channel, queue) == [b'after']


def test_queue_with_priorities_goes_back_in_every_one(channel):
    queue = queue_of(channel, {'x-max-priority': 3, **FOR_EVER})
    for priority in range(4):
        publish(channel, queue, b'%d' % priority, priority=priority)
    assert len(in_order(channel, queue)) == 4
    rewind(queue, 'earliest')
    assert in_order(channel, queue) == [b'3', b'2', b'1', b'0']
    with pytest.raises(urllib.error.HTTPError) as problem:
        rewind(queue, 0)
    assert problem.value.code == 400


def test_queue_goes_ahead_to_its_end(channel):
    queue = queue_of(channel, FOR_EVER)
    publish(channel, queue, b'0', b'1')
    rewind(queue, 'latest')
    assert ready(channel, queue, 0)


@pytest.mark.parametrize('arguments, to', [(None, 'earliest'), (FOR_EVER, 'yesterday'), (FOR_EVER, '-1')])
def test_what_cannot_be_is_refused(channel, arguments, to):
    queue = queue_of(channel, arguments)
    with pytest.raises(urllib.error.HTTPError) as problem:
        rewind(queue, to)
    assert problem.value.code == 400
