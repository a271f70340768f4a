"""The management API beside RabbitMQ's, field by field: what RabbitMQ 4.0.5 answered is in rabbitmq-shapes.json, what differs in shape-differences."""
import json
import os
import pathlib
import re

import pytest

import shapes

HERE = pathlib.Path(__file__).parent
RABBITMQ = json.loads((HERE / 'rabbitmq-shapes.json').read_text())
LISTED = [re.compile(line) for line in (HERE / 'shape-differences').read_text().splitlines() if line and not line.startswith('#')]


@pytest.fixture(scope='module')
def ours():
    return shapes.shapes(shapes.Api(os.environ['HTTP_URL']), os.environ['AMQP_URL'])


def differences(theirs, mine):
    """Lines of what RabbitMQ has and we have not, or of another type. What may be null is of any type."""
    if isinstance(theirs, int) or isinstance(mine, int):
        if theirs != mine:
            yield f'status {theirs if isinstance(theirs, int) else 200}, ours {mine if isinstance(mine, int) else 200}'
        return
    for field, kind in theirs.items():
        kinds = set(mine.get(field, 'none').split('|'))
        if kinds == {'none'}:
            yield f'{field} none'
        elif 'null' not in kinds | set(kind.split('|')) and not kinds <= set(kind.split('|')):
            yield f'{field} {kind}, ours {mine[field]}'


def all_differences(ours):
    return [f'{route} {line}' for route in RABBITMQ for line in differences(RABBITMQ[route], ours[route])]


def test_every_field_of_rabbitmq_is_there_with_its_type_or_is_listed(ours):
    assert [line for line in all_differences(ours) if not any(each.search(line) for each in LISTED)] == []


def test_nothing_is_listed_that_does_not_differ(ours):
    found = all_differences(ours)
    assert [each.pattern for each in LISTED if not any(each.search(line) for line in found)] == []


def test_a_field_that_is_missing_or_of_another_type_is_found():
    theirs = {'a': 'number', 'b': 'string', 'c': 'null', 'd': 'object|string'}
    assert list(differences(theirs, {'a': 'number', 'b': 'null', 'c': 'string', 'd': 'string'})) == []
    assert list(differences(theirs, {'a': 'string', 'c': 'number', 'd': 'number'})) == [
        'a number, ours string', 'b none', 'd object|string, ours number']
    assert list(differences(theirs, 404)) == ['status 200, ours 404']
