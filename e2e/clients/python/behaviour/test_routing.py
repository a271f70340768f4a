"""Which queues a message reaches, by type of exchange."""
import pika
import pytest

from amqp import all_of, bound, closes, exchange_of, private

KEYS = ['', 'lazy', 'lazy.orange.fox', 'lazy.pink.male.rabbit', 'quick.orange.rabbit', 'a..b', '.', 'Lazy']


def test_direct_exchange_routes_by_equal_key(channel):
    exchange = exchange_of(channel, 'direct')
    one, two = bound(channel, exchange, 'red'), bound(channel, exchange, 'red')
    channel.queue_bind(two, exchange, 'blue')
    for key in 'red', 'blue', 'green', 'Red', '':
        channel.basic_publish(exchange, key, key.encode())
    assert all_of(channel, one) == [b'red']
    assert all_of(channel, two) == [b'blue', b'red']


def test_fanout_exchange_ignores_the_key(channel):
    exchange = exchange_of(channel, 'fanout')
    one, two = bound(channel, exchange, 'ignored'), bound(channel, exchange)
    channel.basic_publish(exchange, 'other', b'all')
    assert (all_of(channel, one), all_of(channel, two)) == ([b'all'], [b'all'])


@pytest.mark.parametrize('pattern, keys', [
    ('#', KEYS),
    ('#.#', KEYS),
    ('*', ['lazy', 'Lazy']),  # the empty key has no words
    ('', ['']),
    ('lazy', ['lazy']),
    ('lazy.#', ['lazy', 'lazy.orange.fox', 'lazy.pink.male.rabbit']),
    ('#.rabbit', ['quick.orange.rabbit', 'lazy.pink.male.rabbit']),
    ('*.orange.*', ['quick.orange.rabbit', 'lazy.orange.fox']),
    ('*.*', ['.']),
    ('*.*.*', ['lazy.orange.fox', 'quick.orange.rabbit', 'a..b']),
    ('*.#.rabbit', ['quick.orange.rabbit', 'lazy.pink.male.rabbit']),
    ('#.*', [key for key in KEYS if key]),
    ('*.#', [key for key in KEYS if key]),
    ('lazy.*', []),
    ('lazy.*.*.rabbit', ['lazy.pink.male.rabbit']),
    ('lazy.#.#.male.#', ['lazy.pink.male.rabbit']),
    ('a..b', ['a..b']),
    ('a.*.b', ['a..b']),
    ('a.#.b', ['a..b']),
    ('la*', []),
])
def test_topic_exchange_matches_words(channel, pattern, keys):
    exchange = exchange_of(channel, 'topic')
    queue = bound(channel, exchange, pattern)
    for key in KEYS:
        channel.basic_publish(exchange, key, key.encode())
    assert all_of(channel, queue) == sorted(key.encode() for key in keys)


@pytest.mark.parametrize('kind', ['topic', 'direct', 'headers'])
def test_message_comes_once_however_many_bindings_match(channel, kind):
    exchange, queue = exchange_of(channel, kind), private(channel)
    for key, arguments in ('a.b', {'x-match': 'any', 'h': 1}), ('a.b', {'x-match': 'all'}), ('a.b', {}):
        channel.queue_bind(queue, exchange, key, arguments)
    channel.basic_publish(exchange, 'a.b', b'once', pika.BasicProperties(headers={'h': 1}))
    assert all_of(channel, queue) == [b'once']


@pytest.mark.parametrize('arguments, headers, matches', [
    ({'a': 1, 'b': 'two'}, {'a': 1, 'b': 'two', 'c': True}, True),  # all is the default
    ({'a': 1, 'b': 'two'}, {'a': 1}, False),
    ({'x-match': 'all', 'a': 1, 'b': 'two'}, {'a': 1, 'b': 'two'}, True),
    ({'x-match': 'all', 'a': 1, 'b': 'two'}, {'a': 1, 'b': 'three'}, False),
    ({'x-match': 'all'}, {'a': 1}, True),
    ({'x-match': 'all'}, None, True),
    ({'x-match': 'all', 'a': 1}, None, False),
    ({'x-match': 'any', 'a': 1, 'b': 'two'}, {'b': 'two'}, True),
    ({'x-match': 'any', 'a': 1, 'b': 'two'}, {'a': 2, 'b': 'three'}, False),
    ({'x-match': 'any'}, {'a': 1}, False),
    ({'x-match': 'any'}, None, False),
    ({'x-match': 'all', 'x-a': 1, 'b': 2}, {'b': 2}, True),  # what begins with x- is not looked at
    ({'x-match': 'any', 'x-a': 1}, {'x-a': 1}, False),
    ({'x-match': 'all-with-x', 'x-a': 1, 'b': 2}, {'b': 2}, False),
    ({'x-match': 'all-with-x', 'x-a': 1, 'b': 2}, {'x-a': 1, 'b': 2}, True),
    ({'x-match': 'any-with-x', 'x-a': 1, 'b': 2}, {'x-a': 1}, True),
    ({'x-match': 'any-with-x', 'x-a': 1, 'b': 2}, {'x-a': 2}, False),
    ({'x-match': 'all', 'a': None}, {'a': 'whatever'}, True),  # no value: it is enough that it is there
    ({'x-match': 'all', 'a': None}, {'b': 'whatever'}, False),
    ({'x-match': 'all', 'a': 1}, {'a': '1'}, False),  # types differ
    ({'x-match': 'all', 'a': 1}, {'a': 1 << 40}, False),
    ({'x-match': 'all', 'a': True}, {'a': True}, True),
    ({'x-match': 'all', 'a': [1, 'x']}, {'a': [1, 'x']}, True),
    ({'x-match': 'all', 'a': {'b': 1}}, {'a': {'b': 1}}, True),
    ({'x-match': 'all', 'a': {'b': 1}}, {'a': {'b': 2}}, False),
])
def test_headers_exchange_matches(channel, arguments, headers, matches):
    exchange = exchange_of(channel, 'headers')
    queue = bound(channel, exchange, 'ignored', arguments)
    channel.basic_publish(exchange, 'other', b'x', pika.BasicProperties(headers=headers))
    assert all_of(channel, queue) == ([b'x'] if matches else [])


@pytest.mark.parametrize('value, text', [
    ('some', 'Invalid x-match field value <<"some">>; expected all, any, all-with-x, or any-with-x'),
    (1, 'Invalid x-match field type signedint (value 1); expected longstr')])
def test_unknown_x_match_is_406(channel, value, text):
    exchange, queue = exchange_of(channel, 'headers'), private(channel)
    with closes(406, 'PRECONDITION_FAILED - ' + text):
        channel.queue_bind(queue, exchange, '', {'x-match': value})


def test_cc_and_bcc_headers_route_too_and_only_cc_is_seen(channel):
    one, two, three = private(channel), private(channel), private(channel)
    channel.basic_publish('', one, b'copies', pika.BasicProperties(headers={'CC': [two], 'BCC': [three]}))
    for queue in one, two, three:
        _, properties, body = channel.basic_get(queue, auto_ack=True)
        assert body == b'copies'
        assert properties.headers == {'CC': [two]}


def test_cc_that_names_a_queue_twice_is_one_copy(channel):
    queue = private(channel)
    channel.basic_publish('', queue, b'one', pika.BasicProperties(headers={'CC': [queue, queue], 'BCC': [queue]}))
    assert all_of(channel, queue) == [b'one']


@pytest.mark.parametrize('header', ['CC', 'BCC'])
def test_cc_that_is_no_list_is_406(channel, header):
    queue = private(channel)
    with closes(406):
        channel.basic_publish('', queue, b'x', pika.BasicProperties(headers={header: 'text'}))


def test_cc_counts_for_topics_too(channel):
    exchange = exchange_of(channel, 'topic')
    queue = bound(channel, exchange, 'copy.*')
    channel.basic_publish(exchange, 'key', b'x', pika.BasicProperties(headers={'CC': ['copy.x']}))
    assert all_of(channel, queue) == [b'x']
