"""Fixtures of all cases, and what is expected to differ between our broker and RabbitMQ."""
import pytest

pytest.register_assert_rewrite('amqp', 'wire')
import amqp  # noqa: E402


def pytest_configure(config):
    config.addinivalue_line('markers', 'ours(reason): our broker fails this case; it must not pass unnoticed')
    config.addinivalue_line('markers', 'rabbitmq(reason): RabbitMQ 4.0 fails this case; it must not pass unnoticed')


def pytest_collection_modifyitems(items):
    with amqp.connect() as connection:
        broker = 'rabbitmq' if connection._impl.server_properties['product'] == 'RabbitMQ' else 'ours'
    for item in items:
        mark = item.get_closest_marker(broker)
        if mark:
            item.add_marker(pytest.mark.xfail(strict=True, reason=mark.args[0]))


@pytest.fixture(scope='session')
def sweeper():
    """Deletes what a case has made."""
    connection = amqp.connect(heartbeat=0)
    channel = connection.channel()

    def sweep():
        nonlocal channel
        for name in amqp.MADE:
            for delete in 'queue_delete', 'exchange_delete':
                try:
                    getattr(channel, delete)(name)
                except amqp.pika.exceptions.ChannelClosedByBroker:
                    channel = connection.channel()
        amqp.MADE.clear()

    yield sweep
    connection.close()


@pytest.fixture(autouse=True)
def swept(sweeper, request):
    """Nothing of a case is left; one that is expected to fail does not wait long for what will not come."""
    amqp.PATIENCE['seconds'] = 1 if request.node.get_closest_marker('xfail') else 10
    yield
    sweeper()


@pytest.fixture
def another(swept):
    """Opens further connections, which end with the case."""
    opened = []

    def open_another(*arguments, **more):
        opened.append(amqp.connect(*arguments, **more))
        return opened[-1]

    yield open_another
    for connection in opened:
        if connection.is_open:
            connection.close()


@pytest.fixture
def connection(another):
    return another()


@pytest.fixture
def channel(connection):
    channel = connection.channel()
    channel.confirm_delivery()
    return channel
