"""How the examples find the cluster: KAFKA_BOOTSTRAP and AMQP_URL, and a user's name and password where Kafka asks for them.

In Kubernetes all of it comes from the Secret of a User object (examples/user-access.yaml).
"""
import os

AMQP_URL = os.environ.get('AMQP_URL', 'amqp://guest:guest@localhost:5672/%2F')


def kafka(**more):
    settings = {'bootstrap.servers': os.environ.get('KAFKA_BOOTSTRAP', 'localhost:9092'), **more}
    if 'KAFKA_USERNAME' in os.environ:
        settings.update({
            'security.protocol': 'SASL_PLAINTEXT',
            'sasl.mechanism': 'SCRAM-SHA-512',
            'sasl.username': os.environ['KAFKA_USERNAME'],
            'sasl.password': os.environ['KAFKA_PASSWORD'],
        })
    return settings
