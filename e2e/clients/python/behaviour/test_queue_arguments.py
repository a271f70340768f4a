"""Arguments of queues: what is accepted, and what is the same on declaring again."""
import pytest
from pika import spec

from amqp import closes, fresh, queue_of
from wire import Wire, raw


def inequivalent(argument, queue, received, current):
    return "PRECONDITION_FAILED - inequivalent arg '%s' for queue '%s' in vhost '/': received %s but current is %s" % (
        argument, queue, received, current)


@pytest.mark.parametrize('argument, one, two, kind', [
    ('x-message-ttl', 1000, 2000, 'signedint'),
    ('x-expires', 100000, 200000, 'signedint'),
    ('x-max-length', 1, 2, 'signedint'),
    ('x-max-length-bytes', 1 << 40, 1, 'long'),
    ('x-max-priority', 1, 2, 'signedint'),
    ('x-dead-letter-exchange', 'a', 'b', 'longstr'),
    ('x-overflow', 'drop-head', 'reject-publish', 'longstr'),
    ('x-single-active-consumer', True, False, 'bool'),
    ('x-queue-version', 1, 2, 'signedint'),
])
def test_queue_declared_with_another_argument_is_406(connection, argument, one, two, kind):
    channel = connection.channel()
    queue = queue_of(channel, {argument: one})
    channel.queue_declare(queue, durable=True, arguments={argument: one})
    said = [str(value).lower() if kind == 'bool' else value for value in (one, two)]
    with closes(406, inequivalent(argument, queue, "'%s'" % said[1], "'%s'" % said[0])):
        channel.queue_declare(queue, durable=True, arguments={argument: two})
    with closes(406, inequivalent(argument, queue, 'none', "the value '%s' of type '%s'" % (said[0], kind))):
        connection.channel().queue_declare(queue, durable=True)


def test_queue_declared_with_an_argument_it_has_not_is_406(channel):
    queue = queue_of(channel)
    with closes(406, inequivalent('x-message-ttl', queue, "the value '1000' of type 'signedint'", 'none')):
        channel.queue_declare(queue, durable=True, arguments={'x-message-ttl': 1000})


@pytest.mark.parametrize('again, argument, received, current', [
    ({'durable': False}, 'durable', "'false'", "'true'"),
    ({'durable': True, 'auto_delete': True}, 'auto_delete', "'true'", "'false'"),
])
def test_queue_declared_with_another_flag_is_406(channel, again, argument, received, current):
    queue = queue_of(channel)
    with closes(406, inequivalent(argument, queue, received, current)):
        channel.queue_declare(queue, **again)


def test_integer_of_another_size_is_the_same(channel):
    """pika sends 1000 as 32 bits; as 64 bits it is the same number."""
    queue = queue_of(channel, {'x-message-ttl': 1000})
    arguments = b'\x0dx-message-ttll\x00\x00\x00\x00\x00\x00\x03\xe8'
    with Wire() as wire:
        wire.open(channels=1)
        name = queue.encode()
        wire.write(raw(1, 1, b'\x00\x32\x00\x0a\x00\x00' + bytes([len(name)]) + name + b'\x02'
                       + len(arguments).to_bytes(4, 'big') + arguments))
        wire.expect(spec.Queue.DeclareOk)


def test_unknown_argument_is_not_compared(channel):
    queue = queue_of(channel, {'x-mine': 1, 'mine': 'a'})
    channel.queue_declare(queue, durable=True, arguments={'x-mine': 2})


@pytest.mark.parametrize('kind', ['classic', 'quorum'])
def test_type_left_out_or_of_another_name(connection, kind):
    queue = queue_of(connection.channel(), {'x-queue-type': kind})
    connection.channel().queue_declare(queue, durable=True, arguments={'x-queue-type': kind})
    if kind == 'classic':
        connection.channel().queue_declare(queue, durable=True)
    else:
        with closes(406, inequivalent('x-queue-type', queue, "'classic'", "'quorum'")):
            connection.channel().queue_declare(queue, durable=True, arguments={'x-queue-type': 'classic'})


@pytest.mark.parametrize('argument, wrong, problem', [
    ('x-message-ttl', -1, '{value_negative,-1}'),
    ('x-message-ttl', 'soon', '"expected integer, got longstr"'),
    ('x-message-ttl', 315360000001, '{value_too_large,315360000001}'),
    ('x-expires', 0, '{value_zero,0}'),
    ('x-expires', -1, '{value_negative,-1}'),
    ('x-expires', True, '"expected integer, got bool"'),
    ('x-max-length', -1, '{value_negative,-1}'),
    ('x-max-length-bytes', 'big', '"expected integer, got longstr"'),
    ('x-max-priority', 256, '{max_value_exceeded,256}'),
    ('x-max-priority', -1, '{value_negative,-1}'),
    ('x-dead-letter-routing-key', 'k', 'routing_key_but_no_dlx_defined'),
    ('x-overflow', 'nonsense', 'invalid_overflow'),
    ('x-single-active-consumer', 1, '{unacceptable_type,signedint}'),
    ('x-queue-version', 3, '"unsupported queue version \'3\'"'),
    ('x-queue-leader-locator', 'nonsense', 'invalid_queue_locator_arg'),
])
def test_argument_of_a_wrong_value_is_406(channel, argument, wrong, problem):
    queue = fresh('queue')
    with closes(406, "PRECONDITION_FAILED - invalid arg '%s' for queue '%s' in vhost '/': %s" % (
            argument, queue, problem)):
        channel.queue_declare(queue, durable=True, arguments={argument: wrong})


@pytest.mark.parametrize('argument, wrong, kind', [
    ('x-dead-letter-exchange', 1, 'signedint'), ('x-dead-letter-exchange', None, 'void')])
def test_name_that_is_no_text_is_406(channel, argument, wrong, kind):
    queue = fresh('queue')
    with closes(406, "PRECONDITION_FAILED - invalid type '%s' for arg '%s' in queue '%s' in vhost '/'" % (
            kind, argument, queue)):
        channel.queue_declare(queue, durable=True, arguments={argument: wrong})


def test_unknown_queue_type_is_406(channel):
    with closes(406):
        channel.queue_declare(fresh('queue'), durable=True, arguments={'x-queue-type': 'nonsense'})


@pytest.mark.parametrize('flags', [{'durable': False}, {'durable': True, 'exclusive': True}, {'durable': True, 'auto_delete': True}])
def test_quorum_queue_is_durable_and_shared(channel, flags):
    queue = fresh('queue')
    with closes(406):
        channel.queue_declare(queue, arguments={'x-queue-type': 'quorum'}, **flags)


@pytest.mark.parametrize('argument, given', [('x-max-priority', 5), ('x-queue-mode', 'lazy')])
def test_quorum_queue_refuses_arguments_of_classic_ones(channel, argument, given):
    queue = fresh('queue')
    with closes(406, "PRECONDITION_FAILED - invalid arg '%s' for queue '%s' in vhost '/' of queue type rabbit_quorum_queue"
                % (argument, queue)):
        channel.queue_declare(queue, durable=True, arguments={'x-queue-type': 'quorum', argument: given})


@pytest.mark.parametrize('argument, given', [('x-delivery-limit', 5), ('x-max-age', '1D'), ('x-dead-letter-strategy', 'at-least-once')])
def test_classic_queue_refuses_arguments_of_other_types(channel, argument, given):
    queue = fresh('queue')
    with closes(406, "PRECONDITION_FAILED - invalid arg '%s' for queue '%s' in vhost '/' of queue type rabbit_classic_queue"
                % (argument, queue)):
        channel.queue_declare(queue, durable=True, arguments={argument: given})
