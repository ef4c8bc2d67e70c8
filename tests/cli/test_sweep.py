"""Orphans from the command line: a host and its guardian killed, the child left."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from tests.cli.conftest import Cli
from tests.waiting import wait_until
from tui.system import processes, store
from tui.system.paths import Paths


def test_what_a_killed_host_and_guardian_left_is_listed_and_ended(cli: Cli, paths: Paths, work: Path) -> None:
    assert cli("sweep").out == "No process of a lost agent runs.\n"
    assert cli("run", "--name", "one", "--", "sh", "-c", "trap '' HUP; sleep 1000 & wait").code == 0
    wait_until(lambda: (found := store.read_status(paths.agent("one"))) is not None and found.pid)
    status = store.read_status(paths.agent("one"))
    assert status is not None
    assert status.pid
    assert cli("sweep", "--json").objects == []
    for pid in (processes.parent(status.host_pid), status.host_pid):
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: len(cli("sweep", "--json").objects) == 1)
    (left,) = cli("sweep", "--json").objects
    # The child itself ends with its host, by the kernel's word (on Linux); what it started does not.
    assert (left["agent_id"], left["command"]) == ("one", "sleep 1000")
    problems = [each["problem"] for each in cli("doctor", "--json").objects[0]["problems"]]
    assert f"The host of one is gone, and its process {left['pid']} still runs." in problems
    asked = cli("sweep")
    assert asked.code == 1
    assert asked.err == "This ends processes and asks before. Without a terminal: -y.\n"
    ended = cli("sweep", "-y")
    assert ended.code == 0
    assert ended.out.endswith("1 process ended.\n")
    assert cli("sweep", "--json").objects == []
