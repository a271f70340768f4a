"""What an application on confluent-kafka (librdkafka) needs of the broker; the other Kafka clients run the same list."""
import os
import time
import uuid

import pytest
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

BOOTSTRAP = os.environ['KAFKA_BOOTSTRAP']


@pytest.fixture
def topic():
    name = 'check.%s' % uuid.uuid4().hex[:8]
    admin = AdminClient({'bootstrap.servers': BOOTSTRAP})
    admin.create_topics([NewTopic(name, num_partitions=4)])[name].result(30)
    yield name
    admin.delete_topics([name])[name].result(30)


def consumer(group, **more):
    return Consumer({'bootstrap.servers': BOOTSTRAP, 'group.id': group, 'auto.offset.reset': 'earliest', **more})


def send(topic, count, **more):
    producer = Producer({'bootstrap.servers': BOOTSTRAP, 'enable.idempotence': True, **more})
    failed = []
    for number in range(count):
        producer.produce(topic, key='key-%d' % (number % 7), value='%d' % number,
                         on_delivery=lambda error, _: error and failed.append(error))
    assert producer.flush(30) == 0
    assert not failed


def read(reader, count, seconds=30):
    got, end = [], time.monotonic() + seconds
    while len(got) < count and time.monotonic() < end:
        record = reader.poll(0.2)
        if record is not None and record.error() is None:
            got.append(record)
    return got


def test_records_of_one_key_stay_in_order_on_one_partition(topic):
    send(topic, 70)
    reader = consumer('keys-' + topic)
    reader.subscribe([topic])
    records = read(reader, 70)
    reader.close()
    assert len(records) == 70
    for key in {record.key() for record in records}:
        mine = [record for record in records if record.key() == key]
        assert len({record.partition() for record in mine}) == 1
        assert [int(record.value()) for record in mine] == sorted(int(record.value()) for record in mine)


def test_group_of_two_shares_the_partitions_and_one_takes_over(topic):
    first, second = consumer('two-' + topic), consumer('two-' + topic)
    first.subscribe([topic])
    second.subscribe([topic])

    def assigned(seconds, wanted, *readers):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for reader in readers:
                reader.poll(0.1)
            if [len(reader.assignment()) for reader in readers] == wanted:
                return True
        return False

    assert assigned(60, [2, 2], first, second)
    second.close()
    assert assigned(60, [4], first)
    first.close()


def test_seek_to_the_start_reads_everything_again(topic):
    send(topic, 20)
    reader = consumer('seek-' + topic)
    reader.subscribe([topic])
    assert len(read(reader, 20)) == 20
    for partition in range(4):
        reader.seek(TopicPartition(topic, partition, 0))
    assert len(read(reader, 20)) == 20
    reader.close()


def test_only_committed_transactions_are_read(topic):
    producer = Producer({'bootstrap.servers': BOOTSTRAP, 'transactional.id': 'tx-' + topic})
    producer.init_transactions(30)
    producer.begin_transaction()
    producer.produce(topic, 'aborted')
    producer.abort_transaction(30)
    producer.begin_transaction()
    producer.produce(topic, 'committed')
    producer.commit_transaction(30)
    reader = consumer('tx-' + topic, **{'isolation.level': 'read_committed'})
    reader.subscribe([topic])
    assert [record.value() for record in read(reader, 1)] == [b'committed']
    assert read(reader, 1, seconds=2) == []
    reader.close()


def test_unreachable_broker_is_an_error_not_silence():
    with pytest.raises(KafkaException):
        AdminClient({'bootstrap.servers': '127.0.0.1:1', 'log_level': 0}).list_topics(timeout=2)
