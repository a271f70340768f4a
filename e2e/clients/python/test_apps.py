"""The applications of examples/apps: each is run as a process of its own, killed where it says that it bears that, and what
came of it is looked at."""
import base64
import contextlib
import json
import os
import pathlib
import sqlite3
import subprocess
import sys
import time
import urllib.request

import amqp
import confluent_kafka
import confluent_kafka.admin
import pytest

APPS = pathlib.Path(__file__).resolve().parents[3] / 'examples' / 'apps'
BOOTSTRAP = {'bootstrap.servers': os.environ['KAFKA_BOOTSTRAP']}
SECONDS = 60
sys.path.append(str(APPS))


@contextlib.contextmanager
def running(*command):
    process = subprocess.Popen([sys.executable, *command], cwd=APPS, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def until(condition, what, seconds=SECONDS):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, 'waited in vain for ' + what
        time.sleep(0.05)


@pytest.fixture
def topics():
    """Makes topics, which go with the case."""
    admin, made = confluent_kafka.admin.AdminClient(BOOTSTRAP), []

    def make(name, partitions=1):
        for future in admin.create_topics([confluent_kafka.admin.NewTopic(name, partitions, 1)]).values():
            future.result(SECONDS)
        made.append(name)
        return name

    yield make
    for future in admin.delete_topics(made).values():
        future.result(SECONDS)


def send(topic, records):
    producer = confluent_kafka.Producer({**BOOTSTRAP, 'linger.ms': 5})
    for key, value in records:
        while True:
            try:
                producer.produce(topic, value, key)
                break
            except BufferError:
                producer.poll(0.1)
    assert producer.flush(SECONDS) == 0


def read(topic):
    """All committed records of a topic, as (key, value, headers)."""
    consumer = confluent_kafka.Consumer({**BOOTSTRAP, 'group.id': 'unused', 'enable.auto.commit': False,
                                         'isolation.level': 'read_committed', 'enable.partition.eof': True})
    partitions = consumer.list_topics(topic, SECONDS).topics[topic].partitions
    consumer.assign([confluent_kafka.TopicPartition(topic, number, 0) for number in partitions])
    records, ended = [], 0
    while ended < len(partitions):
        message = consumer.poll(SECONDS)
        assert message is not None
        if message.error():
            ended += 1
        else:
            records.append((message.key(), message.value(), dict(message.headers() or [])))
    consumer.close()
    return records


# In a process of its own: Celery's client library is called amqp, as is a module here.
CELERY_CLIENT = """
import celery_tasks
waiting = [celery_tasks.total.delay([i, 1]) for i in range(5)]
print('sent', flush=True)
print([result.get(timeout=60) for result in waiting], celery_tasks.flaky.delay(2).get(timeout=60))
"""


def test_celery_runs_tasks_that_waited_and_tries_again():
    amqp.MADE.append('celery')
    with running('-c', CELERY_CLIENT) as client:
        assert client.stdout.readline() == 'sent\n'
        with running('-m', 'celery', '-A', 'celery_tasks', 'worker', '--pool=solo', '--loglevel=ERROR'):
            assert client.stdout.readline() == '[1, 2, 3, 4, 5] 2\n'


def test_outbox_brings_every_row_to_the_topic_in_order_also_if_it_is_killed(topics, tmp_path):
    import outbox
    topic, path = topics(amqp.fresh('outbox')), tmp_path / 'service.db'
    database = sqlite3.connect(path, timeout=10)
    outbox.prepare(database)
    count = 20_000
    database.executemany('INSERT INTO outbox (key, payload) VALUES (?, ?)', (('k', 'row %d' % i) for i in range(count)))
    database.commit()

    def unsent():
        return database.execute('SELECT count(*) FROM outbox WHERE sent = 0').fetchone()[0]

    with running('outbox.py', path, topic):
        until(lambda: unsent() < count, 'the relay to begin')
    assert unsent() > 0
    with running('outbox.py', path, topic):
        until(lambda: unsent() == 0, 'the relay to end')
    ids = [int(headers['outbox-id']) for _, _, headers in read(topic)]
    assert list(dict.fromkeys(ids)) == list(range(1, count + 1))


def test_totals_are_exact_over_a_restart(topics):
    amounts, totals = topics(amqp.fresh('amounts'), 2), topics(amqp.fresh('totals'))
    command, count = ('exactly_once.py', amounts, totals, amqp.fresh('group')), 0
    for more in 2_000, 500:
        send(amounts, (((b'account-%d' % (i % 7)), b'1') for i in range(more)))
        count += more
        with running(*command) as program:
            until(lambda: len(read(totals)) >= count, 'the totals')
            program.terminate()
            program.wait(SECONDS)
    records = read(totals)
    assert len(records) == count
    assert sum(int(value) for value in {key: value for key, value, _ in records}.values()) == count


def test_saga_pays_ships_and_pays_back(topics, channel):
    import saga
    history = topics(saga.HISTORY)
    amqp.MADE.extend([saga.EXCHANGE, *('orders-to-' + step for step in saga.STEPS)])
    saga.declare(channel)
    bind_to_topic(saga.EXCHANGE, history, 'order.#')
    orders = [
        {'id': 'good', 'amount': 5, 'funds': 9, 'in_stock': True},
        {'id': 'poor', 'amount': 5, 'funds': 1, 'in_stock': True},
        {'id': 'gone', 'amount': 5, 'funds': 9, 'in_stock': False},
    ]
    with running('saga.py', 'pay'), running('saga.py', 'ship'), running('saga.py', 'refund'):
        for order in orders:
            saga.tell(channel, 'order.placed', order)
        until(lambda: len(read(history)) >= 9, 'all events')
    ends = {}
    for _, value, headers in read(history):
        ends.setdefault(json.loads(value)['id'], []).append(headers)
    assert {order: len(events) for order, events in ends.items()} == {'good': 3, 'poor': 2, 'gone': 4}


def bind_to_topic(exchange, topic, key):
    request = urllib.request.Request(
        '%s/api/bindings/%%2F/e/%s/t/%s' % (amqp.HTTP, exchange, topic), json.dumps({'routing_key': key}).encode(),
        {'content-type': 'application/json', 'authorization': 'Basic ' + base64.b64encode(b'guest:guest').decode()})
    urllib.request.urlopen(request, timeout=SECONDS).close()


def test_projection_goes_on_where_it_was_and_can_be_made_anew(topics, tmp_path):
    topic, path = topics(amqp.fresh('accounts'), 3), tmp_path / 'table.db'

    def event(account, kind, amount):
        return account.encode(), json.dumps({'type': kind, 'amount': amount}).encode()

    def project(*options):
        subprocess.run([sys.executable, 'projection.py', topic, path, *options], cwd=APPS, check=True, timeout=SECONDS)
        return dict(sqlite3.connect(path).execute('SELECT account, balance FROM balances'))

    send(topic, [event('ann', 'deposited', 10), event('bob', 'deposited', 5), event('ann', 'withdrawn', 3)])
    assert project() == {'ann': 7, 'bob': 5}
    send(topic, [event('bob', 'withdrawn', 5), event('eve', 'deposited', 1)])
    assert project() == {'ann': 7, 'bob': 0, 'eve': 1}
    assert project('--rebuild') == {'ann': 7, 'bob': 0, 'eve': 1}


def test_each_ride_is_billed_once_however_often_the_stream_is_read(topics, channel):
    import rides
    topics(rides.TOPIC)
    amqp.MADE.append(rides.QUEUE)
    channel.queue_declare(rides.QUEUE, durable=True, arguments=rides.ARGUMENTS)
    send(rides.TOPIC, [(('ride-%d' % i).encode(), json.dumps(event).encode()) for i in range(20)
                       for event in ({'type': 'began'}, {'type': 'ended', 'kilometres': i})])
    with running('rides.py', 'bill') as bill:
        assert amqp.ready(channel, rides.QUEUE, 20)
        bill.terminate()
        bill.wait(SECONDS)
    from_the_beginning('billing', rides.TOPIC)
    with running('rides.py', 'bill'):
        until(lambda: committed('billing', rides.TOPIC) == 40, 'the stream to be read again')
    with running('rides.py', 'work') as worker:
        tasks = [json.loads(worker.stdout.readline()) for _ in range(20)]
        until(lambda: amqp.manage('GET', ('queues', '/', rides.QUEUE)).get('messages') == 0, 'the last task to be acknowledged')
    assert [task['cents'] for task in tasks] == [i * rides.CENTS_A_KILOMETRE for i in range(20)]


def place(group, topic, offset=None):
    partition = confluent_kafka.TopicPartition(topic, 0) if offset is None else confluent_kafka.TopicPartition(topic, 0, offset)
    return confluent_kafka.ConsumerGroupTopicPartitions(group, [partition])


def from_the_beginning(group, topic):
    admin = confluent_kafka.admin.AdminClient(BOOTSTRAP)
    for future in admin.alter_consumer_group_offsets([place(group, topic, 0)]).values():
        future.result(SECONDS)


def committed(group, topic):
    admin = confluent_kafka.admin.AdminClient(BOOTSTRAP)
    for future in admin.list_consumer_group_offsets([place(group, topic)]).values():
        return future.result(SECONDS).topic_partitions[0].offset
