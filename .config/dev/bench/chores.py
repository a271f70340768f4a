"""What clients do beside publishing and consuming (Chores.java), and what it says."""

import pathlib
import re

from perftest import SETTLE_SECONDS
from process import Process

SOURCE = pathlib.Path(__file__).with_name("Chores.java")


def run(env, endpoint, chore, seconds, queue_type=None):
    """Does it again and again; how often per second, and how long it took."""
    log = env.log(f"chores-{chore}-{queue_type or 'millrace'}")
    words = [endpoint.uri, chore, seconds, SETTLE_SECONDS, *([queue_type] if queue_type else [])]
    chores = Process([env.java, *env.client_jvm, "-cp", env.perftest, SOURCE, *words], log)
    try:
        chores.child.wait(seconds + SETTLE_SECONDS + 60)
    finally:
        chores.end()
    figures = parse(chores.text())
    if not figures:
        raise SystemExit(f"nothing was measured; the end of its log:\n{chores.tail()}")
    return figures


def parse(text):
    said = re.search(r"per_second ([\d.]+) p50_us (\d+) p99_us (\d+)", text)
    return {"per_second": float(said[1]), "p50_us": int(said[2]), "p99_us": int(said[3])} if said else {}
