"""Queues that take a message-id once in a while (x-deduplication-window)."""
import pika
import pytest

from amqp import bound, closes, exchange_of, in_order, publish, queue_of, ready, take


def once(channel, window=300_000, **more):
    return queue_of(channel, {'x-deduplication-window': window, **more})


def test_second_message_of_an_id_is_confirmed_and_not_taken(channel):
    queue = once(channel)
    for body in b'first', b'again':
        publish(channel, queue, body, message_id='a')
    publish(channel, queue, b'other', message_id='b')
    assert in_order(channel, queue) == [b'first', b'other']
    publish(channel, queue, b'even when the first is acknowledged', message_id='a')
    assert in_order(channel, queue) == []


def test_messages_without_an_id_are_all_taken(channel):
    queue = once(channel)
    publish(channel, queue, b'x', b'x')
    assert in_order(channel, queue) == [b'x', b'x']


def test_id_may_come_again_after_the_window(channel):
    queue = once(channel, 300)
    publish(channel, queue, b'0', message_id='a')
    channel.connection.sleep(0.5)
    publish(channel, queue, b'1', message_id='a')
    assert in_order(channel, queue) == [b'0', b'1']


def test_each_queue_of_a_fanout_decides_for_itself(channel):
    exchange = exchange_of(channel, 'fanout')
    plain, queue = bound(channel, exchange), once(channel)
    channel.queue_bind(queue, exchange)
    for _ in range(2):
        channel.basic_publish(exchange, '', b'x', pika.BasicProperties(message_id='a'))
    assert ready(channel, plain, 2)
    assert in_order(channel, queue) == [b'x']


def test_dead_letter_comes_back_through_another_queue(channel):
    queue = once(channel, **{'x-dead-letter-exchange': ''})
    retry = queue_of(channel, {'x-message-ttl': 100, 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': queue})
    channel.queue_delete(queue)
    channel.queue_declare(queue, durable=True, arguments={
        'x-deduplication-window': 300_000, 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': retry})
    publish(channel, queue, b'again and again', message_id='a')
    for _ in range(3):
        channel.basic_nack(take(channel, queue, ack=False)[0].delivery_tag, requeue=False)
    assert take(channel, queue)[2] == b'again and again'


@pytest.mark.parametrize('window', [0, -1, 'long'])
def test_window_that_is_none_is_refused(channel, window):
    with closes(406):
        once(channel, window)
