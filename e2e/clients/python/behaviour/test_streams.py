"""Streams: queues that are read and not emptied (x-queue-type=stream)."""
import datetime

import pika
import pytest

from amqp import Deliveries, bound, closes, exchange_of, fresh, manage, publish, queue_of, take, until

STREAM = {'x-queue-type': 'stream'}
HOUR = datetime.timedelta(hours=1)


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def stream_of(channel, **arguments):
    return queue_of(channel, {**STREAM, **arguments})


def filled(channel, count=5):
    stream = stream_of(channel)
    publish(channel, stream, *(b'm%d' % number for number in range(count)))
    return stream


def bodies(first, end):
    return [b'm%d' % number for number in range(first, end)]


class Reading(Deliveries):
    """Consumes a stream on a channel of its own."""

    def __init__(self, connection, stream, offset=None, prefetch=100, **more):
        channel = connection.channel()
        channel.basic_qos(prefetch_count=prefetch)
        arguments = {} if offset is None else {'x-stream-offset': offset}
        super().__init__(channel, stream, auto_ack=False, arguments=arguments, **more)

    def offsets(self):
        return [properties.headers['x-stream-offset'] for _, properties, _ in self]


class closes_connection:
    """The block ends with the connection closed by the broker."""

    def __init__(self, code, text):
        self.expected = code, text

    def __enter__(self):
        self.raises = pytest.raises(pika.exceptions.ConnectionClosedByBroker)
        self.caught = self.raises.__enter__()

    def __exit__(self, *error):
        swallowed = self.raises.__exit__(*error)
        if swallowed:
            assert (self.caught.value.reply_code, self.caught.value.reply_text) == self.expected
        return swallowed


# --- declaring ---

@pytest.mark.parametrize('arguments', [
    {}, {'x-max-age': '7D'}, {'x-max-age': '30s'}, {'x-max-length-bytes': 20000000},
    {'x-stream-max-segment-size-bytes': 500000}, {'x-stream-filter-size-bytes': 16},
    {'x-initial-cluster-size': 1}, {'x-queue-leader-locator': 'client-local'}, {'x-mine': 1}])
def test_stream_can_be_declared_again_and_looked_up(channel, arguments):
    stream = stream_of(channel, **arguments)
    channel.queue_declare(stream, durable=True, arguments={**STREAM, **arguments})
    assert channel.queue_declare(stream, passive=True).method.message_count == 0


@pytest.mark.parametrize('flags, property', [
    ({}, 'non-durable'), ({'durable': True, 'exclusive': True}, 'exclusive-owner'),
    ({'durable': True, 'auto_delete': True}, 'auto-delete')])
def test_stream_is_durable_and_shared(channel, flags, property):
    stream = fresh('stream')
    with closes(406, "PRECONDITION_FAILED - invalid property '%s' for queue '%s' in vhost '/'" % (property, stream)):
        channel.queue_declare(stream, arguments=STREAM, **flags)


def test_stream_has_a_name(channel):
    with closes(406, 'PRECONDITION_FAILED - Cannot declare a server-named queue for type rabbit_stream_queue'):
        channel.queue_declare('', durable=True, arguments=STREAM)


@pytest.mark.parametrize('argument, given', [
    ('x-max-length', 5), ('x-expires', 1000), ('x-message-ttl', 1000), ('x-dead-letter-exchange', 'x'),
    ('x-overflow', 'drop-head'), ('x-single-active-consumer', True), ('x-delivery-limit', 3), ('x-max-priority', 3)])
def test_stream_refuses_arguments_of_queues(channel, argument, given):
    stream = fresh('stream')
    with closes(406, "PRECONDITION_FAILED - invalid arg '%s' for queue '%s' in vhost '/' of queue type rabbit_stream_queue"
                % (argument, stream)):
        channel.queue_declare(stream, durable=True, arguments={**STREAM, argument: given})


@pytest.mark.parametrize('argument, given, problem', [
    ('x-max-age', '0s', 'invalid_max_age'), ('x-max-age', '1w', 'invalid_max_age'),
    ('x-max-age', 5, '{unacceptable_type,signedint}'),
    ('x-max-length-bytes', 'a', '"expected integer, got longstr"'),
    ('x-stream-max-segment-size-bytes', -1, '{value_negative,-1}'),
    ('x-initial-cluster-size', 0, '{value_zero,0}')])
def test_values_of_arguments_are_checked(channel, argument, given, problem):
    stream = fresh('stream')
    with closes(406, "PRECONDITION_FAILED - invalid arg '%s' for queue '%s' in vhost '/': %s" % (argument, stream, problem)):
        channel.queue_declare(stream, durable=True, arguments={**STREAM, argument: given})


@pytest.mark.parametrize('argument, given, text', [
    ('x-stream-max-segment-size-bytes', 4000000000, 'Exceeded max value for x-stream-max-segment-size-bytes'),
    ('x-stream-filter-size-bytes', 1, 'Invalid value for  x-stream-filter-size-bytes')])
def test_sizes_have_bounds(channel, argument, given, text):
    with closes(406, 'PRECONDITION_FAILED - ' + text):
        channel.queue_declare(fresh('stream'), durable=True, arguments={**STREAM, argument: given})


def test_stream_declared_otherwise_is_406(channel):
    stream = stream_of(channel)
    with closes(406, "PRECONDITION_FAILED - inequivalent arg 'x-max-age' for queue '%s' in vhost '/': "
                     "received the value '1D' of type 'longstr' but current is none" % stream):
        channel.queue_declare(stream, durable=True, arguments={**STREAM, 'x-max-age': '1D'})


def test_queue_does_not_become_a_stream(channel):
    queue = queue_of(channel)
    with closes(406, "PRECONDITION_FAILED - inequivalent arg 'x-queue-type' for queue '%s' in vhost '/': "
                     "received 'stream' but current is 'classic'" % queue):
        channel.queue_declare(queue, durable=True, arguments=STREAM)


# --- what is not for streams ---

def test_basic_get_is_540(channel):
    stream = filled(channel)
    with closes_connection(540, "NOT_IMPLEMENTED - basic.get not supported by stream queues queue '%s' in vhost '/'" % stream):
        channel.basic_get(stream)


def test_purge_is_540(channel):
    stream = filled(channel)
    with closes_connection(540, "NOT_IMPLEMENTED - queue.purge not supported by stream queues queue '%s' in vhost '/'" % stream):
        channel.queue_purge(stream)


@pytest.mark.parametrize('auto_ack', [False, True])
def test_consumer_needs_a_prefetch(channel, auto_ack):
    stream = filled(channel)
    with closes(406, "PRECONDITION_FAILED - consumer prefetch count is not set for stream queue '%s' in vhost '/'" % stream):
        channel.basic_consume(stream, print, auto_ack=auto_ack)


def test_consumer_has_to_acknowledge(channel):
    stream = filled(channel)
    channel.basic_qos(prefetch_count=10)
    with closes_connection(
            540, "NOT_IMPLEMENTED - automatic acknowledgement not supported by stream queue '%s' in vhost '/'" % stream):
        channel.basic_consume(stream, print, auto_ack=True)


def test_prefetch_of_the_channel_is_540(channel):
    stream = filled(channel)
    channel.basic_qos(prefetch_count=10)
    channel.basic_qos(prefetch_count=10, global_qos=True)
    with closes_connection(540, "NOT_IMPLEMENTED - queue '%s' in vhost '/' does not support global qos" % stream):
        channel.basic_consume(stream, print)


def test_consumer_has_no_priority(channel):
    stream = filled(channel)
    with closes(406, "PRECONDITION_FAILED - invalid arg 'x-priority' for queue '%s' in vhost '/' of queue type rabbit_stream_queue"
                % stream):
        channel.basic_consume(stream, print, arguments={'x-priority': 1})


@pytest.mark.parametrize('kind', ['classic', 'quorum'])
def test_queues_have_no_offset(channel, kind):
    queue = queue_of(channel, {'x-queue-type': kind})
    with closes(406, "PRECONDITION_FAILED - invalid arg 'x-stream-offset' for queue '%s' in vhost '/' of queue type rabbit_%s_queue"
                % (queue, kind)):
        channel.basic_consume(queue, print, arguments={'x-stream-offset': 'first'})


def test_offset_that_is_none_is_406(channel):
    stream = filled(channel)
    with closes(406, "PRECONDITION_FAILED - invalid arg 'x-stream-offset' for queue '%s' in vhost '/': "
                     "{invalid_stream_offset_arg,{longstr,<<\"7\">>}}" % stream):
        channel.basic_consume(stream, print, arguments={'x-stream-offset': '7'})


# --- reading ---

@pytest.mark.parametrize('offset, first', [
    ('first', 0), ('last', 4), (0, 0), (2, 2), (-1, 0), ('1h', 0), (now() - HOUR, 0)])
def test_consumer_begins_where_it_wants(channel, connection, offset, first):
    stream = filled(channel)
    got = Reading(connection, stream, offset)
    assert got.come(5 - first)
    assert got.bodies() == bodies(first, 5)
    assert got.offsets() == list(range(first, 5))
    assert not any(method.redelivered for method, _, _ in got)


@pytest.mark.parametrize('offset', [None, 'next', now() + HOUR])
def test_consumer_that_begins_at_the_end_gets_what_comes(channel, connection, offset):
    stream = filled(channel)
    got = Reading(connection, stream, offset)
    assert got.stay(0)
    publish(channel, stream, b'm5', b'm6')
    assert got.come(2)
    assert (got.bodies(), got.offsets()) == (bodies(5, 7), [5, 6])


def test_consumer_waits_for_an_offset_to_come(channel, connection):
    stream = filled(channel)
    got = Reading(connection, stream, 7)
    publish(channel, stream, *bodies(5, 9))
    assert got.come(2)
    assert (got.bodies(), got.offsets()) == (bodies(7, 9), [7, 8])


def test_everybody_reads_everything(channel, connection):
    stream = filled(channel)
    readings = [Reading(connection, stream, 'first') for _ in range(3)]
    for got in readings:
        assert got.come(5)
    publish(channel, stream, b'm5')
    for got in readings:
        assert got.come(6)
        assert got.bodies() == bodies(0, 6)
    assert Reading(connection, stream, 'first').come(6)


@pytest.mark.parametrize('settle', [
    lambda channel, tag: channel.basic_ack(tag),
    lambda channel, tag: channel.basic_nack(tag, requeue=True),
    lambda channel, tag: channel.basic_nack(tag, requeue=False),
    lambda channel, tag: channel.basic_reject(tag, requeue=True),
    lambda channel, tag: channel.basic_reject(tag, requeue=False)], ids=['ack', 'requeue', 'nack', 'reject-requeue', 'reject'])
def test_settling_gives_credit_and_nothing_else(channel, connection, settle):
    stream = filled(channel)
    got = Reading(connection, stream, 'first', prefetch=2)
    assert got.come(2) and got.stay(2)
    settle(got.channel, got[0][0].delivery_tag)
    assert got.come(3) and got.stay(3)
    assert got.bodies() == bodies(0, 3)


def test_acknowledging_several_at_once_gives_credit_for_all(channel, connection):
    stream = filled(channel)
    got = Reading(connection, stream, 'first', prefetch=2)
    assert got.come(2)
    got.channel.basic_ack(2, multiple=True)
    assert got.come(4) and got.stay(4)


def test_recover_gives_credit(channel, connection):
    stream = filled(channel)
    got = Reading(connection, stream, 'first', prefetch=2)
    assert got.come(2)
    got.channel.basic_recover(requeue=True)
    assert got.come(4)
    assert got.bodies() == bodies(0, 4)


def test_consumers_of_a_channel_have_credit_of_their_own(channel, connection):
    stream = filled(channel)
    one = Reading(connection, stream, 'first', prefetch=1, consumer_tag='one')
    assert one.come(1)
    both = []
    one.channel.basic_consume(
        stream, lambda _, *delivery: both.append(delivery), arguments={'x-stream-offset': 'first'}, consumer_tag='two')
    assert until(lambda: both, connection)
    one.channel.basic_ack(both[0][0].delivery_tag)
    assert until(lambda: len(both) == 2, connection)
    assert one.stay(1)
    assert [body for _, _, body in both] == bodies(0, 2)


def test_cancelled_consumer_gets_nothing_more(channel, connection):
    stream = filled(channel)
    got = Reading(connection, stream, 'first', prefetch=2)
    assert got.come(2)
    got.channel.basic_cancel(got.tag)
    got.channel.basic_ack(2, multiple=True)
    assert got.stay(2)


def test_exclusive_consumers_do_not_exclude(channel, connection):
    stream = filled(channel)
    assert Reading(connection, stream, 'first', exclusive=True).come(5)
    assert Reading(connection, stream, 'first', exclusive=True).come(5)


def test_consumer_tag_can_be_used_again(channel, connection):
    stream = filled(channel)
    got = Reading(connection, stream, 'first', consumer_tag='mine')
    assert got.come(5)
    got.channel.basic_cancel('mine')
    got.channel.basic_consume(
        stream, lambda _, *delivery: got.append(delivery), arguments={'x-stream-offset': 'first'}, consumer_tag='mine')
    assert got.come(10)
    assert got.bodies() == 2 * bodies(0, 5)


def test_many_messages_come_in_order(channel, connection):
    stream = stream_of(channel)
    channel_without_confirms = connection.channel()
    got = Reading(connection, stream, 'first', prefetch=50)
    for number in range(3000):
        channel_without_confirms.basic_publish('', stream, b'm%d' % number)
    seen = 0

    def all_seen():
        nonlocal seen
        if len(got) > seen:
            seen = len(got)
            got.channel.basic_ack(got[-1][0].delivery_tag, multiple=True)
        return seen == 3000

    assert until(all_seen, connection)
    assert got.bodies() == bodies(0, 3000)
    assert got.offsets() == list(range(3000))


# --- publishing ---

def test_message_comes_as_it_was_published(channel, connection):
    stream = stream_of(channel)
    exchange = exchange_of(channel, 'topic')
    channel.queue_bind(stream, exchange, 'a.#')
    channel.basic_publish(exchange, 'a.b', b'body', pika.BasicProperties(
        content_type='text/plain', headers={'h': 1}, delivery_mode=1, priority=3, expiration='1', message_id='id'))
    got = Reading(connection, stream, 'first')
    assert got.come(1)
    method, properties, body = got[0]
    assert (method.exchange, method.routing_key, body) == (exchange, 'a.b', b'body')
    assert properties.headers == {'h': 1, 'x-stream-offset': 0}
    assert (properties.content_type, properties.delivery_mode, properties.priority, properties.expiration,
            properties.message_id) == ('text/plain', 1, 3, '1', 'id')


def test_streams_and_queues_may_be_bound_to_one_exchange(channel, connection):
    exchange = exchange_of(channel, 'fanout')
    stream, queue = stream_of(channel), bound(channel, exchange)
    channel.queue_bind(stream, exchange)
    channel.basic_publish(exchange, '', b'm0')
    assert Reading(connection, stream, 'first').come(1)
    assert take(channel, queue)[2] == b'm0'


def test_dead_letters_may_go_to_a_stream(channel, connection):
    stream = stream_of(channel)
    queue = queue_of(channel, {'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': stream})
    publish(channel, queue, b'm0')
    channel.basic_reject(take(channel, queue, ack=False)[0].delivery_tag, requeue=False)
    got = Reading(connection, stream, 'first')
    assert got.come(1)
    assert got[0][1].headers['x-first-death-reason'] == 'rejected'


def test_transaction_may_publish_to_a_stream(channel, connection):
    stream = stream_of(channel)
    transaction = connection.channel()
    transaction.tx_select()
    publish(transaction, stream, b'm0')
    transaction.tx_commit()
    assert Reading(connection, stream, 'first').come(1)


# --- counting and deleting ---

def test_messages_are_counted_and_consumers_are_not(channel, connection):
    stream = filled(channel)
    assert Reading(connection, stream, 'first').come(5)
    declared = until(
        lambda: channel.queue_declare(stream, passive=True).method.message_count == 5 and
        channel.queue_declare(stream, passive=True).method, connection)
    assert (declared.message_count, declared.consumer_count) == (5, 0)


def test_management_shows_a_stream(channel, connection):
    stream = filled(channel)
    assert until(lambda: manage('GET', ['queues', '/', stream]).get('messages') == 5, connection)
    shown = manage('GET', ['queues', '/', stream])
    assert (shown['type'], shown['messages_ready'], shown['messages_unacknowledged']) == ('stream', 5, 0)


@pytest.mark.parametrize('condition', [{}, {'if_empty': True}, {'if_unused': True}])
def test_stream_is_deleted_with_messages_and_consumers(channel, connection, condition):
    stream = filled(channel)
    got = Reading(connection, stream, 'first')
    assert got.come(5)
    cancelled = []
    got.channel.add_on_cancel_callback(cancelled.append)
    assert channel.queue_delete(stream, **condition).method.message_count == 0
    assert until(lambda: cancelled, connection)
    with closes(404):
        channel.queue_declare(stream, passive=True)


def test_stream_of_the_same_name_is_a_new_one(channel, connection):
    stream = filled(channel)
    channel.queue_delete(stream)
    channel.queue_declare(stream, durable=True, arguments=STREAM)
    publish(channel, stream, b'new')
    got = Reading(connection, stream, 'first')
    assert got.come(1)
    assert (got.bodies(), got.offsets()) == ([b'new'], [0])
