"""Exchanges that pick one of their destinations: RabbitMQ's plugins for consistent hashing, random choice and sharding."""
import pika
import pytest

from amqp import all_of, bound, closes, exchange_of, fresh, manage, private

TYPES = ['x-consistent-hash', 'x-random', 'x-modulus-hash']
MESSAGES = 300


def spread(channel, exchange, queues, **properties):
    """How many of the messages with different routing keys each queue got."""
    for number in range(MESSAGES):
        channel.basic_publish(exchange, 'key%d' % number, b'm', pika.BasicProperties(**properties))
    return [len(all_of(channel, queue)) for queue in queues]


@pytest.mark.parametrize('kind', TYPES)
def test_message_reaches_exactly_one_queue(channel, kind):
    exchange = exchange_of(channel, kind)
    queues = [bound(channel, exchange, '1') for _ in range(3)]
    shares = spread(channel, exchange, queues)
    assert sum(shares) == MESSAGES
    assert all(share > MESSAGES / 10 for share in shares)


@pytest.mark.parametrize('kind', TYPES)
def test_without_bindings_a_message_is_returned(channel, kind):
    exchange = exchange_of(channel, kind)
    with pytest.raises(pika.exceptions.UnroutableError):
        channel.basic_publish(exchange, 'k', b'm', mandatory=True)


@pytest.mark.parametrize('kind', TYPES)
def test_type_is_shown_and_compared(channel, kind):
    exchange = exchange_of(channel, kind, durable=True)
    assert manage('GET', ['exchanges', '/', exchange])['type'] == kind
    with closes(406, "PRECONDITION_FAILED - inequivalent arg 'type' for exchange '%s' in vhost '/': "
                     "received 'direct' but current is ''%s''" % (exchange, kind)):
        channel.exchange_declare(exchange, 'direct', durable=True)


@pytest.mark.parametrize('kind', ['x-consistent-hash', 'x-modulus-hash'])
def test_same_routing_key_stays_with_its_queue(channel, kind):
    exchange = exchange_of(channel, kind)
    queues = [bound(channel, exchange, '1') for _ in range(3)]
    for _ in range(20):
        channel.basic_publish(exchange, 'same', b'm')
    assert sorted(len(all_of(channel, queue)) for queue in queues) == [0, 0, 20]


def test_weight_is_the_share(channel):
    exchange = exchange_of(channel, 'x-consistent-hash')
    light, heavy = bound(channel, exchange, '1'), bound(channel, exchange, '9')
    shares = spread(channel, exchange, [light, heavy])
    assert sum(shares) == MESSAGES
    assert shares[1] > 4 * shares[0]


def test_queue_that_goes_leaves_its_keys_to_the_others(channel):
    exchange = exchange_of(channel, 'x-consistent-hash')
    one, two = bound(channel, exchange, '1'), bound(channel, exchange, '1')
    channel.queue_delete(one)
    assert spread(channel, exchange, [two]) == [MESSAGES]


@pytest.mark.parametrize('arguments, same', [
    ({'hash-header': 'who'}, {'headers': {'who': 'alice'}}),
    ({'hash-header': 'x-who'}, {'headers': {'x-who': 7}}),
    ({'hash-property': 'message_id'}, {'message_id': 'm1'}),
    ({'hash-property': 'correlation_id'}, {'correlation_id': 'c1'}),
    ({'hash-property': 'timestamp'}, {'timestamp': 1700000000}),
    ({'hash-header': 'who'}, {'headers': {}}),  # what lacks it is all the same
    ({'hash-property': 'message_id'}, {}),
])
def test_argument_says_what_is_hashed(channel, arguments, same):
    exchange = exchange_of(channel, 'x-consistent-hash', arguments=arguments)
    queues = [bound(channel, exchange, '1') for _ in range(3)]
    assert sorted(spread(channel, exchange, queues, **same)) == [0, 0, MESSAGES]


def test_different_headers_spread(channel):
    exchange = exchange_of(channel, 'x-consistent-hash', arguments={'hash-header': 'who'})
    queues = [bound(channel, exchange, '1') for _ in range(3)]
    for number in range(MESSAGES):
        channel.basic_publish(exchange, 'same', b'm', pika.BasicProperties(headers={'who': 'user%d' % number}))
    assert all(len(all_of(channel, queue)) > MESSAGES / 10 for queue in queues)


@pytest.mark.parametrize('arguments, text', [
    ({'hash-property': 'app_id'}, 'Unsupported property: app_id'),
    ({'hash-property': 'message_id', 'hash-header': 'h'}, 'hash-header and hash-property are mutually exclusive'),
    ({'hash-property': 'app_id', 'hash-header': 'h'}, 'hash-header and hash-property are mutually exclusive'),
])
def test_argument_that_cannot_be_hashed_is_406(channel, arguments, text):
    with closes(406, 'PRECONDITION_FAILED - ' + text):
        channel.exchange_declare(fresh('exchange'), 'x-consistent-hash', arguments=arguments)


@pytest.mark.parametrize('key, text', [
    ('0', 'The binding key must be greater than 0'),
    ('-3', 'The binding key must be greater than 0'),
    ('many', 'The binding key must be an integer: <<"many">>'),
    ('', 'The binding key must be an integer: <<>>'),
    ('1.5', 'The binding key must be an integer: <<"1.5">>'),
])
def test_binding_key_that_is_no_weight_is_406(channel, key, text):
    exchange = exchange_of(channel, 'x-consistent-hash')
    queue = private(channel)
    with closes(406, 'PRECONDITION_FAILED - ' + text):
        channel.queue_bind(queue, exchange, key)


@pytest.mark.parametrize('key', ['+5', '007'])
def test_weight_is_any_whole_number(channel, key):
    exchange = exchange_of(channel, 'x-consistent-hash')
    queue = bound(channel, exchange, key)
    assert spread(channel, exchange, [queue]) == [MESSAGES]


def test_exchange_may_be_a_destination(channel):
    exchange, behind = exchange_of(channel, 'x-consistent-hash'), exchange_of(channel, 'fanout')
    channel.exchange_bind(behind, exchange, '1')
    queues = [bound(channel, behind), bound(channel, behind)]
    assert spread(channel, exchange, queues) == [MESSAGES, MESSAGES]


@pytest.mark.parametrize('kind', ['x-random', 'x-modulus-hash'])
def test_binding_key_does_not_matter(channel, kind):
    exchange = exchange_of(channel, kind)
    queue = bound(channel, exchange, 'anything')
    assert spread(channel, exchange, [queue]) == [MESSAGES]


def test_random_choice_is_per_message(channel):
    exchange = exchange_of(channel, 'x-random')
    queues = [bound(channel, exchange) for _ in range(3)]
    for _ in range(MESSAGES):
        channel.basic_publish(exchange, 'same', b'm')
    assert all(len(all_of(channel, queue)) > MESSAGES / 10 for queue in queues)
