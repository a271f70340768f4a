"""Bindings: duplicates, arguments, unbinding, between exchanges."""
import pytest

from amqp import all_of, bound, closes, exchange_of, fresh, private, queue_of


def test_binding_made_twice_is_one(channel):
    exchange, queue = exchange_of(channel, 'direct'), private(channel)
    for _ in range(2):
        channel.queue_bind(queue, exchange, 'k')
    channel.basic_publish(exchange, 'k', b'once')
    assert all_of(channel, queue) == [b'once']
    channel.queue_unbind(queue, exchange, 'k')
    channel.basic_publish(exchange, 'k', b'never')
    assert all_of(channel, queue) == []


def test_bindings_of_different_arguments_are_two(channel):
    exchange, queue = exchange_of(channel, 'direct'), private(channel)
    channel.queue_bind(queue, exchange, 'k', {'a': 1})
    channel.queue_bind(queue, exchange, 'k', {'a': 2})
    channel.queue_unbind(queue, exchange, 'k', {'a': 1})
    channel.basic_publish(exchange, 'k', b'by the other')
    assert all_of(channel, queue) == [b'by the other']


def test_unbind_needs_the_same_key_and_arguments(channel):
    exchange, queue = exchange_of(channel, 'direct'), private(channel)
    channel.queue_bind(queue, exchange, 'k', {'a': 1})
    channel.queue_unbind(queue, exchange, 'k')
    channel.queue_unbind(queue, exchange, 'other', {'a': 1})
    channel.basic_publish(exchange, 'k', b'still bound')
    assert all_of(channel, queue) == [b'still bound']


@pytest.mark.parametrize('queue, exchange', [
    ('check-none', 'amq.direct'), ('', 'check-none'), ('check-none', 'check-none')])
def test_unbinding_what_is_not_there_is_fine(channel, queue, exchange):
    private(channel)
    channel.queue_unbind(queue, exchange, 'k')


def test_unbinding_exchanges_that_are_not_bound_is_fine(channel):
    channel.exchange_unbind('amq.direct', 'amq.fanout', 'k')
    channel.exchange_unbind('check-none', 'amq.fanout', 'k')


def test_bind_to_a_missing_exchange_is_404(channel):
    queue = private(channel)
    with closes(404, "NOT_FOUND - no exchange 'check-none' in vhost '/'"):
        channel.queue_bind(queue, 'check-none')


def test_queue_is_bound_under_its_name_when_both_are_left_out(channel):
    exchange, queue = exchange_of(channel, 'direct'), private(channel)
    channel.queue_bind('', exchange)
    channel.basic_publish(exchange, queue, b'x')
    assert all_of(channel, queue) == [b'x']


def test_durable_exchange_may_be_bound_to_a_queue_that_is_not(channel):
    queue = bound(channel, exchange_of(channel, 'direct', durable=True), 'k')
    assert queue


def test_deleted_queue_takes_its_bindings_along(channel):
    exchange, queue = exchange_of(channel, 'fanout'), queue_of(channel)
    channel.queue_bind(queue, exchange)
    channel.queue_delete(queue)
    channel.exchange_delete(exchange, if_unused=True)


def test_exchange_routes_to_exchange_even_in_a_circle(channel):
    one, two = exchange_of(channel, 'topic'), exchange_of(channel, 'fanout')
    channel.exchange_bind(two, one, 'a.#')
    channel.exchange_bind(one, two, 'a.#')
    queue = bound(channel, two)
    channel.basic_publish(one, 'a.b', b'through')
    channel.basic_publish(one, 'b', b'not')
    assert all_of(channel, queue) == [b'through']
    channel.exchange_unbind(two, one, 'a.#')
    channel.basic_publish(one, 'a.b', b'no more')
    assert all_of(channel, queue) == []


def test_exchange_can_be_bound_to_itself(channel):
    exchange = exchange_of(channel, 'fanout')
    channel.exchange_bind(exchange, exchange)
    queue = bound(channel, exchange)
    channel.basic_publish(exchange, '', b'once')
    assert all_of(channel, queue) == [b'once']


def test_message_comes_once_by_two_ways(channel):
    source = exchange_of(channel, 'fanout')
    ways = [exchange_of(channel, 'fanout') for _ in range(2)]
    queue = private(channel)
    for way in ways:
        channel.exchange_bind(way, source)
        channel.queue_bind(queue, way)
    channel.basic_publish(source, '', b'once')
    assert all_of(channel, queue) == [b'once']


def test_key_of_the_message_is_matched_at_every_exchange(channel):
    source, target = exchange_of(channel, 'topic'), exchange_of(channel, 'topic')
    channel.exchange_bind(target, source, '*.b.#')
    queue = bound(channel, target, 'a.#')
    for key in 'a.b', 'x.b', 'a.c':
        channel.basic_publish(source, key, key.encode())
    assert all_of(channel, queue) == [b'a.b']


def test_deleted_exchange_is_unbound_from_its_source(channel):
    source, target = exchange_of(channel, 'fanout'), exchange_of(channel, 'fanout')
    channel.exchange_bind(target, source)
    channel.exchange_delete(target)
    channel.exchange_delete(source, if_unused=True)


def test_many_bindings_of_one_queue_are_one_delivery(channel):
    exchange, queue = exchange_of(channel, 'direct'), private(channel)
    for number in range(50):
        channel.queue_bind(queue, exchange, 'key-%d' % number)
    channel.basic_publish(exchange, 'key-49', b'x')
    channel.basic_publish(exchange, 'key-50', b'y')
    assert all_of(channel, queue) == [b'x']


def test_name_of_an_exchange_and_of_a_queue_may_be_the_same(channel):
    name = fresh('both')
    channel.exchange_declare(name, 'fanout')
    channel.queue_declare(name, exclusive=True)
    channel.queue_bind(name, name)
    channel.basic_publish(name, '', b'x')
    assert all_of(channel, name) == [b'x']
