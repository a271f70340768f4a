"""How the broker behaves where RabbitMQ's behaviour is what applications rely on, case by case, seen through pika."""
import json
import os
import socket
import struct
import time
import urllib.parse
import urllib.request
import uuid

import pika
import pytest

URL = os.environ['AMQP_URL']
HTTP = os.environ['HTTP_URL']
PERSISTENT = pika.BasicProperties(delivery_mode=2)


def connect(user='guest', password='guest', **more):
    address = pika.URLParameters(URL)
    return pika.BlockingConnection(pika.ConnectionParameters(
        address.host, address.port, '/', pika.PlainCredentials(user, password), **more))


@pytest.fixture
def connection():
    connection = connect()
    yield connection
    if connection.is_open:
        connection.close()


@pytest.fixture
def channel(connection):
    channel = connection.channel()
    channel.confirm_delivery()
    return channel


def fresh(kind):
    return 'check-%s-%s' % (kind, uuid.uuid4().hex[:8])


def queue_of(channel, **more):
    return channel.queue_declare(fresh('queue'), durable=True, **more).method.queue


def private(channel):
    return channel.queue_declare('', exclusive=True).method.queue


def exchange_of(channel, kind, **more):
    name = fresh(kind)
    channel.exchange_declare(name, kind, **more)
    return name


def take(channel, queue, seconds=10, ack=True):
    """One message by basic.get, or None when there is none within the time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        method, properties, body = channel.basic_get(queue, auto_ack=ack)
        if method:
            return method, properties, body
        channel.connection.process_data_events(0.02)
    return None


def all_of(channel, queue):
    """What is in a queue now, as a sorted list of bodies."""
    bodies = []
    while True:
        method, _, body = channel.basic_get(queue, auto_ack=True)
        if not method:
            return sorted(bodies)
        bodies.append(body)


def until(condition, connection, seconds=10):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        connection.process_data_events(0.02)
    return condition()


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
            assert (self.caught.value.reply_code, self.caught.value.reply_text) == (
                self.code, self.text if self.text is not None else self.caught.value.reply_text)
        return swallowed


def manage(method, path, body=None):
    request = urllib.request.Request(
        HTTP + '/api/' + '/'.join(urllib.parse.quote(part, '') for part in path), method=method,
        data=json.dumps(body or {}).encode(), headers={'Authorization': 'Basic Z3Vlc3Q6Z3Vlc3Q='})
    with urllib.request.urlopen(request, timeout=20) as answer:
        text = answer.read()
        return json.loads(text) if text else None


# --- routing ---

def test_direct_exchange_routes_by_equal_key(channel):
    exchange, one, two = exchange_of(channel, 'direct'), private(channel), private(channel)
    channel.queue_bind(one, exchange, 'red')
    channel.queue_bind(two, exchange, 'red')
    channel.queue_bind(two, exchange, 'blue')
    channel.basic_publish(exchange, 'red', b'r')
    channel.basic_publish(exchange, 'blue', b'b')
    channel.basic_publish(exchange, 'green', b'g')
    assert all_of(channel, one) == [b'r']
    assert all_of(channel, two) == [b'b', b'r']


@pytest.mark.parametrize('pattern, keys', [
    ('*.orange.*', {'quick.orange.rabbit', 'lazy.orange.fox'}),
    ('lazy.#', {'lazy', 'lazy.orange.fox', 'lazy.pink.male.rabbit'}),
    ('#', {'lazy', 'lazy.orange.fox', 'lazy.pink.male.rabbit', 'quick.orange.rabbit', ''}),
    ('#.rabbit', {'quick.orange.rabbit', 'lazy.pink.male.rabbit'}),
    ('*', {'lazy'}),  # the empty key has no words
])
def test_topic_exchange_matches_words(channel, pattern, keys):
    exchange, queue = exchange_of(channel, 'topic'), private(channel)
    channel.queue_bind(queue, exchange, pattern)
    for key in 'lazy', 'lazy.orange.fox', 'lazy.pink.male.rabbit', 'quick.orange.rabbit', '':
        channel.basic_publish(exchange, key, key.encode())
    assert all_of(channel, queue) == sorted(key.encode() for key in keys)


def test_fanout_exchange_ignores_the_key(channel):
    exchange, one, two = exchange_of(channel, 'fanout'), private(channel), private(channel)
    channel.queue_bind(one, exchange, 'ignored')
    channel.queue_bind(two, exchange)
    channel.basic_publish(exchange, 'other', b'all')
    assert (all_of(channel, one), all_of(channel, two)) == ([b'all'], [b'all'])


def test_headers_exchange_matches_all_or_any(channel):
    exchange, every, some = exchange_of(channel, 'headers'), private(channel), private(channel)
    channel.queue_bind(every, exchange, '', {'x-match': 'all', 'a': 1, 'b': 'two'})
    channel.queue_bind(some, exchange, '', {'x-match': 'any', 'a': 1, 'b': 'two'})
    channel.basic_publish(exchange, '', b'both', pika.BasicProperties(headers={'a': 1, 'b': 'two', 'c': True}))
    channel.basic_publish(exchange, '', b'one', pika.BasicProperties(headers={'b': 'two'}))
    channel.basic_publish(exchange, '', b'none', pika.BasicProperties(headers={'a': 2}))
    channel.basic_publish(exchange, '', b'bare')
    assert all_of(channel, every) == [b'both']
    assert all_of(channel, some) == [b'both', b'one']


def test_message_comes_once_however_many_bindings_match(channel):
    exchange, queue = exchange_of(channel, 'topic'), private(channel)
    for pattern in '#', 'a.*', 'a.b':
        channel.queue_bind(queue, exchange, pattern)
    channel.basic_publish(exchange, 'a.b', b'once')
    assert all_of(channel, queue) == [b'once']


def test_exchange_routes_to_exchange_even_in_a_circle(channel):
    one, two, queue = exchange_of(channel, 'topic'), exchange_of(channel, 'fanout'), private(channel)
    channel.exchange_bind(two, one, 'a.#')
    channel.exchange_bind(one, two, 'a.#')
    channel.queue_bind(queue, two)
    channel.basic_publish(one, 'a.b', b'through')
    channel.basic_publish(one, 'b', b'not')
    assert all_of(channel, queue) == [b'through']
    channel.exchange_unbind(two, one, 'a.#')
    channel.basic_publish(one, 'a.b', b'no more')
    assert all_of(channel, queue) == []


def test_alternate_exchange_gets_what_nothing_is_bound_for(channel):
    other, queue, bound = exchange_of(channel, 'fanout'), private(channel), private(channel)
    channel.queue_bind(queue, other)
    exchange = exchange_of(channel, 'direct', arguments={'alternate-exchange': other})
    channel.queue_bind(bound, exchange, 'known')
    channel.basic_publish(exchange, 'known', b'known', mandatory=True)
    channel.basic_publish(exchange, 'unknown', b'unknown', mandatory=True)
    assert all_of(channel, bound) == [b'known']
    assert all_of(channel, queue) == [b'unknown']


def test_cc_and_bcc_headers_route_too_and_only_cc_is_seen(channel):
    one, two, three = private(channel), private(channel), private(channel)
    channel.basic_publish('', one, b'copies', pika.BasicProperties(headers={'CC': [two], 'BCC': [three]}))
    for queue in one, two, three:
        _, properties, body = take(channel, queue)
        assert body == b'copies'
        assert properties.headers == {'CC': [two]}


def test_auto_delete_exchange_goes_with_its_last_binding(channel):
    exchange, queue = exchange_of(channel, 'fanout', auto_delete=True), private(channel)
    channel.queue_bind(queue, exchange)
    channel.queue_unbind(queue, exchange)
    with closes(404, "NOT_FOUND - no exchange '%s' in vhost '/'" % exchange):
        channel.exchange_declare(exchange, passive=True)


# --- queues ---

def test_exclusive_queue_is_locked_for_others_and_goes_with_its_connection(channel):
    queue = private(channel)
    other = connect()
    for use in (lambda on: on.queue_declare(queue, passive=True), lambda on: on.basic_get(queue),
                lambda on: on.basic_consume(queue, print), lambda on: on.queue_purge(queue),
                lambda on: on.queue_delete(queue)):
        with closes(405):
            use(other.channel())
    channel.connection.close()
    end = time.monotonic() + 10
    gone = False
    while not gone and time.monotonic() < end:
        try:
            other.channel().queue_declare(queue, passive=True)
        except pika.exceptions.ChannelClosedByBroker as error:
            gone = error.reply_code == 404
    assert gone
    other.close()


def test_server_names_queues_and_remembers_the_last(channel):
    queue = channel.queue_declare('', auto_delete=True).method.queue
    assert queue.startswith('amq.gen-')
    exchange = exchange_of(channel, 'fanout')
    channel.queue_bind('', exchange)
    channel.basic_publish(exchange, '', b'to the last')
    assert take(channel, '')[2] == b'to the last'


def test_reserved_names_are_refused(connection):
    with closes(403, "ACCESS_REFUSED - queue name 'amq.mine' contains reserved prefix 'amq.*'"):
        connection.channel().queue_declare('amq.mine')
    with closes(403, "ACCESS_REFUSED - exchange name 'amq.mine' contains reserved prefix 'amq.*'"):
        connection.channel().exchange_declare('amq.mine')


def test_auto_delete_queue_goes_with_its_last_consumer(channel):
    queue = channel.queue_declare(fresh('auto'), auto_delete=True).method.queue
    tags = [channel.basic_consume(queue, print) for _ in range(2)]
    channel.basic_cancel(tags[0])
    assert channel.queue_declare(queue, passive=True).method.consumer_count == 1
    channel.basic_cancel(tags[1])
    with closes(404):
        for _ in range(200):
            channel.queue_declare(queue, passive=True)
            channel.connection.process_data_events(0.02)


def test_passive_declare_of_what_is_missing_is_404(connection):
    with closes(404, "NOT_FOUND - no queue 'check-none' in vhost '/'"):
        connection.channel().queue_declare('check-none', passive=True)
    with closes(404, "NOT_FOUND - no exchange 'check-none' in vhost '/'"):
        connection.channel().exchange_declare('check-none', passive=True)


def test_purge_and_delete_say_how_many(channel):
    queue = queue_of(channel)
    for _ in range(5):
        channel.basic_publish('', queue, b'x', PERSISTENT)
    held, _, _ = channel.basic_get(queue)
    assert channel.queue_purge(queue).method.message_count == 4
    channel.basic_nack(held.delivery_tag)
    channel.basic_publish('', queue, b'x')
    assert until(lambda: channel.queue_declare(queue, passive=True).method.message_count == 2, channel.connection)
    assert channel.queue_delete(queue).method.message_count == 2
    assert channel.queue_delete(queue).method.message_count == 0


def test_delete_only_if_unused_or_empty(connection):
    channel = connection.channel()
    channel.confirm_delivery()
    queue = queue_of(channel)
    tag = channel.basic_consume(queue, lambda *_: None)
    with closes(406, "PRECONDITION_FAILED - queue '%s' in vhost '/' in use" % queue):
        connection.channel().queue_delete(queue, if_unused=True)
    channel.basic_cancel(tag)
    channel.basic_publish('', queue, b'x')
    with closes(406, "PRECONDITION_FAILED - queue '%s' in vhost '/' not empty" % queue):
        connection.channel().queue_delete(queue, if_empty=True)
    channel.queue_purge(queue)
    channel.queue_delete(queue, if_unused=True, if_empty=True)


def test_exchange_in_use_is_not_deleted_if_unused(connection):
    channel = connection.channel()
    exchange, queue = exchange_of(channel, 'fanout'), private(channel)
    channel.queue_bind(queue, exchange)
    with closes(406, "PRECONDITION_FAILED - exchange '%s' in vhost '/' in use" % exchange):
        connection.channel().exchange_delete(exchange, if_unused=True)
    channel.queue_unbind(queue, exchange)
    channel.exchange_delete(exchange, if_unused=True)


def test_exchange_of_another_type_is_refused(channel):
    exchange = exchange_of(channel, 'fanout')
    with closes(406, "PRECONDITION_FAILED - inequivalent arg 'type' for exchange '%s' in vhost '/': "
                     "received 'direct' but current is 'fanout'" % exchange):
        channel.exchange_declare(exchange, 'direct')


# --- expiry and limits ---

@pytest.mark.parametrize('queue_ttl, message_ttl', [(200, None), (None, '200'), (60000, '200'), (200, '60000')])
def test_expired_message_goes_to_the_dead_letter_exchange(channel, queue_ttl, message_ttl):
    exchange, dead = exchange_of(channel, 'fanout'), queue_of(channel)
    channel.queue_bind(dead, exchange)
    arguments = {'x-dead-letter-exchange': exchange}
    if queue_ttl:
        arguments['x-message-ttl'] = queue_ttl
    queue = queue_of(channel, arguments=arguments)
    channel.basic_publish('', queue, b'late', pika.BasicProperties(expiration=message_ttl, delivery_mode=2))
    _, properties, body = take(channel, dead)
    assert body == b'late'
    assert properties.expiration is None
    death = properties.headers['x-death'][0]
    assert (death['reason'], death['queue'], death['count']) == ('expired', queue, 1)
    assert death.get('original-expiration') == message_ttl
    assert properties.headers['x-first-death-reason'] == 'expired'
    assert properties.headers['x-first-death-queue'] == queue
    assert properties.headers['x-last-death-reason'] == 'expired'


def test_zero_ttl_reaches_a_waiting_consumer_only(channel):
    queue = queue_of(channel, arguments={'x-message-ttl': 0})
    assert channel.basic_get(queue)[0] is None  # its owner has opened it
    channel.basic_publish('', queue, b'nobody')
    got = []
    channel.basic_consume(queue, lambda _, __, ___, body: got.append(body), auto_ack=True)
    channel.basic_publish('', queue, b'somebody')
    assert until(lambda: got, channel.connection)
    assert got == [b'somebody']


def test_bad_expiration_is_406(channel):
    with closes(406):
        channel.basic_publish('', fresh('any'), b'x', pika.BasicProperties(expiration='soon'))


@pytest.mark.parametrize('durable', [True, False])
def test_unused_queue_expires(channel, durable):
    queue = channel.queue_declare(fresh('expiring'), durable=durable, arguments={'x-expires': 500}).method.queue
    channel.connection.sleep(2)
    with closes(404):
        channel.queue_declare(queue, passive=True)


@pytest.mark.parametrize('use', [
    lambda channel, queue: channel.queue_declare(queue, durable=True, arguments={'x-expires': 2000}),
    lambda channel, queue: channel.queue_declare(queue, passive=True),
    lambda channel, queue: channel.basic_get(queue),
])
def test_queue_in_use_does_not_expire(channel, use):
    queue = queue_of(channel, arguments={'x-expires': 2000})
    for _ in range(8):
        channel.connection.sleep(0.5)
        use(channel, queue)
    assert channel.queue_declare(queue, passive=True).method.queue == queue


def test_queue_expires_when_its_last_consumer_is_gone(channel):
    queue = queue_of(channel, arguments={'x-expires': 500})
    tag = channel.basic_consume(queue, print)
    channel.connection.sleep(2)
    assert channel.queue_declare(queue, passive=True).method.consumer_count == 1
    channel.basic_cancel(tag)
    channel.connection.sleep(2)
    with closes(404):
        channel.queue_declare(queue, passive=True)


def test_longest_queue_drops_its_head_to_the_dead_letter_exchange(channel):
    exchange, dead = exchange_of(channel, 'fanout'), queue_of(channel)
    channel.queue_bind(dead, exchange)
    queue = queue_of(channel, arguments={'x-max-length': 2, 'x-dead-letter-exchange': exchange})
    for number in range(4):
        channel.basic_publish('', queue, b'%d' % number, PERSISTENT)
    dropped = [take(channel, dead) for _ in range(2)]
    assert [body for _, _, body in dropped] == [b'0', b'1']
    assert dropped[0][1].headers['x-death'][0]['reason'] == 'maxlen'
    assert all_of(channel, queue) == [b'2', b'3']


@pytest.mark.parametrize('durable', [True, False])
@pytest.mark.parametrize('overflow', ['reject-publish', 'reject-publish-dlx'])
def test_full_queue_refuses_publishes(channel, durable, overflow):
    dead = queue_of(channel)
    queue = channel.queue_declare(fresh('full'), durable=durable, arguments={
        'x-max-length': 2, 'x-overflow': overflow, 'x-dead-letter-exchange': '',
        'x-dead-letter-routing-key': dead}).method.queue
    channel.basic_publish('', queue, b'1', PERSISTENT)
    channel.basic_publish('', queue, b'2', PERSISTENT)
    with pytest.raises(pika.exceptions.NackError):
        channel.basic_publish('', queue, b'3', PERSISTENT)
    assert take(channel, queue)[2] == b'1'
    channel.basic_publish('', queue, b'4', PERSISTENT)
    assert all_of(channel, queue) == [b'2', b'4']
    if overflow == 'reject-publish-dlx':
        _, properties, body = take(channel, dead)
        assert (body, properties.headers['x-death'][0]['reason']) == (b'3', 'maxlen')
    else:
        assert channel.basic_get(dead) == (None, None, None)


@pytest.mark.parametrize('limit, returns', [(3, 3), (0, 0), (None, 20)])
def test_message_that_comes_back_too_often_is_dead(channel, limit, returns):
    dead = queue_of(channel)
    arguments = {'x-queue-type': 'quorum', 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': dead}
    if limit is not None:
        arguments['x-delivery-limit'] = limit
    queue = queue_of(channel, arguments=arguments)
    channel.basic_publish('', queue, b'poison', PERSISTENT)
    counts = []
    for _ in range(returns + 1):
        method, properties, _ = take(channel, queue, ack=False)
        counts.append((properties.headers or {}).get('x-delivery-count'))
        channel.basic_nack(method.delivery_tag)
    assert counts == [None] + list(range(1, returns + 1))
    death = take(channel, dead)[1].headers['x-death'][0]
    assert (death['reason'], death['queue'], death['count']) == ('delivery_limit', queue, 1)
    assert channel.basic_get(queue) == (None, None, None)


@pytest.mark.parametrize('arguments', [{'x-queue-type': 'quorum', 'x-delivery-limit': -1}, {}])
def test_message_comes_back_for_ever_without_a_limit(channel, arguments):
    queue = queue_of(channel, arguments=arguments)
    channel.basic_publish('', queue, b'again', PERSISTENT)
    for number in range(30):
        method, properties, _ = take(channel, queue, ack=False)
        assert method.redelivered == (number > 0)
        assert (properties.headers or {}).get('x-delivery-count') == (number or None if arguments else None)
        channel.basic_nack(method.delivery_tag)


# --- consuming ---

def test_get_from_an_empty_queue_is_get_empty(channel):
    assert channel.basic_get(private(channel)) == (None, None, None)
    assert channel.basic_get(queue_of(channel)) == (None, None, None)


@pytest.mark.parametrize('make', [queue_of, private])
def test_ack_of_many_settles_all_before_it(channel, make):
    queue = make(channel)
    for number in range(5):
        channel.basic_publish('', queue, b'%d' % number)
    tags = [take(channel, queue, ack=False)[0].delivery_tag for _ in range(5)]
    channel.basic_ack(tags[2], multiple=True)
    channel.basic_nack(0, multiple=True, requeue=True)
    assert [take(channel, queue)[2] for _ in range(2)] == [b'3', b'4']
    assert channel.basic_get(queue) == (None, None, None)


@pytest.mark.parametrize('make', [queue_of, private])
def test_requeued_message_returns_to_its_place(channel, make):
    queue = make(channel)
    for number in range(3):
        channel.basic_publish('', queue, b'%d' % number)
    first, _, _ = take(channel, queue, ack=False)
    second, _, _ = take(channel, queue, ack=False)
    channel.basic_reject(second.delivery_tag)
    channel.basic_reject(first.delivery_tag)
    got = [take(channel, queue) for _ in range(3)]
    assert [body for _, _, body in got] == [b'0', b'1', b'2']
    assert [method.redelivered for method, _, _ in got] == [True, True, False]


def test_recover_returns_all_of_the_channel(channel):
    queue = queue_of(channel)
    for number in range(3):
        channel.basic_publish('', queue, b'%d' % number)
    for _ in range(2):
        take(channel, queue, ack=False)
    channel.basic_recover(requeue=True)
    got = [take(channel, queue) for _ in range(3)]
    assert [(body, method.redelivered) for method, _, body in got] == [(b'0', True), (b'1', True), (b'2', False)]


@pytest.mark.parametrize('settle', ['basic_ack', 'basic_nack', 'basic_reject'])
def test_unknown_delivery_tag_is_406(channel, settle):
    private(channel)
    with closes(406, 'PRECONDITION_FAILED - unknown delivery tag 77'):
        getattr(channel, settle)(77)
        channel.queue_declare('', passive=True)


def test_acked_twice_is_406(channel):
    queue = queue_of(channel)
    channel.basic_publish('', queue, b'x')
    method, _, _ = take(channel, queue, ack=False)
    channel.basic_ack(method.delivery_tag)
    with closes(406, 'PRECONDITION_FAILED - unknown delivery tag %d' % method.delivery_tag):
        channel.basic_ack(method.delivery_tag)
        channel.queue_declare(queue, passive=True)


def test_consumer_tag_used_twice_ends_the_connection_with_530(channel):
    queue = queue_of(channel)
    channel.basic_consume(queue, print, consumer_tag='mine')
    # pika refuses to send this itself
    channel._impl._consumers.pop('mine', None)
    channel._impl.connection._send_method(
        channel.channel_number, pika.spec.Basic.Consume(queue=queue, consumer_tag='mine'))
    with pytest.raises(pika.exceptions.ConnectionClosedByBroker) as closed:
        for _ in range(100):
            channel.connection.process_data_events(0.1)
    assert closed.value.reply_code == 530
    assert closed.value.reply_text == "NOT_ALLOWED - attempt to reuse consumer tag 'mine'"


def test_exclusive_consumer_tolerates_no_other(connection):
    channel = connection.channel()
    queue = queue_of(channel)
    channel.basic_consume(queue, print, exclusive=True)
    with closes(403, "ACCESS_REFUSED - queue '%s' in vhost '/' in exclusive use" % queue):
        connection.channel().basic_consume(queue, print)


def test_consumer_is_cancelled_when_its_queue_is_deleted(connection):
    channel = connection.channel()
    queue = queue_of(channel)
    cancelled = []
    channel.add_on_cancel_callback(lambda method: cancelled.append(method.method.consumer_tag))
    tag = channel.basic_consume(queue, print)
    connection.channel().queue_delete(queue)
    assert until(lambda: cancelled, connection)
    assert cancelled == [tag]


def test_consumers_take_turns(connection):
    channel = connection.channel()
    channel.confirm_delivery()
    queue = queue_of(channel)
    got = {}
    for name in 'one', 'two':
        got[name] = []
        channel.basic_consume(queue, lambda _, __, ___, body, name=name: got[name].append(body), auto_ack=True)
    for number in range(10):
        channel.basic_publish('', queue, b'%d' % number)
    assert until(lambda: len(got['one']) + len(got['two']) == 10, connection)
    assert len(got['one']) == len(got['two']) == 5


def test_consumer_of_higher_priority_is_served_first(connection):
    channel = connection.channel()
    channel.confirm_delivery()
    queue = queue_of(channel)
    got = {'low': [], 'high': []}
    for name, priority in ('low', 0), ('high', 10):
        channel.basic_consume(queue, lambda _, __, ___, body, name=name: got[name].append(body), auto_ack=True,
                              arguments={'x-priority': priority})
    for number in range(5):
        channel.basic_publish('', queue, b'%d' % number)
    assert until(lambda: len(got['high']) == 5, connection)
    assert got['low'] == []


def test_single_active_consumer_takes_over(connection):
    channel = connection.channel()
    channel.confirm_delivery()
    queue = queue_of(channel, arguments={'x-single-active-consumer': True})
    got = {'first': [], 'second': []}
    tags = {name: channel.basic_consume(
        queue, lambda _, __, ___, body, name=name: got[name].append(body), auto_ack=True)
        for name in ('first', 'second')}
    for number in range(4):
        channel.basic_publish('', queue, b'%d' % number)
    assert until(lambda: len(got['first']) == 4, connection, seconds=3)
    channel.basic_cancel(tags['first'])
    channel.basic_publish('', queue, b'last')
    assert until(lambda: got['second'], connection)
    assert got == {'first': [b'0', b'1', b'2', b'3'], 'second': [b'last']}


def test_reply_comes_to_a_queue_of_its_own(connection):
    channel = connection.channel()
    server = private(channel)
    channel.basic_consume(server, lambda on, _, request, body: on.basic_publish(
        '', request.reply_to, body.upper(), pika.BasicProperties(correlation_id=request.correlation_id)), auto_ack=True)
    client, answers = connection.channel(), []
    replies = private(client)
    client.basic_consume(replies, lambda _, __, answer, body: answers.append((answer.correlation_id, body)), auto_ack=True)
    client.basic_publish('', server, b'hello', pika.BasicProperties(reply_to=replies, correlation_id='7'))
    assert until(lambda: answers, connection)
    assert answers == [('7', b'HELLO')]


def test_direct_reply_needs_no_queue(connection):
    channel = connection.channel()
    server = private(channel)
    channel.basic_consume(server, lambda on, _, request, body: on.basic_publish(
        '', request.reply_to, body.upper()), auto_ack=True)
    client, answers = connection.channel(), []
    client.basic_consume('amq.rabbitmq.reply-to', lambda _, __, ___, body: answers.append(body), auto_ack=True)
    client.basic_publish('', server, b'hello', pika.BasicProperties(reply_to='amq.rabbitmq.reply-to'))
    assert until(lambda: answers, connection)
    assert answers == [b'HELLO']


REPLIES = 'amq.rabbitmq.reply-to'


def address_of(client, server):
    """A client that takes direct replies, and the address that a server learns of it by a request."""
    client.basic_consume(REPLIES, print, auto_ack=True, consumer_tag='replies')
    client.basic_publish('', server, b'request', pika.BasicProperties(reply_to=REPLIES))
    return take(client, server)[1].reply_to


def test_direct_reply_consumer_cannot_acknowledge_and_is_one(connection):
    with closes(406, 'PRECONDITION_FAILED - reply consumer cannot acknowledge'):
        connection.channel().basic_consume(REPLIES, print)
    with closes(406, 'PRECONDITION_FAILED - reply consumer already set'):
        channel = connection.channel()
        channel.basic_consume(REPLIES, print, auto_ack=True)
        channel.basic_consume(REPLIES, print, auto_ack=True)


def test_request_for_a_direct_reply_needs_its_consumer_first(channel):
    with closes(406, 'PRECONDITION_FAILED - fast reply consumer does not exist'):
        channel.basic_publish('', private(channel), b'x', pika.BasicProperties(reply_to=REPLIES))


def test_direct_reply_address_is_declared_while_its_channel_takes_replies(connection):
    client = connection.channel()
    address = address_of(client, private(client))
    for name in REPLIES, address:
        declared = connection.channel().queue_declare(name, passive=True).method
        assert (declared.queue, declared.message_count, declared.consumer_count) == (name, 0, 1)
    client.basic_cancel('replies')
    with closes(404, "NOT_FOUND - no queue '%s' in vhost '/'" % address):
        connection.channel().queue_declare(address, passive=True)


def test_mandatory_direct_reply_comes_back_when_nobody_takes_it(connection):
    client, server = connection.channel(), connection.channel()
    server.confirm_delivery()
    address = address_of(client, private(client))
    server.basic_publish('', address, b'taken', mandatory=True)
    client.close()
    with pytest.raises(pika.exceptions.UnroutableError):
        server.basic_publish('', address, b'not taken', mandatory=True)
    server.basic_publish('', address, b'not taken, not missed')


# --- messages ---

def test_all_properties_and_header_types_arrive_as_sent(channel):
    queue = queue_of(channel)
    headers = {'bool': True, 'int': -5, 'long': 1 << 40, 'text': 'ä', 'bytes': b'\x00\xff', 'none': None,
               'list': [1, 'two', [3]], 'table': {'deep': {'er': 1}}}
    sent = pika.BasicProperties(
        content_type='application/json', content_encoding='gzip', headers=headers, delivery_mode=2, priority=3,
        correlation_id='c', reply_to='r', expiration='600000', message_id='m', timestamp=1234567890, type='t',
        user_id='guest', app_id='a', cluster_id='k')
    channel.basic_publish('', queue, b'body', sent)
    _, properties, _ = take(channel, queue)
    assert properties == sent


def test_user_id_of_somebody_else_is_406(channel):
    with closes(406, "PRECONDITION_FAILED - user_id property set to 'root' but authenticated user was 'guest'"):
        channel.basic_publish('', fresh('any'), b'x', pika.BasicProperties(user_id='root'))


@pytest.mark.parametrize('size', [0, 1, 131064, 131065, 5 << 20])
def test_message_of_any_size_arrives_whole(channel, size):
    queue, body = queue_of(channel), os.urandom(size)
    channel.basic_publish('', queue, body, PERSISTENT)
    assert take(channel, queue, seconds=30)[2] == body


def test_small_frames_carry_large_messages():
    connection = connect(frame_max=8192)
    channel = connection.channel()
    channel.confirm_delivery()
    queue, body = queue_of(channel), os.urandom(100_000)
    channel.basic_publish('', queue, body)
    assert take(channel, queue)[2] == body
    connection.close()


# --- errors and ends ---

def test_publish_to_a_missing_exchange_is_404(channel):
    with closes(404, "NOT_FOUND - no exchange 'check-none' in vhost '/'"):
        channel.basic_publish('check-none', '', b'x')


def test_immediate_publish_is_540(connection):
    channel = connection.channel()
    channel._impl.connection._send_message(
        channel.channel_number,
        pika.spec.Basic.Publish(exchange='', routing_key='x', immediate=True), (pika.BasicProperties(), b'x'))
    with pytest.raises(pika.exceptions.ConnectionClosedByBroker) as closed:
        for _ in range(100):
            connection.process_data_events(0.1)
    assert closed.value.reply_code == 540
    assert closed.value.reply_text == 'NOT_IMPLEMENTED - immediate=true'


def test_error_on_one_channel_leaves_the_others(connection):
    channel = connection.channel()
    queue = private(channel)
    with closes(404):
        connection.channel().queue_declare('check-none', passive=True)
    channel.basic_publish('', queue, b'still here')
    assert take(channel, queue)[2] == b'still here'


def test_what_a_user_may_not_do_is_403():
    user = fresh('user')
    manage('PUT', ['users', user], {'password': 'secret', 'tags': ''})
    with pytest.raises(pika.exceptions.ProbableAccessDeniedError) as refused:
        connect(user, 'secret')
    assert "(530) \"NOT_ALLOWED - access to vhost '/' refused for user '%s'\"" % user in str(refused.value)
    manage('PUT', ['permissions', '/', user], {'configure': '^mine-', 'write': '^mine-', 'read': '^mine-'})
    connection = connect(user, 'secret')
    connection.channel().queue_declare('mine-' + user, auto_delete=True)
    with closes(403, "ACCESS_REFUSED - configure access to queue 'yours' in vhost '/' refused for user '%s'" % user):
        connection.channel().queue_declare('yours')
    with closes(403, "ACCESS_REFUSED - write access to exchange 'amq.topic' in vhost '/' refused for user '%s'" % user):
        channel = connection.channel()
        channel.confirm_delivery()
        channel.basic_publish('amq.topic', '', b'x')
    with closes(403, "ACCESS_REFUSED - read access to queue 'yours' in vhost '/' refused for user '%s'" % user):
        connection.channel().basic_get('yours')
    connection.close()
    manage('DELETE', ['users', user])


def test_silent_client_is_disconnected_after_two_heartbeats(connection):
    """Tunes to one second and never sends again; the broker goes on sending its own heartbeats until it gives up."""
    address = pika.URLParameters(URL)
    with socket.create_connection((address.host, address.port), timeout=15) as stranger:
        stranger.sendall(b'AMQP\x00\x00\x09\x01')
        stranger.recv(65536)
        response = b'\x00guest\x00guest'
        start_ok = (b'\x00\x0a\x00\x0b' + struct.pack('>I', 0) + b'\x05PLAIN'
                    + struct.pack('>I', len(response)) + response + b'\x05en_US')
        stranger.sendall(b'\x01\x00\x00' + struct.pack('>I', len(start_ok)) + start_ok + b'\xce')
        stranger.recv(65536)
        tune_ok = b'\x00\x0a\x00\x1f' + struct.pack('>HIH', 2047, 131072, 1)
        stranger.sendall(b'\x01\x00\x00' + struct.pack('>I', len(tune_ok)) + tune_ok + b'\xce')
        vhost_open = b'\x00\x0a\x00\x28\x01/\x00\x00'
        stranger.sendall(b'\x01\x00\x00' + struct.pack('>I', len(vhost_open)) + vhost_open + b'\xce')
        begin, received = time.monotonic(), b''
        try:
            while part := stranger.recv(65536):
                received += part
        except ConnectionResetError:
            pass
    assert 1 < time.monotonic() - begin < 8
    assert b'\x08\x00\x00\x00\x00\x00\x00\xce' in received
    assert connection.channel().is_open


def test_more_channels_than_agreed_end_the_connection(connection):
    agreed = connection._impl.params.channel_max or 2047
    connection._impl._send_method(agreed + 1, pika.spec.Channel.Open())
    with pytest.raises(pika.exceptions.ConnectionClosedByBroker) as closed:
        for _ in range(100):
            connection.process_data_events(0.1)
    assert closed.value.reply_code == 530
