"""AMQP with TLS, and a client that is known by its certificate, where the broker of the run has both."""
import os
import ssl

import pika
import pytest

from amqp import fresh, manage, take

pytestmark = pytest.mark.skipif('TLS_FILES' not in os.environ, reason='the broker is not of this run')


def connect_tls(credentials, certificate=None):
    files = os.environ['TLS_FILES']
    context = ssl.create_default_context(cafile=files + '/ca.crt')
    if certificate:
        context.load_cert_chain('%s/%s.crt' % (files, certificate), '%s/%s.key' % (files, certificate))
    return pika.BlockingConnection(pika.ConnectionParameters(
        'localhost', int(os.environ['AMQPS_PORT']), '/', credentials,
        ssl_options=pika.SSLOptions(context, 'localhost'), connection_attempts=1))


def works(connection):
    channel = connection.channel()
    queue = fresh('tls')
    channel.queue_declare(queue, durable=True)
    channel.confirm_delivery()
    channel.basic_publish('', queue, b'x' * 100000)
    assert take(channel, queue)[2] == b'x' * 100000
    connection.close()


def test_a_password_goes_over_tls():
    works(connect_tls(pika.PlainCredentials('guest', 'guest')))


def test_a_certificate_logs_in_whom_it_names():
    manage('PUT', ['users', 'pika'], {'tags': ''})
    manage('PUT', ['permissions', '/', 'pika'], {'configure': '.*', 'write': '.*', 'read': '.*'})
    try:
        works(connect_tls(pika.credentials.ExternalCredentials(), 'pika'))
    finally:
        manage('DELETE', ['users', 'pika'])


def test_a_certificate_of_an_unknown_user_is_refused():
    with pytest.raises(pika.exceptions.ProbableAuthenticationError):
        connect_tls(pika.credentials.ExternalCredentials(), 'localhost')


def test_without_a_certificate_external_is_not_offered():
    with pytest.raises(pika.exceptions.AuthenticationError):
        connect_tls(pika.credentials.ExternalCredentials())
