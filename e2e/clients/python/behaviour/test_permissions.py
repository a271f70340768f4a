"""What a user may do: configure, write and read, by name."""
import urllib.error
import urllib.request

import pika
import pytest

from amqp import HTTP, closes, connect, fresh, manage


@pytest.fixture(scope='module')
def user():
    """May do everything to what begins with mine-."""
    name = fresh('user')
    manage('PUT', ['users', name], {'password': 'secret', 'tags': ''})
    manage('PUT', ['permissions', '/', name], {'configure': '^mine-', 'write': '^mine-', 'read': '^mine-'})
    with connect() as connection:
        for queue in 'mine-queue', 'yours-queue':
            connection.channel().queue_declare(queue, durable=True)
        for exchange in 'mine-exchange', 'yours-exchange':
            connection.channel().exchange_declare(exchange, 'fanout')
        yield name
        for kind in 'mine-', 'yours-':
            connection.channel().queue_delete(kind + 'queue')
            connection.channel().exchange_delete(kind + 'exchange')
    manage('DELETE', ['users', name])


@pytest.fixture
def limited(user, another):
    channel = another(user, 'secret').channel()
    channel.confirm_delivery()
    return channel


def test_user_without_permissions_may_not_enter():
    name = fresh('user')
    manage('PUT', ['users', name], {'password': 'secret', 'tags': ''})
    with pytest.raises(pika.exceptions.ProbableAccessDeniedError) as refused:
        connect(name, 'secret')
    manage('DELETE', ['users', name])
    assert "(530) \"NOT_ALLOWED - access to vhost '/' refused for user '%s'\"" % name in str(refused.value)


def test_user_may_do_what_is_allowed(limited):
    limited.queue_declare('mine-queue', durable=True)
    limited.queue_bind('mine-queue', 'mine-exchange')
    limited.exchange_declare('mine-other', 'direct', arguments={'alternate-exchange': 'mine-exchange'})
    limited.exchange_bind('mine-other', 'mine-exchange')
    limited.basic_publish('mine-exchange', '', b'x')
    assert limited.basic_get('mine-queue', auto_ack=True)[2] == b'x'
    limited.queue_purge('mine-queue')
    limited.exchange_delete('mine-other')


@pytest.mark.parametrize('use, access, what', [
    (lambda on: on.queue_declare('yours-new'), 'configure', "queue 'yours-new'"),
    (lambda on: on.queue_declare('yours-queue', durable=True), 'configure', "queue 'yours-queue'"),
    (lambda on: on.queue_delete('yours-queue'), 'configure', "queue 'yours-queue'"),
    (lambda on: on.exchange_declare('yours-new'), 'configure', "exchange 'yours-new'"),
    (lambda on: on.exchange_delete('yours-exchange'), 'configure', "exchange 'yours-exchange'"),
    (lambda on: on.basic_publish('yours-exchange', '', b'x'), 'write', "exchange 'yours-exchange'"),
    (lambda on: on.basic_publish('', 'mine-queue', b'x'), 'write', "exchange 'amq.default'"),
    (lambda on: on.queue_bind('yours-queue', 'mine-exchange'), 'write', "queue 'yours-queue'"),
    (lambda on: on.queue_bind('mine-queue', 'yours-exchange'), 'read', "exchange 'yours-exchange'"),
    (lambda on: on.queue_unbind('yours-queue', 'mine-exchange', ''), 'write', "queue 'yours-queue'"),
    (lambda on: on.queue_unbind('mine-queue', 'yours-exchange', ''), 'read', "exchange 'yours-exchange'"),
    (lambda on: on.exchange_bind('yours-exchange', 'mine-exchange'), 'write', "exchange 'yours-exchange'"),
    (lambda on: on.exchange_bind('mine-exchange', 'yours-exchange'), 'read', "exchange 'yours-exchange'"),
    (lambda on: on.basic_get('yours-queue'), 'read', "queue 'yours-queue'"),
    (lambda on: on.basic_consume('yours-queue', print), 'read', "queue 'yours-queue'"),
    (lambda on: on.queue_purge('yours-queue'), 'read', "queue 'yours-queue'"),
    (lambda on: on.queue_declare('mine-dead', arguments={'x-dead-letter-exchange': 'yours-exchange'}),
     'write', "exchange 'yours-exchange'"),
    (lambda on: on.exchange_declare('mine-new', arguments={'alternate-exchange': 'yours-exchange'}),
     'write', "exchange 'yours-exchange'"),
], ids=[
    'declare', 'declare-again', 'delete', 'exchange-declare', 'exchange-delete', 'publish', 'publish-default', 'bind-queue',
    'bind-source', 'unbind-queue', 'unbind-source', 'bind-destination', 'bind-exchange', 'get', 'consume', 'purge',
    'dead-letter-exchange', 'alternate-exchange'])
def test_what_is_not_allowed_is_403(limited, user, use, access, what):
    with closes(403, "ACCESS_REFUSED - %s access to %s in vhost '/' refused for user '%s'" % (access, what, user)):
        use(limited)


@pytest.mark.rabbitmq('asks for no permission; releases after 4.2.6 ask for any')
def test_passive_declare_needs_any_permission(limited, user):
    limited.queue_declare('mine-queue', passive=True)
    with closes(403, "ACCESS_REFUSED - configure access to queue 'yours-queue' in vhost '/' refused for user '%s'" % user):
        limited.queue_declare('yours-queue', passive=True)


def test_names_made_by_the_server_need_configure_too(limited, user):
    with pytest.raises(pika.exceptions.ChannelClosedByBroker) as closed:
        limited.queue_declare('', exclusive=True)
    assert closed.value.reply_code == 403


def test_permissions_that_change_count_for_new_channels(user, another):
    name = fresh('user')
    manage('PUT', ['users', name], {'password': 'secret', 'tags': ''})
    manage('PUT', ['permissions', '/', name], {'configure': '', 'write': '', 'read': ''})
    connection = another(name, 'secret')
    with closes(403):
        connection.channel().basic_get('mine-queue')
    manage('PUT', ['permissions', '/', name], {'configure': '', 'write': '', 'read': '.*'})
    assert connection.channel().basic_get('mine-queue')[0] is None
    connection.close()
    manage('DELETE', ['users', name])


def test_wrong_password_over_http_is_401():
    request = urllib.request.Request(HTTP + '/api/overview', headers={'Authorization': 'Basic Z3Vlc3Q6d3Jvbmc='})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=10)
    assert refused.value.code == 401
