"""Starts a broker, sends one message through it, says how long that took, and ends the broker.

usage: first_message.py PATH-OF-DEV
"""
import os
import signal
import socket
import subprocess
import sys
import time

import pika


def free_ports(count):
    held = [socket.create_server(('127.0.0.1', 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


def send_and_receive(port):
    channel = pika.BlockingConnection(pika.ConnectionParameters('127.0.0.1', port)).channel()
    channel.queue_declare('first', durable=True)
    channel.confirm_delivery()
    channel.basic_publish('', 'first', b'hello')
    _, _, body = next(channel.consume('first', auto_ack=True))
    assert body == b'hello', body


def main():
    kafka, amqp, http = free_ports(3)
    begin = time.monotonic()
    broker = subprocess.Popen(
        [sys.argv[1], 'broker', f'--kafka-port={kafka}', f'--amqp-port={amqp}', f'--http-port={http}'],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        if not any(line.startswith('ready') for line in broker.stdout):
            sys.exit('the broker did not start')
        ready = time.monotonic() - begin
        send_and_receive(amqp)
        print(f'ready after {ready:.2f} s, first message after {time.monotonic() - begin:.2f} s')
    finally:
        os.killpg(broker.pid, signal.SIGTERM)
        broker.wait()


if __name__ == '__main__':
    main()
