"""Request and reply, with queues and without."""
import pika
import pytest

from amqp import Deliveries, closes, exists, private, publish, until

DIRECT = 'amq.rabbitmq.reply-to'


def server(channel):
    """A queue whose messages are answered in capitals."""
    queue = private(channel)
    channel.basic_consume(queue, lambda on, _, request, body: on.basic_publish(
        '', request.reply_to, body.upper(), pika.BasicProperties(correlation_id=request.correlation_id)), auto_ack=True)
    return queue


def test_reply_comes_to_a_queue_of_its_own(connection):
    queue, client = server(connection.channel()), connection.channel()
    replies = private(client)
    answers = Deliveries(client, replies)
    publish(client, queue, b'hello', reply_to=replies, correlation_id='7')
    assert answers.come(1)
    assert [(properties.correlation_id, body) for _, properties, body in answers] == [('7', b'HELLO')]


def test_direct_reply_needs_no_queue(connection):
    queue, client = server(connection.channel()), connection.channel()
    answers = Deliveries(client, DIRECT)
    publish(client, queue, b'one', b'two', reply_to=DIRECT, correlation_id='7')
    assert answers.come(2)
    assert [(method.exchange, properties.correlation_id, body) for method, properties, body in answers] == [
        ('', '7', b'ONE'), ('', '7', b'TWO')]


def test_direct_reply_comes_from_another_connection(connection, another):
    serving = another().channel()
    queue = private(serving)
    requests = Deliveries(serving, queue)
    client = connection.channel()
    answers = Deliveries(client, DIRECT)
    publish(client, queue, b'hello', reply_to=DIRECT)
    assert requests.come(1)
    address = requests[0][1].reply_to
    assert address.startswith(DIRECT + '.')
    publish(serving, address, b'answer')
    assert answers.come(1)


def test_server_can_see_whether_the_client_still_waits(connection, another):
    serving, client = connection.channel(), another().channel()
    queue = private(serving)
    requests = Deliveries(serving, queue)
    Deliveries(client, DIRECT)
    publish(client, queue, b'hello', reply_to=DIRECT)
    assert requests.come(1)
    address = requests[-1][1].reply_to
    assert exists(connection, address)
    client.connection.close()
    assert until(lambda: not exists(connection, address), connection)


def test_direct_reply_queue_is_declared_while_it_is_consumed(channel):
    Deliveries(channel, DIRECT)
    assert channel.queue_declare(DIRECT, passive=True).method.queue == DIRECT


def test_direct_reply_is_consumed_without_acks_only(channel):
    with closes(406, 'PRECONDITION_FAILED - reply consumer cannot acknowledge'):
        channel.basic_consume(DIRECT, print, auto_ack=False)


def test_direct_reply_needs_its_consumer_first(channel):
    queue = private(channel)
    with closes(406, 'PRECONDITION_FAILED - fast reply consumer does not exist'):
        publish(channel, queue, b'x', reply_to=DIRECT)


def test_direct_reply_has_one_consumer_on_a_channel(channel):
    Deliveries(channel, DIRECT)
    with closes(406, 'PRECONDITION_FAILED - reply consumer already set'):
        channel.basic_consume(DIRECT, print, auto_ack=True)


def test_mandatory_direct_reply_comes_back_when_nobody_takes_it(connection):
    client, serving = connection.channel(), connection.channel()
    serving.confirm_delivery()
    queue = private(serving)
    requests = Deliveries(serving, queue)
    Deliveries(client, DIRECT)
    publish(client, queue, b'hello', reply_to=DIRECT)
    assert requests.come(1)
    address = requests[0][1].reply_to
    client.close()
    with pytest.raises(pika.exceptions.UnroutableError):
        serving.basic_publish('', address, b'not taken', mandatory=True)
    serving.basic_publish('', address, b'not taken, not missed')
