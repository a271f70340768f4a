"""Topic permissions: with which routing keys a user may publish to a topic exchange, and bind."""
import pika
import pytest

from amqp import bound, closes, connect, exchange_of, fresh, in_order, manage, private, refused


@pytest.fixture
def user():
    name = fresh('user')
    manage('PUT', ['users', name], {'password': 'secret', 'tags': 'administrator'})
    manage('PUT', ['permissions', '/', name], {'configure': '.*', 'write': '.*', 'read': '.*'})
    yield name
    manage('DELETE', ['users', name])


@pytest.fixture
def exchange(channel):
    return exchange_of(channel, 'topic')


@pytest.fixture
def limited(user, exchange, another):
    """A channel of a user who may publish w.# and bind to his own name."""
    manage('PUT', ['topic-permissions', '/', user], {
        'exchange': exchange, 'write': r'^w\.', 'read': '^{username}@{vhost}$'})
    return another(user, 'secret').channel()


def is_open(channel):
    channel.queue_declare('', exclusive=True)
    return True


def test_publishing_needs_write_on_the_routing_key(limited, exchange, user, channel):
    queue = bound(channel, exchange, '#')
    limited.confirm_delivery()
    limited.basic_publish(exchange, 'w.x', b'1')
    assert in_order(channel, queue) == [b'1']
    with closes(403, "ACCESS_REFUSED - write access to topic 'x.w' in exchange '%s' in vhost '/' refused for user '%s'" % (
            exchange, user)):
        limited.basic_publish(exchange, 'x.w', b'2')


@pytest.mark.parametrize('header', ['CC', 'BCC'])
def test_so_do_further_routing_keys(limited, exchange, user, header):
    with closes(403, "ACCESS_REFUSED - write access to topic 'x' in exchange '%s' in vhost '/' refused for user '%s'" % (
            exchange, user)):
        limited.basic_publish(exchange, 'w.x', b'', pika.BasicProperties(headers={header: ['w.y', 'x']}))
        is_open(limited)


@pytest.mark.parametrize('use', [
    lambda on, exchange: on.queue_bind(private(on), exchange, 'other'),
    lambda on, exchange: on.queue_unbind(private(on), exchange, 'other'),
    lambda on, exchange: on.exchange_bind('amq.fanout', exchange, 'other'),
    lambda on, exchange: on.exchange_unbind('amq.fanout', exchange, 'other'),
    lambda on, exchange: on.queue_bind('no-such-queue', exchange, 'other'),
])
def test_binding_needs_read_on_the_routing_key(limited, exchange, user, use):
    with closes(403, "ACCESS_REFUSED - read access to topic 'other' in exchange '%s' in vhost '/' refused for user '%s'" % (
            exchange, user)):
        use(limited, exchange)


def test_variables_stand_for_the_names(limited, exchange, user):
    limited.queue_bind(private(limited), exchange, user + '@/')


def test_other_exchanges_do_not_ask(limited, user):
    limited.basic_publish('amq.topic', 'x', b'')
    limited.basic_publish('amq.direct', 'x', b'')
    limited.queue_bind(private(limited), 'amq.topic', 'x')
    assert is_open(limited)


def test_an_exchange_that_is_no_topic_exchange_does_not_ask(channel, user):
    exchange = exchange_of(channel, 'direct')
    manage('PUT', ['topic-permissions', '/', user], {'exchange': exchange, 'write': '', 'read': ''})
    with connect(user, 'secret') as connection:
        limited = connection.channel()
        limited.basic_publish(exchange, 'x', b'')
        limited.queue_bind(private(limited), exchange, 'x')
        assert is_open(limited)


def test_an_empty_pattern_allows_the_empty_key_only(user, exchange, another):
    manage('PUT', ['topic-permissions', '/', user], {'exchange': exchange, 'write': '', 'read': ''})
    limited = another(user, 'secret').channel()
    limited.basic_publish(exchange, '', b'')
    assert is_open(limited)
    with closes(403):
        limited.basic_publish(exchange, 'x', b'')
        is_open(limited)


def test_without_a_permission_every_key_is_allowed_again(limited, exchange, user, another):
    manage('DELETE', ['topic-permissions', '/', user, exchange])
    other = another(user, 'secret').channel()
    other.basic_publish(exchange, 'x', b'')
    assert is_open(other)


def test_permissions_are_listed(user, exchange):
    path = ['topic-permissions', '/', user]
    with refused(404, 'Object Not Found', 'Not Found'):
        manage('GET', path)
    manage('PUT', path, {'exchange': exchange, 'write': 'a', 'read': 'b'})
    manage('PUT', path, {'exchange': 'amq.topic', 'write': '', 'read': ''})
    mine = {'user': user, 'vhost': '/', 'exchange': exchange, 'write': 'a', 'read': 'b'}
    for each in path, ['topic-permissions'], ['users', user, 'topic-permissions'], ['vhosts', '/', 'topic-permissions']:
        assert mine in manage('GET', each)
    assert len(manage('GET', path)) == 2
    manage('DELETE', path + [exchange])
    assert [each['exchange'] for each in manage('GET', path)] == ['amq.topic']
    manage('DELETE', path)
    with refused(404, 'Object Not Found', 'Not Found'):
        manage('DELETE', path)


def test_they_go_with_the_user(exchange):
    name = fresh('user')
    manage('PUT', ['users', name], {'password': 'secret', 'tags': ''})
    manage('PUT', ['topic-permissions', '/', name], {'exchange': exchange, 'write': 'a', 'read': 'b'})
    manage('DELETE', ['users', name])
    assert name not in [each['user'] for each in manage('GET', ['topic-permissions'])]


@pytest.mark.parametrize('who, body, reason', [
    ('nobody', {'exchange': 'x', 'write': '', 'read': ''}, 'vhost_or_user_not_found'),
    (None, {'write': '', 'read': ''}, '[{key_missing,exchange}]'),
    (None, {}, '[{key_missing,exchange},{key_missing,write},{key_missing,read}]'),
])
def test_what_is_refused(user, who, body, reason):
    with refused(400, 'bad_request', reason):
        manage('PUT', ['topic-permissions', '/', who or user], body)


def test_a_pattern_must_be_a_regular_expression(user):
    with refused(400, 'bad_request'):
        manage('PUT', ['topic-permissions', '/', user], {'exchange': 'x', 'write': '(', 'read': ''})
