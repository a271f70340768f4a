"""Processes of our own: started, frozen while others are measured, and ended, by their ids only."""

import ctypes
import os
import pathlib
import signal
import subprocess
import time

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)


class Process:
    """A command in a session of its own, with its output in a log; it does not outlive the benchmark."""

    def __init__(self, command, log, **more):
        self.log = pathlib.Path(log)
        with open(self.log, "wb") as out:
            self.child = subprocess.Popen(
                [str(word) for word in command],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with_parent,
                **more,
            )

    def await_true(self, condition, seconds, what):
        """Waits for a condition; says what the log says when it does not come about."""
        end = time.monotonic() + seconds
        while not condition():
            if self.child.poll() is not None or time.monotonic() > end:
                raise SystemExit(f"{what} did not happen; the end of its log:\n{self.tail()}")
            time.sleep(0.1)

    def text(self):
        return self.log.read_text(errors="replace")

    def tail(self):
        return "\n".join(self.text().splitlines()[-20:])

    def freeze(self):
        self._signal_tree(signal.SIGSTOP)

    def thaw(self):
        self._signal_tree(signal.SIGCONT)

    def end(self, seconds=20):
        """Asks it to end, and ends it when it does not."""
        self.thaw()
        self.child.terminate()
        try:
            self.child.wait(seconds)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()

    def _signal_tree(self, number):
        if self.child.poll() is None:
            for pid in tree(self.child.pid):
                _signal(pid, number)


def _die_with_parent():
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def tree(pid):
    """A process and all that came from it."""
    yield pid
    for children in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            pids = children.read_text().split()
        except OSError:  # the thread has ended
            continue
        for child in pids:
            yield from tree(int(child))


def _signal(pid, number):
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass
