"""Exchanges that hold messages until they are due (x-delayed-message, header x-delay), as RabbitMQ's delayed message plugin has them."""
import time

import pika
import pytest

from amqp import Deliveries, all_of, bound, closes, exchange_of, fresh, manage, private, queue_of, ready, take, until


def delayed(channel, kind='direct', **arguments):
    return exchange_of(channel, 'x-delayed-message', arguments={'x-delayed-type': kind, **arguments})


def send(channel, exchange, body, delay, key='', headers=None, **more):
    """Publishes, and waits for the confirm if there are any; when it began."""
    headers, begin = {**(headers or {}), 'x-delay': delay}, time.monotonic()
    channel.basic_publish(exchange, key, body, pika.BasicProperties(headers=headers, **more))
    return begin


def held(exchange):
    return manage('GET', ['exchanges', '/', exchange])['messages_delayed']


@pytest.mark.parametrize('delay', [50, 700, 1500, 4200])
def test_message_comes_when_its_delay_is_over(channel, delay):
    exchange = delayed(channel)
    queue = bound(channel, exchange)
    came = Deliveries(channel, queue)
    sent = send(channel, exchange, b'm', delay)
    assert time.monotonic() - sent < 0.6
    assert came.come(1)
    assert (delay - 1) / 1000 < time.monotonic() - sent < delay / 1000 + 0.6
    method, properties, body = came[0]
    assert (method.exchange, method.routing_key, body) == (exchange, '', b'm')
    assert properties.headers == {'x-delay': -delay}
    assert came.stay(1)


def test_earlier_due_overtakes(channel):
    exchange = delayed(channel)
    came = Deliveries(channel, bound(channel, exchange))
    for delay in 2500, 300, 1200, 0:
        send(channel, exchange, b'%d' % delay, delay)
    assert came.come(4)
    assert came.bodies() == [b'0', b'300', b'1200', b'2500']


@pytest.mark.parametrize('headers', [None, {}, {'x-delay': 0}, {'x-delay': -5000}, {'x-delay': 1 << 32}, {'x-delay': True}])
def test_without_a_delay_a_message_goes_on_unchanged(channel, headers):
    exchange = delayed(channel)
    queue = bound(channel, exchange)
    channel.basic_publish(exchange, '', b'm', pika.BasicProperties(headers=headers))
    assert (take(channel, queue, 1)[1].headers or {}) == (headers or {})


def test_text_of_a_number_is_a_delay_too(channel):
    exchange = delayed(channel)
    came = Deliveries(channel, bound(channel, exchange))
    sent = send(channel, exchange, b'm', '400')
    assert came.come(1)
    assert time.monotonic() - sent > 0.39
    assert came[0][1].headers == {'x-delay': -400}


def test_text_that_is_no_number_is_refused(channel):
    exchange = delayed(channel)
    with closes(406, 'PRECONDITION_FAILED - invalid header x-delay: not a number of milliseconds'):
        send(channel, exchange, b'm', 'soon')


@pytest.mark.parametrize('arguments, text', [
    (None, "Invalid argument, 'x-delayed-type' must be an existing exchange type"),
    ({'x-delayed-type': 7}, "Invalid argument, 'x-delayed-type' must be an existing exchange type"),
    ({'x-delayed-type': 'x-delayed-message'},
     "Invalid argument, 'x-delayed-message' can't be used for 'x-delayed-type'"),
    ({'x-delayed-type': 'nosuch'}, "unknown exchange type 'nosuch'"),
])
def test_type_to_route_by_is_needed(channel, arguments, text):
    with closes(406, 'PRECONDITION_FAILED - ' + text):
        channel.exchange_declare(fresh('x'), 'x-delayed-message', arguments=arguments)


@pytest.mark.parametrize('kind, key, arguments, headers', [
    ('direct', 'k', None, {}),
    ('fanout', 'any', None, {}),
    ('topic', 'k.#', None, {}),
    ('headers', '', {'x-match': 'all', 'colour': 'red'}, {'colour': 'red'}),
    ('x-consistent-hash', '1', None, {}),
])
def test_routes_as_its_type_by_the_bindings_of_then(channel, kind, key, arguments, headers):
    exchange = delayed(channel, kind)
    send(channel, exchange, b'm', 2000, key='k', headers=headers)
    queue = bound(channel, exchange, key, arguments)
    assert take(channel, queue)[2] == b'm'


def test_nobody_wants_it_any_more(channel):
    exchange = delayed(channel)
    queue = bound(channel, exchange)
    send(channel, exchange, b'm', 300)
    channel.queue_unbind(queue, exchange, '')
    assert until(lambda: held(exchange) == 0, channel.connection)
    assert take(channel, queue, 0.2) is None


def test_mandatory_message_that_is_held_is_not_returned(channel):
    exchange = delayed(channel)
    channel.basic_publish(exchange, '', b'm', pika.BasicProperties(headers={'x-delay': 100}), mandatory=True)
    with pytest.raises(pika.exceptions.UnroutableError):
        channel.basic_publish(exchange, '', b'm', mandatory=True)


def test_alternate_exchange_gets_it_after_the_delay(channel):
    other = exchange_of(channel, 'fanout')
    exchange = delayed(channel, **{'alternate-exchange': other})
    queue = bound(channel, other)
    sent = send(channel, exchange, b'm', 400)
    method, properties, _ = take(channel, queue)
    assert time.monotonic() - sent > 0.39
    assert method.exchange == exchange
    assert properties.headers == {'x-delay': -400}


def test_bound_to_another_exchange_it_holds_what_comes_from_there(channel):
    source, exchange = exchange_of(channel, 'fanout'), delayed(channel, 'topic')
    channel.exchange_bind(exchange, source)
    at_once, later = bound(channel, source), bound(channel, exchange, 'k')
    sent = send(channel, source, b'm', 500, key='k')
    assert take(channel, at_once)[1].headers == {'x-delay': 500}
    method, properties, _ = take(channel, later)
    assert time.monotonic() - sent > 0.49
    assert (method.exchange, method.routing_key) == (source, 'k')
    assert properties.headers == {'x-delay': -500}


def test_exchange_behind_it_does_not_hold_a_message_again(channel):
    first, second = delayed(channel, 'fanout'), delayed(channel, 'fanout')
    channel.exchange_bind(second, first)
    queue = bound(channel, second)
    sent = send(channel, first, b'm', 1000)
    assert take(channel, queue)
    assert time.monotonic() - sent < 1.9


def test_expiration_counts_from_the_release(channel):
    exchange = delayed(channel)
    queue = bound(channel, exchange)
    sent = send(channel, exchange, b'm', 1000, expiration='900')
    assert ready(channel, queue, 1)
    assert ready(channel, queue, 0)
    assert time.monotonic() - sent > 1.89


def test_further_routing_keys_count_after_the_delay(channel):
    exchange = delayed(channel)
    queues = [bound(channel, exchange, key) for key in ('own', 'copy', 'blind')]
    send(channel, exchange, b'm', 300, key='own', headers={'CC': ['copy'], 'BCC': ['blind']})
    for queue in queues:
        assert take(channel, queue)[1].headers == {'CC': ['copy'], 'x-delay': -300}


def test_transaction_holds_what_it_commits(connection):
    channel = connection.channel()
    exchange = delayed(channel)
    queue = bound(channel, exchange)
    channel.tx_select()
    send(channel, exchange, b'm', 1000)
    channel.tx_commit()
    assert take(channel, queue, 0.1) is None
    channel.tx_commit()
    assert take(channel, queue)[2] == b'm'


def test_retry_after_a_while_by_dead_lettering(channel):
    exchange = delayed(channel)
    queue = queue_of(channel, {'x-dead-letter-exchange': exchange, 'x-dead-letter-routing-key': 'again'})
    channel.queue_bind(queue, exchange, 'again')
    channel.basic_publish('', queue, b'm', pika.BasicProperties(headers={'x-delay': 1200}))
    channel.basic_nack(take(channel, queue, ack=False)[0].delivery_tag, requeue=False)
    assert take(channel, queue, 0.3) is None
    assert take(channel, queue)[1].headers['x-delay'] == -1200


def test_what_is_held_is_counted_and_its_queue_is_nobodys(channel, another):
    exchange = delayed(channel)
    queue = bound(channel, exchange)
    assert held(exchange) == 0
    for _ in range(3):
        send(channel, exchange, b'm', 60_000)
    send(channel, exchange, b'm', 86_400_000)
    assert held(exchange) == 4
    shown = next(one for one in manage('GET', ['exchanges', '/']) if one['name'] == exchange)
    assert shown['messages_delayed'] == 4
    assert exchange not in [one['name'] for one in manage('GET', ['queues', '/'])]
    assert exchange not in [one['name'] for one in manage('GET', ['definitions'])['queues']]
    other = another()
    for use in (lambda own: own.queue_declare(exchange, passive=True), lambda own: own.basic_get(exchange),
                lambda own: own.queue_purge(exchange), lambda own: own.queue_bind(exchange, 'amq.direct'),
                lambda own: own.basic_consume(exchange, print)):
        with closes(404, "NOT_FOUND - no queue '%s' in vhost '/'" % exchange):
            use(other.channel())
    channel.queue_delete(exchange)
    channel.basic_publish('', exchange, b'to a queue of that name')
    assert held(exchange) == 4
    assert all_of(channel, queue) == []


def test_what_is_held_goes_with_the_exchange(channel):
    exchange = delayed(channel)
    send(channel, exchange, b'of the first', 1000)
    channel.exchange_delete(exchange, if_unused=True)
    channel.exchange_declare(exchange, 'x-delayed-message', arguments={'x-delayed-type': 'direct'})
    came = Deliveries(channel, bound(channel, exchange))
    send(channel, exchange, b'of the second', 1500)
    assert came.come(1)
    assert came.bodies() == [b'of the second']


def test_declared_again_it_holds_what_it_held(channel):
    exchange = delayed(channel)
    queue = bound(channel, exchange)
    send(channel, exchange, b'm', 500)
    channel.exchange_declare(exchange, 'x-delayed-message', arguments={'x-delayed-type': 'direct'})
    assert take(channel, queue)[2] == b'm'


def test_many_that_are_due_at_once_come_soon(connection):
    channel = connection.channel()
    exchange = delayed(channel)
    queue = private(channel)
    channel.queue_bind(queue, exchange, '')
    came, count, due = Deliveries(channel, queue), 5000, time.time() + 6
    for number in range(count):
        send(channel, exchange, b'%d' % number, int((due - time.time()) * 1000))
    assert due - time.time() > 1
    assert came.stay(0, due - time.time() - 0.1)
    assert came.come(count, 4)
    took = time.time() - due
    print('%d came in %.2f s' % (count, took))
    assert took < 2
    assert len({body for body in came.bodies()}) == count
