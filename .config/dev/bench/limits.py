"""./dev bench limits: our broker alone, with much of everything: what that takes of memory and time."""

import pathlib
import statistics
import threading

import chores
import perftest
from brokers import Millrace
from process import tree
from rounds import say

SMALL = 100
TENTH = 10


class Memory:
    """The resident memory of a process and all that came from it, second by second."""

    def __init__(self, process):
        self.pid = process.child.pid
        self.samples = []
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._end.set()
        self._thread.join()

    def _watch(self):
        while not self._end.wait(1):
            self.samples.append(resident_mb(self.pid))

    def at(self, part):
        """Around a part of the time, 0 to 1."""
        middle = min(len(self.samples) - 1, int(len(self.samples) * part))
        return statistics.median(self.samples[max(0, middle - 2) : middle + 3])


def resident_mb(pid):
    total = 0
    for each in tree(pid):
        try:
            status = pathlib.Path(f"/proc/{each}/status").read_text()
        except OSError:  # it has ended
            continue
        total += sum(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
    return total // 1024


def compare(env, options):
    with env.running(Millrace) as ours:
        memory = lambda: Memory(ours.process)  # noqa: E731
        perftest.run(env, ours.amqp, "one", options.warm)
        results = {"at rest": {"mb": resident_mb(ours.process.child.pid)}}
        for name, measure in MEASURES.items():
            say(f"{name} ...")
            results[name] = measure(env, ours, options, memory)
            say(f"{name}: {results[name]}")
        return results


def _backlog(env, ours, options, memory):
    name = "bench-backlog"
    with memory() as filling:
        filled = perftest.rates(perftest.fill(env, ours.amqp, name, options.messages, SMALL), "sent")
    with memory() as emptying:
        emptied = perftest.rates(perftest.empty(env, ours.amqp, name, options.messages), "received")
    ours.amqp.delete_queue(name)
    part = max(1, len(filled) // TENTH)
    return {
        "published_per_second": round(statistics.mean(filled[:-1])),
        "first_tenth": round(statistics.mean(filled[part : 2 * part])),
        "last_tenth": round(statistics.mean(filled[-part - 1 : -1])),
        "mb_after_a_tenth": filling.at(1 / TENTH),
        "mb_in_the_end": filling.at(0.99),
        "drained_per_second": round(statistics.mean(emptied[:-1])),
        "mb_drained": emptying.at(0.99),
    }


def _slow_consumer(env, ours, options, memory):
    name = "bench-slow"
    with memory() as watched:
        said = perftest.slow_consumer(env, ours.amqp, name, options.consumed, options.seconds)
    ours.amqp.delete_queue(name)
    sent, received = perftest.rates(said, "sent"), perftest.rates(said, "received")
    return {
        "published_per_second": round(statistics.mean(sent[1:-1])),
        "consumed_per_second": round(statistics.mean(received[1:-1])),
        "mb_after_a_tenth": watched.at(1 / TENTH),
        "mb_in_the_end": watched.at(0.99),
        "mb_at_most": max(watched.samples),
        "connections_lost": said.count("connection error") + said.count("ShutdownSignal"),
    }


def _queues(env, ours, options, memory):
    made = chores.make(env, ours.amqp, "queues", options.queues, 0)
    return made | {"mb": resident_mb(ours.process.child.pid)}


def _clients(env, ours, options, memory):
    with memory() as watched:
        made = chores.make(env, ours.amqp, "clients", options.clients, 20)
    return made | {"mb_at_most": max(watched.samples)}


MEASURES = {"backlog": _backlog, "slow consumer": _slow_consumer, "clients": _clients, "queues": _queues}


def table(results):
    return "\n".join(
        f"{name:<14} " + ", ".join(f"{key.replace('_', ' ')} {value:,}" for key, value in figures.items())
        for name, figures in results.items()
    )
