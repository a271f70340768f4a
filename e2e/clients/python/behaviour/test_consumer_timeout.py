"""Deliveries that wait too long for their acknowledgement."""
import pytest

from amqp import PATIENCE, Deliveries, publish, queue_of, take, until

TEXT = ('PRECONDITION_FAILED - delivery acknowledgement on channel %d timed out. Timeout value used: %d ms. '
        'This timeout value can be configured, see consumers doc guide to learn more')
IMPATIENT = {'x-queue-type': 'quorum', 'x-consumer-timeout': 1000}


@pytest.fixture(autouse=True)
def patience(swept):
    PATIENCE['seconds'] *= 2  # brokers look every few seconds only


class Reason(list):
    """Why a channel was closed."""

    def __init__(self, channel):
        super().__init__()
        channel._impl.add_on_close_callback(lambda _, reason: self.append((reason.reply_code, reason.reply_text)))


def test_delivery_that_is_not_acknowledged_in_time_closes_the_channel(connection, channel):
    queue = queue_of(channel, IMPATIENT)
    publish(channel, queue, b'm')
    consuming = connection.channel()
    why = Reason(consuming)
    Deliveries(consuming, queue, auto_ack=False)
    assert until(lambda: why, connection)
    assert why == [(406, TEXT % (consuming.channel_number, 1000))]
    method, _, body = take(channel, queue)
    assert (body, method.redelivered) == (b'm', True)


def test_basic_get_is_waited_for_too(connection, channel):
    queue = queue_of(channel, IMPATIENT)
    publish(channel, queue, b'm')
    getting = connection.channel()
    why = Reason(getting)
    take(getting, queue, ack=False)
    assert until(lambda: why, connection)
    assert why[0][0] == 406
    assert take(channel, queue)[2] == b'm'


def test_acknowledged_deliveries_and_idle_consumers_are_left_alone(connection, channel):
    queue = queue_of(channel, IMPATIENT)
    publish(channel, queue, b'm')
    consuming = connection.channel()
    got = Deliveries(consuming, queue, auto_ack=False)
    assert got.come(1)
    consuming.basic_ack(got[0][0].delivery_tag)
    assert not until(lambda: consuming.is_closed, connection, seconds=3)
    publish(channel, queue, b'again')
    assert got.come(2)
