"""Event sourcing: the events of a topic are the truth; a table for reading is made from them, and made anew whenever its shape
is to change, by reading the topic again from the beginning.

    python projection.py TOPIC TABLE.db             # brings the table up to what the topic holds, and ends
    python projection.py TOPIC TABLE.db --rebuild   # the same, from nothing

The place in the topic is kept in the same transaction as the rows, so each event counts once, whenever this is killed.
"""
import json
import sqlite3
import sys

import confluent_kafka

import settings

SECONDS = 30


def apply(database, account, event):
    sign = {'deposited': 1, 'withdrawn': -1}[event['type']]
    database.execute('INSERT INTO balances VALUES (?, ?) ON CONFLICT (account) DO UPDATE SET balance = balance + excluded.balance',
                     (account, sign * event['amount']))


def main(topic, path, *options):
    database = sqlite3.connect(path)
    if '--rebuild' in options:
        database.executescript('DROP TABLE IF EXISTS balances; DROP TABLE IF EXISTS places')
    database.execute('CREATE TABLE IF NOT EXISTS balances (account TEXT PRIMARY KEY, balance INTEGER NOT NULL)')
    database.execute('CREATE TABLE IF NOT EXISTS places (number INTEGER PRIMARY KEY, next INTEGER NOT NULL)')
    places = dict(database.execute('SELECT number, next FROM places'))
    # No group: the place is in the table.
    consumer = confluent_kafka.Consumer(settings.kafka(**{
        'group.id': 'unused', 'enable.auto.commit': False, 'enable.partition.eof': True, 'isolation.level': 'read_committed'}))
    partitions = consumer.list_topics(topic, SECONDS).topics[topic].partitions
    consumer.assign([confluent_kafka.TopicPartition(topic, number, places.get(number, 0)) for number in partitions])
    ended = set()
    while len(ended) < len(partitions):
        message = consumer.poll(SECONDS)
        if message is None:
            raise TimeoutError('the topic cannot be read')
        if message.error():
            ended.add(message.partition())
            continue
        apply(database, message.key().decode(), json.loads(message.value()))
        database.execute('INSERT INTO places VALUES (?, ?) ON CONFLICT (number) DO UPDATE SET next = excluded.next',
                         (message.partition(), message.offset() + 1))
        database.commit()
    consumer.close()


if __name__ == '__main__':
    main(*sys.argv[1:])
