"""Longest lengths of queues, message priorities, delivery limit."""
import pika
import pytest

from amqp import Deliveries, all_of, bound, exchange_of, hold, in_order, private, publish, queue_of, ready, take

MAKES = [queue_of, private]
NUMBERS = [b'%d' % number for number in range(5)]


@pytest.mark.parametrize('make', MAKES)
def test_longest_queue_drops_its_head(channel, make):
    queue = make(channel, {'x-max-length': 2})
    publish(channel, queue, *NUMBERS)
    assert ready(channel, queue, 2)
    assert in_order(channel, queue) == [b'3', b'4']


@pytest.mark.parametrize('make', MAKES)
def test_dropped_head_goes_to_the_dead_letter_exchange(channel, make):
    exchange = exchange_of(channel, 'fanout')
    dead, queue = bound(channel, exchange), make(channel, {'x-max-length': 2, 'x-dead-letter-exchange': exchange})
    publish(channel, queue, *NUMBERS)
    dropped = [take(channel, dead) for _ in range(3)]
    assert [body for _, _, body in dropped] == [b'0', b'1', b'2']
    assert dropped[0][1].headers['x-death'][0]['reason'] == 'maxlen'


def test_messages_that_are_held_do_not_count_for_the_length(channel):
    queue = queue_of(channel, {'x-max-length': 2})
    publish(channel, queue, b'0', b'1')
    tags = hold(channel, queue, 2)
    publish(channel, queue, b'2', b'3')
    assert ready(channel, queue, 2)
    channel.basic_ack(tags[-1], multiple=True)
    assert in_order(channel, queue) == [b'2', b'3']


def test_length_of_zero_keeps_nothing_but_serves_consumers(channel):
    queue = queue_of(channel, {'x-max-length': 0})
    publish(channel, queue, b'nobody')
    assert ready(channel, queue, 0)
    got = Deliveries(channel, queue)
    publish(channel, queue, b'somebody')
    assert got.come(1)
    assert got.bodies() == [b'somebody']


@pytest.mark.parametrize('make', MAKES)
def test_length_in_bytes_drops_the_head(channel, make):
    queue = make(channel, {'x-max-length-bytes': 25})
    publish(channel, queue, b'a' * 10, b'b' * 10, b'c' * 10)
    assert ready(channel, queue, 2)
    assert in_order(channel, queue) == [b'b' * 10, b'c' * 10]


def test_shorter_of_two_lengths_counts(channel):
    queue = queue_of(channel, {'x-max-length-bytes': 100, 'x-max-length': 3})
    publish(channel, queue, *[b'x'] * 4, b'y' * 99)
    assert in_order(channel, queue) == [b'x', b'y' * 99]


@pytest.mark.parametrize('make', MAKES)
def test_length_in_bytes_rejects_the_publish(channel, make):
    queue = make(channel, {'x-max-length-bytes': 25, 'x-overflow': 'reject-publish'})
    publish(channel, queue, b'a' * 10, b'b' * 10)
    with pytest.raises(pika.exceptions.NackError):
        publish(channel, queue, b'c' * 6)
    publish(channel, queue, b'd' * 5)
    assert in_order(channel, queue) == [b'a' * 10, b'b' * 10, b'd' * 5]


def test_properties_do_not_count_for_the_length_in_bytes(channel):
    queue = queue_of(channel, {'x-max-length-bytes': 10})
    publish(channel, queue, b'a' * 5, b'b' * 5, headers={'long': 'x' * 1000})
    assert in_order(channel, queue) == [b'a' * 5, b'b' * 5]


def test_message_longer_than_the_queue_is_dropped(channel):
    exchange = exchange_of(channel, 'fanout')
    dead, queue = bound(channel, exchange), queue_of(channel, {'x-max-length-bytes': 10, 'x-dead-letter-exchange': exchange})
    publish(channel, queue, b'x' * 11)
    assert take(channel, dead)[1].headers['x-death'][0]['reason'] == 'maxlen'
    assert in_order(channel, queue) == []


def test_many_long_messages_leave_what_fits(channel):
    queue = queue_of(channel, {'x-max-length-bytes': 300_000})
    publish(channel, queue, *[b'%04d' % number * 250 for number in range(1000)])
    assert ready(channel, queue, 300)
    assert in_order(channel, queue)[0][:4] == b'0700'


@pytest.mark.parametrize('make', MAKES)
def test_full_queue_rejects_the_publish(channel, make):
    queue = make(channel, {'x-max-length': 2, 'x-overflow': 'reject-publish'})
    publish(channel, queue, b'0', b'1')
    with pytest.raises(pika.exceptions.NackError):
        publish(channel, queue, b'2')
    assert take(channel, queue)[2] == b'0'
    publish(channel, queue, b'3')
    assert in_order(channel, queue) == [b'1', b'3']


def test_rejected_publish_can_be_a_dead_letter(channel):
    exchange = exchange_of(channel, 'fanout')
    dead = bound(channel, exchange)
    queue = queue_of(channel, {'x-max-length': 1, 'x-overflow': 'reject-publish-dlx', 'x-dead-letter-exchange': exchange})
    publish(channel, queue, b'0')
    with pytest.raises(pika.exceptions.NackError):
        publish(channel, queue, b'1')
    assert in_order(channel, queue) == [b'0']
    assert take(channel, dead)[1].headers['x-death'][0]['reason'] == 'maxlen'


def test_one_full_queue_of_two_nacks(channel):
    exchange = exchange_of(channel, 'fanout')
    open_one = bound(channel, exchange)
    full = private(channel, {'x-max-length': 0, 'x-overflow': 'reject-publish'})
    channel.queue_bind(full, exchange)
    with pytest.raises(pika.exceptions.NackError):
        channel.basic_publish(exchange, '', b'x')
    assert all_of(channel, open_one) == [b'x']


@pytest.mark.parametrize('make', MAKES)
def test_message_of_higher_priority_comes_first(channel, make):
    queue = make(channel, {'x-max-priority': 5})
    for priority in None, 1, 5, 3, 9:
        publish(channel, queue, b'%d' % (priority or 0), priority=priority)
    assert in_order(channel, queue) == [b'5', b'9', b'3', b'1', b'0']


@pytest.mark.parametrize('make', MAKES)
def test_returned_message_of_higher_priority_comes_first_again(channel, make):
    queue = make(channel, {'x-max-priority': 2})
    publish(channel, queue, b'high', priority=2)
    publish(channel, queue, b'low')
    channel.basic_nack(take(channel, queue, ack=False)[0].delivery_tag)
    assert in_order(channel, queue) == [b'high', b'low']


@pytest.mark.parametrize('make', MAKES)
def test_longest_priority_queue_drops_the_highest(channel, make):
    queue = make(channel, {'x-max-priority': 2, 'x-max-length': 2})
    publish(channel, queue, b'0')
    publish(channel, queue, b'2', priority=2)
    publish(channel, queue, b'1', priority=1)
    assert ready(channel, queue, 2)
    assert in_order(channel, queue) == [b'1', b'0']


@pytest.mark.parametrize('make', MAKES)
def test_consumer_gets_what_is_more_urgent_than_what_waits(channel, make):
    queue = make(channel, {'x-max-priority': 10})
    publish(channel, queue, *NUMBERS)
    channel.basic_qos(prefetch_count=1)
    got = Deliveries(channel, queue, auto_ack=False)
    assert got.come(1)
    publish(channel, queue, b'urgent', priority=10)
    channel.basic_ack(0, multiple=True)
    assert got.come(2)
    assert got.bodies() == [b'0', b'urgent']


def test_purge_and_count_take_all_priorities(channel):
    queue = queue_of(channel, {'x-max-priority': 3})
    for priority in range(4):
        publish(channel, queue, b'x', priority=priority)
    assert ready(channel, queue, 4)
    assert channel.queue_purge(queue).method.message_count == 4
    assert ready(channel, queue, 0)


def test_messages_of_equal_priority_keep_their_order(channel):
    queue = queue_of(channel, {'x-max-priority': 5})
    publish(channel, queue, *NUMBERS, priority=3)
    assert in_order(channel, queue) == NUMBERS


def test_priority_without_a_priority_queue_is_ignored(channel):
    queue = queue_of(channel)
    publish(channel, queue, b'1', priority=1)
    publish(channel, queue, b'9', priority=9)
    assert in_order(channel, queue) == [b'1', b'9']


@pytest.mark.parametrize('limit, returns', [({'x-delivery-limit': 2}, 2), ({'x-delivery-limit': 0}, 0), ({}, 20)])
def test_message_returned_more_often_than_the_limit_is_dead(channel, limit, returns):
    exchange = exchange_of(channel, 'fanout')
    dead = bound(channel, exchange)
    queue = queue_of(channel, {'x-queue-type': 'quorum', 'x-dead-letter-exchange': exchange} | limit)
    publish(channel, queue, b'poison')
    for _ in range(returns + 1):
        channel.basic_nack(take(channel, queue, ack=False)[0].delivery_tag)
    assert take(channel, dead)[1].headers['x-death'][0]['reason'] == 'delivery_limit'
    assert in_order(channel, queue) == []


@pytest.mark.parametrize('arguments', [{'x-queue-type': 'quorum', 'x-delivery-limit': -1}, {}])
def test_message_comes_back_for_ever_without_a_limit(channel, arguments):
    queue = queue_of(channel, arguments)
    publish(channel, queue, b'again')
    for _ in range(30):
        channel.basic_nack(take(channel, queue, ack=False)[0].delivery_tag)
    assert in_order(channel, queue) == [b'again']


def test_quorum_queue_counts_deliveries(channel):
    queue = queue_of(channel, {'x-queue-type': 'quorum'})
    publish(channel, queue, b'x')
    for count in None, 1, 2:
        method, properties, _ = take(channel, queue, ack=False)
        assert (properties.headers or {}).get('x-delivery-count') == count
        channel.basic_nack(method.delivery_tag)
