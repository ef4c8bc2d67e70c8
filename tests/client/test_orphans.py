"""What lost hosts left behind: found by its mark, offered, ended; nothing else is."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from tests.waiting import wait_until
from tui.client import orphans
from tui.system import processes, procfs
from tui.system.paths import Paths, ensure

Start = Callable[..., int]


@pytest.fixture
def start(isolated_paths: Paths) -> Iterator[Start]:
    """Starts a process with the mark of an agent: nobody's child would do, ours is easier to reap."""
    ensure(isolated_paths)
    made: list[subprocess.Popen[bytes]] = []

    def begin(agent_id: str, code: str = "import time; time.sleep(3600)", folder: Path | None = None) -> int:
        place = folder or isolated_paths.agent(agent_id)
        place.mkdir(parents=True, exist_ok=True)
        argv = [sys.executable, "-S", "-E", "-c", f"print(flush=True); {code}"]
        env = {**os.environ, **processes.mark(place)}
        made.append(subprocess.Popen(argv, env=env, stdout=subprocess.PIPE, start_new_session=True))
        out = made[-1].stdout
        assert out is not None
        out.readline()
        return made[-1].pid

    yield begin
    for process in made:
        process.kill()
        process.communicate()


def test_what_has_no_host_is_found_and_ended_even_where_it_will_not(
    start: Start, isolated_paths: Paths
) -> None:
    stubborn = "import signal, time; signal.signal(15, 1); print(flush=True); time.sleep(3600)"
    pids = {start("one"), start("two", stubborn)}
    found = orphans.find(isolated_paths)
    assert {each.pid for each in found} == pids
    assert [each.agent_id for each in found] == ["one", "two"]
    assert "time.sleep" in found[0].command
    assert asyncio.run(orphans.end(found)) == []
    wait_until(lambda: orphans.find(isolated_paths) == [])


def test_what_has_a_host_or_belongs_to_another_fleet_is_left_alone(
    start: Start, isolated_paths: Paths, tmp_path: Path
) -> None:
    import fcntl

    start("held")
    start("other", folder=tmp_path / "elsewhere" / "agents" / "other")
    with (isolated_paths.agent("held") / "host.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert orphans.find(isolated_paths) == []
    assert [each.agent_id for each in orphans.find(isolated_paths)] == ["held"]


def test_a_number_that_was_given_again_is_not_ended(start: Start, isolated_paths: Paths) -> None:
    pid = start("one")
    (found,) = orphans.find(isolated_paths)
    other = orphans.Orphan(found.pid, found.started - 100, found.agent_id)
    assert asyncio.run(orphans.end([other])) == []
    assert processes.identity(pid) is not None


class Fake:
    """A process as psutil shows it on macOS."""

    def __init__(self, pid: int, env: dict[str, str] | None, uid: int) -> None:
        self.pid = pid
        self.info = {"uids": SimpleNamespace(real=uid)}
        self._env = env

    def environ(self) -> dict[str, str]:
        if self._env is None:
            raise psutil.AccessDenied(self.pid)
        return self._env


def test_without_proc_psutil_finds_them_and_what_it_may_not_read_is_passed_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mine = os.getuid()
    table = {
        101: Fake(101, {processes.MARK: "/state/agents/one"}, mine),
        102: Fake(102, {"HOME": "/home/dev"}, mine),
        103: Fake(103, None, mine),
        104: Fake(104, {processes.MARK: "/state/agents/one"}, mine + 1),
    }
    monkeypatch.setattr(procfs, "AVAILABLE", False)
    monkeypatch.setattr(psutil, "process_iter", lambda _: list(table.values()))
    monkeypatch.setattr(psutil, "Process", lambda pid: table[pid])
    monkeypatch.setattr(processes, "ancestors", lambda _: set[int]())
    monkeypatch.setattr(processes, "identity", lambda pid: processes.Identity(pid, 1.0))
    assert processes.all_marked() == [(101, "/state/agents/one")]


def test_a_host_s_own_agents_are_not_its_orphans(
    start: Start, isolated_paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid = start("outer")
    monkeypatch.setattr(orphans, "_live_hosts", lambda _: {pid})
    assert orphans.find(isolated_paths) == []
