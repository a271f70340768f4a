"""Time to live of messages and queues."""
import urllib.error

import pytest

from amqp import (
    Deliveries, all_of, bound, counts, exchange_of, hold, in_order, manage, private, publish, queue_of, ready, take,
    until)

MAKES = [queue_of, private]


def dead_end(channel):
    """An exchange for dead letters, and the queue behind it."""
    exchange = exchange_of(channel, 'fanout')
    return exchange, bound(channel, exchange)


@pytest.mark.parametrize('make', MAKES)
@pytest.mark.parametrize('queue_ttl, message_ttl', [(150, None), (None, '150'), (60000, '150'), (150, '60000')])
def test_expired_message_goes_to_the_dead_letter_exchange(channel, make, queue_ttl, message_ttl):
    exchange, dead = dead_end(channel)
    arguments = {'x-dead-letter-exchange': exchange}
    if queue_ttl:
        arguments['x-message-ttl'] = queue_ttl
    queue = make(channel, arguments)
    publish(channel, queue, b'late', expiration=message_ttl)
    _, properties, body = take(channel, dead)
    assert body == b'late'
    assert properties.expiration is None
    death = properties.headers['x-death'][0]
    assert (death['reason'], death['queue'], death['count']) == ('expired', queue, 1)
    assert death.get('original-expiration') == message_ttl


def test_expired_message_is_not_delivered(channel):
    queue = queue_of(channel, {'x-message-ttl': 100})
    publish(channel, queue, b'late')
    assert ready(channel, queue, 0)
    assert not Deliveries(channel, queue).come(1, 0.1)


def test_message_that_is_in_time_keeps_its_expiration(channel):
    queue = queue_of(channel)
    publish(channel, queue, b'x', expiration='60000')
    assert take(channel, queue)[1].expiration == '60000'


@pytest.mark.parametrize('make', MAKES)
def test_message_behind_a_longer_living_one_expires_at_the_head_only(channel, make):
    exchange, dead = dead_end(channel)
    queue = make(channel, {'x-dead-letter-exchange': exchange})
    publish(channel, queue, b'long', expiration='60000')
    publish(channel, queue, b'short', expiration='50')
    publish(channel, queue, b'never')
    assert not until(lambda: counts(channel, queue)[0] < 3, channel.connection, 0.3)
    assert take(channel, queue)[2] == b'long'
    assert take(channel, dead)[2] == b'short'
    assert in_order(channel, queue) == [b'never']


def test_message_that_is_held_does_not_expire(channel):
    exchange, dead = dead_end(channel)
    queue = queue_of(channel, {'x-message-ttl': 500, 'x-dead-letter-exchange': exchange})
    assert channel.basic_get(queue)[0] is None  # its owner has opened it
    publish(channel, queue, b'held')
    tag, = hold(channel, queue, 1)
    assert take(channel, dead, seconds=0.7) is None
    channel.basic_nack(tag)
    assert take(channel, dead)[2] == b'held'


@pytest.mark.parametrize('make', MAKES)
def test_zero_ttl_reaches_a_waiting_consumer_only(channel, make):
    queue = make(channel, {'x-message-ttl': 0})
    assert channel.basic_get(queue)[0] is None  # its owner has opened it
    publish(channel, queue, b'nobody')
    got = Deliveries(channel, queue)
    publish(channel, queue, b'somebody')
    assert got.come(1)
    assert got.bodies() == [b'somebody']


def test_zero_expiration_is_dead_at_once(channel):
    exchange, dead = dead_end(channel)
    queue = queue_of(channel, {'x-dead-letter-exchange': exchange})
    publish(channel, queue, b'x', expiration='0')
    assert take(channel, dead)[2] == b'x'
    assert in_order(channel, queue) == []


def test_expired_messages_keep_their_order(channel):
    exchange, dead = dead_end(channel)
    queue = queue_of(channel, {'x-message-ttl': 100, 'x-dead-letter-exchange': exchange})
    publish(channel, queue, *[b'%d' % number for number in range(8)])
    assert ready(channel, dead, 8)
    assert in_order(channel, dead) == [b'%d' % number for number in range(8)]


def test_each_queue_has_its_own_ttl(channel):
    exchange = exchange_of(channel, 'fanout')
    short, long = private(channel, {'x-message-ttl': 100}), private(channel, {'x-message-ttl': 60000})
    for queue in short, long:
        channel.queue_bind(queue, exchange)
    channel.basic_publish(exchange, '', b'x')
    assert ready(channel, short, 0)
    assert all_of(channel, long) == [b'x']


def gone(channel, queue):
    """Waits until a queue is gone, asking over HTTP: a declaration, passive or not, would count as use."""
    def missing():
        try:
            manage('GET', ['queues', '/', queue])
        except urllib.error.HTTPError as error:
            return error.code == 404
    return until(missing, channel.connection)


@pytest.mark.parametrize('make', MAKES)
def test_unused_queue_expires_with_what_is_in_it(channel, make):
    exchange, dead = dead_end(channel)
    queue = make(channel, {'x-expires': 200, 'x-dead-letter-exchange': exchange})
    publish(channel, queue, b'x')
    assert gone(channel, queue)
    assert all_of(channel, dead) == []  # the messages of a deleted queue are no dead letters


def test_queue_with_a_consumer_does_not_expire(channel):
    queue = queue_of(channel, {'x-expires': 200})
    got = Deliveries(channel, queue)
    assert got.stay(0, seconds=0.5)
    publish(channel, queue, b'x')
    assert got.come(1)


def test_queue_that_is_asked_for_messages_does_not_expire(channel):
    queue = queue_of(channel, {'x-expires': 300})
    for _ in range(4):
        channel.connection.sleep(0.15)  # more than x-expires in all
        assert channel.basic_get(queue) == (None, None, None)
