"""Definitions: all that is defined, out of one broker and into another."""
import json

import pytest

from amqp import bound, connect, exchange_of, fresh, in_order, manage, private, publish, queue_of, refused

SECTIONS = ['users', 'vhosts', 'permissions', 'topic_permissions', 'parameters', 'global_parameters', 'policies', 'queues',
            'exchanges', 'bindings']


@pytest.fixture
def vhost():
    """A virtual host with one of everything in it."""
    name = fresh('vhost')
    manage('PUT', ['vhosts', name], {'description': 'of a case'})
    manage('PUT', ['permissions', name, 'guest'], {'configure': '.*', 'write': '.*', 'read': '.*'})
    manage('PUT', ['topic-permissions', name, 'guest'], {'exchange': 'x', 'write': '^w', 'read': '^r'})
    manage('PUT', ['policies', name, 'p'], {'pattern': '^q', 'definition': {'max-length': 9}, 'apply-to': 'queues'})
    manage('PUT', ['operator-policies', name, 'o'], {'pattern': '^q', 'definition': {'expires': 600000}, 'priority': 3})
    manage('PUT', ['vhost-limits', name, 'max-queues'], {'value': 20})
    manage('PUT', ['queues', name, 'q'], {'durable': True, 'arguments': {'x-message-ttl': 600000}})
    manage('PUT', ['queues', name, 'qq'], {'durable': True, 'arguments': {'x-queue-type': 'quorum'}})
    manage('PUT', ['exchanges', name, 'x'], {
        'type': 'topic', 'durable': True, 'arguments': {'alternate-exchange': 'amq.fanout'}})
    manage('POST', ['bindings', name, 'e', 'x', 'q', 'q'], {'routing_key': 'r.#', 'arguments': {'a': 1}})
    manage('POST', ['bindings', name, 'e', 'amq.fanout', 'e', 'x'], {})
    yield name
    if name in [each['name'] for each in manage('GET', ['vhosts'])]:
        manage('DELETE', ['vhosts', name])


def of(vhost, definitions):
    """What of the definitions of a cluster belongs to the virtual host."""
    return {section: [each for each in definitions[section] if each.get('vhost') == vhost] for section in SECTIONS}


def by_text(things):
    return sorted(things, key=lambda thing: json.dumps(thing, sort_keys=True))


def expected(vhost):
    return {
        'policies': [{'vhost': vhost, 'name': 'p', 'pattern': '^q', 'apply-to': 'queues', 'priority': 0,
                      'definition': {'max-length': 9}}],
        'parameters': [
            {'vhost': vhost, 'component': 'operator_policy', 'name': 'o',
             'value': {'pattern': '^q', 'apply-to': 'all', 'priority': 3, 'definition': {'expires': 600000}}},
            {'vhost': vhost, 'component': 'vhost-limits', 'name': 'limits', 'value': {'max-queues': 20}}],
        'queues': [
            {'name': 'q', 'vhost': vhost, 'durable': True, 'auto_delete': False,
             'arguments': {'x-message-ttl': 600000, 'x-queue-type': 'classic'}},
            {'name': 'qq', 'vhost': vhost, 'durable': True, 'auto_delete': False,
             'arguments': {'x-queue-type': 'quorum'}}],
        'exchanges': [{'name': 'x', 'vhost': vhost, 'type': 'topic', 'durable': True, 'auto_delete': False,
                       'internal': False, 'arguments': {'alternate-exchange': 'amq.fanout'}}],
        'bindings': [
            {'source': 'amq.fanout', 'vhost': vhost, 'destination': 'x', 'destination_type': 'exchange',
             'routing_key': '', 'arguments': {}},
            {'source': 'x', 'vhost': vhost, 'destination': 'q', 'destination_type': 'queue', 'routing_key': 'r.#',
             'arguments': {'a': 1}}],
    }


def test_everything_is_exported(vhost):
    definitions = manage('GET', ['definitions'])
    assert [section for section in SECTIONS if section not in definitions] == []
    assert definitions['rabbitmq_definition_format'] == 'cluster'
    guest, = [each for each in definitions['users'] if each['name'] == 'guest']
    assert set(guest) == {'name', 'password_hash', 'hashing_algorithm', 'tags', 'limits'}
    assert vhost in [each['name'] for each in definitions['vhosts']]
    mine = of(vhost, definitions)
    for section, things in expected(vhost).items():
        assert by_text(mine[section]) == by_text(things)
    assert mine['permissions'] == [{'user': 'guest', 'vhost': vhost, 'configure': '.*', 'write': '.*', 'read': '.*'}]
    assert mine['topic_permissions'] == [
        {'user': 'guest', 'vhost': vhost, 'exchange': 'x', 'write': '^w', 'read': '^r'}]


def test_a_virtual_host_is_exported_without_its_name(vhost):
    definitions = manage('GET', ['definitions', vhost])
    assert (definitions['rabbitmq_definition_format'], definitions['original_vhost_name'], definitions['description'],
            definitions['limits']) == ('single_virtual_host', vhost, 'of a case', {'max-queues': 20})
    for section, things in expected(vhost).items():
        for thing in things:
            del thing['vhost']
        assert by_text(definitions[section]) == by_text(things)


def test_what_was_exported_comes_back(vhost):
    before = manage('GET', ['definitions'])
    manage('DELETE', ['vhosts', vhost])
    manage('POST', ['definitions'], before)
    after = manage('GET', ['definitions'])
    for section in SECTIONS:
        assert by_text(of(vhost, after)[section]) == by_text(of(vhost, before)[section])
    with connect(vhost=vhost) as connection:
        channel = connection.channel()
        publish(channel, 'q', *[b'%d' % i for i in range(11)])
        assert in_order(channel, 'q') == [b'%d' % i for i in range(2, 11)]  # by the policy


def test_importing_again_changes_nothing(vhost):
    before = manage('GET', ['definitions'])
    manage('POST', ['definitions'], before)
    assert manage('GET', ['definitions']) == before


def test_a_virtual_host_is_imported_into_another(vhost):
    other = fresh('vhost')
    manage('PUT', ['vhosts', other])
    manage('PUT', ['permissions', other, 'guest'], {'configure': '.*', 'write': '.*', 'read': '.*'})
    manage('POST', ['definitions', other], manage('GET', ['definitions', vhost]))
    mine = of(other, manage('GET', ['definitions']))
    manage('DELETE', ['vhosts', other])
    for section, things in expected(other).items():
        assert by_text(mine[section]) == by_text(things)


def test_what_is_a_connections_own_is_not_exported(channel):
    exchange, queue = exchange_of(channel, 'fanout'), private(channel)
    channel.queue_bind(queue, exchange)
    text = json.dumps(manage('GET', ['definitions']))
    assert queue not in text
    assert exchange in text


def test_queues_and_exchanges_that_are_there_stay(channel):
    queue, exchange = queue_of(channel), exchange_of(channel, 'fanout')
    manage('POST', ['definitions'], {
        'queues': [{'name': queue, 'vhost': '/', 'durable': True, 'auto_delete': False,
                    'arguments': {'x-message-ttl': 5}}],
        'exchanges': [{'name': exchange, 'vhost': '/', 'type': 'direct', 'durable': True, 'auto_delete': False,
                       'internal': False, 'arguments': {}}]})
    assert 'x-message-ttl' not in manage('GET', ['queues', '/', queue])['arguments']
    assert manage('GET', ['exchanges', '/', exchange])['type'] == 'fanout'


def test_a_user_comes_with_his_password(another):
    name, copy = fresh('user'), fresh('user')
    manage('PUT', ['users', name], {'password': 'secret', 'tags': 'management'})
    user, = [each for each in manage('GET', ['definitions'])['users'] if each['name'] == name]
    manage('POST', ['definitions'], {
        'users': [user | {'name': copy, 'limits': {'max-channels': 7}}],
        'permissions': [{'user': copy, 'vhost': '/', 'configure': '', 'write': '', 'read': ''}]})
    another(copy, 'secret').close()
    shown = manage('GET', ['users', copy])
    assert (shown['tags'], shown['limits']) == (['management'], {'max-channels': 7})
    manage('DELETE', ['users', name])
    manage('DELETE', ['users', copy])


def test_whoever_imports_a_virtual_host_may_do_everything_in_it():
    name = fresh('vhost')
    manage('POST', ['definitions'], {'vhosts': [{'name': name}]})
    permissions = manage('GET', ['vhosts', name, 'permissions'])
    manage('DELETE', ['vhosts', name])
    assert permissions == [{'user': 'guest', 'vhost': name, 'configure': '.*', 'write': '.*', 'read': '.*'}]


def test_global_parameters_are_kept():
    name = fresh('parameter')
    manage('POST', ['definitions'], {'global_parameters': [{'name': name, 'value': {'a': [1, None]}}]})
    assert {'name': name, 'value': {'a': [1, None]}} in manage('GET', ['definitions'])['global_parameters']


def test_nothing_is_fine():
    manage('POST', ['definitions'], {})
    manage('POST', ['definitions'], {'odd': []})
    manage('POST', ['definitions'], {
        'queues': [{'name': 'amq.q', 'vhost': '/', 'durable': True, 'auto_delete': False, 'arguments': {}}],
        'exchanges': [{'name': 'amq.x', 'vhost': '/', 'type': 'direct', 'durable': True, 'auto_delete': False,
                       'internal': False, 'arguments': {}}]})


NOWHERE = 'Please create virtual host "nowhere" prior to importing definitions.'


@pytest.mark.parametrize('definitions, reason', [
    ({'users': [{'name': 'x', 'password_hash': ''}]}, 'tags_not_present'),
    ({'users': [{'name': 'x', 'password_hash': 'bad', 'tags': ''}]}, ''),
    ({'permissions': [{'user': 'guest', 'vhost': 'nowhere', 'configure': '', 'write': '', 'read': ''}]}, NOWHERE),
    ({'permissions': [{'user': 'nobody', 'vhost': '/', 'configure': '', 'write': '', 'read': ''}]}, 'nobody'),
    ({'permissions': [{'user': 'guest', 'vhost': '/', 'configure': '(', 'write': '', 'read': ''}]}, '('),
    ({'topic_permissions': [{'user': 'nobody', 'vhost': '/', 'exchange': 'x', 'write': '', 'read': ''}]}, 'nobody'),
    ({'policies': [{'vhost': 'nowhere', 'name': 'p', 'pattern': 'x', 'definition': {'max-length': 1}}]}, NOWHERE),
    ({'policies': [{'vhost': '/', 'name': 'p', 'pattern': 'x', 'definition': {'odd': 1}}]},
     ' are not recognised policy settings'),
    ({'policies': [{'vhost': '/', 'name': 'p', 'pattern': 'x', 'definition': {'odd': 1}}]}, '(//p)'),
    ({'parameters': [{'vhost': '/', 'component': 'odd', 'name': 'n', 'value': {}}]}, 'component odd not found'),
    ({'parameters': [{'vhost': '/', 'component': 'vhost-limits', 'name': 'limits', 'value': {'odd': 1}}]},
     'Unrecognised terms '),
    ({'queues': [{'name': 'check-q', 'vhost': 'nowhere', 'durable': True, 'arguments': {}}]}, NOWHERE),
    ({'queues': [{'name': 'check-q', 'vhost': '/', 'durable': True, 'arguments': {'x-message-ttl': 'x'}}]},
     "precondition_failed: invalid arg 'x-message-ttl' for queue 'check-q' in vhost '/': \"expected integer, got longstr\""),
    ({'exchanges': [{'name': 'check-x', 'vhost': '/', 'type': 'odd', 'durable': True, 'auto_delete': False,
                     'arguments': {}}]}, "exchange type 'odd'"),
    ({'bindings': [{'source': 'no-x', 'vhost': '/', 'destination': 'q', 'destination_type': 'exchange',
                    'routing_key': '', 'arguments': {}}]}, 'no-x'),
])
def test_what_is_wrong_is_told(definitions, reason):
    with refused(400, 'bad_request') as answer:
        manage('POST', ['definitions'], definitions)
    assert reason in answer.reason


@pytest.mark.rabbitmq('it imports up to the error')
def test_a_file_with_an_error_changes_nothing():
    name = fresh('queue')
    with refused(400, 'bad_request'):
        manage('POST', ['definitions'], {
            'queues': [{'name': name, 'vhost': '/', 'durable': True, 'auto_delete': False, 'arguments': {}}],
            'bindings': [{'source': 'no-x', 'vhost': '/', 'destination': name, 'destination_type': 'queue',
                          'routing_key': '', 'arguments': {}}]})
    assert name not in [each['name'] for each in manage('GET', ['queues', '/'])]


def test_a_virtual_host_must_be_there():
    with refused(400, 'bad_request', 'vhost_not_found'):
        manage('GET', ['definitions', 'nowhere'])
    with refused(404, 'not_found', 'vhost_not_found'):
        manage('POST', ['definitions', 'nowhere'])


def test_only_administrators_may():
    name = fresh('user')
    manage('PUT', ['users', name], {'password': 'secret', 'tags': 'policymaker,monitoring'})
    for method in 'GET', 'POST':
        with refused(401, None, 'Not administrator user'):
            manage(method, ['definitions'], user=name)
    manage('DELETE', ['users', name])
