"""What clients do beside publishing and consuming (Chores.java), and what it says."""

import pathlib
import re

from perftest import SETTLE_SECONDS
from process import Process

SOURCE = pathlib.Path(__file__).with_name("Chores.java")


def run(env, endpoint, chore, seconds, queue_type=None, *strategy):
    """Does it again and again; how often per second, and how long it took."""
    words = [chore, seconds, SETTLE_SECONDS, *([queue_type] if queue_type else []), *strategy]
    said = _said(env, endpoint, "-".join([chore, queue_type or "millrace", *strategy]), words, seconds + SETTLE_SECONDS + 60)
    return _must(parse(said), said)


def make(env, endpoint, what, count, seconds, queue_type=None):
    """Makes so many of something and keeps them; milliseconds until all were there, and what went wrong."""
    said = _said(env, endpoint, what, [what, count, seconds, *([queue_type] if queue_type else [])], 1200)
    return _must(parse_made(said), said)


def _said(env, endpoint, name, words, patience):
    chores = Process([env.java, *env.client_jvm, "-cp", env.perftest, SOURCE, endpoint.uri, *words], env.log(f"chores-{name}"))
    try:
        chores.child.wait(patience)
    finally:
        chores.end()
    return chores.text()


def _must(figures, said):
    if not figures:
        end = "\n".join(said.splitlines()[-20:])
        raise SystemExit(f"nothing was measured; the end of its log:\n{end}")
    return figures


def parse_made(text):
    said = re.search(r"all after_ms (\d+)(?: missing (\d+))?", text)
    dropped = re.search(r"dropped (\d+)", text)
    if not said:
        return {}
    return {"seconds": int(said[1]) / 1000, "missing": int(said[2] or 0), "dropped": int(dropped[1]) if dropped else 0}


def parse(text):
    said = re.search(r"per_second ([\d.]+) p50_us (\d+) p99_us (\d+)", text)
    return {"per_second": float(said[1]), "p50_us": int(said[2]), "p99_us": int(said[3])} if said else {}
