from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

from tests.waiting import wait_until
from tui.system.processes import descendants, measured
from tui.system.treeuse import SLACK_S, used

SCRIPT = """
import subprocess, sys, time
subprocess.Popen(["sleep", "500"])
sys.stdin.readline()
subprocess.Popen(["sleep", "501"])
time.sleep(600)
"""


def age_s(pid: int) -> float:
    found = measured(pid)
    return found.age_s if found else 0.0


def test_only_what_began_since_is_measured() -> None:
    with subprocess.Popen([sys.executable, "-c", SCRIPT], stdin=subprocess.PIPE) as root:
        try:
            assert root.stdin is not None
            wait_until(lambda: descendants(root.pid))
            (old,) = descendants(root.pid)
            wait_until(lambda: age_s(old) > 2 * SLACK_S)
            since = time.monotonic()
            root.stdin.write(b"\n")
            root.stdin.flush()
            wait_until(lambda: used(root.pid, since))
            found = used(root.pid, since)
            assert old not in found
            assert [use.cpu_s < 1 for use in found.values()] == [True]
            assert list(used(root.pid, 0.0)) == [old, *found]
        finally:
            for pid in [*descendants(root.pid), root.pid]:
                os.kill(pid, signal.SIGKILL)
