"""Requests of tools that speak to RabbitMQ's management API: rabbitmqadmin as RabbitMQ 4.0.5 ships it, recorded, and KEDA's scaler."""
import os

import pytest

import shapes

HERE = '%2F'
ADMIN = [
    ('PUT', 'vhosts/shop', {'name': 'shop', 'vhost': '/'}),
    ('PUT', 'users/clerk', {'name': 'clerk', 'password': 'x', 'tags': 'monitoring', 'vhost': '/'}),
    ('PUT', 'permissions/shop/clerk', {'vhost': 'shop', 'user': 'clerk', 'configure': '.*', 'write': '.*', 'read': '.*'}),
    ('PUT', f'exchanges/{HERE}/admin', {'auto_delete': 'false', 'durable': 'true', 'internal': 'false', 'arguments': {}, 'name': 'admin',
                                        'type': 'topic', 'vhost': '/'}),
    ('PUT', f'queues/{HERE}/invoices', {'auto_delete': 'false', 'durable': 'true', 'arguments': {'x-queue-type': 'quorum'},
                                        'name': 'invoices', 'vhost': '/'}),
    ('POST', f'bindings/{HERE}/e/admin/q/invoices', {'destination_type': 'queue', 'routing_key': 'order.*', 'arguments': {},
                                                     'source': 'admin', 'destination': 'invoices', 'vhost': '/'}),
    ('POST', f'exchanges/{HERE}/admin/publish', {'properties': {}, 'exchange': 'admin', 'payload_encoding': 'string',
                                                 'routing_key': 'order.1', 'payload': 'hello', 'vhost': '/'}),
    ('POST', f'queues/{HERE}/invoices/get', {'count': '1', 'ackmode': 'ack_requeue_false', 'encoding': 'auto', 'queue': 'invoices',
                                             'vhost': '/'}),
    ('PUT', f'policies/{HERE}/lim', {'priority': 0, 'name': 'lim', 'pattern': '^inv', 'definition': {'max-length': 10},
                                     'apply-to': 'queues', 'vhost': '/'}),
    ('PUT', f'operator-policies/{HERE}/oplim', {'priority': 0, 'name': 'oplim', 'pattern': '^inv', 'definition': {'max-length': 5},
                                                'apply-to': 'queues', 'vhost': '/'}),
    ('GET', 'definitions', None),
    ('DELETE', f'queues/{HERE}/invoices/contents', None),
    ('DELETE', f'operator-policies/{HERE}/oplim', None),
    ('DELETE', f'policies/{HERE}/lim', None),
    ('DELETE', f'queues/{HERE}/invoices', None),
    ('DELETE', f'exchanges/{HERE}/admin', None),
    ('DELETE', 'users/clerk', None),
    ('DELETE', 'vhosts/shop', None),
    ('PUT', 'vhost-limits/shelf/max-queues', {'vhost': 'shelf', 'name': 'max-queues', 'value': 100}),
]  # fmt: skip
LISTS = {
    'queues?columns=name,messages,type': {'name', 'messages', 'type'},
    'exchanges?columns=name,type': {'name', 'type'},
    'bindings?columns=source,destination,routing_key': {'source', 'destination', 'routing_key'},
    'nodes?columns=name,type,mem_used': {'name', 'type', 'mem_used'},
    'overview?columns=rabbitmq_version,cluster_name,queue_totals.messages,object_totals.queues':
        {'rabbitmq_version', 'cluster_name', 'queue_totals', 'object_totals'},
}


@pytest.fixture
def api():
    api = shapes.Api(os.environ['HTTP_URL'])
    api.send('PUT', 'vhosts/shelf', {})
    yield api
    api.send('DELETE', 'vhosts/shelf')


def test_rabbitmqadmin_makes_uses_and_deletes_one_of_everything(api):
    for method, path, body in ADMIN:
        answer = api.send(method, path, body)  # an error status is raised
        if path.endswith('/publish'):
            assert answer == {'routed': True}
        if path.endswith('/get'):
            assert [message['payload'] for message in answer] == ['hello']


def test_rabbitmqadmin_gets_the_columns_it_prints(api):
    api.send('PUT', 'queues/shelf/printed', {})
    for path, columns in LISTS.items():
        answer = api.get(path)
        assert set((answer if isinstance(answer, dict) else answer[-1]).keys()) == columns, path


def test_keda_reads_length_and_rate_of_a_queue_and_of_those_that_match(api):
    for name in 'jobs-a', 'jobs-b':
        api.send('PUT', f'queues/shelf/{name}', {'durable': True})
        api.send('POST', 'exchanges/shelf/amq.default/publish',
                 {'properties': {}, 'routing_key': name, 'payload': 'x', 'payload_encoding': 'string'})

    one = api.get('queues/shelf/jobs-a')
    matching = api.get('queues/shelf?page=1&use_regex=true&pagination=false&name=%5Ejobs-&page_size=100')

    assert (one['messages'], one['messages_unacknowledged']) == (1, 0)
    assert one['message_stats']['publish_details']['rate'] >= 0
    assert one['message_stats']['deliver_get_details']['rate'] == 0
    assert [(item['name'], item['messages']) for item in matching['items']] == [('jobs-a', 1), ('jobs-b', 1)]
