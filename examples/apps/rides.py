"""A stream and a queue in one cluster: rides send their events to a topic that many read, each at its own pace; of each ride that
has ended a bill is due, once, and that is work for a queue.

    python rides.py bill        # makes a task of each ride that ended
    python rides.py work        # takes tasks, any number of workers

The topic is ride-events; the queue, bills, takes each message-id once (x-deduplication-window), so whoever reads the topic
again, after a crash or by will, bills nobody twice.
"""
import json
import signal
import sys

import confluent_kafka
import pika

import settings

TOPIC, QUEUE = 'ride-events', 'bills'
ARGUMENTS = {'x-deduplication-window': 24 * 3600 * 1000}
CENTS_A_KILOMETRE = 180


def channel():
    opened = pika.BlockingConnection(pika.URLParameters(settings.AMQP_URL)).channel()
    opened.confirm_delivery()
    opened.queue_declare(QUEUE, durable=True, arguments=ARGUMENTS)
    return opened


def bill():
    stopped = []
    signal.signal(signal.SIGTERM, lambda *_: stopped.append(True))
    bills = channel()
    events = confluent_kafka.Consumer(settings.kafka(**{
        'group.id': 'billing', 'auto.offset.reset': 'earliest', 'enable.auto.commit': False}))
    events.subscribe([TOPIC])
    while not stopped:
        message = events.poll(0.2)
        bills.connection.process_data_events(0)
        if message is None or message.error():
            continue
        event = json.loads(message.value())
        if event['type'] == 'ended':
            ride = message.key().decode()
            task = {'ride': ride, 'cents': event['kilometres'] * CENTS_A_KILOMETRE}
            bills.basic_publish('', QUEUE, json.dumps(task), pika.BasicProperties(delivery_mode=2, message_id=ride))
        events.commit(message, asynchronous=False)
    events.close()


def work():
    bills = channel()
    bills.basic_qos(prefetch_count=1)
    for method, _, body in bills.consume(QUEUE):
        print(body.decode(), flush=True)
        bills.basic_ack(method.delivery_tag)


if __name__ == '__main__':
    {'bill': bill, 'work': work}[sys.argv[1]]()
