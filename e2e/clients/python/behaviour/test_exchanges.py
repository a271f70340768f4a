"""Exchanges: declared, declared again, compared, deleted."""
import pytest

from amqp import all_of, bound, closes, exchange_of, fresh, private, publish

TYPES = ['direct', 'fanout', 'topic', 'headers']


def inequivalent(argument, exchange, received, current):
    return "PRECONDITION_FAILED - inequivalent arg '%s' for exchange '%s' in vhost '/': received %s but current is %s" % (
        argument, exchange, received, current)


@pytest.mark.parametrize('kind', TYPES)
def test_exchange_can_be_declared_again_and_looked_up(channel, kind):
    exchange = exchange_of(channel, kind, durable=True)
    channel.exchange_declare(exchange, kind, durable=True)
    channel.exchange_declare(exchange, passive=True)


@pytest.mark.parametrize('exchange, kind', [
    ('amq.direct', 'direct'), ('amq.fanout', 'fanout'), ('amq.topic', 'topic'), ('amq.headers', 'headers'),
    ('amq.match', 'headers')])
def test_standard_exchange_is_there(channel, exchange, kind):
    channel.exchange_declare(exchange, kind, durable=True)


def test_trace_exchange_is_internal(channel):
    channel.exchange_declare('amq.rabbitmq.trace', 'topic', durable=True, internal=True)


@pytest.mark.parametrize('declared, again, argument, received, current', [
    ({'exchange_type': 'fanout'}, {'exchange_type': 'direct'}, 'type', "'direct'", "'fanout'"),
    ({'durable': True}, {'durable': False}, 'durable', "'false'", "'true'"),
    ({'durable': False}, {'durable': True}, 'durable', "'true'", "'false'"),
    ({'auto_delete': True}, {'auto_delete': False}, 'auto_delete', "'false'", "'true'"),
    ({'internal': True}, {'internal': False}, 'internal', "'false'", "'true'"),
    ({'arguments': {'alternate-exchange': 'a'}}, {}, 'alternate-exchange',
     'none', "the value 'a' of type 'longstr'"),
    ({}, {'arguments': {'alternate-exchange': 'a'}}, 'alternate-exchange',
     "the value 'a' of type 'longstr'", 'none'),
    ({'arguments': {'alternate-exchange': 'a'}}, {'arguments': {'alternate-exchange': 'b'}}, 'alternate-exchange',
     "'b'", "'a'"),
])
def test_exchange_declared_otherwise_is_406(channel, declared, again, argument, received, current):
    exchange = fresh('exchange')
    channel.exchange_declare(exchange, **declared)
    with closes(406, inequivalent(argument, exchange, received, current)):
        channel.exchange_declare(exchange, **again)


def test_unknown_argument_of_an_exchange_is_not_compared(channel):
    exchange = exchange_of(channel, 'direct', arguments={'x-mine': 1})
    channel.exchange_declare(exchange, 'direct', arguments={'x-mine': 2})


def test_passive_declare_does_not_compare(channel):
    exchange = exchange_of(channel, 'direct', durable=True)
    channel.exchange_declare(exchange, 'fanout', passive=True)


def test_alternate_exchange_must_be_text(channel):
    exchange = fresh('exchange')
    with closes(406, "PRECONDITION_FAILED - invalid type 'signedint' for arg 'alternate-exchange' in exchange '%s' "
                     "in vhost '/'" % exchange):
        channel.exchange_declare(exchange, arguments={'alternate-exchange': 1})


def test_unknown_exchange_type_is_406(channel):
    with closes(406, "PRECONDITION_FAILED - unknown exchange type 'nonsense'"):
        channel.exchange_declare(fresh('exchange'), 'nonsense')


@pytest.mark.parametrize('use', ['exchange_declare', 'exchange_delete'])
def test_default_exchange_cannot_be_changed(channel, use):
    with closes(403, 'ACCESS_REFUSED - operation not permitted on the default exchange'):
        getattr(channel, use)('')


def test_default_exchange_cannot_be_bound(connection):
    for source, destination in ('', 'amq.fanout'), ('amq.fanout', ''):
        with closes(403, 'ACCESS_REFUSED - operation not permitted on the default exchange'):
            connection.channel().exchange_bind(destination, source)
    channel = connection.channel()
    with closes(403, 'ACCESS_REFUSED - operation not permitted on the default exchange'):
        channel.queue_bind(private(channel), '')


def test_reserved_exchange_name_is_403(channel):
    with closes(403, "ACCESS_REFUSED - exchange name 'amq.mine' contains reserved prefix 'amq.*'"):
        channel.exchange_declare('amq.mine')


def test_standard_exchange_cannot_be_deleted(channel):
    with closes(403, "ACCESS_REFUSED - deletion of system exchange 'amq.topic' in vhost '/' not allowed"):
        channel.exchange_delete('amq.topic')


def test_exchange_is_gone_after_delete(channel):
    exchange = exchange_of(channel, 'direct')
    channel.exchange_delete(exchange)
    with closes(404, "NOT_FOUND - no exchange '%s' in vhost '/'" % exchange):
        channel.exchange_declare(exchange, passive=True)


def test_deleting_an_exchange_that_is_not_there_is_fine(channel):
    channel.exchange_delete(fresh('exchange'))
    channel.exchange_delete(fresh('exchange'), if_unused=True)


@pytest.mark.parametrize('as_source', [True, False])
def test_exchange_in_use_is_not_deleted_if_unused(connection, as_source):
    channel = connection.channel()
    exchange, other = exchange_of(channel, 'fanout'), exchange_of(channel, 'fanout')
    ends = (other, exchange) if as_source else (exchange, other)
    channel.exchange_bind(*ends)
    if as_source:
        with closes(406, "PRECONDITION_FAILED - exchange '%s' in vhost '/' in use" % exchange):
            connection.channel().exchange_delete(exchange, if_unused=True)
        channel.exchange_unbind(*ends)
    channel.exchange_delete(exchange, if_unused=True)


def test_deleted_exchange_takes_its_bindings_along(channel):
    exchange = exchange_of(channel, 'fanout')
    queue = bound(channel, exchange)
    channel.exchange_delete(exchange)
    channel.exchange_declare(exchange, 'fanout')
    channel.basic_publish(exchange, '', b'x')
    assert all_of(channel, queue) == []


@pytest.mark.parametrize('last', ['unbind', 'queue', 'exchange-binding'])
def test_auto_delete_exchange_goes_with_its_last_binding(channel, last):
    exchange, queue = exchange_of(channel, 'fanout', auto_delete=True), private(channel)
    other = exchange_of(channel, 'fanout')
    if last == 'exchange-binding':
        channel.exchange_bind(other, exchange)
        channel.exchange_unbind(other, exchange)
    else:
        channel.queue_bind(queue, exchange)
    if last == 'unbind':
        channel.queue_unbind(queue, exchange)
    elif last == 'queue':
        channel.queue_delete(queue)
    with closes(404, "NOT_FOUND - no exchange '%s' in vhost '/'" % exchange):
        channel.exchange_declare(exchange, passive=True)


def test_auto_delete_exchange_without_a_binding_yet_stays(channel):
    exchange = exchange_of(channel, 'fanout', auto_delete=True)
    channel.exchange_declare(exchange, passive=True)


def test_nobody_publishes_to_an_internal_exchange(channel):
    exchange = exchange_of(channel, 'fanout', internal=True)
    with closes(403, "ACCESS_REFUSED - cannot publish to internal exchange '%s' in vhost '/'" % exchange):
        channel.basic_publish(exchange, '', b'x')


def test_internal_exchange_gets_what_others_pass_on(channel):
    inner, outer = exchange_of(channel, 'fanout', internal=True), exchange_of(channel, 'fanout')
    channel.exchange_bind(inner, outer)
    queue = bound(channel, inner)
    channel.basic_publish(outer, '', b'x')
    assert all_of(channel, queue) == [b'x']


def test_alternate_exchange_gets_what_nothing_is_bound_for(channel):
    other = exchange_of(channel, 'fanout')
    queue = bound(channel, other)
    exchange = exchange_of(channel, 'direct', arguments={'alternate-exchange': other})
    known = bound(channel, exchange, 'known')
    channel.basic_publish(exchange, 'known', b'known', mandatory=True)
    channel.basic_publish(exchange, 'unknown', b'unknown', mandatory=True)
    assert all_of(channel, known) == [b'known']
    assert all_of(channel, queue) == [b'unknown']


def test_alternate_exchanges_form_a_chain_and_a_circle_ends(channel):
    one, two = fresh('one'), fresh('two')
    channel.exchange_declare(one, 'direct', arguments={'alternate-exchange': two})
    channel.exchange_declare(two, 'direct', arguments={'alternate-exchange': one})
    queue = bound(channel, two, 'second')
    channel.basic_publish(one, 'second', b'passed on')
    channel.basic_publish(one, 'neither', b'dropped')
    assert all_of(channel, queue) == [b'passed on']


def test_alternate_exchange_may_be_missing(channel):
    exchange = exchange_of(channel, 'direct', arguments={'alternate-exchange': 'check-none'})
    channel.basic_publish(exchange, 'unknown', b'x')
    queue = bound(channel, exchange, 'k')
    channel.basic_publish(exchange, 'k', b'y')
    assert all_of(channel, queue) == [b'y']


def test_default_exchange_routes_by_the_name_of_the_queue(channel):
    queue = private(channel)
    publish(channel, queue, b'x')
    assert all_of(channel, queue) == [b'x']
