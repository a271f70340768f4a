"""Publishing: routes, returns, sizes, properties, confirms."""
import os
import threading

import pika
import pytest
from pika import spec

from amqp import PERSISTENT, bound, closes, connect, counts, exchange_of, fresh, in_order, private, publish, queue_of, ready, take
from wire import Wire


def returned(channel, exchange, key, body, **properties):
    with pytest.raises(pika.exceptions.UnroutableError) as unroutable:
        channel.basic_publish(exchange, key, body, pika.BasicProperties(**properties), mandatory=True)
    assert len(unroutable.value.messages) == 1
    return unroutable.value.messages[0]


@pytest.mark.parametrize('kind', ['default', 'direct', 'topic', 'fanout', 'headers'])
def test_mandatory_message_without_a_route_comes_back(channel, kind):
    exchange = '' if kind == 'default' else exchange_of(channel, kind)
    back = returned(channel, exchange, 'check-none', b'lost?', message_id='m', headers={'a': 1})
    assert (back.method.reply_code, back.method.reply_text) == (312, 'NO_ROUTE')
    assert (back.method.exchange, back.method.routing_key) == (exchange, 'check-none')
    assert (back.body, back.properties.message_id, back.properties.headers) == (b'lost?', 'm', {'a': 1})


def test_mandatory_message_with_a_route_does_not_come_back(channel):
    queue = private(channel)
    channel.basic_publish('', queue, b'x', mandatory=True)
    assert in_order(channel, queue) == [b'x']


def test_message_without_a_route_is_confirmed_when_not_mandatory(channel):
    channel.basic_publish('', 'check-none', b'x')
    channel.basic_publish('amq.fanout', '', b'x')


def test_return_comes_before_its_confirm():
    with Wire() as wire:
        wire.open(channels=1)
        wire.send(spec.Confirm.Select(), 1)
        wire.expect(spec.Confirm.SelectOk)
        wire.send(spec.Basic.Publish(routing_key='check-none', mandatory=True), 1)
        wire.header(0)
        wire.expect(spec.Basic.Return)
        assert wire.read().body_size == 0
        assert wire.expect(spec.Basic.Ack).delivery_tag == 1


@pytest.mark.parametrize('make', [queue_of, private])
def test_every_publish_is_confirmed(make):
    """Confirms may come for many at once."""
    with Wire() as wire:
        wire.open(channels=1)
        wire.send(spec.Confirm.Select(), 1)
        wire.expect(spec.Confirm.SelectOk)
        with connect() as connection:
            queue = make(connection.channel())
            for number in range(200):
                wire.send(spec.Basic.Publish(routing_key=queue if number % 3 else 'check-none'), 1)
                wire.header(1, properties=PERSISTENT)
                wire.body(b'x')
            left = set(range(1, 201))
            while left:
                ack = wire.expect(spec.Basic.Ack)
                assert ack.delivery_tag in left
                left -= set(range(1, ack.delivery_tag + 1)) if ack.multiple else {ack.delivery_tag}
            assert counts(connection.channel(), queue)[0] == len([n for n in range(200) if n % 3])


def test_confirm_mode_can_be_chosen_twice():
    with Wire() as wire:
        wire.open(channels=1)
        for _ in range(2):
            wire.send(spec.Confirm.Select(), 1)
            wire.expect(spec.Confirm.SelectOk)


def test_confirms_count_from_one_on_each_channel():
    with Wire() as wire:
        wire.open(channels=2)
        for number in 1, 2:
            wire.send(spec.Basic.Publish(routing_key='check-none'), number)
            wire.header(0, number)  # before confirm mode: does not count
            wire.send(spec.Confirm.Select(), number)
            wire.expect(spec.Confirm.SelectOk)
            wire.send(spec.Basic.Publish(routing_key='check-none'), number)
            wire.header(0, number)
            assert wire.expect(spec.Basic.Ack).delivery_tag == 1


def test_order_of_a_channel_is_kept(channel):
    queue = queue_of(channel)
    bodies = [b'%d' % number for number in range(100)]
    other = channel.connection.channel()
    publish(other, queue, *bodies)
    publish(channel, queue, b'confirmed')
    got = []
    while len(got) < 101:
        got.append(take(channel, queue)[2])
    assert [body for body in got if body != b'confirmed'] == bodies


@pytest.mark.parametrize('durable', [True, False])
def test_all_properties_and_header_types_arrive_as_sent(channel, durable):
    queue = queue_of(channel, durable=durable)
    headers = {'bool': True, 'int': -5, 'long': 1 << 40, 'text': 'ä', 'bytes': b'\x00\xff', 'none': None,
               'list': [1, 'two', [3]], 'table': {'deep': {'er': 1}}, 'empty': {}}
    sent = pika.BasicProperties(
        content_type='application/json', content_encoding='gzip', headers=headers, delivery_mode=2, priority=3,
        correlation_id='c', reply_to='r', expiration='600000', message_id='m', timestamp=1234567890, type='t',
        user_id='guest', app_id='a', cluster_id='k')
    channel.basic_publish('', queue, b'body', sent)
    assert take(channel, queue)[1] == sent


@pytest.mark.parametrize('properties', [
    {}, {'headers': {}}, {'delivery_mode': 1}, {'delivery_mode': 2}, {'priority': 255}, {'priority': 0},
    {'message_id': ''}, {'timestamp': 0}, {'headers': {'x' * 128: 'long key'}}, {'message_id': 'm' * 255}],
    ids=lambda properties: ','.join(properties) or 'none')
def test_properties_arrive_as_sent(channel, properties):
    queue, sent = queue_of(channel), pika.BasicProperties(**properties)
    channel.basic_publish('', queue, b'x', sent)
    assert take(channel, queue)[1] == sent


@pytest.mark.parametrize('size', [0, 1, 131064, 131065, 5 << 20])
def test_message_of_any_size_arrives_whole(channel, size):
    queue, body = queue_of(channel), os.urandom(size)
    channel.basic_publish('', queue, body, PERSISTENT)
    assert take(channel, queue, seconds=30)[2] == body


def test_message_larger_than_16_mib_is_406(channel):
    with closes(406, 'PRECONDITION_FAILED - message size 16777217 is larger than configured max size 16777216'):
        channel.basic_publish('', 'check-none', bytes((16 << 20) + 1))


def test_small_frames_carry_large_messages(another):
    channel = another(frame_max=8192).channel()
    channel.confirm_delivery()
    queue, body = queue_of(channel), os.urandom(100_000)
    publish(channel, queue, body)
    assert take(channel, queue)[2] == body


def test_body_may_come_in_many_small_frames():
    with Wire() as wire:
        wire.open(channels=1)
        wire.send(spec.Queue.Declare(exclusive=True), 1)
        queue = wire.expect(spec.Queue.DeclareOk).queue
        wire.send(spec.Basic.Publish(routing_key=queue), 1)
        wire.header(10)
        for part in b'a', b'', b'bcd', b'efghij':
            wire.body(part)
        wire.send(spec.Basic.Get(queue=queue, no_ack=True), 1)
        wire.expect(spec.Basic.GetOk)
        assert wire.read().body_size == 10
        assert wire.read().fragment == b'abcdefghij'


def test_key_may_be_255_bytes_long(channel):
    exchange, key = exchange_of(channel, 'topic'), '.'.join(['word'] * 51)
    queue = bound(channel, exchange, key)
    channel.basic_publish(exchange, key, b'x')
    assert take(channel, queue)[0].routing_key == key


def test_user_id_of_oneself_is_accepted(channel):
    queue = private(channel)
    publish(channel, queue, b'x', user_id='guest')
    assert take(channel, queue)[1].user_id == 'guest'


def test_user_id_of_somebody_else_is_406(channel):
    with closes(406, "PRECONDITION_FAILED - user_id property set to 'root' but authenticated user was 'guest'"):
        channel.basic_publish('', fresh('any'), b'x', pika.BasicProperties(user_id='root'))


@pytest.mark.parametrize('expiration', ['soon', '', '-1', '1.5', '1 ', '315360000001'])
def test_bad_expiration_is_406(channel, expiration):
    with closes(406):
        channel.basic_publish('', fresh('any'), b'x', pika.BasicProperties(expiration=expiration))


def test_two_publishers_do_not_disturb_each_other(channel, another):
    queue, channels = queue_of(channel), [another().channel() for _ in range(2)]
    for one in channels:
        one.confirm_delivery()
    threads = [threading.Thread(target=publish, args=(one, queue, *[b'%d-%d' % (name, n) for n in range(20)]))
               for name, one in enumerate(channels)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    bodies = in_order(channel, queue)
    for name in range(2):
        assert [body for body in bodies if body.startswith(b'%d-' % name)] == [b'%d-%d' % (name, n) for n in range(20)]


def test_slow_consumer_does_not_hold_its_publisher_up(channel, another):
    queue = queue_of(channel)
    slow = another().channel()
    slow.basic_qos(prefetch_count=1)
    slow.basic_consume(queue, lambda *_: None)
    publish(channel, queue, *[b'job'] * 2000)
    assert ready(channel, queue, 1999)
