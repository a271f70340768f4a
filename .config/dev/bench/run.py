"""The benchmarks that compare brokers: run.py amqp|kafka|limits OPTION..., called by ./dev bench, which prepares the rest."""

import argparse
import contextlib
import json
import os
import pathlib
import shutil
import signal
import sys
import tempfile

import amqp
import kafka
import limits
import machine

WHAT = {"amqp": amqp, "kafka": kafka, "limits": limits}
# A part of the load tools' own, so that they do not compete with the brokers for memory.
CLIENT_JVM = ["-Xmx512m", "-XX:+UseG1GC", "-XX:-UsePerfData"]


class Environment:
    """Where everything is: the variables that ./dev bench sets, and folders that go with this run."""

    def __init__(self, folder):
        self.root = os.environ["BENCH_ROOT"]
        self.java_home = os.environ["JAVA_HOME"]
        self.java = f"{self.java_home}/bin/java"
        self.perftest = f"{os.environ['BENCH_PERFTEST']}/*"
        self.kafka = f"{os.environ['BENCH_KAFKA']}/*"
        self.rabbitmq = os.environ["BENCH_RABBITMQ"]
        self.logs = pathlib.Path(os.environ["BENCH_LOGS"])
        self.client_jvm = CLIENT_JVM
        self._folder = pathlib.Path(folder)

    def folder(self, name):
        made = self._folder / name
        made.mkdir()
        return made

    def log(self, name):
        return self.logs / f"{name}.log"

    @contextlib.contextmanager
    def running(self, broker, *arguments):
        """A broker that ends with the block, however that ends."""
        started = broker(self, *arguments)
        try:
            yield started
        finally:
            started.end()


def shapes(text):
    for shape in text.split(","):
        if shape not in amqp.TITLES:
            raise argparse.ArgumentTypeError(f"there is no {shape}; there are {', '.join(amqp.TITLES)}")
    return text


def positive(text):
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return value


def options_of(arguments):
    parser = argparse.ArgumentParser(prog="./dev bench")
    which = parser.add_subparsers(dest="what", required=True)
    for what, rounds in (("amqp", 5), ("kafka", 9)):
        one = which.add_parser(what)
        one.add_argument("--rounds", type=positive, default=rounds, help="good rounds wanted (default: %(default)s)")
        one.add_argument("--warm", type=positive, default=60, help="seconds of load before (default: %(default)s)")
        one.add_argument("--record", action="store_true", help="append the figures to docs/bench")
        if what == "amqp":
            one.add_argument("--seconds", type=positive, default=20, help="that count, of a load (default: %(default)s)")
            some = f"some of {','.join(amqp.TITLES)} (default: %(default)s)"
            one.add_argument("--only", type=shapes, default="one,ten,latency", help=some)
        else:
            one.add_argument("--records", type=positive, default=1_000_000, help="of a load (default: %(default)s)")
    _limits(which.add_parser("limits"))
    return parser.parse_args(arguments)


def _limits(one):
    one.add_argument("--warm", type=positive, default=20, help="seconds of load before (default: %(default)s)")
    one.add_argument("--messages", type=positive, default=10_000_000, help="of the backlog (default: %(default)s)")
    one.add_argument("--seconds", type=positive, default=300, help="with a slow consumer (default: %(default)s)")
    one.add_argument("--consumed", type=positive, default=1_000, help="a second, by it (default: %(default)s)")
    one.add_argument("--clients", type=positive, default=5_000, help="connections (default: %(default)s)")
    one.add_argument("--queues", type=positive, default=10_000, help="durable queues (default: %(default)s)")
    one.add_argument("--record", action="store_true", help="append the figures to docs/bench")


def main():
    options = options_of(sys.argv[1:])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGHUP, lambda *_: sys.exit(129))
    folder = tempfile.mkdtemp(prefix="run-", dir=os.environ["BENCH_CACHE"])
    try:
        env = Environment(folder)
        about = machine.facts(env.root, env.java_home)
        results = WHAT[options.what].compare(env, options)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(WHAT[options.what].table(results))
    keep(env, options, {"machine": about, "options": vars(options), "results": results})


def keep(env, options, everything):
    """One line for each run; in the repository only when asked for."""
    folder = pathlib.Path(env.root, "docs/bench") if options.record else env.logs
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / f"{options.what}.jsonl", "a", encoding="utf-8") as file:
        file.write(json.dumps(everything) + "\n")


main()
