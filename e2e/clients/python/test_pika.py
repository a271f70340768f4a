"""What an application on pika needs of the broker; the other AMQP clients run the same list."""
import socket

import pika
import pytest

from amqp import connect, fresh, take, until


@pytest.fixture
def channel(connection):
    return connection.channel()


def test_declare_again_is_fine_and_otherwise_is_refused(channel):
    queue = fresh('declare')
    channel.queue_declare(queue, durable=True)
    channel.queue_declare(queue, durable=True)
    with pytest.raises(pika.exceptions.ChannelClosedByBroker) as refused:
        channel.queue_declare(queue, durable=True, arguments={'x-message-ttl': 1000})
    assert refused.value.reply_code == 406
    assert refused.value.reply_text == (
        "PRECONDITION_FAILED - inequivalent arg 'x-message-ttl' for queue '%s' in vhost '/': "
        "received the value '1000' of type 'signedint' but current is none" % queue)


def test_confirms_come_for_every_publish(channel):
    queue = fresh('confirms')
    channel.queue_declare(queue, durable=True)
    channel.confirm_delivery()
    for number in range(200):
        channel.basic_publish('', queue, b'%d' % number, pika.BasicProperties(delivery_mode=2))
    assert channel.queue_declare(queue, passive=True).method.message_count == 200
    assert [take(channel, queue)[2] for _ in range(200)] == [b'%d' % number for number in range(200)]


def test_mandatory_message_without_a_route_comes_back(channel):
    channel.confirm_delivery()
    with pytest.raises(pika.exceptions.UnroutableError) as unroutable:
        channel.basic_publish('', fresh('nowhere'), b'lost?', mandatory=True)
    returned = unroutable.value.messages[0]
    assert returned.method.reply_code == 312
    assert returned.method.reply_text == 'NO_ROUTE'
    assert returned.body == b'lost?'


def test_prefetch_bounds_what_is_under_way(channel):
    queue = fresh('prefetch')
    channel.queue_declare(queue, durable=True)
    channel.confirm_delivery()
    for number in range(10):
        channel.basic_publish('', queue, b'%d' % number)
    channel.basic_qos(prefetch_count=3)
    got = []
    channel.basic_consume(queue, lambda _, method, __, body: got.append(method.delivery_tag))
    channel.connection.process_data_events(1)
    assert len(got) == 3
    channel.basic_ack(got[2], multiple=True)
    assert until(lambda: len(got) == 6, channel.connection)


def test_nack_goes_to_the_dead_letter_exchange(channel):
    exchange, dead, work = fresh('dlx'), fresh('dead'), fresh('work')
    channel.exchange_declare(exchange, 'direct', durable=True)
    channel.queue_declare(dead, durable=True)
    channel.queue_bind(dead, exchange, 'failed')
    channel.queue_declare(work, durable=True, arguments={
        'x-dead-letter-exchange': exchange, 'x-dead-letter-routing-key': 'failed'})
    channel.confirm_delivery()
    channel.basic_publish('', work, b'poison', pika.BasicProperties(headers={'kept': 'yes'}))
    method, _, _ = take(channel, work, ack=False)
    channel.basic_nack(method.delivery_tag, requeue=False)
    _, properties, body = take(channel, dead)
    assert body == b'poison'
    assert properties.headers['kept'] == 'yes'
    death = properties.headers['x-death'][0]
    assert (death['queue'], death['reason'], death['count']) == (work, 'rejected', 1)
    assert (death['exchange'], death['routing-keys']) == ('', [work])


def test_unacknowledged_message_comes_again_when_the_socket_is_cut(channel):
    queue = fresh('redelivery')
    channel.queue_declare(queue, durable=True)
    channel.confirm_delivery()
    channel.basic_publish('', queue, b'again')
    doomed = connect()
    method, _, _ = take(doomed.channel(), queue, ack=False)
    assert not method.redelivered
    cut = doomed._impl._transport._sock if hasattr(doomed._impl._transport, '_sock') else None
    (cut or doomed._impl._get_sock()).shutdown(socket.SHUT_RDWR)
    method, _, body = take(channel, queue, ack=False)
    assert body == b'again'
    assert method.redelivered
    channel.basic_ack(method.delivery_tag)
