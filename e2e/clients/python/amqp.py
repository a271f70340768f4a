"""What the cases say to a broker over AMQP and HTTP, and how they wait for it."""
import base64
import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

import pika
import pytest

URL = os.environ['AMQP_URL']
HTTP = os.environ.get('HTTP_URL', '')
PERSISTENT = pika.BasicProperties(delivery_mode=2)
PATIENCE = {'seconds': 10}  # how long a case waits for what must come
MADE = []  # names of this case, deleted after it


def address():
    parameters = pika.URLParameters(URL)
    return parameters.host, parameters.port


def connect(user='guest', password='guest', vhost='/', **more):
    return pika.BlockingConnection(pika.ConnectionParameters(
        *address(), vhost, pika.PlainCredentials(user, password), **more))


def fresh(kind):
    """A name nobody has had."""
    MADE.append('check-%s-%s' % (kind, uuid.uuid4().hex[:8]))
    return MADE[-1]


def queue_of(channel, arguments=None, **more):
    return channel.queue_declare(fresh('queue'), arguments=arguments, **{'durable': True, **more}).method.queue


def private(channel, arguments=None):
    return channel.queue_declare('', exclusive=True, arguments=arguments).method.queue


def exchange_of(channel, kind, **more):
    name = fresh(kind)
    channel.exchange_declare(name, kind, **more)
    return name


def bound(channel, exchange, key='', arguments=None):
    """A queue of the connection's own that is bound to an exchange."""
    queue = private(channel)
    channel.queue_bind(queue, exchange, key, arguments)
    return queue


def publish(channel, queue, *bodies, **properties):
    for body in bodies:
        channel.basic_publish('', queue, body, pika.BasicProperties(**{'delivery_mode': 2, **properties}))


def take(channel, queue, seconds=None, ack=True):
    """One message by basic.get, or None when there is none within the time."""
    end = time.monotonic() + (seconds or PATIENCE['seconds'])
    while time.monotonic() < end:
        method, properties, body = channel.basic_get(queue, auto_ack=ack)
        if method:
            return method, properties, body
        channel.connection.process_data_events(0.02)
    return None


def hold(channel, queue, count):
    """The delivery tags of that many messages, taken and not acknowledged."""
    return [take(channel, queue, ack=False)[0].delivery_tag for _ in range(count)]


def in_order(channel, queue):
    """What is in a queue now, as a list of bodies."""
    bodies = []
    while True:
        method, _, body = channel.basic_get(queue, auto_ack=True)
        if not method:
            return bodies
        bodies.append(body)


def all_of(channel, queue):
    return sorted(in_order(channel, queue))


def until(condition, connection, seconds=None):
    end = time.monotonic() + (seconds or PATIENCE['seconds'])
    while not condition() and time.monotonic() < end:
        connection.process_data_events(0.02)
    return condition()


def counts(channel, queue):
    """How many messages are ready, and how many consumers there are."""
    method = channel.queue_declare(queue, passive=True).method
    return method.message_count, method.consumer_count


def ready(channel, queue, count):
    """Waits until that many messages are ready."""
    return until(lambda: counts(channel, queue)[0] == count, channel.connection)


def exists(connection, queue):
    channel = connection.channel()
    try:
        channel.queue_declare(queue, passive=True)
        channel.close()
        return True
    except pika.exceptions.ChannelClosedByBroker as error:
        assert error.reply_code == 404
        return False


class Deliveries(list):
    """Consumes a queue and collects (method, properties, body)."""

    def __init__(self, channel, queue, auto_ack=True, **more):
        super().__init__()
        self.channel = channel
        self.tag = channel.basic_consume(
            queue, lambda _, *delivery: self.append(delivery), auto_ack=auto_ack, **more)

    def bodies(self):
        return [body for _, _, body in self]

    def come(self, count, seconds=None):
        return until(lambda: len(self) >= count, self.channel.connection, seconds)

    def stay(self, count, seconds=0.2):
        """No more than that many come, a while."""
        return not self.come(count + 1, seconds) and len(self) == count


class closes:
    """The block ends with a channel closed by the broker."""

    def __init__(self, code, text=None):
        self.code, self.text = code, text

    def __enter__(self):
        self.raises = pytest.raises(pika.exceptions.ChannelClosedByBroker)
        self.caught = self.raises.__enter__()
        return self

    def __exit__(self, *error):
        swallowed = self.raises.__exit__(*error)
        if swallowed:
            closed = self.caught.value
            assert (closed.reply_code, closed.reply_text) == (
                self.code, closed.reply_text if self.text is None else self.text)
        return swallowed


def manage(method, path, body=None, user='guest'):
    """What the management API answers; the users of the cases have the password 'secret'."""
    credentials = '%s:%s' % (user, 'guest' if user == 'guest' else 'secret')
    request = urllib.request.Request(
        HTTP + '/api/' + '/'.join(urllib.parse.quote(part, '') for part in path), method=method,
        data=json.dumps(body or {}).encode(),
        headers={'Authorization': 'Basic ' + base64.b64encode(credentials.encode()).decode(),
                 'Content-Type': 'application/json'})
    with urllib.request.urlopen(request, timeout=20) as answer:
        text = answer.read()
        return json.loads(text) if text else None


class refused:
    """The block ends with a request that the management API refuses; reason is what it says."""

    def __init__(self, status, error=None, reason=None):
        self.expected, self.reason = (status, error, reason), None

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if kind is None:
            pytest.fail('the request is not refused')
        if not issubclass(kind, urllib.error.HTTPError):
            return False
        answer = json.loads(error.read())
        self.reason = answer['reason']
        status, word, reason = self.expected
        assert (error.code, answer['error'], self.reason) == (
            status, answer['error'] if word is None else word, self.reason if reason is None else reason)
        return True
