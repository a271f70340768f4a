"""Channels: what closes one leaves the others, and says what it was."""
import pytest
from pika import spec

from amqp import closes, private, publish, take
from wire import Wire

NO_QUEUE = "NOT_FOUND - no queue 'check-none' in vhost '/'"
NO_EXCHANGE = "NOT_FOUND - no exchange 'check-none' in vhost '/'"
NONE_YET = 'NOT_FOUND - no previously declared queue'


@pytest.mark.parametrize('sent, text', [
    (spec.Queue.Declare(queue='check-none', passive=True), NO_QUEUE),
    (spec.Queue.Purge(queue='check-none'), NO_QUEUE),
    (spec.Queue.Bind(queue='check-none', exchange='amq.direct', routing_key=''), NO_QUEUE),
    (spec.Basic.Get(queue='check-none'), NO_QUEUE),
    (spec.Basic.Consume(queue='check-none'), NO_QUEUE),
    (spec.Exchange.Declare(exchange='check-none', passive=True), NO_EXCHANGE),
    (spec.Exchange.Bind(destination='check-none', source='amq.direct'), NO_EXCHANGE),
    (spec.Exchange.Bind(destination='amq.direct', source='check-none'), NO_EXCHANGE),
    (spec.Queue.Declare(queue='', passive=True), "NOT_FOUND - no queue '' in vhost '/'"),
    (spec.Queue.Bind(queue='', exchange='amq.direct', routing_key='x'), NONE_YET),
    (spec.Queue.Unbind(queue='', exchange='amq.direct', routing_key='x'), NONE_YET),
    (spec.Queue.Purge(queue=''), NONE_YET),
    (spec.Queue.Delete(queue=''), NONE_YET),
    (spec.Basic.Get(queue=''), NONE_YET),
    (spec.Basic.Consume(queue=''), NONE_YET),
], ids=lambda value: getattr(value, 'NAME', None))
def test_what_is_missing_is_404_and_names_the_method(sent, text):
    with Wire() as wire:
        wire.open(channels=2)
        wire.send(sent, 1)
        assert wire.why(spec.Channel.Close) == (404, text, (sent.INDEX >> 16, sent.INDEX & 0xffff))
        wire.send(spec.Basic.Qos(), 2)
        wire.expect(spec.Basic.QosOk)


def test_publish_to_a_missing_exchange_is_404():
    with Wire() as wire:
        wire.open(channels=1)
        wire.send(spec.Basic.Publish(exchange='check-none'), 1)
        wire.header(0)
        assert wire.why(spec.Channel.Close) == (404, NO_EXCHANGE, (60, 40))


def test_closed_channel_ignores_all_until_close_ok():
    with Wire() as wire:
        wire.open(channels=1)
        wire.send(spec.Basic.Get(queue='check-none'), 1)
        wire.send(spec.Basic.Get(queue='check-none'), 1)
        wire.send(spec.Basic.Publish(exchange='check-none'), 1)
        wire.header(1)
        wire.body(b'x')
        wire.expect(spec.Channel.Close)
        wire.send(spec.Channel.CloseOk(), 1)
        wire.send(spec.Channel.Open(), 1)
        wire.expect(spec.Channel.OpenOk)


def test_channel_number_can_be_used_again(connection):
    for _ in range(3):
        with closes(404):
            connection.channel(7).queue_declare('check-none', passive=True)
    assert connection.channel(7).is_open


def test_error_on_one_channel_leaves_the_others(connection):
    channel = connection.channel()
    queue = private(channel)
    with closes(404, NO_QUEUE):
        connection.channel().queue_declare('check-none', passive=True)
    publish(channel, queue, b'still here')
    assert take(channel, queue)[2] == b'still here'


def test_closing_twice_from_both_ends_is_answered():
    with Wire() as wire:
        wire.open(channels=1)
        wire.send(spec.Basic.Get(queue='check-none'), 1)
        wire.send(spec.Channel.Close(200, '', 0, 0), 1)
        wire.expect(spec.Channel.Close)
        wire.expect(spec.Channel.CloseOk)


def test_answers_come_in_the_order_of_the_requests():
    with Wire() as wire:
        wire.open(channels=1)
        wire.send(spec.Queue.Declare(exclusive=True), 1)
        for sent in spec.Basic.Get(queue=''), spec.Basic.Qos(), spec.Queue.Purge(queue=''), spec.Confirm.Select():
            wire.send(sent, 1)
        wire.expect(spec.Queue.DeclareOk)
        for answer in spec.Basic.GetEmpty, spec.Basic.QosOk, spec.Queue.PurgeOk, spec.Confirm.SelectOk:
            wire.expect(answer)


def test_no_wait_is_not_answered():
    with Wire() as wire:
        wire.open(channels=1)
        for sent in (spec.Exchange.Declare(exchange='amq.direct', type='direct', durable=True, nowait=True),
                     spec.Queue.Declare(queue='check-no-wait', exclusive=True, nowait=True),
                     spec.Queue.Bind(queue='check-no-wait', exchange='amq.direct', routing_key='k', nowait=True),
                     spec.Basic.Consume(queue='check-no-wait', consumer_tag='t', nowait=True),
                     spec.Basic.Cancel('t', nowait=True), spec.Queue.Purge(queue='check-no-wait', nowait=True),
                     spec.Queue.Delete(queue='check-no-wait', nowait=True), spec.Confirm.Select(nowait=True)):
            wire.send(sent, 1)
        wire.send(spec.Basic.Qos(), 1)
        wire.expect(spec.Basic.QosOk)
