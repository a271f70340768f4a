"""Consuming: tags, turns, priorities, exclusive and single active consumers, cancellation, basic.get."""
import pytest
from pika import spec

from amqp import Deliveries, closes, counts, exists, in_order, private, publish, queue_of, ready, take, until
from wire import Wire

MAKES = [queue_of, private]


@pytest.mark.parametrize('make', MAKES)
def test_get_from_an_empty_queue_is_get_empty(channel, make):
    assert channel.basic_get(make(channel)) == (None, None, None)


@pytest.mark.parametrize('make', MAKES)
def test_get_says_how_many_are_left(channel, make):
    queue = make(channel)
    publish(channel, queue, b'1', b'2', b'3')
    left = [take(channel, queue)[0].message_count for _ in range(3)]
    assert left == [2, 1, 0]


def test_get_says_where_the_message_came_from(channel):
    queue = private(channel)
    channel.queue_bind(queue, 'amq.topic', 'a.#')
    channel.basic_publish('amq.topic', 'a.b', b'x')
    method, _, _ = take(channel, queue)
    assert (method.exchange, method.routing_key, method.redelivered) == ('amq.topic', 'a.b', False)


def test_delivery_says_where_the_message_came_from(channel):
    queue = private(channel)
    got = Deliveries(channel, queue)
    publish(channel, queue, b'x')
    assert got.come(1)
    method, _, body = got[0]
    assert (method.consumer_tag, method.exchange, method.routing_key, method.redelivered, body) == (
        got.tag, '', queue, False, b'x')


def test_delivery_tags_count_from_one_on_each_channel(connection):
    for _ in range(2):
        channel = connection.channel()
        queue = private(channel)
        got = Deliveries(channel, queue, auto_ack=False)
        publish(channel, queue, b'1', b'2', b'3')
        assert got.come(3)
        assert [method.delivery_tag for method, _, _ in got] == [1, 2, 3]


@pytest.mark.parametrize('make', MAKES)
def test_consumer_gets_what_was_there_before_in_order(channel, make):
    queue = make(channel)
    bodies = [b'%d' % number for number in range(100)]
    publish(channel, queue, *bodies)
    got = Deliveries(channel, queue)
    assert got.come(100)
    assert got.bodies() == bodies


def test_server_names_consumers():
    with Wire() as wire:
        wire.open(channels=1)
        wire.send(spec.Queue.Declare(exclusive=True), 1)
        wire.expect(spec.Queue.DeclareOk)
        tags = set()
        for _ in range(3):
            wire.send(spec.Basic.Consume(queue=''), 1)
            tags.add(wire.expect(spec.Basic.ConsumeOk).consumer_tag)
    assert len(tags) == 3
    assert all(tag.startswith('amq.ctag-') for tag in tags)


def test_consumer_tag_used_twice_ends_the_connection_with_530():
    with Wire() as wire:
        wire.open(channels=1)
        wire.send(spec.Queue.Declare(exclusive=True), 1)
        wire.expect(spec.Queue.DeclareOk)
        wire.send(spec.Basic.Consume(queue='', consumer_tag='mine'), 1)
        wire.expect(spec.Basic.ConsumeOk)
        wire.send(spec.Basic.Consume(queue='', consumer_tag='mine'), 1)
        assert wire.refused() == (530, "NOT_ALLOWED - attempt to reuse consumer tag 'mine'", (60, 20))


def test_consumer_tag_can_be_used_on_two_channels_and_again_after_cancel(connection):
    one, two = connection.channel(), connection.channel()
    queue = private(one)
    for channel in one, two:
        Deliveries(channel, queue, consumer_tag='same')
    assert counts(one, queue)[1] == 2
    one.basic_cancel('same')
    Deliveries(one, queue, consumer_tag='same')
    assert counts(one, queue)[1] == 2


def test_cancelled_consumer_gets_no_more(channel):
    queue = queue_of(channel)
    got = Deliveries(channel, queue)
    channel.basic_cancel(got.tag)
    assert counts(channel, queue) == (0, 0)
    publish(channel, queue, b'x')
    assert counts(channel, queue) == (1, 0)
    assert not got


def test_cancelled_consumer_may_still_ack(channel):
    queue = queue_of(channel)
    got = Deliveries(channel, queue, auto_ack=False)
    publish(channel, queue, b'1', b'2')
    assert got.come(2)
    # pika rejects what it has not handed out; these two have been
    channel.basic_cancel(got.tag)
    assert counts(channel, queue)[0] == 0
    channel.basic_ack(got[0][0].delivery_tag)
    channel.basic_nack(got[1][0].delivery_tag)
    assert take(channel, queue)[2] == b'2'


@pytest.mark.parametrize('make', MAKES)
def test_consumers_take_turns(channel, make):
    queue = make(channel)
    one, two = Deliveries(channel, queue), Deliveries(channel, queue)
    publish(channel, queue, *[b'%d' % number for number in range(10)])
    assert until(lambda: len(one) + len(two) == 10, channel.connection)
    assert len(one) == len(two) == 5


def test_consumer_with_no_room_is_passed_over(connection):
    one, two = connection.channel(), connection.channel()
    queue = queue_of(one)
    one.basic_qos(prefetch_count=1)
    full, free = Deliveries(one, queue, auto_ack=False), Deliveries(two, queue)
    one.confirm_delivery()
    publish(one, queue, *[b'x'] * 6)
    assert free.come(5)
    assert (len(full), len(free)) == (1, 5)


def test_consumer_of_higher_priority_is_served_first(channel):
    queue = queue_of(channel)
    low = Deliveries(channel, queue, arguments={'x-priority': 0})
    high = Deliveries(channel, queue, arguments={'x-priority': 10})
    publish(channel, queue, *[b'x'] * 5)
    assert high.come(5)
    assert not low


def test_consumer_of_lower_priority_is_served_when_the_higher_has_no_room(channel):
    queue = queue_of(channel)
    low = Deliveries(channel, queue, arguments={'x-priority': -1})
    channel.basic_qos(prefetch_count=2)
    high = Deliveries(channel, queue, auto_ack=False)
    publish(channel, queue, *[b'x'] * 5)
    assert high.come(2) and low.come(3)
    assert (len(high), len(low)) == (2, 3)


def test_priority_of_a_consumer_must_be_a_number(channel):
    queue = queue_of(channel)
    with closes(406, "PRECONDITION_FAILED - invalid arg 'x-priority' for queue '%s' in vhost '/': "
                     '"expected integer, got longstr"' % queue):
        channel.basic_consume(queue, print, arguments={'x-priority': 'high'})


@pytest.mark.parametrize('first, second', [(True, False), (False, True), (True, True)])
def test_exclusive_consumer_tolerates_no_other(connection, first, second):
    channel = connection.channel()
    queue = queue_of(channel)
    tag = channel.basic_consume(queue, print, exclusive=first)
    with closes(403, "ACCESS_REFUSED - queue '%s' in vhost '/' in exclusive use" % queue):
        connection.channel().basic_consume(queue, print, exclusive=second)
    channel.basic_cancel(tag)
    channel.basic_consume(queue, print, exclusive=True)


def test_exclusive_consumer_does_not_keep_others_from_getting(connection):
    channel, other = connection.channel(), connection.channel()
    queue = queue_of(channel)
    channel.basic_qos(prefetch_count=1)
    got = Deliveries(channel, queue, auto_ack=False, exclusive=True)
    other.confirm_delivery()
    publish(other, queue, b'1', b'2')
    assert got.come(1)
    assert take(other, queue)[2] == b'2'


def test_single_active_consumer_takes_over(channel):
    queue = queue_of(channel, {'x-single-active-consumer': True})
    first, second = Deliveries(channel, queue), Deliveries(channel, queue)
    publish(channel, queue, *[b'%d' % number for number in range(4)])
    assert first.come(4)
    channel.basic_cancel(first.tag)
    publish(channel, queue, b'last')
    assert second.come(1)
    assert (first.bodies(), second.bodies()) == ([b'0', b'1', b'2', b'3'], [b'last'])


def test_single_active_consumer_with_no_room_keeps_its_place(connection):
    one, two = connection.channel(), connection.channel()
    queue = queue_of(one, {'x-single-active-consumer': True})
    one.basic_qos(prefetch_count=1)
    active, waiting = Deliveries(one, queue, auto_ack=False), Deliveries(two, queue)
    two.confirm_delivery()
    publish(two, queue, b'1', b'2')
    assert active.come(1)
    assert waiting.stay(0)
    one.close()
    assert waiting.come(2)
    assert sorted((body, method.redelivered) for method, _, body in waiting) == [(b'1', True), (b'2', False)]


def test_single_active_consumer_cannot_be_exclusive(channel):
    queue = queue_of(channel, {'x-single-active-consumer': True})
    with closes(403, "ACCESS_REFUSED - queue '%s' in vhost '/' in exclusive use" % queue):
        channel.basic_consume(queue, print, exclusive=True)


@pytest.mark.parametrize('make', MAKES)
def test_consumer_is_cancelled_when_its_queue_is_deleted(connection, make):
    channel = connection.channel()
    queue, cancelled = make(channel), []
    channel.add_on_cancel_callback(lambda method: cancelled.append(method.method.consumer_tag))
    tag = channel.basic_consume(queue, print)
    connection.channel().queue_delete(queue)
    assert until(lambda: cancelled, connection)
    assert cancelled == [tag]
    assert channel.is_open


def test_client_that_cannot_read_a_cancel_gets_none(connection):
    queue = queue_of(connection.channel())
    with Wire() as wire:
        wire.open(channels=1)  # announces no consumer_cancel_notify
        wire.send(spec.Basic.Consume(queue=queue), 1)
        wire.expect(spec.Basic.ConsumeOk)
        connection.channel().queue_delete(queue)
        assert until(lambda: not exists(connection, queue), connection)
        wire.send(spec.Basic.Qos(), 1)
        wire.expect(spec.Basic.QosOk)


def test_message_without_ack_is_gone_when_delivered(channel, another):
    queue, other = queue_of(channel), another().channel()
    publish(channel, queue, b'1')
    assert Deliveries(other, queue).come(1)
    other.connection.close()
    assert counts(channel, queue)[0] == 0


def test_consumer_of_a_closed_channel_gives_back(connection, channel):
    queue, other = queue_of(channel), connection.channel()
    publish(channel, queue, b'1', b'2')
    assert Deliveries(other, queue, auto_ack=False).come(2)
    other.close()
    assert ready(channel, queue, 2)
    assert counts(channel, queue)[1] == 0


def test_messages_of_a_consumer_may_be_consumed_by_its_own_connection(channel):
    """no-local is not supported by RabbitMQ, and ignored."""
    queue = private(channel)
    with Wire() as wire:
        wire.open(channels=1)
        wire.send(spec.Queue.Declare(exclusive=True), 1)
        queue = wire.expect(spec.Queue.DeclareOk).queue
        wire.send(spec.Basic.Consume(queue=queue, no_local=True, no_ack=True), 1)
        wire.expect(spec.Basic.ConsumeOk)
        wire.send(spec.Basic.Publish(routing_key=queue), 1)
        wire.header(0)
        wire.expect(spec.Basic.Deliver)


def test_large_backlog_comes_whole(channel):
    queue = queue_of(channel)
    other = channel.connection.channel()
    bodies = [b'%d' % number for number in range(3000)]
    publish(other, queue, *bodies)
    got = Deliveries(channel, queue)
    assert got.come(3000, seconds=30)
    assert got.bodies() == bodies
    assert in_order(channel, queue) == []
