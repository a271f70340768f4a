"""Kafka's own load tools: how they are called, and what they say."""

import contextlib
import datetime
import re
import subprocess
import uuid

from perftest import SETTLE_SECONDS
from process import Process

TOOLS = "org.apache.kafka.tools"
BYTES = 1024
# More than any broker here takes in a second: only a bound.
MOST_PER_SECOND = 1_000_000


@contextlib.contextmanager
def topic(env, bootstrap, partitions):
    """A topic that goes when it is not needed any more."""
    name = f"bench-{uuid.uuid4().hex[:6]}"
    _topics(env, bootstrap, "--create", "--topic", name, "--partitions", partitions, "--replication-factor", 1)
    try:
        yield name
    finally:
        _topics(env, bootstrap, "--delete", "--topic", name)


def _topics(env, bootstrap, *arguments):
    command = [env.java, *env.client_jvm, "-cp", env.kafka, f"{TOOLS}.TopicCommand", "--bootstrap-server", bootstrap]
    subprocess.run([*command, *map(str, arguments)], check=True, timeout=60, stdout=subprocess.DEVNULL)


def through(env, bootstrap, partitions, seconds):
    """Produces and consumes at the same time; what came through each second: the ceiling of any queue on Kafka."""
    total = seconds + SETTLE_SECONDS
    with topic(env, bootstrap, partitions) as name:
        each_second = ["--show-detailed-stats", "--reporting-interval", 1000]
        consumer = _consumer(env, bootstrap, name, MOST_PER_SECOND * total, *each_second)
        producer = _producer(env, bootstrap, name, MOST_PER_SECOND * total, 0)
        try:
            consumer.await_true(lambda: _spans(consumer.text(), total), total + 60, "records through stock Kafka")
        finally:
            producer.child.kill()
            consumer.child.kill()
            producer.child.wait()
            consumer.child.wait()
    return {"per_second": rate_of(consumer.text(), seconds)}


def produce_then_consume(env, bootstrap, records):
    """Rates of producing and of consuming, one after the other, six partitions, acks=all."""
    warm = records // 6
    with topic(env, bootstrap, 6) as name:
        produced = _finished(_producer(env, bootstrap, name, records + warm, warm))
        consumed = _finished(_consumer(env, bootstrap, name, records))
    return {"produce": produce_rate(produced), "consume": consume_rate(consumed)}


def _producer(env, bootstrap, name, records, warm):
    arguments = ["--topic", name, "--num-records", records, "--record-size", BYTES, "--throughput", -1]
    if warm:
        arguments += ["--warmup-records", warm]
    return _tool(env, bootstrap, "ProducerPerformance", *arguments, "--command-property", "acks=all")


def _consumer(env, bootstrap, name, records, *more):
    arguments = ["--topic", name, "--num-records", records, "--timeout", 20000, "--hide-header", *more]
    return _tool(env, bootstrap, "ConsumerPerformance", *arguments)


def _tool(env, bootstrap, tool, *arguments):
    command = [env.java, *env.client_jvm, "-cp", env.kafka, f"{TOOLS}.{tool}", "--bootstrap-server", bootstrap]
    return Process([*command, *arguments], env.log(f"kafka-{tool}"))


def _finished(process):
    try:
        if process.child.wait(300) != 0:
            raise SystemExit(f"a load tool of Kafka failed:\n{process.tail()}")
    finally:
        process.end()
    return process.text()


def rows_of(text):
    """Time in seconds and records consumed until then, of each interval."""
    rows = []
    for line in text.splitlines():
        fields = [field.strip() for field in line.split(",")]
        if len(fields) >= 6 and re.match(r"\d{4}-", fields[0]):
            at = datetime.datetime.strptime(fields[0], "%Y-%m-%d %H:%M:%S:%f").timestamp()
            rows.append((at, int(fields[4])))
    return rows


def _spans(text, seconds):
    rows = rows_of(text)
    return len(rows) > 1 and rows[-1][0] - rows[0][0] >= seconds


def rate_of(text, seconds):
    """Records per second over the last seconds that were reported."""
    rows = rows_of(text)
    end, all_records = rows[-1]
    counted = [row for row in rows if row[0] >= end - seconds - 0.5]
    since, before = counted[0]
    return round((all_records - before) / (end - since))


def produce_rate(text):
    """Records per second once warm, of ProducerPerformance's last line."""
    rates = re.findall(r"([\d.]+) records/sec .*99th", text)
    if not rates:
        raise SystemExit(f"ProducerPerformance said nothing that is understood:\n{text[-2000:]}")
    return float(rates[-1])


def consume_rate(text):
    """Records per second of ConsumerPerformance's last line, without the time to join the group."""
    rows = [line.split(",") for line in text.splitlines() if re.match(r"\d{4}-.*, \d{4}-", line)]
    if not rows:
        raise SystemExit(f"ConsumerPerformance said nothing that is understood:\n{text[-2000:]}")
    return float(rows[-1][9])
