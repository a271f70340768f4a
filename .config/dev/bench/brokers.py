"""The brokers that are compared. Each keeps its data below one folder, which goes with it."""

import pathlib
import re
import shutil
import socket
import struct
import subprocess
import urllib.error
import urllib.parse
import urllib.request

from machine import free_port
from process import Process

# A frozen broker cannot send heartbeats: its controller must not give it up meanwhile.
PATIENT = {"broker.session.timeout.ms": "3600000"}
JVM = ["-Xmx1g", "-XX:+UseG1GC", "-XX:-UsePerfData"]
OWN_TO_A_NODE = ("listeners", "advertised.listeners", "log.dirs", "controller.quorum.bootstrap.servers")
# A request of 10 bytes: ApiVersions 0, correlation id 1, no client id.
API_VERSIONS = struct.pack(">ihhih", 10, 18, 0, 1, -1)
# What the names of our own classes begin with: stock Kafka has none of them.
OWN_CLASSES = "io.millrace."


class Millrace:
    """This checkout's broker, as ./dev broker runs it."""

    def __init__(self, env):
        self.kafka_port, amqp_port, http_port = free_port(), free_port(), free_port()
        self.bootstrap = f"localhost:{self.kafka_port}"
        self.amqp = AmqpEndpoint(amqp_port, http_port)
        ports = [f"--kafka-port={self.kafka_port}", f"--amqp-port={amqp_port}", f"--http-port={http_port}"]
        patient = [f"--kafka-setting={key}={value}" for key, value in PATIENT.items()]
        self.process = Process(
            [f"{env.root}/dev", "broker", *ports, *patient, "--data", env.folder("millrace")], env.log("millrace")
        )
        self.process.await_true(lambda: re.search("^ready", self.process.text(), re.M), 120, "our broker's start")

    def kafka_settings(self, env):
        """The settings its Kafka was started with, so that stock Kafka gets the same."""
        said = subprocess.run(
            [
                env.java, "-cp", env.kafka, "kafka.admin.ConfigCommand", "--bootstrap-server", self.bootstrap,
                "--entity-type", "brokers", "--entity-name", "0", "--describe", "--all",
            ],  # fmt: skip
            capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip
        static = re.findall(r"^ +(\S+?)=(.*) sensitive=\w+ synonyms=\{.*STATIC_BROKER_CONFIG", said.stdout, re.M)
        if not static:
            raise SystemExit(f"the settings of our broker's Kafka cannot be read:\n{said.stdout}{said.stderr}")
        return {key: value for key, value in static if key not in OWN_TO_A_NODE and OWN_CLASSES not in value}

    def answers(self):
        return self.amqp.answers()

    def end(self):
        self.process.end()


class Kafka:
    """Apache Kafka as it is released, one node, with given settings."""

    def __init__(self, env, settings):
        port, controller = free_port(), free_port()
        self.port = port
        self.bootstrap = f"localhost:{port}"
        folder = env.folder("kafka")
        properties = settings | {
            "listeners": f"CLIENT://localhost:{port},CONTROLLER://localhost:{controller}",
            "advertised.listeners": f"CLIENT://localhost:{port}",
            "controller.quorum.bootstrap.servers": f"localhost:{controller}",
            "log.dirs": f"{folder}/log",
        }
        file = folder / "server.properties"
        file.write_text("".join(f"{key}={value}\n" for key, value in properties.items()))
        self._format(env, file)
        self.process = Process([env.java, *JVM, "-cp", env.kafka, "kafka.Kafka", file], env.log("kafka"))
        self.process.await_true(lambda: listens(port), 60, "stock Kafka's start")

    @staticmethod
    def _format(env, file):
        tool = [env.java, "-Xmx128m", "-cp", env.kafka, "kafka.tools.StorageTool"]
        cluster = subprocess.run([*tool, "random-uuid"], capture_output=True, text=True, check=True).stdout.strip()
        command = [*tool, "format", "--standalone", "-t", cluster, "-c", str(file)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        if done.returncode != 0:
            raise SystemExit(f"stock Kafka's folder cannot be formatted:\n{done.stdout}{done.stderr}")

    def answers(self):
        return answers(self.port, API_VERSIONS)

    def end(self):
        self.process.end()


class RabbitMq:
    """RabbitMQ of Debian in its private root, in namespaces of its own."""

    def __init__(self, env):
        amqp_port, http_port = free_port(), free_port()
        self.amqp = AmqpEndpoint(amqp_port, http_port)
        self.folder = pathlib.Path(env.rabbitmq) / "srv/rabbitmq"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        shutil.copy(pathlib.Path(__file__).with_name("rabbitmq-start"), self.folder)
        ports = [amqp_port, http_port, free_port(), free_port()]
        alone = ["unshare", "--fork", "--pid", "--kill-child", "--mount", "--propagation", "private"]
        self.process = Process(
            [*alone, "chroot", env.rabbitmq, "/srv/rabbitmq/rabbitmq-start", *ports], env.log("rabbitmq")
        )
        self.process.await_true(lambda: listens(amqp_port) and listens(http_port), 120, "RabbitMQ's start")

    def answers(self):
        return self.amqp.answers()

    def end(self):
        # The namespace's processes end with the one that made it; the data is not wanted.
        self.process.child.kill()
        self.process.child.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


class AmqpEndpoint:
    """Where a broker speaks AMQP, and the management HTTP API to clear up after a load."""

    def __init__(self, amqp_port, http_port):
        self.port = amqp_port
        self.uri = f"amqp://guest:guest@127.0.0.1:{amqp_port}/%2f"
        self.http = f"http://127.0.0.1:{http_port}"

    def answers(self):
        """Whether it greets a client that has named the protocol."""
        return answers(self.port, b"AMQP\0\0\x09\x01")

    def delete_queue(self, name):
        self._delete("queues", name)

    def delete_exchange(self, name):
        self._delete("exchanges", name)

    def _delete(self, kind, name):
        request = urllib.request.Request(f"{self.http}/api/{kind}/%2F/{urllib.parse.quote(name)}", method="DELETE")
        request.add_header("Authorization", "Basic Z3Vlc3Q6Z3Vlc3Q=")  # guest:guest
        try:
            urllib.request.urlopen(request, timeout=30).close()
        except urllib.error.HTTPError as refused:
            if refused.code != 404:
                raise


def answers(port, question):
    """Whether anything comes back; a frozen process would still accept the connection."""
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as client:
            client.settimeout(5)
            client.sendall(question)
            return client.recv(1) != b""
    except OSError:
        return False


def listens(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False
