"""Queues: declared, locked, named by the server, purged, deleted."""
import pytest
from pika import spec

from amqp import (
    Deliveries, bound, closes, counts, exchange_of, exists, fresh, hold, in_order, manage, private, publish, queue_of, ready,
    take, until)
from wire import Wire


def locked(queue):
    return ("RESOURCE_LOCKED - cannot obtain exclusive access to locked queue '%s' in vhost '/'. It could be originally "
            "declared on another connection or the exclusive property value does not match that of the original "
            "declaration." % queue)


def test_declare_says_how_many_messages_and_consumers(channel):
    queue = queue_of(channel)
    publish(channel, queue, b'1', b'2', b'3')
    hold(channel, queue, 1)
    assert counts(channel, queue) == (2, 0)
    channel.basic_qos(prefetch_count=1)
    Deliveries(channel, queue, auto_ack=False)
    again = channel.queue_declare(queue, durable=True).method
    assert (again.queue, again.consumer_count) == (queue, 1)
    assert ready(channel, queue, 1)


def test_server_names_queues_and_remembers_the_last(channel):
    queue = channel.queue_declare('', auto_delete=True).method.queue
    assert queue.startswith('amq.gen-')
    exchange = exchange_of(channel, 'fanout')
    channel.queue_bind('', exchange)
    channel.basic_publish(exchange, '', b'to the last')
    assert take(channel, '')[2] == b'to the last'
    channel.queue_delete('')
    assert not exists(channel.connection, queue)


def test_names_made_by_the_server_differ(channel):
    assert len({private(channel) for _ in range(20)}) == 20


def test_last_queue_is_remembered_by_each_channel(connection):
    one, two = connection.channel(), connection.channel()
    private(one)
    with closes(404, 'NOT_FOUND - no previously declared queue'):
        two.queue_purge('')


@pytest.mark.parametrize('name', ['ä-ö', 'with space', 'a/b', 'x' * 200, '%2F', '#', '日本'])
def test_name_may_have_any_characters(channel, name):
    queue = channel.queue_declare(fresh('n')[:30] + name, durable=True).method.queue
    publish(channel, queue, b'x')
    assert in_order(channel, queue) == [b'x']
    channel.queue_delete(queue)


def test_reserved_queue_name_is_403(channel):
    with closes(403, "ACCESS_REFUSED - queue name 'amq.mine' contains reserved prefix 'amq.*'"):
        channel.queue_declare('amq.mine')


def test_passive_declare_does_not_compare(channel):
    queue = queue_of(channel, {'x-message-ttl': 1000})
    assert channel.queue_declare(queue, passive=True, auto_delete=True).method.queue == queue


@pytest.mark.parametrize('use', [
    lambda on, queue: on.queue_declare(queue, passive=True), lambda on, queue: on.queue_declare(queue, exclusive=True),
    lambda on, queue: on.basic_get(queue), lambda on, queue: on.basic_consume(queue, print),
    lambda on, queue: on.queue_purge(queue), lambda on, queue: on.queue_delete(queue),
    lambda on, queue: on.queue_bind(queue, 'amq.fanout'),
], ids=['declare-passive', 'declare', 'get', 'consume', 'purge', 'delete', 'bind'])
def test_exclusive_queue_is_locked_for_other_connections(channel, another, use):
    queue = queue_of(channel, exclusive=True)
    with closes(405, locked(queue)):
        use(another().channel(), queue)


def test_exclusive_queue_serves_all_channels_of_its_connection(connection):
    queue = private(connection.channel())
    other = connection.channel()
    publish(other, queue, b'x')
    assert take(other, queue)[2] == b'x'


def test_others_may_publish_to_an_exclusive_queue(channel, another):
    queue = private(channel)
    other = another().channel()
    other.confirm_delivery()
    publish(other, queue, b'x')
    assert take(channel, queue)[2] == b'x'


@pytest.mark.parametrize('how', ['close', 'cut'])
@pytest.mark.parametrize('durable', [False, True])
def test_exclusive_queue_goes_with_its_connection(connection, how, durable):
    queue = fresh('queue')
    with Wire() as owner:
        owner.open(channels=1)
        owner.send(spec.Queue.Declare(queue=queue, exclusive=True, durable=durable), 1)
        owner.expect(spec.Queue.DeclareOk)
        if how == 'close':
            owner.send(spec.Connection.Close(200, '', 0, 0))
            owner.expect(spec.Connection.CloseOk)
    assert until(lambda: not exists(connection, queue), connection)


def test_exclusive_queue_declared_again_otherwise_is_refused(channel):
    queue = queue_of(channel, exclusive=True)
    with closes(406, "PRECONDITION_FAILED - inequivalent arg 'auto_delete' for queue '%s' in vhost '/': "
                     "received 'true' but current is 'false'" % queue):
        channel.queue_declare(queue, durable=True, exclusive=True, auto_delete=True)


def test_queue_that_is_not_exclusive_declared_exclusive_is_405(channel):
    queue = queue_of(channel)
    with closes(405, locked(queue)):
        channel.queue_declare(queue, durable=True, exclusive=True)


def test_auto_delete_queue_goes_with_its_last_consumer(channel):
    queue = queue_of(channel, durable=False, auto_delete=True)
    tags = [channel.basic_consume(queue, print) for _ in range(2)]
    channel.basic_cancel(tags[0])
    assert counts(channel, queue) == (0, 1)
    channel.basic_cancel(tags[1])
    assert until(lambda: not exists(channel.connection, queue), channel.connection)


@pytest.mark.parametrize('end', ['channel', 'connection'])
def test_auto_delete_queue_goes_with_the_channel_of_its_consumer(connection, another, end):
    other = another()
    channel = other.channel()
    queue = queue_of(channel, durable=False, auto_delete=True)
    channel.basic_consume(queue, print)
    (channel if end == 'channel' else other).close()
    assert until(lambda: not exists(connection, queue), connection)


def test_auto_delete_queue_that_was_never_consumed_stays(channel):
    queue = queue_of(channel, durable=False, auto_delete=True)
    publish(channel, queue, b'x')
    assert in_order(channel, queue) == [b'x']
    assert exists(channel.connection, queue)


def test_purge_removes_what_is_ready_only(channel):
    queue = queue_of(channel)
    publish(channel, queue, *[b'x'] * 5)
    held = hold(channel, queue, 1)
    assert channel.queue_purge(queue).method.message_count == 4
    assert counts(channel, queue)[0] == 0
    channel.basic_nack(held[0])
    assert ready(channel, queue, 1)


def test_purge_of_an_empty_queue_says_none(channel):
    assert channel.queue_purge(queue_of(channel)).method.message_count == 0
    assert channel.queue_purge(private(channel)).method.message_count == 0


@pytest.mark.parametrize('durable', [True, False])
def test_delete_says_how_many_and_twice_is_fine(channel, durable):
    queue = queue_of(channel, durable=durable)
    publish(channel, queue, b'1', b'2')
    assert channel.queue_delete(queue).method.message_count == 2
    assert channel.queue_delete(queue).method.message_count == 0


def test_queue_made_again_is_empty(channel):
    queue = queue_of(channel)
    publish(channel, queue, b'old')
    channel.queue_delete(queue)
    channel.queue_declare(queue, durable=True)
    publish(channel, queue, b'new')
    assert in_order(channel, queue) == [b'new']


def test_queue_in_use_is_not_deleted_if_unused(connection):
    channel = connection.channel()
    queue = queue_of(channel)
    tag = channel.basic_consume(queue, print)
    with closes(406, "PRECONDITION_FAILED - queue '%s' in vhost '/' in use" % queue):
        connection.channel().queue_delete(queue, if_unused=True)
    channel.basic_cancel(tag)
    channel.queue_delete(queue, if_unused=True)
    assert not exists(connection, queue)


def test_queue_that_is_not_empty_is_not_deleted_if_empty(connection, channel):
    queue = queue_of(channel)
    publish(channel, queue, b'x')
    with closes(406, "PRECONDITION_FAILED - queue '%s' in vhost '/' not empty" % queue):
        connection.channel().queue_delete(queue, if_empty=True)
    channel.queue_purge(queue)
    channel.queue_delete(queue, if_empty=True)
    assert not exists(connection, queue)


def test_queue_without_consumers_keeps_what_is_routed_to_it(channel):
    exchange = exchange_of(channel, 'fanout')
    queue = bound(channel, exchange)
    for number in range(3):
        channel.basic_publish(exchange, '', b'%d' % number)
    assert in_order(channel, queue) == [b'0', b'1', b'2']


def test_queues_of_two_virtual_hosts_are_two(another, channel):
    vhost = fresh('vhost')
    manage('PUT', ['vhosts', vhost])
    try:
        manage('PUT', ['permissions', vhost, 'guest'], {'configure': '.*', 'write': '.*', 'read': '.*'})
        queue = queue_of(channel)
        other = another(vhost=vhost)
        with closes(404, "NOT_FOUND - no queue '%s' in vhost '%s'" % (queue, vhost)):
            other.channel().queue_declare(queue, passive=True)
        other.channel().queue_declare(queue, exclusive=True)
        other.channel().basic_publish('', queue, b'there')
        assert counts(channel, queue)[0] == 0
        other.close()
    finally:
        manage('DELETE', ['vhosts', vhost])
