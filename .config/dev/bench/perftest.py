"""RabbitMQ's PerfTest: how it is called, and what it says."""

import re
import statistics
import uuid

from process import Process

# Load before the first figure that counts: PerfTest's own JVM gets warm, a thawed broker finds its way back.
SETTLE_SECONDS = 4
MICROSECONDS = {"ns": 1e-3, "µs": 1, "us": 1, "ms": 1e3, "s": 1e6}
SHAPES = {
    "one": lambda name: ["-u", f"{name}-1", "-x", 1, "-y", 1],
    "ten": lambda name: ["-qp", f"{name}-%d", "-qpf", 1, "-qpt", 10, "-x", 10, "-y", 10],
    "latency": lambda name: ["-u", f"{name}-1", "-x", 1, "-y", 1, "-r", 500],
}


def run(env, endpoint, shape, seconds, queue_type=None):
    """Puts the load on fresh durable queues and deletes them; the figures after the first seconds."""
    name = f"bench-{shape}-{uuid.uuid4().hex[:6]}"
    total = seconds + SETTLE_SECONDS
    arguments = ["-h", endpoint.uri, "-f", "persistent", "-ad", "false", "-s", 1024, "-c", 200, "-q", 200]
    arguments += ["-z", total, "-i", 1, *SHAPES[shape](name)]
    if queue_type:
        arguments += ["-qa", f"x-queue-type={queue_type}"]
    log = env.log(f"perftest-{shape}-{queue_type or 'millrace'}")
    load = Process([env.java, *env.client_jvm, "-cp", env.perftest, "com.rabbitmq.perf.PerfTest", *arguments], log)
    try:
        load.child.wait(total + 60)
    finally:
        load.end()
        for i in range(1, 11 if shape == "ten" else 2):
            endpoint.delete_queue(f"{name}-{i}")
    figures = parse(load.text(), SETTLE_SECONDS)
    if not figures:
        raise SystemExit(f"PerfTest measured nothing; the end of its log:\n{load.tail()}")
    return figures


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
