"""Dead letters: why, where to, and what is written on them."""
import pika
import pytest

from amqp import all_of, bound, exchange_of, fresh, hold, in_order, private, publish, queue_of, ready, take, until

MAKES = [queue_of, private]


def reject(channel, queue):
    """Rejects the next message of a queue."""
    channel.basic_reject(hold(channel, queue, 1)[0], requeue=False)


def source_of(channel, exchange, make=queue_of, **more):
    return make(channel, {'x-dead-letter-exchange': exchange, **{'x-' + key.replace('_', '-'): more[key] for key in more}})


@pytest.mark.parametrize('make', MAKES)
@pytest.mark.parametrize('settle', ['basic_nack', 'basic_reject'])
def test_rejected_message_says_where_it_was(channel, make, settle):
    exchange = exchange_of(channel, 'fanout')
    dead, queue = bound(channel, exchange), source_of(channel, exchange, make)
    publish(channel, queue, b'x', headers={'mine': 1}, message_id='m', content_type='text/plain')
    getattr(channel, settle)(hold(channel, queue, 1)[0], requeue=False)
    method, properties, body = take(channel, dead)
    assert (method.exchange, method.routing_key, method.redelivered, body) == (exchange, queue, False, b'x')
    assert (properties.message_id, properties.content_type, properties.headers['mine']) == ('m', 'text/plain', 1)
    death, = properties.headers['x-death']
    assert death.pop('time').year >= 2020
    assert death == {'count': 1, 'reason': 'rejected', 'queue': queue, 'exchange': '', 'routing-keys': [queue]}


@pytest.mark.parametrize('reason', ['rejected', 'expired', 'maxlen'])
def test_first_and_last_death_are_named(channel, reason):
    exchange = exchange_of(channel, 'fanout')
    dead = bound(channel, exchange)
    queue = source_of(channel, exchange, **{'expired': {'message_ttl': 50}, 'maxlen': {'max_length': 1}}.get(reason, {}))
    publish(channel, queue, b'x')
    if reason == 'rejected':
        reject(channel, queue)
    elif reason == 'maxlen':
        publish(channel, queue, b'y')
    headers = take(channel, dead)[1].headers
    for which in 'first', 'last':
        assert headers['x-%s-death-reason' % which] == reason
        assert headers['x-%s-death-queue' % which] == queue
        assert headers['x-%s-death-exchange' % which] == ''
    assert headers['x-death'][0]['reason'] == reason


def test_own_routing_key_replaces_that_of_the_message(channel):
    exchange = exchange_of(channel, 'direct')
    dead, other = bound(channel, exchange, 'failed'), private(channel)
    channel.queue_bind(other, exchange, 'k')
    queue = source_of(channel, exchange, dead_letter_routing_key='failed')
    channel.queue_bind(queue, 'amq.direct', queue + 'k')
    channel.basic_publish('amq.direct', queue + 'k', b'x')
    reject(channel, queue)
    method, properties, _ = take(channel, dead)
    assert method.routing_key == 'failed'
    death = properties.headers['x-death'][0]
    assert (death['exchange'], death['routing-keys']) == ('amq.direct', [queue + 'k'])
    assert all_of(channel, other) == []


def test_default_exchange_takes_dead_letters_to_a_queue_by_name(channel):
    dead = private(channel)
    queue = source_of(channel, '', dead_letter_routing_key=dead)
    publish(channel, queue, b'x')
    reject(channel, queue)
    assert take(channel, dead)[2] == b'x'


def test_cc_keys_route_the_dead_letter_too(channel):
    exchange = exchange_of(channel, 'direct')
    queue = source_of(channel, exchange)
    dead = bound(channel, exchange, 'copy')
    publish(channel, queue, b'x', headers={'CC': ['copy']})
    reject(channel, queue)
    _, properties, _ = take(channel, dead)
    assert properties.headers['x-death'][0]['routing-keys'] == [queue, 'copy']
    assert properties.headers['CC'] == ['copy']


def test_own_routing_key_replaces_those_of_cc_too(channel):
    exchange = exchange_of(channel, 'direct')
    queue = source_of(channel, exchange, dead_letter_routing_key='failed')
    failed, copy = bound(channel, exchange, 'failed'), bound(channel, exchange, 'copy')
    publish(channel, queue, b'x', headers={'CC': ['copy']})
    reject(channel, queue)
    assert take(channel, failed)[2] == b'x'
    assert all_of(channel, copy) == []


def test_exchange_for_dead_letters_that_is_missing_drops_them(channel):
    queue = source_of(channel, fresh('missing'))
    publish(channel, queue, b'1', b'2')
    reject(channel, queue)
    assert in_order(channel, queue) == [b'2']


def test_exchange_for_dead_letters_may_be_declared_later(channel):
    exchange = fresh('later')
    queue = source_of(channel, exchange)
    channel.exchange_declare(exchange, 'fanout')
    dead = bound(channel, exchange)
    publish(channel, queue, b'x')
    reject(channel, queue)
    assert take(channel, dead)[2] == b'x'


def test_dead_letter_without_a_route_is_dropped(channel):
    queue = source_of(channel, exchange_of(channel, 'direct'))
    publish(channel, queue, b'1', b'2')
    reject(channel, queue)
    assert in_order(channel, queue) == [b'2']


def test_second_death_comes_before_the_first(channel):
    one, two = exchange_of(channel, 'fanout'), exchange_of(channel, 'fanout')
    end = bound(channel, two)
    middle = source_of(channel, two)
    channel.queue_bind(middle, one)
    queue = source_of(channel, one, message_ttl=50)
    publish(channel, queue, b'x')
    assert ready(channel, middle, 1)
    reject(channel, middle)
    headers = take(channel, end)[1].headers
    assert [(death['queue'], death['reason'], death['count']) for death in headers['x-death']] == [
        (middle, 'rejected', 1), (queue, 'expired', 1)]
    assert (headers['x-first-death-queue'], headers['x-last-death-queue']) == (queue, middle)
    assert (headers['x-first-death-exchange'], headers['x-last-death-exchange']) == ('', one)


@pytest.mark.parametrize('make', MAKES)
def test_deaths_of_one_kind_are_counted(channel, make):
    name = fresh('queue')
    queue = channel.queue_declare(name, durable=True, exclusive=make is private, arguments={
        'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': name}).method.queue
    publish(channel, queue, b'x')
    for count in range(1, 4):
        reject(channel, queue)
        method, properties, _ = take(channel, queue, ack=False)
        death, = properties.headers['x-death']
        assert death['count'] == count
        channel.basic_reject(method.delivery_tag)
        assert ready(channel, queue, 1)


def test_message_that_comes_back_to_its_queue_without_being_rejected_is_dropped(channel):
    name = fresh('queue')
    queue = channel.queue_declare(name, durable=True, arguments={
        'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': name, 'x-message-ttl': 50}).method.queue
    publish(channel, queue, b'round and round')
    assert until(lambda: channel.queue_declare(queue, passive=True).method.message_count == 0, channel.connection)
    assert not until(lambda: channel.queue_declare(queue, passive=True).method.message_count > 0, channel.connection, 0.2)


def test_circle_with_a_rejection_goes_on(channel):
    one, two = fresh('queue'), fresh('queue')
    channel.queue_declare(one, durable=True, arguments={
        'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': two, 'x-message-ttl': 50})
    channel.queue_declare(two, durable=True, arguments={
        'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': one})
    publish(channel, one, b'x')
    for count in range(1, 4):
        method, properties, _ = take(channel, two, ack=False)
        assert {(death['queue'], death['count']) for death in properties.headers['x-death']} == (
            {(one, 1)} if count == 1 else {(one, count), (two, count - 1)})
        channel.basic_reject(method.delivery_tag, requeue=False)


def test_requeued_message_is_no_dead_letter(channel):
    exchange = exchange_of(channel, 'fanout')
    dead, queue = bound(channel, exchange), source_of(channel, exchange)
    publish(channel, queue, b'x')
    channel.basic_nack(hold(channel, queue, 1)[0], requeue=True)
    assert take(channel, queue)[2] == b'x'
    assert all_of(channel, dead) == []


def test_purged_and_deleted_messages_are_no_dead_letters(channel):
    exchange = exchange_of(channel, 'fanout')
    dead, queue = bound(channel, exchange), source_of(channel, exchange)
    publish(channel, queue, b'x')
    channel.queue_purge(queue)
    publish(channel, queue, b'y')
    channel.queue_delete(queue)
    assert all_of(channel, dead) == []


def test_many_rejected_at_once_keep_their_order(channel):
    exchange = exchange_of(channel, 'fanout')
    dead, queue = bound(channel, exchange), source_of(channel, exchange)
    bodies = [b'%d' % number for number in range(20)]
    publish(channel, queue, *bodies)
    hold(channel, queue, 20)
    channel.basic_nack(0, multiple=True, requeue=False)
    assert ready(channel, dead, 20)
    assert in_order(channel, dead) == bodies


def test_dead_letter_reaches_all_queues_bound(channel):
    exchange = exchange_of(channel, 'fanout')
    ends, queue = [bound(channel, exchange), queue_of(channel)], source_of(channel, exchange)
    channel.queue_bind(ends[1], exchange)
    publish(channel, queue, b'x')
    reject(channel, queue)
    assert [take(channel, end)[2] for end in ends] == [b'x', b'x']


def test_x_death_sent_by_a_publisher_stays_below(channel):
    exchange = exchange_of(channel, 'fanout')
    dead, queue = bound(channel, exchange), source_of(channel, exchange)
    channel.basic_publish('', queue, b'x', pika.BasicProperties(headers={'x-death': 'mine'}))
    reject(channel, queue)
    assert [death['queue'] for death in take(channel, dead)[1].headers['x-death']] == [queue]
