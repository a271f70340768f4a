"""Transactions: what is published and acknowledged counts at tx.commit."""
import pytest
from pika import spec

from amqp import closes, counts, hold, private, publish, queue_of, take
from wire import Wire


@pytest.fixture
def channel(connection):
    channel = connection.channel()
    channel.tx_select()
    return channel


def test_publishes_are_seen_after_commit_only(channel, connection):
    queue, other = private(channel), connection.channel()
    publish(channel, queue, b'x')
    assert counts(other, queue)[0] == 0
    channel.tx_commit()
    assert counts(other, queue)[0] == 1


def test_publishes_are_forgotten_by_rollback(channel):
    queue = private(channel)
    publish(channel, queue, b'x')
    channel.tx_rollback()
    channel.tx_commit()
    assert counts(channel, queue)[0] == 0


def test_acks_count_at_commit(channel, connection):
    queue = queue_of(channel)
    publish(channel, queue, b'1', b'2')
    channel.tx_commit()
    for tag in hold(channel, queue, 2):
        channel.basic_ack(tag)
    channel.tx_commit()
    channel.close()
    assert counts(connection.channel(), queue)[0] == 0


def test_acks_are_forgotten_by_rollback(channel, connection):
    queue = queue_of(channel)
    publish(channel, queue, b'1')
    channel.tx_commit()
    channel.basic_ack(hold(channel, queue, 1)[0])
    channel.tx_rollback()
    channel.close()
    assert take(connection.channel(), queue)[0].redelivered


@pytest.mark.parametrize('first, answer, second, text', [
    (spec.Confirm.Select(), spec.Confirm.SelectOk, spec.Tx.Select(), 'cannot switch from confirm to tx mode'),
    (spec.Tx.Select(), spec.Tx.SelectOk, spec.Confirm.Select(), 'cannot switch from tx to confirm mode'),
    (spec.Basic.Qos(), spec.Basic.QosOk, spec.Tx.Commit(), 'channel is not transactional'),
    (spec.Basic.Qos(), spec.Basic.QosOk, spec.Tx.Rollback(), 'channel is not transactional'),
])
def test_modes_that_do_not_go_together_are_406(first, answer, second, text):
    with Wire() as wire:
        wire.open(channels=1)
        wire.send(first, 1)
        wire.expect(answer)
        wire.send(second, 1)
        assert wire.why(spec.Channel.Close)[:2] == (406, 'PRECONDITION_FAILED - ' + text)


def test_error_rolls_back(channel, connection):
    queue = queue_of(channel)
    publish(channel, queue, b'x')
    with closes(404):
        channel.queue_declare('check-none', passive=True)
    assert counts(connection.channel(), queue)[0] == 0


def test_commit_of_a_refused_publish_is_406(channel):
    full = private(channel, {'x-max-length': 0, 'x-overflow': 'reject-publish'})
    publish(channel, full, b'x')
    with closes(406):
        channel.tx_commit()


@pytest.mark.rabbitmq('the acknowledgement counts although the commit failed')
def test_commit_that_failed_acknowledges_nothing(channel, connection):
    queue = queue_of(channel)
    full = private(channel, {'x-max-length': 0, 'x-overflow': 'reject-publish'})
    publish(channel, queue, b'work')
    channel.tx_commit()
    channel.basic_ack(hold(channel, queue, 1)[0])
    publish(channel, full, b'result')
    with closes(406):
        channel.tx_commit()
    assert take(connection.channel(), queue) is not None
