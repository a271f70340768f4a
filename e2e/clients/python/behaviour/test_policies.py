"""Policies and operator policies: what they accept, which of them is in force, and what queues do by them."""
import pika
import pytest

from amqp import bound, counts, exchange_of, exists, fresh, hold, in_order, private, publish, queue_of, \
    manage, ready, refused, take, until


@pytest.fixture
def policy():
    """Puts policies on things by name, and removes them."""
    put = []

    def put_policy(what, definition, kind='policies', **more):
        path = [kind, '/', fresh('policy')]
        manage('PUT', path, {'pattern': '^%s$' % what, 'definition': definition, **more})
        put.append(path)
        return path

    yield put_policy
    for path in put:
        if path[2] in [each['name'] for each in manage('GET', path[:2])]:
            manage('DELETE', path)


@pytest.fixture
def operator(policy):
    return lambda what, definition, **more: policy(what, definition, 'operator-policies', **more)


# --- the management API ---

def test_a_policy_is_shown_as_it_was_put(policy):
    path = policy('x', {'max-length': 3, 'overflow': 'drop-head'}, priority=7, **{'apply-to': 'queues'})
    shown = {'vhost': '/', 'name': path[2], 'pattern': '^x$', 'apply-to': 'queues', 'priority': 7,
             'definition': {'max-length': 3, 'overflow': 'drop-head'}}
    assert manage('GET', path) == shown
    assert shown in manage('GET', ['policies'])
    assert shown in manage('GET', ['policies', '/'])


def test_priority_and_apply_to_may_be_left_out(operator):
    shown = manage('GET', operator('x', {'max-length': 3}))
    assert (shown['priority'], shown['apply-to']) == (0, 'all')


@pytest.mark.parametrize('definition, problem', [
    ({'max-length': 'x'}, '<<"x">> is not a valid maximum length'),
    ({'max-length': -1}, '-1 is not a valid maximum length'),
    ({'max-length': 1.5}, '1.5 is not a valid maximum length'),
    ({'max-length-bytes': True}, 'true is not a valid maximum length in bytes'),
    ({'message-ttl': None}, 'null is not a valid message TTL'),
    ({'message-ttl': [1, 2]}, '[1,2] is not a valid message TTL'),
    ({'message-ttl': {'a': 1}}, '#{<<"a">> => 1} is not a valid message TTL'),
    ({'expires': 0}, '0 is not a valid queue expiry'),
    ({'overflow': 'odd'}, '<<"odd">> is not a valid overflow value'),
    ({'dead-letter-exchange': 5}, '5 is not a valid dead letter exchange name'),
    ({'dead-letter-routing-key': 5}, '5 is not a valid dead letter routing key'),
    ({'alternate-exchange': 5}, '5 is not a valid alternate exchange name'),
    ({'consumer-timeout': -5}, '-5 is not a valid consumer timeout'),
    ({'delivery-limit': 'x'}, '<<"x">> is not a valid delivery limit'),
    ({'queue-mode': 'x'}, '<<"x">> is not a valid queue-mode value'),
    ({'queue-version': 3}, '3 is not a valid queue-version value'),
    ({'queue-leader-locator': 'x'}, '<<"x">> is not a valid queue leader locator value'),
    ({'max-age': '1x'}, '<<"1x">> is not a valid max age'),
    ({'unknown-key': 5}, '[{<<"unknown-key">>,5}] are not recognised policy settings'),
    ({'zzz': 5, 'another': 'x', 'max-length': 3},
     '[{<<"another">>,<<"x">>},{<<"zzz">>,5}] are not recognised policy settings'),
    ({'unknown-key': 5, 'max-length': 'x'}, '<<"x">> is not a valid maximum length'),
    ({}, 'no policy provided'),
])
def test_a_wrong_definition_is_refused(definition, problem):
    with refused(400, 'bad_request', 'Validation failed\n\n%s\n' % problem.replace('<', '&lt;').replace('>', '&gt;')):
        manage('PUT', ['policies', '/', 'x'], {'pattern': 'x', 'definition': definition})


def test_everything_wrong_is_told_at_once():
    with refused(400, 'bad_request', "Validation failed\n\napply-to 'nobody' unrecognised; should be one of: 'queues',"
                 " 'classic_queues',  'quorum_queues', 'streams', 'exchanges', or 'all'\n"
                 'pattern should be a binary but was 5\npriority should be a number, actually was &lt;&lt;"x"&gt;&gt;\n'):
        manage('PUT', ['policies', '/', 'x'], {
            'pattern': 5, 'definition': {'max-length': 1}, 'apply-to': 'nobody', 'priority': 'x'})


def test_a_pattern_must_be_a_regular_expression():
    with refused(400, 'bad_request') as answer:
        manage('PUT', ['policies', '/', 'x'], {'pattern': '(', 'definition': {'max-length': 1}})
    assert answer.reason.startswith(
        'Validation failed\n\npattern should be regular expression but is invalid: ')


@pytest.mark.parametrize('body, missing', [
    ({'pattern': 'x'}, '[{key_missing,definition}]'),
    ({'definition': {'max-length': 1}}, '[{key_missing,pattern}]'),
    ({}, '[{key_missing,pattern},{key_missing,definition}]'),
])
def test_pattern_and_definition_are_needed(body, missing):
    with refused(400, 'bad_request', missing):
        manage('PUT', ['policies', '/', 'x'], body)


@pytest.mark.parametrize('key, value, shown', [
    ('alternate-exchange', 'x', '<<"x">>'), ('dead-letter-exchange', 'x', '<<"x">>'), ('consumer-timeout', 5, '5'),
    ('queue-mode', 'lazy', '<<"lazy">>')])
def test_operator_policies_have_fewer_keys(key, value, shown):
    with refused(400, 'bad_request',
                 'Validation failed\n\n[{<<"%s">>,%s}] are not recognised policy settings\n' % (key, shown)):
        manage('PUT', ['operator-policies', '/', 'x'], {'pattern': 'x', 'definition': {key: value}})


def test_operator_policies_limit(operator):
    path = operator('x', {
        'expires': 60000, 'message-ttl': 60000, 'max-length': 5, 'max-length-bytes': 5, 'max-in-memory-length': 5,
        'max-in-memory-bytes': 5, 'delivery-limit': 5, 'queue-version': 2, 'overflow': 'reject-publish'})
    assert len(manage('GET', path)['definition']) == 9


@pytest.mark.parametrize('kind', ['policies', 'operator-policies'])
def test_what_is_not_there(kind):
    for method, path in ('GET', [kind, '/', 'nobodys']), ('DELETE', [kind, '/', 'nobodys']), ('GET', [kind, 'nowhere']):
        with refused(404, 'Object Not Found', 'Not Found'):
            manage(method, path)


def test_a_policy_needs_its_virtual_host():  # RabbitMQ answers 500 for an operator policy
    with refused(404, 'not_found', 'vhost_not_found'):
        manage('PUT', ['policies', 'nowhere', 'x'], {'pattern': 'x', 'definition': {'max-length': 1}})


def test_policies_need_a_policymaker(policy):
    path = policy('x', {'max-length': 1})
    name = fresh('user')
    manage('PUT', ['users', name], {'password': 'secret', 'tags': 'management'})
    manage('PUT', ['permissions', '/', name], {'configure': '', 'write': '', 'read': ''})
    with refused(401, None, 'User not authorised to access object'):
        manage('GET', path, user=name)
    assert path[2] in [each['name'] for each in manage('GET', ['policies', '/'], user=name)]
    manage('PUT', ['users', name], {'password': 'secret', 'tags': 'policymaker'})
    assert manage('GET', path, user=name)['name'] == path[2]
    with refused(401, None, 'Not administrator user'):
        manage('PUT', ['operator-policies', '/', 'x'], {'pattern': 'x', 'definition': {'max-length': 1}}, user=name)
    manage('DELETE', ['users', name])


# --- which one is in force ---

def drops_beyond(channel, queue, length):
    publish(channel, queue, *[b'%d' % i for i in range(length + 2)])
    return in_order(channel, queue) == [b'%d' % i for i in range(2, length + 2)]


def test_the_pattern_may_match_anywhere(channel, policy):
    queue = queue_of(channel)
    policy('x', {'max-length': 1}, pattern=queue[3:-2])
    assert drops_beyond(channel, queue, 1)


def test_another_name_is_left_alone(channel, policy):
    queue = queue_of(channel)
    policy(queue[:-1], {'max-length': 1})
    publish(channel, queue, b'1', b'2')
    assert in_order(channel, queue) == [b'1', b'2']


def test_the_highest_priority_is_in_force(channel, policy):
    queue = queue_of(channel)
    policy(queue, {'max-length': 1}, priority=1)
    policy(queue, {'max-length': 3}, priority=3)
    policy(queue, {'max-length': 2}, priority=2)
    assert drops_beyond(channel, queue, 3)


def test_only_one_policy_is_in_force(channel, policy):
    queue = queue_of(channel)
    policy(queue, {'max-length': 1}, priority=1)
    policy(queue, {'message-ttl': 60000}, priority=2)
    publish(channel, queue, b'1', b'2')
    assert in_order(channel, queue) == [b'1', b'2']


def test_a_policy_that_is_removed_gives_way_to_the_next(channel, policy):
    queue = queue_of(channel)
    policy(queue, {'max-length': 2}, priority=1)
    path = policy(queue, {'max-length': 1}, priority=2)
    manage('DELETE', path)
    assert drops_beyond(channel, queue, 2)


@pytest.mark.parametrize('kind, classic, quorum', [
    ('all', True, True), ('queues', True, True), ('classic_queues', True, False), ('quorum_queues', False, True),
    ('exchanges', False, False), ('streams', False, False)])
def test_policies_are_for_a_kind_of_things(channel, policy, kind, classic, quorum):
    for expected, of_type in (classic, 'classic'), (quorum, 'quorum'):
        queue = queue_of(channel, {'x-queue-type': of_type})
        policy(queue, {'max-length': 1}, **{'apply-to': kind})
        publish(channel, queue, b'1', b'2')
        assert in_order(channel, queue) == ([b'2'] if expected else [b'1', b'2'])


@pytest.mark.parametrize('key, value, of_type', [
    ('delivery-limit', 2, 'classic'), ('dead-letter-strategy', 'at-most-once', 'classic'),
    ('max-age', '1h', 'classic'), ('queue-mode', 'lazy', 'quorum'), ('max-age', '1h', 'quorum')])
def test_a_policy_with_a_key_of_another_type_is_not_taken_at_all(channel, policy, key, value, of_type):
    queue = queue_of(channel, {'x-queue-type': of_type})
    policy(queue, {'max-length': 1, key: value}, priority=2)
    policy(queue, {'max-length': 2}, priority=1)
    assert drops_beyond(channel, queue, 2)


@pytest.mark.parametrize('declared, policies, operators, length', [
    (None, 2, 3, 2), (None, 3, 2, 2), (2, 3, 4, 2), (4, 3, 2, 2), (4, 2, 3, 2), (3, 2, None, 2), (2, 3, None, 2),
    (3, None, 2, 2), (2, None, 3, 2)])
def test_the_smallest_limit_counts(channel, policy, operator, declared, policies, operators, length):
    queue = queue_of(channel, {'x-max-length': declared} if declared else None)
    if policies:
        policy(queue, {'max-length': policies})
    if operators:
        operator(queue, {'max-length': operators})
    assert drops_beyond(channel, queue, length)


def test_for_the_rest_the_argument_counts(channel, policy):
    exchange, other = exchange_of(channel, 'fanout'), exchange_of(channel, 'fanout')
    dead, others = bound(channel, exchange), bound(channel, other)
    queue = queue_of(channel, {'x-dead-letter-exchange': exchange, 'x-max-length': 1})
    policy(queue, {'dead-letter-exchange': other})
    publish(channel, queue, b'1', b'2')
    assert take(channel, dead)[2] == b'1'
    assert in_order(channel, others) == []


@pytest.mark.parametrize('of_type, accepts', [('classic', True), ('quorum', False)])
def test_a_quorum_queue_lets_the_policy_decide_about_overflow(channel, policy, of_type, accepts):
    queue = queue_of(channel, {'x-queue-type': of_type, 'x-max-length': 1, 'x-overflow': 'drop-head'})
    policy(queue, {'overflow': 'reject-publish'})
    assert all([is_accepted(channel, queue) for _ in range(20)]) == accepts  # RabbitMQ's quorum queues take some too many


def is_accepted(channel, queue):
    try:
        publish(channel, queue, b'x')
        return True
    except pika.exceptions.NackError:
        return False


def test_queues_and_exchanges_show_what_is_in_force(channel, policy, operator):
    queue, exchange = queue_of(channel), exchange_of(channel, 'fanout')
    path = policy(queue, {'max-length': 5, 'message-ttl': 60000})
    operators = operator(queue, {'max-length': 3, 'expires': 600000})
    alternate = policy(exchange, {'alternate-exchange': 'amq.fanout'})
    shown = {'policy': path[2], 'operator_policy': operators[2],
             'effective_policy_definition': {'expires': 600000, 'max-length': 3, 'message-ttl': 60000}}
    assert until(lambda: shown.items() <= manage('GET', ['queues', '/', queue]).items(), channel.connection)
    assert manage('GET', ['exchanges', '/', exchange])['policy'] == alternate[2]


def test_without_policies_nothing_is_shown(channel):
    queue, exchange = queue_of(channel), exchange_of(channel, 'fanout')
    shown = {'policy': None, 'operator_policy': None, 'effective_policy_definition': {}}
    assert until(lambda: shown.items() <= manage('GET', ['queues', '/', queue]).items(), channel.connection)
    assert 'policy' not in manage('GET', ['exchanges', '/', exchange])


# --- what is there changes at once ---

TYPES = pytest.mark.parametrize('of_type', ['classic', 'quorum'])


@TYPES
def test_a_queue_that_is_too_long_now_drops_its_head(channel, policy, of_type):
    queue = queue_of(channel, {'x-queue-type': of_type})
    publish(channel, queue, *[b'%d' % i for i in range(6)])
    path = policy(queue, {'max-length': 2})
    assert ready(channel, queue, 2)
    manage('DELETE', path)
    publish(channel, queue, b'6')
    assert in_order(channel, queue) == [b'4', b'5', b'6']


@TYPES
def test_a_queue_that_has_too_many_bytes_now_drops_its_head(channel, policy, of_type):
    queue = queue_of(channel, {'x-queue-type': of_type})
    publish(channel, queue, *[b'%04d' % i for i in range(6)])
    policy(queue, {'max-length-bytes': 9})
    assert ready(channel, queue, 2)
    publish(channel, queue, b'long enough')
    assert ready(channel, queue, 0)


@TYPES
def test_what_is_dropped_is_dead_lettered(channel, policy, of_type):
    queue, exchange = queue_of(channel, {'x-queue-type': of_type}), exchange_of(channel, 'topic')
    dead = bound(channel, exchange, 'late')
    publish(channel, queue, b'1', b'2')
    policy(queue, {'dead-letter-exchange': exchange, 'dead-letter-routing-key': 'late', 'max-length': 1})
    _, properties, body = take(channel, dead)
    assert (body, properties.headers['x-death'][0]['reason']) == (b'1', 'maxlen')


@TYPES
def test_a_rejected_message_goes_where_the_policy_says_now(channel, policy, of_type):
    queue, exchange = queue_of(channel, {'x-queue-type': of_type}), exchange_of(channel, 'fanout')
    dead = bound(channel, exchange)
    publish(channel, queue, b'x')
    tag, = hold(channel, queue, 1)
    policy(queue, {'dead-letter-exchange': exchange})
    channel.basic_nack(tag, requeue=False)
    assert take(channel, dead)[2] == b'x'


@TYPES
def test_a_new_ttl_is_for_new_messages(channel, policy, of_type):
    queue = queue_of(channel, {'x-queue-type': of_type})
    publish(channel, queue, b'old')
    path = policy(queue, {'message-ttl': 50})
    assert not until(lambda: counts(channel, queue)[0] == 0, channel.connection, 0.3)
    assert in_order(channel, queue) == [b'old']
    publish(channel, queue, b'new')
    assert ready(channel, queue, 0)
    manage('DELETE', path)
    publish(channel, queue, b'stays')
    assert not until(lambda: counts(channel, queue)[0] == 0, channel.connection, 0.3)


@TYPES
def test_a_queue_expires_by_policy(connection, channel, policy, of_type):
    queue = queue_of(channel, {'x-queue-type': of_type})
    policy(queue, {'expires': 300})
    assert until(lambda: not listed(queue), connection)
    assert not exists(connection, queue)


def listed(queue):
    return queue in [each['name'] for each in manage('GET', ['queues', '/'])]


def test_a_queue_stays_when_the_policy_goes(connection, channel, policy):
    queue = queue_of(channel)
    path = policy(queue, {'expires': 500})
    manage('DELETE', path)
    assert not until(lambda: not listed(queue), connection, 1)


def test_a_delivery_limit_is_for_messages_that_are_there(channel, policy):
    queue = queue_of(channel, {'x-queue-type': 'quorum'})
    publish(channel, queue, b'x')
    policy(queue, {'delivery-limit': 1})
    for _ in range(2):
        tag, = hold(channel, queue, 1)
        channel.basic_nack(tag, requeue=True)
    assert ready(channel, queue, 0)
    assert in_order(channel, queue) == []


def test_an_exclusive_queue_takes_policies(channel, policy):
    queue = private(channel)
    policy(queue.replace('.', r'\.'), {'max-length': 1})
    assert drops_beyond(channel, queue, 1)


def test_a_queue_that_is_declared_later_takes_the_policy(channel, policy):
    queue = fresh('queue')
    policy(queue, {'max-length': 1})
    channel.queue_declare(queue, durable=True)
    assert drops_beyond(channel, queue, 1)
    channel.queue_declare(queue, durable=True)  # a policy is no argument


def test_refusing_begins_and_ends_with_the_policy(channel, policy):
    queue = queue_of(channel)
    publish(channel, queue, b'1')
    path = policy(queue, {'max-length': 1, 'overflow': 'reject-publish'})
    assert not is_accepted(channel, queue)
    manage('DELETE', path)
    publish(channel, queue, b'3')
    assert in_order(channel, queue) == [b'1', b'3']


def test_an_alternate_exchange_by_policy(channel, policy):
    exchange, alternate = exchange_of(channel, 'direct'), exchange_of(channel, 'fanout')
    queue = bound(channel, alternate)
    path = policy(exchange, {'alternate-exchange': alternate})
    channel.basic_publish(exchange, 'nowhere', b'x')
    assert take(channel, queue)[2] == b'x'
    manage('DELETE', path)
    channel.basic_publish(exchange, 'nowhere', b'y')
    assert in_order(channel, queue) == []


def test_an_exchanges_own_alternate_counts(channel, policy):
    alternate, other = exchange_of(channel, 'fanout'), exchange_of(channel, 'fanout')
    exchange = exchange_of(channel, 'direct', arguments={'alternate-exchange': alternate})
    queue, others = bound(channel, alternate), bound(channel, other)
    policy(exchange, {'alternate-exchange': other})
    channel.basic_publish(exchange, 'nowhere', b'x')
    assert take(channel, queue)[2] == b'x'
    assert in_order(channel, others) == []
