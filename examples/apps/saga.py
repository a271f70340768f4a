"""A saga by choreography: an order is paid and then shipped; what cannot be shipped is paid back. Each step is a worker with a
queue of its own; what happened is an event, published once to exchange "orders", from where it goes to the queues of the steps
that wait for it and, for everybody who wants to know, to topic "order-history".

    python saga.py pay | ship | refund      # the workers, any number of each

The exchange, queues and bindings are below for any broker; as objects they are examples/quickstart and examples/topic-fed-by-exchange.yaml.
"""
import json
import sys

import pika

import settings

EXCHANGE, HISTORY = 'orders', 'order-history'
# Each step waits for one event, and answers with one of two.
STEPS = {'pay': 'order.placed', 'ship': 'order.paid', 'refund': 'order.unshippable'}


def decide(step, order):
    """What a step does; real ones call their services here, and may do so twice for one order: by its id they find out."""
    if step == 'pay':
        return 'order.paid' if order['amount'] <= order['funds'] else 'order.refused'
    if step == 'ship':
        return 'order.shipped' if order['in_stock'] else 'order.unshippable'
    return 'order.refunded'


def declare(channel):
    channel.exchange_declare(EXCHANGE, 'topic', durable=True)
    for step, event in STEPS.items():
        channel.queue_declare('orders-to-' + step, durable=True)
        channel.queue_bind('orders-to-' + step, EXCHANGE, event)


def tell(channel, event, order):
    """Returns when the log has it."""
    channel.basic_publish(EXCHANGE, event, json.dumps(order),
                          pika.BasicProperties(delivery_mode=2, message_id='%s/%s' % (order['id'], event)))


def work(step):
    connection = pika.BlockingConnection(pika.URLParameters(settings.AMQP_URL))
    channel = connection.channel()
    channel.confirm_delivery()
    declare(channel)
    channel.basic_qos(prefetch_count=1)
    for method, _, body in channel.consume('orders-to-' + step):
        order = json.loads(body)
        tell(channel, decide(step, order), order)
        # The order is taken off the queue only when what came of it is in the log.
        channel.basic_ack(method.delivery_tag)


if __name__ == '__main__':
    work(sys.argv[1])
