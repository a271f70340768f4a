"""Prefetch, acknowledgement, requeueing, recovery."""
import pytest
from pika import spec

from amqp import Deliveries, closes, connect, counts, hold, in_order, private, publish, queue_of, ready, take, until
from wire import Wire

MAKES = [queue_of, private]
NUMBERS = [b'%d' % number for number in range(10)]


@pytest.mark.parametrize('make', MAKES)
@pytest.mark.parametrize('limit', [1, 3])
def test_prefetch_bounds_what_is_under_way(channel, make, limit):
    queue = make(channel)
    publish(channel, queue, *NUMBERS)
    channel.basic_qos(prefetch_count=limit)
    got = Deliveries(channel, queue, auto_ack=False)
    assert got.come(limit)
    assert got.stay(limit)
    channel.basic_ack(got[-1][0].delivery_tag, multiple=True)
    assert got.come(2 * limit)
    assert got.bodies() == NUMBERS[:2 * limit]


def test_prefetch_of_zero_is_no_limit(channel):
    queue = queue_of(channel)
    publish(channel, queue, *NUMBERS)
    channel.basic_qos(prefetch_count=1)
    channel.basic_qos(prefetch_count=0)
    assert Deliveries(channel, queue, auto_ack=False).come(10)


def test_prefetch_counts_for_each_consumer(channel):
    queue = queue_of(channel)
    publish(channel, queue, *NUMBERS)
    channel.basic_qos(prefetch_count=2)
    consumers = [Deliveries(channel, queue, auto_ack=False) for _ in range(2)]
    assert all(one.come(2) for one in consumers)
    assert all(one.stay(2) for one in consumers)


def test_prefetch_counts_for_consumers_to_come(channel):
    queue = queue_of(channel)
    publish(channel, queue, *NUMBERS)
    channel.basic_qos(prefetch_count=2)
    before = Deliveries(channel, queue, auto_ack=False)
    assert before.come(2)
    channel.basic_qos(prefetch_count=3)
    after = Deliveries(channel, queue, auto_ack=False)
    assert after.come(3)
    assert before.stay(2) and after.stay(3)


def test_global_prefetch_counts_for_all_consumers_of_the_channel(channel):
    queue = queue_of(channel)
    publish(channel, queue, *NUMBERS)
    channel.basic_qos(prefetch_count=3, global_qos=True)
    consumers = [Deliveries(channel, queue, auto_ack=False) for _ in range(2)]
    assert until(lambda: sum(map(len, consumers)) == 3, channel.connection)
    assert not until(lambda: sum(map(len, consumers)) > 3, channel.connection, 0.2)
    channel.basic_ack(0, multiple=True)
    assert until(lambda: sum(map(len, consumers)) == 6, channel.connection)


def test_what_the_global_prefetch_holds_back_is_not_for_a_consumer_that_was_cancelled(channel):
    queue, tags = queue_of(channel), ['one', 'other']
    with Wire() as wire:
        wire.open(channels=1)
        wire.send(spec.Basic.Qos(prefetch_count=1, global_qos=True), 1)
        wire.expect(spec.Basic.QosOk)
        for tag in tags:
            wire.send(spec.Basic.Consume(queue=queue, consumer_tag=tag), 1)
            wire.expect(spec.Basic.ConsumeOk)
        publish(channel, queue, b'1', b'2')
        assert counts(channel, queue)[1] == 2
        first = wire.expect(spec.Basic.Deliver)
        assert [wire.read().body_size, wire.read().fragment] == [1, b'1']
        tags.remove(first.consumer_tag)
        wire.send(spec.Basic.Cancel(consumer_tag=tags[0]), 1)
        wire.expect(spec.Basic.CancelOk)
        wire.send(spec.Basic.Ack(delivery_tag=first.delivery_tag), 1)
        second = wire.expect(spec.Basic.Deliver)
        assert second.consumer_tag == first.consumer_tag
        assert [wire.read().body_size, wire.read().fragment] == [1, b'2']


def test_prefetch_does_not_bound_consumers_without_ack(channel):
    queue = queue_of(channel)
    publish(channel, queue, *NUMBERS)
    channel.basic_qos(prefetch_count=1)
    assert Deliveries(channel, queue).come(10)


def test_prefetch_does_not_bound_get(channel):
    queue = queue_of(channel)
    publish(channel, queue, *NUMBERS)
    channel.basic_qos(prefetch_count=1)
    assert len(hold(channel, queue, 5)) == 5


@pytest.mark.parametrize('settle', ['basic_nack', 'basic_reject'])
def test_room_is_made_by_rejecting_too(channel, settle):
    queue = queue_of(channel)
    publish(channel, queue, *NUMBERS)
    channel.basic_qos(prefetch_count=1)
    got = Deliveries(channel, queue, auto_ack=False)
    assert got.come(1)
    getattr(channel, settle)(got[0][0].delivery_tag, requeue=False)
    assert got.come(2)
    assert got.bodies() == [b'0', b'1']


@pytest.mark.parametrize('make', MAKES)
@pytest.mark.parametrize('settle', ['ack', 'nack', 'reject'])
def test_settled_message_does_not_come_again(connection, channel, make, settle):
    queue, other = make(channel), connection.channel()
    publish(channel, queue, b'1', b'2')
    first, _ = hold(other, queue, 2)
    if settle == 'ack':
        other.basic_ack(first)
    else:
        getattr(other, 'basic_' + settle)(first, requeue=False)
    other.close()
    assert ready(channel, queue, 1)
    assert in_order(channel, queue) == [b'2']


@pytest.mark.parametrize('make', MAKES)
def test_ack_of_many_settles_all_before_it(channel, make):
    queue = make(channel)
    publish(channel, queue, *NUMBERS[:5])
    tags = hold(channel, queue, 5)
    channel.basic_ack(tags[2], multiple=True)
    channel.basic_nack(0, multiple=True, requeue=True)
    assert ready(channel, queue, 2)
    assert in_order(channel, queue) == [b'3', b'4']


def test_nack_of_many_returns_all_before_it(channel):
    queue = queue_of(channel)
    publish(channel, queue, *NUMBERS[:4])
    tags = hold(channel, queue, 4)
    channel.basic_nack(tags[2], multiple=True)
    assert ready(channel, queue, 3)
    channel.basic_nack(tags[3], requeue=False)
    assert in_order(channel, queue) == [b'0', b'1', b'2']


def test_ack_of_all_when_there_is_none_is_fine(channel):
    channel.basic_ack(0, multiple=True)
    channel.basic_nack(0, multiple=True)
    assert private(channel)


@pytest.mark.parametrize('settle', [
    lambda channel, tag: channel.basic_ack(tag), lambda channel, tag: channel.basic_nack(tag),
    lambda channel, tag: channel.basic_reject(tag), lambda channel, tag: channel.basic_ack(tag, multiple=True),
    lambda channel, tag: channel.basic_nack(tag, multiple=True)],
    ids=['ack', 'nack', 'reject', 'ack-multiple', 'nack-multiple'])
def test_unknown_delivery_tag_is_406(channel, settle):
    with closes(406, 'PRECONDITION_FAILED - unknown delivery tag 77'):
        settle(channel, 77)
        private(channel)


@pytest.mark.parametrize('settle', ['basic_ack', 'basic_nack', 'basic_reject'])
def test_delivery_tag_zero_is_406_for_one(channel, settle):
    with closes(406, 'PRECONDITION_FAILED - unknown delivery tag 0'):
        getattr(channel, settle)(0)
        private(channel)


@pytest.mark.parametrize('make', MAKES)
def test_acked_twice_is_406(channel, make):
    queue = make(channel)
    publish(channel, queue, b'x')
    tag, = hold(channel, queue, 1)
    channel.basic_ack(tag)
    with closes(406, 'PRECONDITION_FAILED - unknown delivery tag %d' % tag):
        channel.basic_ack(tag)
        private(channel)


def test_ack_on_another_channel_is_406(connection, channel):
    queue = queue_of(channel)
    publish(channel, queue, b'x')
    hold(channel, queue, 1)
    with closes(406, 'PRECONDITION_FAILED - unknown delivery tag 1'):
        other = connection.channel()
        other.basic_ack(1)
        private(other)


def test_ack_of_a_message_taken_without_ack_is_406(channel):
    queue = queue_of(channel)
    publish(channel, queue, b'x')
    method, _, _ = take(channel, queue, ack=True)
    with closes(406, 'PRECONDITION_FAILED - unknown delivery tag %d' % method.delivery_tag):
        channel.basic_ack(method.delivery_tag)
        private(channel)


@pytest.mark.parametrize('make', MAKES)
def test_requeued_message_returns_to_its_place(channel, make):
    queue = make(channel)
    publish(channel, queue, *NUMBERS[:3])
    first, second = hold(channel, queue, 2)
    channel.basic_reject(second)
    channel.basic_reject(first)
    assert ready(channel, queue, 3)
    got = [take(channel, queue) for _ in range(3)]
    assert [body for _, _, body in got] == NUMBERS[:3]
    assert [method.redelivered for method, _, _ in got] == [True, True, False]


@pytest.mark.parametrize('make', MAKES)
def test_requeued_message_comes_to_a_waiting_consumer_flagged(channel, make):
    queue = make(channel)
    publish(channel, queue, b'x')
    tag, = hold(channel, queue, 1)
    got = Deliveries(channel, queue)
    channel.basic_nack(tag)
    assert got.come(1)
    assert got[0][0].redelivered


@pytest.mark.parametrize('make', MAKES)
def test_message_held_by_a_channel_returns_when_it_closes(connection, channel, make):
    queue, other = make(channel), connection.channel()
    publish(channel, queue, *NUMBERS[:4])
    hold(other, queue, 3)
    other.close()
    assert ready(channel, queue, 4)
    got = [take(channel, queue) for _ in range(4)]
    assert [body for _, _, body in got] == NUMBERS[:4]
    assert [method.redelivered for method, _, _ in got] == [True, True, True, False]


def test_message_held_by_a_connection_returns_when_the_socket_is_cut(channel):
    queue = queue_of(channel)
    publish(channel, queue, b'x')
    with Wire() as wire:
        wire.open(channels=1)
        wire.send(spec.Basic.Get(queue=queue), 1)
        wire.expect(spec.Basic.GetOk)
    method, _, body = take(channel, queue)
    assert (method.redelivered, body) == (True, b'x')


@pytest.mark.parametrize('make', MAKES)
def test_recover_returns_all_of_the_channel(channel, make):
    queue = make(channel)
    publish(channel, queue, *NUMBERS[:3])
    hold(channel, queue, 2)
    channel.basic_recover(requeue=True)
    got = [take(channel, queue) for _ in range(3)]
    assert [(body, method.redelivered) for method, _, body in got] == [(b'0', True), (b'1', True), (b'2', False)]


def test_recover_does_not_touch_other_channels(connection, channel):
    queue, other = queue_of(channel), connection.channel()
    publish(channel, queue, *NUMBERS[:2])
    hold(other, queue, 1)
    hold(channel, queue, 1)
    channel.basic_recover(requeue=True)
    assert ready(channel, queue, 1)
    assert in_order(channel, queue) == [b'1']


def test_acks_of_several_queues_by_one(channel):
    one, two = queue_of(channel), private(channel)
    publish(channel, one, b'1')
    publish(channel, two, b'2')
    hold(channel, one, 1)
    tag, = hold(channel, two, 1)
    channel.basic_ack(tag, multiple=True)
    channel.basic_recover(requeue=True)
    assert (counts(channel, one)[0], counts(channel, two)[0]) == (0, 0)


def test_unacknowledged_message_is_not_ready(channel):
    with connect() as other:
        queue = queue_of(channel)
        publish(channel, queue, b'1', b'2')
        hold(other.channel(), queue, 1)
        assert counts(channel, queue)[0] == 1
