"""What the broker says to those it does not let in, and that others do not notice."""
import os
import socket
import urllib.error
import urllib.request

import pika
import pytest

URL = os.environ['AMQP_URL']
HTTP = os.environ['HTTP_URL']


def address():
    parameters = pika.URLParameters(URL)
    return parameters.host, parameters.port


def connect(user='guest', password='guest', vhost='/'):
    host, port = address()
    return pika.BlockingConnection(pika.ConnectionParameters(
        host, port, vhost, pika.PlainCredentials(user, password)))


def test_wrong_password_is_refused_with_403():
    with pytest.raises(pika.exceptions.ProbableAuthenticationError) as refused:
        connect(password='wrong')
    assert '(403)' in str(refused.value)
    assert 'ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN' in str(refused.value)


def test_unknown_virtual_host_is_refused_with_530():
    with pytest.raises(pika.exceptions.ProbableAccessDeniedError) as refused:
        connect(vhost='nowhere')
    assert "(530) 'NOT_ALLOWED - vhost nowhere not found'" in str(refused.value)


def test_wrong_password_over_http_is_401():
    request = urllib.request.Request(HTTP + '/api/overview', headers={'Authorization': 'Basic Z3Vlc3Q6d3Jvbmc='})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=10)
    assert refused.value.code == 401
    assert b'"Login failed"' in refused.value.read()


@pytest.mark.parametrize('garbage', [
    b'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n',
    b'AMQP\x00\x00\x08\x00',
    b'AMQP\x00\x01\x00\x00',
    bytes(range(256)) * 64,
], ids=['http', 'amqp-0-8', 'amqp-1-0', 'bytes'])
def test_garbage_gets_the_header_and_ends_while_others_go_on(garbage):
    with connect() as other:
        channel = other.channel()
        queue = channel.queue_declare('', exclusive=True).method.queue
        with socket.create_connection(address(), timeout=10) as stranger:
            stranger.sendall(garbage)
            answer = b''
            try:
                while part := stranger.recv(4096):
                    answer += part
            except ConnectionResetError:
                pass  # what we sent beyond the header was never read
        assert answer == b'AMQP\x00\x00\x09\x01'
        channel.basic_publish('', queue, b'undisturbed')
        assert channel.basic_get(queue)[2] == b'undisturbed'


def test_frame_that_is_none_ends_the_connection_with_501_and_no_other():
    with connect() as other, socket.create_connection(address(), timeout=10) as stranger:
        stranger.sendall(b'AMQP\x00\x00\x09\x01')
        assert stranger.recv(4096)[:1] == b'\x01'  # connection.start
        stranger.sendall(b'\x01\x00\x00\x00\x00\x00\x04\x00\x0a\x00\x0b\x00')  # no frame end
        assert b'FRAME_ERROR' in stranger.recv(4096)
        assert other.channel().is_open
