"""Limits of users and virtual hosts: connections, channels, queues."""
import pika
import pytest

from amqp import closes, connect, fresh, manage, refused, until


@pytest.fixture
def user():
    name = fresh('user')
    manage('PUT', ['users', name], {'password': 'secret', 'tags': ''})
    yield name
    manage('DELETE', ['users', name])


@pytest.fixture
def vhost(user):
    name = fresh('vhost')
    manage('PUT', ['vhosts', name])
    for each in user, 'guest':
        manage('PUT', ['permissions', name, each], {'configure': '.*', 'write': '.*', 'read': '.*'})
    yield name
    manage('DELETE', ['vhosts', name])


def limit(kind, who, name, value):
    manage('PUT', [kind + '-limits', who, name], {'value': value})


def is_refused(reason, *arguments, **more):
    with pytest.raises(pika.exceptions.ProbableAccessDeniedError) as error:
        connect(*arguments, **more)
    assert '(530) "NOT_ALLOWED - %s"' % reason in str(error.value)
    return True


def can_connect(*arguments, **more):
    try:
        connect(*arguments, **more).close()
        return True
    except pika.exceptions.ProbableAccessDeniedError:
        return False


def test_a_virtual_host_limits_its_connections(vhost, user, connection):
    limit('vhost', vhost, 'max-connections', 1)
    with connect(vhost=vhost):
        is_refused("access to vhost '%s' refused for user '%s': connection limit (1) is reached" % (vhost, user),
                   user, 'secret', vhost=vhost)
    assert until(lambda: can_connect(user, 'secret', vhost=vhost), connection)


def test_a_user_has_so_many_connections(vhost, user, connection):
    limit('user', user, 'max-connections', 1)
    with connect(user, 'secret', vhost=vhost):
        is_refused("connection refused for user '%s': user connection limit (1) is reached" % user,
                   user, 'secret', vhost=vhost)
        connect(vhost=vhost).close()
    assert until(lambda: can_connect(user, 'secret', vhost=vhost), connection)


def test_zero_is_none_at_all(vhost, user):
    limit('user', user, 'max-connections', 0)
    is_refused("connection refused for user '%s': user connection limit (0) is reached" % user,
               user, 'secret', vhost=vhost)
    limit('vhost', vhost, 'max-connections', 0)
    is_refused("access to vhost '%s' refused for user 'guest': connection limit (0) is reached" % vhost, vhost=vhost)


def test_a_negative_limit_is_none(vhost, user):
    limit('user', user, 'max-connections', -1)
    limit('vhost', vhost, 'max-connections', -1)
    connect(user, 'secret', vhost=vhost).close()


@pytest.mark.rabbitmq("it names the node in place of the user")
def test_a_user_has_so_many_channels(vhost, user):
    limit('user', user, 'max-channels', 2)
    with connect(user, 'secret', vhost=vhost) as one:
        one.channel()
        other = connect(user, 'secret', vhost=vhost)
        other.channel()
        with pytest.raises(pika.exceptions.ConnectionClosedByBroker) as closed:
            other.channel()
    assert (closed.value.reply_code, closed.value.reply_text) == (
        530, "NOT_ALLOWED - number of channels opened for user '%s' has reached the maximum allowed user limit of (2)" %
        user)


def test_a_channel_that_is_closed_makes_room(vhost, user):
    limit('user', user, 'max-channels', 1)
    with connect(user, 'secret', vhost=vhost) as connection:
        for _ in range(3):
            connection.channel().close()
            connection.process_data_events(0.2)  # RabbitMQ hears of it a little later


def test_a_virtual_host_limits_its_queues(vhost):
    limit('vhost', vhost, 'max-queues', 2)
    reason = "cannot declare queue '%%s': queue limit in vhost '%s' (2) is reached" % vhost
    with connect(vhost=vhost) as connection:
        channel = connection.channel()
        channel.queue_declare('a', durable=True)
        channel.queue_declare('b', exclusive=True)
        channel.queue_declare('a', durable=True)
        with closes(406, 'PRECONDITION_FAILED - ' + reason % 'c'):
            channel.queue_declare('c', exclusive=True)
        with refused(400, 'bad_request', reason % 'd'):
            manage('PUT', ['queues', vhost, 'd'], {'durable': True})
        channel = connection.channel()
        channel.queue_delete('a')
        channel.queue_declare('c', durable=True)


def test_a_limit_that_is_removed_is_gone(vhost):
    limit('vhost', vhost, 'max-queues', 0)
    manage('DELETE', ['vhost-limits', vhost, 'max-queues'])
    manage('PUT', ['queues', vhost, 'q'], {'durable': True})


# --- the management API ---

@pytest.mark.parametrize('kind, other', [('vhost', 'max-queues'), ('user', 'max-channels')])
def test_limits_are_listed(vhost, user, kind, other):
    who = {'vhost': vhost, 'user': user}[kind]
    path = [kind + '-limits', who]
    assert manage('GET', path) == []
    limit(kind, who, 'max-connections', 5)
    limit(kind, who, other, 6)
    limit(kind, who, 'max-connections', -1)
    shown = {kind: who, 'value': {'max-connections': -1, other: 6}}
    assert manage('GET', path) == [shown]
    assert shown in manage('GET', path[:1])
    manage('DELETE', path + [other])
    manage('DELETE', path + [other])
    assert manage('GET', path) == [{kind: who, 'value': {'max-connections': -1}}]
    manage('DELETE', path + ['max-connections'])
    assert manage('GET', path) == []


def test_a_user_shows_his_limits_and_keeps_them(user):
    limit('user', user, 'max-channels', 6)
    manage('PUT', ['users', user], {'password': 'other', 'tags': ''})
    assert manage('GET', ['users', user])['limits'] == {'max-channels': 6}


@pytest.mark.parametrize('kind, name, body, reason', [
    ('vhost', 'max-connections', {'value': 'x'},
     'Validation failed\n\nmax-connections should be a number, actually was <<"x">>\n'),
    ('vhost', 'max-connections', {'value': 1.5},
     'Validation failed\n\nmax-connections should be a number, actually was 1.5\n'),
    ('vhost', 'odd', {'value': 5}, 'Validation failed\n\nUnrecognised terms [{<<"odd">>,5}] in limits\n'),
    ('vhost', 'max-queues', {}, '[{key_missing,value}]'),
    ('user', 'max-connections', {'value': '7'}, 'max-connections should be a number, actually was <<"7">>'),
    ('user', 'odd', {'value': 5}, 'Unrecognised terms [{<<"odd">>,5}] in user-limits'),
    ('user', 'max-channels', {}, '[{key_missing,value}]'),
])
def test_what_is_no_limit_is_refused(vhost, user, kind, name, body, reason):
    with refused(400, 'bad_request', reason):
        manage('PUT', [kind + '-limits', {'vhost': vhost, 'user': user}[kind], name], body)


def test_limits_need_their_user_and_virtual_host():
    for path in ['vhost-limits', 'nowhere'], ['user-limits', 'nobody']:
        with refused(404, 'Object Not Found', 'Not Found'):
            manage('GET', path)
    with refused(404, 'not_found', 'vhost_not_found'):
        manage('PUT', ['vhost-limits', 'nowhere', 'max-queues'], {'value': 1})
    with refused(400, 'bad_request'):
        manage('PUT', ['user-limits', 'nobody', 'max-channels'], {'value': 1})
