"""A client that sends what it is told to, right or wrong, frame by frame."""
import socket
import struct

import pika
from pika import frame, spec

from amqp import address

HEADER = b'AMQP\x00\x00\x09\x01'
HEARTBEAT = frame.Heartbeat().marshal()


def raw(kind, channel, payload, end=b'\xce'):
    return struct.pack('>BHI', kind, channel, len(payload)) + payload + end


class Wire:
    def __init__(self):
        self.socket = socket.create_connection(address(), timeout=15)
        self.unread = b''

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def write(self, data):
        self.socket.sendall(data)

    def send(self, method, channel=0):
        self.write(frame.Method(channel, method).marshal())

    def header(self, size, channel=1, properties=None):
        self.write(frame.Header(channel, size, properties or pika.BasicProperties()).marshal())

    def body(self, data, channel=1):
        self.write(frame.Body(channel, data).marshal())

    def read(self):
        """The next frame that is no heartbeat, or None when the socket has ended."""
        while True:
            size, decoded = frame.decode_frame(self.unread)
            if size:
                self.unread = self.unread[size:]
                if not isinstance(decoded, frame.Heartbeat):
                    return decoded
            else:
                try:
                    data = self.socket.recv(65536)
                except ConnectionResetError:
                    data = b''
                if not data:
                    return None
                self.unread += data

    def expect(self, kind):
        got = self.read()
        assert got is not None, 'the socket ended before %s' % kind.NAME
        assert isinstance(got.method, kind), got.method
        return got.method

    def ended(self):
        return self.read() is None

    def start(self):
        self.write(HEADER)
        return self.expect(spec.Connection.Start)

    def login(self, user='guest', password='guest', mechanism='PLAIN', response=None, properties=None):
        plain = '\0%s\0%s' % (user, password)
        if properties is None:
            properties = {'capabilities': {'authentication_failure_close': True}}
        self.start()
        self.send(spec.Connection.StartOk(
            properties, mechanism, response if response is not None else plain, 'en_US'))

    def tune(self, channel_max=2047, frame_max=131072, heartbeat=0):
        self.login()
        self.expect(spec.Connection.Tune)
        self.send(spec.Connection.TuneOk(channel_max, frame_max, heartbeat))

    def open(self, channels=0, **tune):
        self.tune(**tune)
        self.send(spec.Connection.Open())
        self.expect(spec.Connection.OpenOk)
        for number in range(1, channels + 1):
            self.send(spec.Channel.Open(), number)
            self.expect(spec.Channel.OpenOk)
        return self

    def why(self, kind=spec.Connection.Close):
        """Code, text and method of the broker's connection.close or channel.close."""
        close = self.expect(kind)
        return close.reply_code, close.reply_text, (close.class_id, close.method_id)

    def refused(self):
        """Why the broker closes the connection; then the socket ends."""
        reason = self.why()
        self.send(spec.Connection.CloseOk())
        assert self.ended()
        return reason
