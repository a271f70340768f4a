"""Read, process, write, exactly once: amounts of one topic become running totals in another. What is written and how far was
read are one transaction of the log, so a crash at any point leaves neither or both.

    python exactly_once.py AMOUNTS TOTALS GROUP     # ends when it is stopped

Consumers of TOTALS read with isolation.level=read_committed.
"""
import signal
import sys

import confluent_kafka

import settings

BATCH = 500  # a transaction costs some 30 ms, however much is in it
SECONDS = 30


def totals_so_far(topic):
    """The state is the output itself, read back: the last total of each key."""
    consumer = confluent_kafka.Consumer(settings.kafka(**{
        'group.id': 'unused', 'enable.auto.commit': False, 'isolation.level': 'read_committed', 'enable.partition.eof': True}))
    partitions = consumer.list_topics(topic, SECONDS).topics[topic].partitions
    consumer.assign([confluent_kafka.TopicPartition(topic, number, 0) for number in partitions])
    totals, ended = {}, set()
    while len(ended) < len(partitions):
        message = consumer.poll(SECONDS)
        if message is None:
            raise TimeoutError('the totals cannot be read')
        if message.error():
            ended.add(message.partition())
        else:
            totals[message.key()] = int(message.value())
    consumer.close()
    return totals


def main(amounts, totals_topic, group):
    stopped = []
    signal.signal(signal.SIGTERM, lambda *_: stopped.append(True))
    producer = confluent_kafka.Producer(settings.kafka(**{'transactional.id': group}))
    # Whoever had this id before is fenced off from here on, also if it only seems to be dead.
    producer.init_transactions(SECONDS)
    totals = totals_so_far(totals_topic)
    consumer = confluent_kafka.Consumer(settings.kafka(**{
        'group.id': group, 'enable.auto.commit': False, 'auto.offset.reset': 'earliest', 'isolation.level': 'read_committed',
        'session.timeout.ms': 6000}))  # a successor waits so long for one that was killed
    consumer.subscribe([amounts])
    while not stopped:
        messages = [one for one in consumer.consume(BATCH, 0.2) if not one.error()]
        if not messages:
            continue
        producer.begin_transaction()
        for message in messages:
            total = totals.get(message.key(), 0) + int(message.value())
            totals[message.key()] = total
            producer.produce(totals_topic, str(total), message.key())
        producer.send_offsets_to_transaction(
            consumer.position(consumer.assignment()), consumer.consumer_group_metadata(), SECONDS)
        producer.commit_transaction(SECONDS)
    consumer.close()


if __name__ == '__main__':
    main(*sys.argv[1:4])
