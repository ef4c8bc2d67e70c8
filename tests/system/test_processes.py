"""Process trees: who belongs to an agent, and signals to all of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.agents import argv
from tests.waiting import wait_until
from tui.system import processes, procfs
from tui.system.processes import Identity

FOLDER = Path(f"/test/{os.getpid()}")


@pytest.fixture
def nasty(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A child that ignores signals, and the id of its grandchild in another session."""
    env = {**os.environ, **processes.mark(FOLDER)}
    child = subprocess.Popen(
        argv("nasty", str(tmp_path / "pids")), env=env, stdout=-1, start_new_session=True
    )
    wait_until((tmp_path / "pids").exists)
    grandchild = int((tmp_path / "pids").read_text().split()[1])
    yield child, grandchild
    for pid in (child.pid, grandchild):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    child.wait()
    assert child.stdout is not None
    child.stdout.close()


def test_identity_names_one_process_for_certain() -> None:
    me = processes.identity(os.getpid())
    assert me is not None
    assert processes.alive(me)
    assert not processes.alive(Identity(me.pid, me.started - 1))
    assert not processes.alive(Identity(0, 0.0))
    assert processes.identity(2**22 + 1) is None


def test_start_is_when_psutil_says() -> None:
    me = processes.identity(os.getpid())
    assert me is not None
    wall = me.started + (psutil.boot_time() if procfs.AVAILABLE else 0)
    assert wall == pytest.approx(psutil.Process().create_time(), abs=2)


def test_a_process_that_waits_to_be_reaped_is_not_alive() -> None:
    child = subprocess.Popen([sys.executable, "-S", "-c", "pass"])
    wait_until(lambda: processes.identity(child.pid) is None)
    child.wait()


def test_marked_finds_what_left_the_session(nasty: tuple[subprocess.Popen[bytes], int]) -> None:
    child, grandchild = nasty
    assert set(processes.marked(FOLDER)) == {child.pid, grandchild}
    assert processes.in_session(child.pid) == [child.pid]
    assert grandchild not in processes.in_session(child.pid)


def test_descendants_by_proc_and_by_psutil_agree(nasty: tuple[subprocess.Popen[bytes], int]) -> None:
    child, _ = nasty
    assert child.pid in processes.descendants(os.getpid())
    assert set(processes.descendants(os.getpid())) == set(processes._descendants_by_psutil(os.getpid()))
    assert processes.descendants(child.pid) == []


def test_signal_tree_reaches_group_and_strays(nasty: tuple[subprocess.Popen[bytes], int]) -> None:
    child, grandchild = nasty
    processes.signal_tree([child.pid, grandchild], child.pid, signal.SIGTERM)
    assert processes.identity(grandchild) is not None
    processes.signal_tree([child.pid, grandchild], child.pid, signal.SIGKILL)
    wait_until(lambda: processes.identity(grandchild) is None)
    assert child.wait() == -signal.SIGKILL


def test_ancestors_and_usage() -> None:
    assert {os.getpid(), os.getppid()} <= processes.ancestors(os.getpid())
    usage = processes.tree_usage(os.getpid())
    assert usage.processes >= 1
    assert usage.rss_bytes > 1_000_000
    assert processes.tree_usage(2**22 + 1).processes == 0


def test_boot_id_is_stable() -> None:
    assert processes.boot_id() == processes.boot_id()
    assert processes.boot_id() or sys.platform not in ("linux", "darwin")
