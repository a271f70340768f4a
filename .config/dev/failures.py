"""Names the tests that failed: reads reports of Maven's tests, prints each failure with its reason.

usage: failures.py NEWER-THAN-FILE FOLDER
"""

import pathlib
import sys
import xml.etree.ElementTree as ElementTree

LINES = 25
"""How much of a reason is shown: what was expected and seen, and where."""


def failures(report):
    for case in ElementTree.parse(report).iter("testcase"):
        for reason in case.findall("failure") + case.findall("error"):
            yield f"{case.get('classname')}.{case.get('name')}", (reason.text or "").strip().splitlines()


def telling(lines):
    """What was said, and of its stack the frames that are ours."""
    return [line for line in lines if not line.startswith("\tat ") or "io.millrace" in line][:LINES]


def main():
    mark, folder = map(pathlib.Path, sys.argv[1:])
    for report in sorted(folder.glob("*/target/*-reports/TEST-*.xml")):
        if report.stat().st_mtime < mark.stat().st_mtime:
            continue
        for name, lines in failures(report):
            print(f"FAILED {name}")
            for line in telling(lines):
                print("    " + line)


if __name__ == "__main__":
    main()
