"""Connections: what is negotiated, who is let in, how they end."""
import contextlib
import time

import pika
import pytest
from pika import spec

from amqp import connect
from wire import HEADER, HEARTBEAT, Wire


def test_broker_says_what_it_is_and_can():
    with Wire() as wire:
        start = wire.start()
    assert (start.version_major, start.version_minor) == (0, 9)
    assert set(start.mechanisms.decode().split()) >= {'PLAIN', 'AMQPLAIN'}
    assert start.locales == b'en_US'
    assert {'product', 'version', 'platform', 'copyright', 'information', 'cluster_name'} <= set(start.server_properties)


@pytest.mark.parametrize('capability', [
    'publisher_confirms', 'exchange_exchange_bindings', 'basic.nack', 'consumer_cancel_notify', 'connection.blocked',
    'consumer_priorities', 'authentication_failure_close', 'per_consumer_qos', 'direct_reply_to'])
def test_broker_announces_capability(capability):
    with Wire() as wire:
        assert wire.start().server_properties['capabilities'][capability] is True


def test_broker_proposes_limits():
    with Wire() as wire:
        wire.login()
        tune = wire.expect(spec.Connection.Tune)
    assert (tune.channel_max, tune.frame_max, tune.heartbeat) == (2047, 131072, 60)


@pytest.mark.parametrize('garbage', [
    b'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n',
    b'AMQP\x00\x00\x08\x00',
    b'AMQP\x00\x00\x0a\x00',
    b'AMQP\x01\x01\x08\x00',
    b'AMQP\x00\x01\x00\x00',
    bytes(range(256)) * 64,
], ids=['http', 'amqp-0-8', 'amqp-0-10', 'amqp-1-1', 'amqp-1-0', 'bytes'])
def test_other_protocol_gets_a_header_and_ends_while_others_go_on(garbage, connection):
    """The header is that of AMQP 0-9-1 with us; RabbitMQ 4.0 speaks AMQP 1.0 too and may answer with that."""
    with Wire() as wire:
        wire.write(garbage)
        answer = b''
        try:
            while part := wire.socket.recv(4096):
                answer += part
        except ConnectionResetError:
            pass  # what we sent beyond the header was never read
    assert answer in (HEADER, b'AMQP\x03\x01\x00\x00')
    assert connection.channel().is_open


def test_wrong_password_is_refused_with_403():
    with Wire() as wire:
        wire.login(password='wrong')
        assert wire.refused()[:2] == (
            403, 'ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN. '
                 'For details see the broker logfile.')


def test_wrong_password_just_ends_the_socket_of_a_client_that_cannot_read_the_reason():
    with Wire() as wire:
        wire.login(password='wrong', properties={})
        assert wire.ended()


def test_amqplain_logs_in():
    response = b'\x05LOGINS\x00\x00\x00\x05guest\x08PASSWORDS\x00\x00\x00\x05guest'
    with Wire() as wire:
        wire.login(mechanism='AMQPLAIN', response=response.decode())
        wire.expect(spec.Connection.Tune)


@pytest.mark.rabbitmq('ends the socket after 3 s and does not say why')
def test_login_that_is_none_is_refused():
    with Wire() as unknown, Wire() as empty, Wire() as cut:
        unknown.login(mechanism='NONSENSE')
        empty.login(response='')
        cut.login(response='\0guest')
        assert unknown.refused()[:2] == (503, "COMMAND_INVALID - unknown authentication mechanism 'NONSENSE'")
        assert (empty.refused()[0], cut.refused()[0]) == (403, 403)


def test_unknown_virtual_host_is_refused_with_530():
    with Wire() as wire:
        wire.tune()
        wire.send(spec.Connection.Open('nowhere'))
        assert wire.refused() == (530, 'NOT_ALLOWED - vhost nowhere not found', (10, 40))


@pytest.mark.rabbitmq('ends the socket after 3 s and does not say why')
def test_limits_beyond_those_proposed_are_refused():
    wrong = [
        ({'frame_max': 131073}, 'frame_max = 131073 is higher than the maximum allowed value (131072)'),
        ({'frame_max': 4095}, 'frame_max = 4095 is lower than the minimum allowed value (4096)'),
        ({'frame_max': 0}, 'frame_max = 0 is higher than the maximum allowed value (131072)'),
        ({'channel_max': 2048}, 'channel_max = 2048 is higher than the maximum allowed value (2047)'),
        ({'channel_max': 0}, 'channel_max = 0 is higher than the maximum allowed value (2047)'),
    ]
    with contextlib.ExitStack() as stack:
        wires = [stack.enter_context(Wire()) for _ in wrong]
        for wire, (limits, _) in zip(wires, wrong):
            wire.tune(**limits)
        assert [wire.refused() for wire in wires] == [
            (530, 'NOT_ALLOWED - negotiated ' + text, (10, 31)) for _, text in wrong]


@pytest.mark.parametrize('limits', [{'frame_max': 8192}, {'channel_max': 1}, {'heartbeat': 3600}])
def test_smaller_limits_are_agreed(limits):
    with Wire() as wire:
        wire.open(channels=1, **limits)


def test_more_channels_than_agreed_end_the_connection():
    with Wire() as wire:
        wire.open(channels=5, channel_max=5)
        wire.send(spec.Channel.Open(), 6)
        assert wire.refused()[:2] == (
            530, 'NOT_ALLOWED - number of channels opened (5) has reached the negotiated channel_max (5)')


@pytest.mark.rabbitmq('counts the channels and takes any number')
def test_channel_number_beyond_the_agreed_one_ends_the_connection():
    with Wire() as wire:
        wire.open(channel_max=5)
        wire.send(spec.Channel.Open(), 6)
        assert wire.refused()[0] == 530


def test_no_frame_is_larger_than_agreed():
    with Wire() as wire:
        wire.open(channels=1, frame_max=8192)
        wire.send(spec.Queue.Declare(exclusive=True), 1)
        queue = wire.expect(spec.Queue.DeclareOk).queue
        wire.send(spec.Basic.Publish(routing_key=queue), 1)
        wire.header(20000)
        for size in 8184, 8184, 3632:
            wire.body(b'x' * size)
        wire.send(spec.Basic.Consume(queue=queue, no_ack=True), 1)
        wire.expect(spec.Basic.ConsumeOk)
        wire.expect(spec.Basic.Deliver)
        assert wire.read().body_size == 20000
        assert [len(wire.read().fragment) for _ in range(3)] == [8184, 8184, 3632]


def test_silent_client_is_disconnected_after_two_heartbeats():
    """The broker goes on sending its own heartbeats until it gives up."""
    with Wire() as wire:
        wire.open(heartbeat=1)
        begin, received = time.monotonic(), b''
        try:
            while part := wire.socket.recv(65536):
                received += part
        except ConnectionResetError:
            pass
        assert 1 < time.monotonic() - begin < 8
    assert HEARTBEAT in received


def test_client_that_sends_heartbeats_is_kept():
    with Wire() as wire:
        wire.open(heartbeat=1)
        end = time.monotonic() + 2.5
        wire.socket.settimeout(0.4)
        while time.monotonic() < end:
            wire.write(HEARTBEAT)
            try:
                assert wire.socket.recv(65536)
            except TimeoutError:
                pass
        wire.socket.settimeout(10)
        wire.send(spec.Channel.Open(), 1)
        wire.expect(spec.Channel.OpenOk)


def test_close_is_answered():
    with Wire() as wire:
        wire.open(channels=1)
        wire.send(spec.Connection.Close(200, 'bye', 0, 0))
        wire.expect(spec.Connection.CloseOk)


def test_nothing_but_close_ok_is_heard_after_the_broker_has_closed():
    with Wire() as wire:
        wire.open(channels=1)
        wire.send(spec.Channel.Open(), 1)
        wire.expect(spec.Connection.Close)
        wire.send(spec.Channel.Open(), 2)
        wire.send(spec.Queue.Declare(exclusive=True), 1)
        wire.send(spec.Connection.CloseOk())
        assert wire.ended()


def test_secret_can_be_updated():
    with Wire() as wire:
        wire.open()
        wire.send(spec.Connection.UpdateSecret('new', 'why not'))
        wire.expect(spec.Connection.UpdateSecretOk)


@pytest.mark.parametrize('heartbeat', [0, 1, 60, 65535])
def test_heartbeat_of_the_client_is_taken(heartbeat):
    with connect(heartbeat=heartbeat) as connection:
        assert connection.channel().is_open


def test_connection_name_and_blocked_notification_are_accepted():
    with connect(client_properties={'connection_name': 'mine'}, blocked_connection_timeout=5) as connection:
        channel = connection.channel()
        assert channel.basic_publish('', 'nowhere', b'x', pika.BasicProperties()) is None
