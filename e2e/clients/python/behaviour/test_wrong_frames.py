"""Frames and methods that are wrong end the connection, with the code and text that say why, and no other connection."""
import struct

import pytest
from pika import spec

from wire import Wire, raw

NOT_NOW = 'CHANNEL_ERROR - unexpected method in connection state running'
NO_HEADER = 'UNEXPECTED_FRAME - expected content header for class 60, got non content header frame instead'
NO_METHOD = 'UNEXPECTED_FRAME - expected method frame, got non method frame instead'


def method(class_id, method_id, arguments=b''):
    return struct.pack('>HH', class_id, method_id) + arguments


@pytest.fixture
def wire():
    with Wire() as wire:
        yield wire.open(channels=1)


@pytest.mark.parametrize('frame, text', [
    (raw(1, 1, method(20, 40), end=b'\x00') + bytes(16),
     'FRAME_ERROR - type 1, all octets = <<0,20,0,40>>: {invalid_frame_end_marker,0}'),
    (raw(9, 1, b'\x01\x02'), 'FRAME_ERROR - type 9, all octets = <<1,2>>: unknown_frame'),
    (raw(1, 1, b'\x00\x32'), 'FRAME_ERROR - type 1, all octets = <<0,50>>: unknown_frame'),
    (raw(1, 1, method(50, 10, b'\x00\x00\x02\xff\xfe' + bytes(5))), 'FRAME_ERROR - Malformed UTF-8 in shortstr'),
], ids=['no-end', 'unknown-type', 'method-cut-short', 'text-that-is-none'])
def test_frame_that_is_none_is_501(wire, connection, frame, text):
    wire.write(frame)
    assert wire.why() == (501, text, (0, 0))
    assert connection.channel().is_open


def test_arguments_cut_short_are_501(wire):
    wire.write(raw(1, 1, method(50, 10, b'\x00\x00\x05ab')))
    assert wire.why()[0] == 501


def test_frame_larger_than_agreed_is_501():
    with Wire() as wire:
        wire.open(channels=1, frame_max=8192)
        wire.write(raw(1, 1, b'x' * 9000))
        assert wire.why()[0] == 501


@pytest.mark.rabbitmq('ends the socket after 3 s and does not say why')
def test_frame_without_its_end_is_501_before_login_too():
    with Wire() as wire:
        wire.start()
        wire.write(raw(1, 0, b'\x00\x0a\x00\x0b', end=b'\x00') + bytes(16))
        assert wire.why()[0] == 501


@pytest.mark.rabbitmq('ends the socket and does not say why')
@pytest.mark.parametrize('payload', [method(153, 1), method(50, 99)], ids=['class', 'method'])
def test_unknown_method_is_540(wire, payload):
    wire.write(raw(1, 1, payload))
    assert wire.why()[0] == 540


@pytest.mark.rabbitmq('ends the socket and does not say why')
def test_unknown_type_in_a_table_ends_the_connection_with_a_reason(wire):
    table = b'\x01a\x7fxx'
    wire.write(raw(1, 1, method(50, 10, b'\x00\x00\x01q\x00' + struct.pack('>I', len(table)) + table)))
    assert wire.why()[0] == 502


@pytest.mark.rabbitmq('waits for ever')
def test_body_longer_than_announced_is_501(wire):
    wire.socket.settimeout(1)
    wire.send(spec.Basic.Publish(routing_key='x'), 1)
    wire.header(3)
    wire.body(b'hello')
    assert wire.why()[0] == 501


@pytest.mark.parametrize('sent', [
    spec.Queue.Declare(queue='check-none'), spec.Connection.Open(), spec.Connection.TuneOk(10, 8192, 0)],
    ids=['queue.declare', 'connection.open', 'connection.tune-ok'])
def test_method_that_is_not_for_channel_zero_now_is_504(wire, sent):
    wire.send(sent)
    assert wire.refused() == (504, NOT_NOW, (sent.INDEX >> 16, sent.INDEX & 0xffff))


@pytest.mark.rabbitmq('ends the socket after 3 s and does not say why')
def test_open_before_tune_ok_is_504():
    with Wire() as wire:
        wire.login()
        wire.expect(spec.Connection.Tune)
        wire.send(spec.Connection.Open())
        assert wire.refused()[0] == 504


@pytest.mark.parametrize('sent', [
    spec.Connection.Open(), spec.Channel.CloseOk(), spec.Queue.DeclareOk('x', 0, 0), spec.Exchange.DeclareOk(),
    spec.Basic.QosOk(), spec.Basic.GetEmpty(), spec.Confirm.SelectOk()], ids=lambda sent: sent.NAME)
def test_method_that_no_client_sends_on_a_channel_is_503(wire, sent):
    wire.send(sent, 1)
    assert wire.refused() == (503, 'COMMAND_INVALID - unimplemented method', (sent.INDEX >> 16, sent.INDEX & 0xffff))


def test_channel_opened_twice_is_504(wire):
    wire.send(spec.Channel.Open(), 1)
    assert wire.refused() == (504, "CHANNEL_ERROR - second 'channel.open' seen", (20, 10))


def test_method_on_a_channel_that_is_not_open_is_504(wire):
    wire.send(spec.Queue.Declare(queue='check-none', passive=True), 2)
    assert wire.refused() == (504, "CHANNEL_ERROR - expected 'channel.open'", (50, 10))


def test_method_on_a_closed_channel_is_504(wire):
    wire.send(spec.Channel.Close(200, '', 0, 0), 1)
    wire.expect(spec.Channel.CloseOk)
    wire.send(spec.Queue.Declare(queue='check-none', passive=True), 1)
    assert wire.refused() == (504, "CHANNEL_ERROR - expected 'channel.open'", (50, 10))


def test_header_without_a_publish_is_505(wire):
    wire.header(5)
    assert wire.refused() == (505, NO_METHOD, (0, 0))


def test_body_without_a_publish_is_505(wire):
    wire.body(b'hello')
    assert wire.refused() == (505, NO_METHOD, (0, 0))


def test_body_in_place_of_the_header_is_505(wire):
    wire.send(spec.Basic.Publish(routing_key='x'), 1)
    wire.body(b'hello')
    assert wire.refused() == (505, NO_HEADER, (60, 40))


def test_method_in_place_of_the_header_is_505(wire):
    wire.send(spec.Basic.Publish(routing_key='x'), 1)
    wire.send(spec.Basic.Qos(), 1)
    assert wire.refused() == (505, NO_HEADER, (60, 40))


def test_method_in_place_of_the_body_is_505(wire):
    wire.send(spec.Basic.Publish(routing_key='x'), 1)
    wire.header(5)
    wire.send(spec.Basic.Qos(), 1)
    assert wire.refused() == (
        505, 'UNEXPECTED_FRAME - expected content body, got non content body frame instead', (60, 40))


def test_header_of_another_class_is_505(wire):
    wire.send(spec.Basic.Publish(routing_key='x'), 1)
    wire.write(raw(2, 1, struct.pack('>HHQH', 50, 0, 5, 0)))
    assert wire.refused() == (
        505, 'UNEXPECTED_FRAME - expected content header for class 60, got one for class 50 instead', (60, 40))


def test_heartbeat_on_a_channel_is_505(wire):
    wire.write(raw(8, 1, b''))
    assert wire.why() == (505, 'UNEXPECTED_FRAME - type 8, all octets = <<>>', (0, 0))


@pytest.mark.parametrize('sent, text', [
    (spec.Channel.Flow(False), 'active=false'),
    (spec.Basic.Qos(prefetch_size=10), 'prefetch_size!=0 (10)'),
    (spec.Basic.Recover(False), 'requeue=false'),
    (spec.Basic.RecoverAsync(False), 'requeue=false'),
])
def test_what_is_not_implemented_is_540(wire, sent, text):
    wire.send(sent, 1)
    assert wire.refused() == (540, 'NOT_IMPLEMENTED - ' + text, (sent.INDEX >> 16, sent.INDEX & 0xffff))


def test_immediate_publish_is_540(wire):
    wire.send(spec.Basic.Publish(routing_key='x', immediate=True), 1)
    wire.header(0)
    assert wire.refused() == (540, 'NOT_IMPLEMENTED - immediate=true', (60, 40))


@pytest.mark.parametrize('sent, answer', [
    (spec.Channel.Flow(True), spec.Channel.FlowOk), (spec.Basic.Cancel('unknown'), spec.Basic.CancelOk)])
def test_request_that_changes_nothing_is_answered(wire, sent, answer):
    wire.send(sent, 1)
    wire.expect(answer)


def test_access_request_of_old_clients_is_answered(wire):
    wire.write(raw(1, 1, method(30, 10, b'\x05/data\x00')))
    assert wire.expect(spec.Access.RequestOk).ticket == 1
