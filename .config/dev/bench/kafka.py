"""./dev bench kafka: Kafka in our broker, with the queue layer on but idle, beside stock Kafka with the same settings."""

import functools
import statistics
import time

import figures
import kafkaperf
from brokers import Kafka, Millrace
from rounds import Subject, alternate, say

GOAL = 0.98


def compare(env, options):
    """Starts, warms and measures pairs; the results of producing and consuming."""
    with env.running(Millrace) as ours:
        settings = ours.kafka_settings(env)
        ours.process.freeze()
        with env.running(Kafka, settings) as stock:
            stock.process.freeze()
            subjects = [
                Subject(name, each, functools.partial(kafkaperf.produce_then_consume, env, each.bootstrap))
                for name, each in (("ours", ours), ("stock", stock))
            ]
            for each in subjects:
                _warm(each, options)
            good, dropped = alternate(subjects, options.rounds, options.records)
            return {"rounds": good, "dropped": dropped}


def _warm(subject, options):
    say(f"warming {subject.name} for {options.warm} s")
    end = time.monotonic() + options.warm
    while time.monotonic() < end:
        subject.awake(options.records)


def table(results):
    """The medians, each pair's ratio, and whether the goal is within reach of the interval."""
    rounds = results["rounds"]
    lines = [f"records of 1 KiB per second, acks=all; {len(rounds)} pairs, {results['dropped']} dropped"]
    for key in ("produce", "consume") if rounds else ():
        each = figures.ratios(rounds, "ours", "stock", key)
        low, high = figures.interval_of_median(each)
        medians = {name: figures.median_of(rounds, name, key) for name in ("ours", "stock")}
        lines += [
            f"{key}: ours {medians['ours']:,.0f}, stock {medians['stock']:,.0f}",
            f"  ours / stock {statistics.median(each):.3f}, 95 % between {low:.3f} and {high:.3f}"
            f" ({' '.join(f'{ratio:.3f}' for ratio in each)})",
            f"  goal {GOAL}: {'met' if high >= GOAL else 'not met'}",
        ]
    return "\n".join(lines)
