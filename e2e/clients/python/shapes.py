"""What the management API answers, as names and JSON types: of a broker with one of everything. shapes.py prints them, to be kept of RabbitMQ."""
import base64
import contextlib
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

import pika

VHOST, USER, QUEUE, QUORUM, EXCHANGE = 'shapes', 'shaper', 'shaped', 'shaped-quorum', 'shaped-topic'
PATIENCE_SECONDS = 60
# Their fields are the user's.
FREE = {'arguments', 'client_properties', 'definition', 'effective_policy_definition', 'value', 'capabilities', 'backing_queue_status'}

ROUTES = [
    'overview', 'cluster-name', 'nodes', 'nodes/{node}', 'extensions', 'definitions', 'definitions/{vhost}',
    'connections', 'connections/{connection}', 'connections/{connection}/channels', 'connections/username/guest',
    'vhosts/{vhost}/connections', 'channels', 'channels/{channel}', 'vhosts/{vhost}/channels',
    'consumers', 'consumers/{vhost}',
    'exchanges', 'exchanges/{vhost}', 'exchanges/{vhost}/{exchange}', 'exchanges/{vhost}/{exchange}/bindings/source',
    'exchanges/{vhost}/{exchange}/bindings/destination',
    'queues', 'queues/{vhost}', 'queues/{vhost}/{queue}', 'queues/{vhost}/{quorum}', 'queues/{vhost}/{queue}/bindings',
    'queues/{vhost}?page=1&page_size=1&name=shape&use_regex=true',
    'bindings', 'bindings/{vhost}', 'bindings/{vhost}/e/{exchange}/q/{queue}', 'bindings/{vhost}/e/{exchange}/q/{queue}/key',
    'bindings/{vhost}/e/amq.fanout/e/{exchange}', 'bindings/{vhost}/e/amq.fanout/e/{exchange}/key',
    'vhosts', 'vhosts/{vhost}', 'vhosts/{vhost}/permissions', 'vhosts/{vhost}/topic-permissions',
    'users', 'users/{user}', 'users/without-permissions', 'users/{user}/permissions', 'users/{user}/topic-permissions',
    'user-limits', 'user-limits/{user}', 'whoami', 'permissions', 'permissions/{vhost}/{user}',
    'topic-permissions', 'topic-permissions/{vhost}/{user}',
    'parameters', 'parameters/operator_policy', 'parameters/operator_policy/{vhost}', 'parameters/operator_policy/{vhost}/limit',
    'global-parameters', 'global-parameters/shape',
    'policies', 'policies/{vhost}', 'policies/{vhost}/limit',
    'operator-policies', 'operator-policies/{vhost}', 'operator-policies/{vhost}/limit',
    'aliveness-test/{vhost}', 'vhost-limits', 'vhost-limits/{vhost}',
    'health/checks/alarms', 'health/checks/local-alarms', 'health/checks/virtual-hosts', 'health/checks/node-is-quorum-critical',
    'health/checks/protocol-listener/amqp', 'health/checks/port-listener/{port}', 'health/checks/certificate-expiration/1/months',
    'auth', 'feature-flags', 'deprecated-features', 'deprecated-features/used',
]  # fmt: skip


class Api:
    """The management API of a broker, as guest."""

    def __init__(self, url):
        self.url = url

    def send(self, method, path, body=None):
        request = urllib.request.Request(f'{self.url}/api/{path}', method=method)
        request.add_header('Authorization', 'Basic ' + base64.b64encode(b'guest:guest').decode())
        request.add_header('Content-Type', 'application/json')
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(request, data, timeout=30) as answer:
            return json.loads(answer.read() or b'null')

    def get(self, path):
        return self.send('GET', path)


@contextlib.contextmanager
def one_of_everything(api, amqp_url):
    """Makes one of each thing the API speaks of, with a client at work; the names for the routes."""
    api.send('PUT', f'vhosts/{VHOST}', {})
    api.send('PUT', f'users/{USER}', {'password': 'x', 'tags': 'management'})
    api.send('PUT', f'permissions/{VHOST}/{USER}', {'configure': '', 'write': '', 'read': ''})
    api.send('PUT', f'permissions/{VHOST}/guest', {'configure': '.*', 'write': '.*', 'read': '.*'})
    api.send('PUT', f'topic-permissions/{VHOST}/{USER}', {'exchange': 'amq.topic', 'write': '.*', 'read': '.*'})
    api.send('PUT', f'vhost-limits/{VHOST}/max-queues', {'value': 1000})
    api.send('PUT', f'user-limits/{USER}/max-channels', {'value': 1000})
    api.send('PUT', 'global-parameters/shape', {'value': {'any': 1}})
    for kind in 'policies', 'operator-policies':
        api.send('PUT', f'{kind}/{VHOST}/limit', {'pattern': 'shaped', 'definition': {'max-length': 1000}, 'apply-to': 'queues'})
    api.send('PUT', f'exchanges/{VHOST}/{EXCHANGE}', {'type': 'topic', 'durable': True})
    api.send('PUT', f'queues/{VHOST}/{QUEUE}', {'durable': True, 'arguments': {'x-max-length': 10}})
    api.send('PUT', f'queues/{VHOST}/{QUORUM}', {'durable': True, 'arguments': {'x-queue-type': 'quorum'}})
    for path in f'{EXCHANGE}/q/{QUEUE}', f'amq.fanout/e/{EXCHANGE}':
        api.send('POST', f'bindings/{VHOST}/e/{path}', {'routing_key': 'key'})
    parameters = pika.URLParameters(amqp_url)
    parameters.virtual_host = VHOST
    parameters.client_properties = {'connection_name': 'shapes'}
    connection = pika.BlockingConnection(parameters)
    try:
        channel = connection.channel()
        channel.confirm_delivery()
        channel.basic_qos(prefetch_count=3)
        for queue in QUEUE, QUORUM:
            channel.basic_consume(queue, lambda channel, method, *_: method.delivery_tag % 2 and channel.basic_ack(method.delivery_tag))
            for _ in range(2):
                channel.basic_publish('', queue, b'shape', pika.BasicProperties(delivery_mode=2))
        channel.basic_publish(EXCHANGE, 'key', b'shape', pika.BasicProperties(delivery_mode=2))
        yield at_work(api, connection) | {'port': str(urllib.parse.urlsplit(amqp_url).port)}
    finally:
        connection.close()
        for path in f'vhosts/{VHOST}', f'users/{USER}', 'global-parameters/shape':
            api.send('DELETE', path)


def at_work(api, connection):
    """The names of those at work, once the API knows what they do: RabbitMQ counts every few seconds."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        connection.process_data_events(0.5)
        channels = [one for one in api.get(f'vhosts/{VHOST}/channels') if one.get('messages_unacknowledged')]
        stats = [api.get(f'queues/{VHOST}/{queue}').get('message_stats', {}) for queue in (QUEUE, QUORUM)]
        if channels and all('ack' in one and 'publish' in one for one in stats):
            return {
                'node': api.get('overview')['node'], 'connection': channels[0]['connection_details']['name'],
                'channel': channels[0]['name'], 'vhost': VHOST, 'user': USER, 'queue': QUEUE, 'quorum': QUORUM, 'exchange': EXCHANGE,
            }  # fmt: skip
    raise AssertionError(f'the API does not tell what clients do after {PATIENCE_SECONDS} s')


def types(value, path=''):
    """Paths of fields with their JSON types; the names of nodes are no fields."""
    if isinstance(value, dict):
        yield path or '.', 'object'
        for key, inner in value.items():
            key = '{node}' if path.endswith('cluster_state') else key
            if path.rpartition('.')[2] not in FREE:
                yield from types(inner, f'{path}.{key}' if path else key)
    elif isinstance(value, list):
        yield path or '.', 'array'
        for inner in value:
            yield from types(inner, path + '[]')
    elif value is None:
        yield path or '.', 'null'
    else:
        yield path or '.', 'boolean' if isinstance(value, bool) else 'string' if isinstance(value, str) else 'number'


def shape(value):
    """The types of each field; of fields with several, all."""
    found = {}
    for path, kind in types(value):
        found.setdefault(path, set()).add(kind)
    return {path: '|'.join(sorted(kinds)) for path, kinds in sorted(found.items())}


def shapes(api, amqp_url):
    """The shape of each route's answer; a number where the answer is an error."""
    answers = {}
    with one_of_everything(api, amqp_url) as names:
        quoted = {name: urllib.parse.quote(value, safe='') for name, value in names.items()}
        for route in ROUTES:
            try:
                answers[route] = shape(api.get(route.format(**quoted)))
            except urllib.error.HTTPError as refused:
                answers[route] = refused.code
    return answers


if __name__ == '__main__':
    json.dump(shapes(Api(os.environ['HTTP_URL']), os.environ['AMQP_URL']), sys.stdout, indent=1)
    print()
