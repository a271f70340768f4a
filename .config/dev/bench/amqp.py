"""./dev bench amqp: our broker beside RabbitMQ's quorum and classic queues, with stock Kafka as the ceiling."""

import functools
import statistics

import chores
import figures
import kafkaperf
import perftest
from brokers import Kafka, Millrace, RabbitMq
from rounds import Subject, alternate, say

TITLES = {
    "one": "one queue, messages received per second",
    "ten": "ten queues, messages received per second",
    "latency": "one queue at 500 messages per second, publish to deliver, microseconds",
    "fanout": "one producer to five queues, messages received per second",
    "idle": "1,000 queues with a message in ten seconds each, publish to deliver, microseconds",
    "drain": "a backlog without consumers, then drained, messages per second",
    "connections": "connections with a channel, opened and closed one after the other, per second",
    "declares": "durable queues declared, bound and deleted one after the other, per second",
    "rpc": "calls over a durable queue, answered by direct reply-to, one after the other",
    "letters": "messages published, rejected and received as dead letters, 1,000 at a time, per second",
    "letter": "one message published, rejected and received as dead letter, then the next, microseconds",
}
LETTERS = ("letters", "letter")
CHORES = ("connections", "declares", "rpc", *LETTERS)
# What there is to be told of a scenario; the others have one rate.
FIGURES = {
    "latency": ("p50_us", "p99_us"),
    "idle": ("p50_us", "p99_us"),
    "drain": ("publish_per_second", "drain_per_second"),
    "rpc": ("per_second", "p50_us", "p99_us"),
    "letter": ("p50_us", "p99_us"),
}
# Scenarios that Kafka's own tools can measure, too.
WITH_CEILING = ("one", "ten")
# Messages of a backlog for each second asked for: it takes about as long as another load.
BACKLOG_A_SECOND = 10_000
OTHERS = ("once", "quorum", "classic", "ceiling")


def compare(env, options):
    """Starts, warms and measures; the results by scenario."""
    shapes = options.only.split(",")
    with env.running(Millrace) as ours:
        settings = ours.kafka_settings(env)
        ours.process.freeze()
        with env.running(RabbitMq) as rabbit:
            rabbit.process.freeze()
            with env.running(Kafka, settings) as kafka:
                kafka.process.freeze()
                subjects = _subjects(env, ours, rabbit, kafka)
                _warm(subjects, shapes, options.warm)
                return {shape: _measure(subjects, shape, options) for shape in shapes}


def _subjects(env, ours, rabbit, kafka):
    load = functools.partial(_load, env)
    return [
        Subject("ours", ours, functools.partial(load, ours.amqp)),
        Subject("once", ours, functools.partial(load, ours.amqp, strategy="exactly-once")),
        Subject("quorum", rabbit, functools.partial(load, rabbit.amqp, queue_type="quorum")),
        Subject("classic", rabbit, functools.partial(load, rabbit.amqp, queue_type="classic")),
        Subject("ceiling", kafka, functools.partial(_ceiling, env, kafka)),
    ]


def _load(env, endpoint, shape, seconds, queue_type=None, strategy=None):
    if shape in LETTERS:
        # Only quorum queues have strategies; what is compared with them is of their type.
        words = [queue_type or "quorum", *([strategy] if strategy else [])]
        return chores.run(env, endpoint, shape, seconds, *words)
    if shape in CHORES:
        return chores.run(env, endpoint, shape, seconds, queue_type)
    if shape == "drain":
        return perftest.backlog(env, endpoint, seconds * BACKLOG_A_SECOND, queue_type)
    if shape == "idle":
        # A client that waits longer than the load tool does: some brokers do not greet for a while after so many.
        chores.make(env, endpoint, "queues", perftest.IDLE_QUEUES, 0, queue_type)
        return perftest.run(env, endpoint, shape, seconds, queue_type, "bench-queue")
    return perftest.run(env, endpoint, shape, seconds, queue_type)


def _ceiling(env, kafka, shape, seconds):
    return kafkaperf.through(env, kafka.bootstrap, 10 if shape == "ten" else 1, seconds)


def _in(shape, subjects):
    left_out = {"ceiling": shape not in WITH_CEILING, "once": shape not in LETTERS}
    return [each for each in subjects if not left_out.get(each.name)]


def _warm(subjects, shapes, seconds):
    for shape in shapes:
        for each in _in(shape, subjects):
            say(f"warming {each.name} with {shape} for {-(-seconds // len(shapes))} s")
            each.awake(shape, -(-seconds // len(shapes)))


def _measure(subjects, shape, options):
    say(TITLES[shape])
    good, dropped = alternate(_in(shape, subjects), options.rounds, shape, options.seconds)
    return {"rounds": good, "dropped": dropped}


def table(results):
    """The medians, and what each round's ratio was."""
    lines = []
    for shape, result in results.items():
        lines += ["", f"{TITLES[shape]}; {len(result['rounds'])} rounds, {result['dropped']} dropped"]
        if result["rounds"]:
            for key in FIGURES.get(shape, ("per_second",)):
                lines += _rows(result["rounds"], key)
    return "\n".join(lines[1:])


def _rows(rounds, key):
    names = [name for name in ("ours", *OTHERS) if name in rounds[0]]
    yield figures.row([f"  {key}", *names])
    yield figures.row(["  median", *(f"{figures.median_of(rounds, name, key):,.0f}" for name in names)])
    for other in names[1:]:
        each = figures.ratios(rounds, "ours", other, key)
        middle = statistics.median(each)
        yield f"  ours / {other:<10} {middle:6.3f}   ({' '.join(f'{ratio:.3f}' for ratio in each)})"
