"""A real full disk: a small file system of its own, where this machine lets us make one."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.host.hosting import Hosted
from tui.core.facts import RecordingChanged, StateChanged
from tui.core.lifecycle import Lifecycle
from tui.system.paths import Paths, ensure, paths_from_env

SIZE = b"size=1m"


@pytest.fixture
def small_disk(tmp_path: Path, no_orphans: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Paths]:
    """The program's folders on a file system of 1 MiB; in an ordinary folder where mounting is not allowed."""
    folder = tmp_path / "small"
    folder.mkdir()
    monkeypatch.setenv("AGENT_TUI_STATE_DIR", str(folder / "state"))
    libc = ctypes.CDLL(None, use_errno=True)
    mounted = sys.platform == "linux" and libc.mount(b"tmpfs", os.fsencode(folder), b"tmpfs", 0, SIZE) == 0
    paths = paths_from_env()
    ensure(paths)
    yield paths
    if mounted:
        libc.umount2(os.fsencode(folder), 2)


async def test_a_full_disk_stops_the_recording_and_nothing_else(small_disk: Paths) -> None:
    host = Hosted(small_disk, "talker")
    try:
        story = "i=0; while [ $i -lt 40000 ]; do i=$((i+1)); echo line $i of a long story; done; echo told; exit 3"
        await host.write(["sh", "-c", story], record_bytes=64_000_000).start()
        status = await host.is_over()
        assert status.lifecycle is Lifecycle.FAILED
        assert status.exit is not None
        assert status.exit.code == 3
        assert host.facts(StateChanged)[-1].lifecycle == "failed"
        full = os.statvfs(small_disk.state).f_blocks * os.statvfs(small_disk.state).f_frsize <= 1 << 20
        assert status.recording is not full
        assert bool(host.facts(RecordingChanged)) is full
        sequence = [event.seq for event in host.events()]
        assert sequence == sorted(set(sequence))
    finally:
        await host.close()
