"""What the machine does beside the measurement, and what it is."""

import os
import pathlib
import platform
import socket
import subprocess
import time

STOLEN_LIMIT = 0.05


def free_port():
    """A port of loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class StolenTime:
    """The share of CPU time that the hypervisor gave to others since this was made."""

    def __init__(self):
        self.begin = _cpu_times()

    def share(self):
        delta = [now - then for now, then in zip(_cpu_times(), self.begin)]
        return delta[7] / max(1, sum(delta))


def _cpu_times():
    # user nice system idle iowait irq softirq steal; guest time is part of user time.
    return [int(field) for field in pathlib.Path("/proc/stat").read_text().split("\n")[0].split()[1:9]]


def facts(root, java_home):
    """What a reader of a figure has to know about where it comes from."""
    return {
        "date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "commit": _said(["git", "-C", root, "describe", "--always", "--dirty"]),
        "cores": os.cpu_count(),
        "cpu": _after_colon("/proc/cpuinfo", "model name"),
        "memory_mb": int(_after_colon("/proc/meminfo", "MemTotal").split()[0]) // 1024,
        "system": platform.platform(),
        "jdk": _after_equals(f"{java_home}/release", "JAVA_RUNTIME_VERSION"),
        "load1": os.getloadavg()[0],
    }


def _said(command):
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def _after_colon(file, key):
    return _value(file, key, ":")


def _after_equals(file, key):
    return _value(file, key, "=")


def _value(file, key, separator):
    for line in pathlib.Path(file).read_text().splitlines():
        name, _, value = line.partition(separator)
        if name.strip() == key:
            return value.strip().strip('"')
    return ""
