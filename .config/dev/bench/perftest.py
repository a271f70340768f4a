"""RabbitMQ's PerfTest: how it is called, and what it says."""

import re
import statistics
import uuid

from process import Process

# Load before the first figure that counts: PerfTest's own JVM gets warm, a thawed broker finds its way back.
SETTLE_SECONDS = 4
MICROSECONDS = {"ns": 1e-3, "µs": 1, "us": 1, "ms": 1e3, "s": 1e6}
IDLE_QUEUES = 1000
# Each of the idle queues gets a message in so many seconds.
IDLE_INTERVAL = 10


def _many(name, count):
    return ["-qp", f"{name}-%d", "-qpf", 1, "-qpt", count]


SHAPES = {
    "one": lambda name: ["-u", f"{name}-1", "-x", 1, "-y", 1],
    "ten": lambda name: [*_many(name, 10), "-x", 10, "-y", 10],
    "latency": lambda name: ["-u", f"{name}-1", "-x", 1, "-y", 1, "-r", 500],
    "fanout": lambda name: [*_many(name, 5), "-e", name, "-t", "fanout", "-x", 1, "-y", 5],
    "idle": lambda name: [
        *_many(name, IDLE_QUEUES), "--predeclared", "-x", IDLE_QUEUES, "-y", IDLE_QUEUES, "-P", IDLE_INTERVAL, "-prsd", IDLE_INTERVAL,
        "--nio-threads", 4, "-pst", 4, "-cst", 4,
    ],  # fmt: skip
}
# Bytes of a message, messages unconfirmed and unacknowledged at most.
USUAL = {"-s": 1024, "-c": 200, "-q": 200}
QUEUES = {"ten": 10, "fanout": 5, "idle": IDLE_QUEUES}


def run(env, endpoint, shape, seconds, queue_type=None, name=None):
    """Puts the load on fresh durable queues and deletes them; the figures after the first seconds."""
    name = name or f"bench-{shape}-{uuid.uuid4().hex[:6]}"
    total = seconds + SETTLE_SECONDS
    try:
        said = _load(env, endpoint, f"{shape}-{queue_type}", [*SHAPES[shape](name), "-z", total], total + 120, queue_type)
    finally:
        for i in range(1, QUEUES.get(shape, 1) + 1):
            endpoint.delete_queue(f"{name}-{i}")
        endpoint.delete_exchange(name)
    return _must(parse(said, SETTLE_SECONDS), said)


def fill(env, endpoint, name, messages, size):
    """Publishes so many messages to a durable queue that nobody consumes; what was said."""
    shape = ["-u", name, "-x", 1, "-y", 0, "-C", messages, "-s", size, "-c", 1000]
    return _load(env, endpoint, "fill", shape, messages // 1000 + 120, None)


def empty(env, endpoint, name, messages):
    """Consumes so many messages of a queue; what was said."""
    shape = ["-u", name, "-x", 0, "-y", 1, "-D", messages, "-q", 1000]
    return _load(env, endpoint, "empty", shape, messages // 1000 + 120, None)


def slow_consumer(env, endpoint, name, per_second, seconds):
    """Publishes as fast as it is let, for a consumer that takes so many a second; what was said."""
    shape = ["-u", name, "-x", 1, "-y", 1, "-R", per_second, "-z", seconds]
    return _load(env, endpoint, "slow", shape, seconds + 120, None)


def rates(text, which):
    """Messages of each second."""
    return [_number(rate) for rate in re.findall(rf"time [\d.,]+ ?s.*?{which}:? ([\d.,]+) msg/s", text)]


def backlog(env, endpoint, messages, queue_type=None):
    """Publishes so many messages to a queue nobody consumes, then consumes them; the rate of both."""
    name = f"bench-drain-{uuid.uuid4().hex[:6]}"
    wait = messages // 1000 + 120
    try:
        filled = _load(
            env, endpoint, f"fill-{queue_type}", ["-u", name, "-x", 1, "-y", 0, "-C", messages], wait, queue_type
        )
        drained = _load(
            env, endpoint, f"drain-{queue_type}", ["-u", name, "-x", 0, "-y", 1, "-D", messages], wait, queue_type
        )
    finally:
        endpoint.delete_queue(name)
    publish, drain = average(filled, "sending"), average(drained, "receiving")
    figures = {"publish_per_second": publish, "drain_per_second": drain} if publish and drain else {}
    return _must(figures, filled + drained)


def _load(env, endpoint, what, shape, seconds, queue_type):
    # Of an option that is given twice, the tool takes one.
    usual = [one for flag, value in USUAL.items() if flag not in shape for one in (flag, value)]
    arguments = ["-h", endpoint.uri, "-f", "persistent", "-ad", "false", *usual, "-i", 1, *shape]
    if queue_type:
        arguments += ["-qa", f"x-queue-type={queue_type}"]
    jvm = [env.java, *env.client_jvm, "-cp", env.perftest]
    load = Process([*jvm, "com.rabbitmq.perf.PerfTest", *arguments], env.log(f"perftest-{what}"))
    try:
        load.child.wait(seconds)
    finally:
        load.end()
    return load.text()


def _must(figures, said):
    if not figures:
        end = "\n".join(said.splitlines()[-20:])
        raise SystemExit(f"PerfTest measured nothing; the end of its log:\n{end}")
    return figures


def average(text, which):
    """The average rate at the end of a load that ends by itself."""
    said = re.search(rf"{which} rate avg: ([\d.,]+) msg/s", text)
    return _number(said[1]) if said else None


def parse(text, settle_seconds):
    """Means of the rates and medians of the latencies of the seconds that count."""
    rates, halves, tails = [], [], []
    for line in text.splitlines():
        at = re.search(r"time ([\d.,]+) ?s", line)
        rate = re.search(r"received:? ([\d.,]+) msg/s", line)
        if not at or not rate or _number(at[1]) <= settle_seconds:
            continue
        rates.append(_number(rate[1]))
        latency = re.search(r"75th/95th/99th consumer latency: ([\d/.,]+) ([^\s,]+)", line)
        if latency:
            unit = MICROSECONDS.get(latency[2], 1)
            _, half, _, _, tail = (_number(value) * unit for value in latency[1].split("/"))
            halves.append(half)
            tails.append(tail)
    if not rates or not halves:
        return {}
    # The last second is cut short.
    return {
        "per_second": round(statistics.mean(_but_last(rates))),
        "p50_us": statistics.median(_but_last(halves)),
        "p99_us": statistics.median(_but_last(tails)),
    }


def _but_last(values):
    return values[:-1] if len(values) > 2 else values


def _number(text):
    return float(text.replace(",", ""))
