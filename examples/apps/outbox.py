"""The outbox: a service writes its rows and the events about them in one transaction of its own database; a relay brings
the events to a topic, in order, at least once, whenever it is killed.

    python outbox.py DATABASE TOPIC     # the relay; ends when it is stopped

The relay marks rows as sent only after the log has them. Killed in between it sends those again: consumers look at the
header "outbox-id", or the topic feeds a queue with deduplication.
"""
import signal
import sqlite3
import sys
import time

import confluent_kafka

import settings

BATCH = 100


def prepare(database):
    database.execute('PRAGMA journal_mode = WAL')
    database.execute('CREATE TABLE IF NOT EXISTS outbox '
                     '(id INTEGER PRIMARY KEY, key TEXT, payload TEXT NOT NULL, sent INTEGER NOT NULL DEFAULT 0)')
    database.execute('CREATE INDEX IF NOT EXISTS unsent ON outbox (id) WHERE sent = 0')
    database.commit()


def relay(database, producer, topic):
    """Sends the next rows; returns how many."""
    rows = database.execute('SELECT id, key, payload FROM outbox WHERE sent = 0 ORDER BY id LIMIT ?', (BATCH,)).fetchall()
    refused = []
    for number, key, payload in rows:
        producer.produce(topic, payload, key, headers={'outbox-id': str(number)},
                         on_delivery=lambda error, _: refused.append(error) if error else None)
    producer.flush()
    if refused:
        raise confluent_kafka.KafkaException(refused[0])
    database.executemany('UPDATE outbox SET sent = 1 WHERE id = ?', [(row[0],) for row in rows])
    database.commit()
    return len(rows)


def main(path, topic):
    stopped = []
    signal.signal(signal.SIGTERM, lambda *_: stopped.append(True))
    database = sqlite3.connect(path, timeout=10)
    prepare(database)
    producer = confluent_kafka.Producer(settings.kafka(**{'enable.idempotence': True, 'acks': 'all'}))
    while not stopped:
        if not relay(database, producer, topic):
            time.sleep(0.05)  # nothing to do: the table is asked again soon


if __name__ == '__main__':
    main(*sys.argv[1:3])
