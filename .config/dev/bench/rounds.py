"""The protocol of every comparison: short rounds, one broker awake at a time, the disk synced, stolen time watched."""

import os
import sys
import time

import machine

# A broker deletes the data of a load after it has answered: frozen at once, it would keep all of it.
CLEAR_UP_SECONDS = 2
THAW_SECONDS = 120


class Subject:
    """One of those compared: a name, the broker that is awake meanwhile, and how it is measured."""

    def __init__(self, name, broker, measure):
        self.name = name
        self.broker = broker
        self.measure = measure

    def awake(self, *arguments):
        """Measures while only this one's process runs; the figures and the share of CPU time stolen meanwhile."""
        os.sync()
        self.broker.process.thaw()
        try:
            # Its timers all fall due at once when it is thawed; until it has seen to them it greets nobody.
            self.broker.process.await_true(self.broker.answers, THAW_SECONDS, f"an answer of {self.name} once thawed")
            stolen = machine.StolenTime()
            figures = self.measure(*arguments)
            share = stolen.share()
            time.sleep(CLEAR_UP_SECONDS)
            return figures | {"stolen": round(share, 4)}
        finally:
            self.broker.process.freeze()


def say(text):
    print(text, file=sys.stderr, flush=True)


def alternate(subjects, wanted, *arguments):
    """As many good rounds as wanted, of at most twice as many; a round with too much stolen time is no good.

    Every other round goes backwards, so that none is always the first.
    """
    good, dropped = [], 0
    while len(good) < wanted and len(good) + dropped < 2 * wanted:
        number = len(good) + dropped
        measured = {each.name: each.awake(*arguments) for each in subjects[:: -1 if number % 2 else 1]}
        worst = max(figures["stolen"] for figures in measured.values())
        fine = worst <= machine.STOLEN_LIMIT
        say(f"round {number + 1}: {_short(measured)}; stolen {worst:.1%}{'' if fine else ', dropped'}")
        if fine:
            good.append(measured)
        else:
            dropped += 1
    if len(good) < wanted:
        say(f"only {len(good)} of {wanted} rounds were good: more than 5 % of the CPU time was stolen in {dropped}")
    return good, dropped


def _short(measured):
    return ", ".join(f"{name} {next(iter(figures.values())):,.0f}" for name, figures in measured.items())
