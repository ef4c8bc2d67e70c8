"""Whole-tree control where there is neither /proc nor a subreaper, as on macOS: psutil, sessions and marks find the processes.

Hosts and guardians run here with both taken away; what the tests look at is found by /proc nevertheless.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.host.hosting import Hosted
from tests.host.test_runs import stands_still
from tests.waiting import until
from tui.core.commands import Continue, Kill, Pause
from tui.core.lifecycle import Lifecycle

Make = Callable[..., Hosted]

TAKEN_AWAY = """
import tui.system.prctl, tui.system.procfs
tui.system.procfs.AVAILABLE = False
tui.system.prctl.adopt_orphans = lambda: None
tui.system.prctl.die_with_parent = lambda parent: None
"""
LEAVES = "(setsid sh -c 'sleep 1000 & sleep 1000 & wait' &) ; sleep 1000 & sleep 1000"
"""A program with children in its group, and with grandchildren that left group, session and parent."""
PROCESSES = 6


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(TAKEN_AWAY)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))


async def running(hosted: Make) -> Hosted:
    host = await hosted().write(["sh", "-c", LEAVES]).start()
    await until(lambda: len(host.processes()) == PROCESSES)
    return host


async def test_it_is_paused_and_killed_with_all_that_it_left_elsewhere(hosted: Make) -> None:
    host = await running(hosted)
    client = await host.connect()
    assert await client.do(Pause()) == ""
    await until(lambda: all(stands_still(pid) for pid in host.processes()))
    assert await client.do(Continue()) == ""
    await until(lambda: not any(stands_still(pid) for pid in host.processes()))
    assert await client.do(Kill()) == ""
    status = await host.is_over()
    assert (status.lifecycle, host.processes()) == (Lifecycle.KILLED, [])
    assert status.exit is not None
    assert status.exit.reason == "killed by you, none left"


async def test_what_a_killed_host_left_is_ended_by_its_guardian(hosted: Make) -> None:
    host = await running(hosted)
    host.kill_host()
    status = await host.is_over()
    assert (status.lifecycle, host.processes()) == (Lifecycle.LOST, [])


async def test_what_a_program_leaves_when_it_ends_by_itself_is_ended_too(hosted: Make) -> None:
    host = await running(hosted)
    status = host.status
    assert status.pid is not None
    os.kill(status.pid, 9)
    await host.is_over()
    assert host.processes() == []
