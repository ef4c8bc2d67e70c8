"""Recordings: valid asciicast, bounded, and off without harm when the disk is full."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest

from tui.core.clock import Now
from tui.protocol.screen import WinSize
from tui.system.recorder import OLDER, RECORDING, RETRY_S, Recorder


class ManualClock:
    def __init__(self) -> None:
        self.at = 100.0

    def now(self) -> Now:
        return Now(self.at, 1_700_000_000.0 + self.at)


class Recording:
    """A recorder with what it said."""

    def __init__(self, folder: Path, limit: int = 1_000_000) -> None:
        self.folder = folder
        self.clock = ManualClock()
        self.changes: list[tuple[bool, str]] = []
        self.recorder = Recorder(
            folder,
            title="api",
            size=WinSize(24, 80),
            limit_bytes=limit,
            clock=self.clock,
            on_change=lambda on, why: self.changes.append((on, why)),
        )

    def lines(self, name: str = RECORDING) -> list[Any]:
        return [json.loads(line) for line in (self.folder / name).read_text().splitlines()]

    def text(self, name: str = RECORDING) -> str:
        return "".join(line[2] for line in self.lines(name)[1:] if line[1] == "o")


async def test_header_output_resize_and_marker(tmp_path: Path) -> None:
    r = Recording(tmp_path)
    r.recorder.begin_run(1)
    r.recorder.output("grün \x1b[1m".encode())
    r.clock.at += 1.5
    r.recorder.output(b"bold")
    r.recorder.resize(WinSize(30, 100))
    r.recorder.close()
    header, *events = r.lines()
    assert header["version"] == 2
    assert (header["width"], header["height"], header["title"]) == (80, 24, "api")
    assert [e[1:] for e in events] == [["m", "run 1"], ["o", "grün \x1b[1m"], ["o", "bold"], ["r", "100x30"]]
    assert events[2][0] == pytest.approx(events[1][0] + 1.5)
    assert (tmp_path / RECORDING).stat().st_mode & 0o777 == 0o600


async def test_characters_split_between_reads_stay_whole_and_bad_bytes_are_replaced(tmp_path: Path) -> None:
    r = Recording(tmp_path)
    data = "é€😀".encode()
    for i in range(len(data)):
        r.recorder.output(data[i : i + 1])
        r.clock.at += 0.1
    r.recorder.output(b"\xff\xfe.")
    r.recorder.close()
    assert r.text() == "é€😀\ufffd\ufffd."


async def test_reads_close_together_are_one_event(tmp_path: Path) -> None:
    r = Recording(tmp_path)
    for _ in range(10):
        r.recorder.output(b"x")
        r.clock.at += 0.0005
    r.recorder.close()
    assert [e[2] for e in r.lines()[1:]] == ["x" * 10]


async def test_both_files_stay_within_the_bound(tmp_path: Path) -> None:
    limit = 100_000
    r = Recording(tmp_path, limit)
    for i in range(400):
        r.recorder.output(b"%04d \x1b[31m" % i * 100)
        r.clock.at += 0.02
    r.recorder.close()
    sizes = [(tmp_path / name).stat().st_size for name in (RECORDING, OLDER)]
    assert all(0 < size <= limit // 2 for size in sizes)
    assert r.text(OLDER)
    assert r.text().endswith("0399 \x1b[31m")


async def test_one_huge_read_stays_within_the_bound(tmp_path: Path) -> None:
    r = Recording(tmp_path, 64_000)
    r.recorder.output(b"\x1b" * 500_000)
    r.recorder.close()
    assert (tmp_path / RECORDING).stat().st_size + (tmp_path / OLDER).stat().st_size <= 64_000


async def test_a_later_host_goes_on_in_the_same_file(tmp_path: Path) -> None:
    r = Recording(tmp_path)
    r.recorder.output(b"one")
    r.recorder.close()
    path = tmp_path / RECORDING
    path.write_bytes(path.read_bytes() + b'[0.5, "o", "to')
    later = Recording(tmp_path)
    later.clock.at += 60
    later.recorder.output(b"two")
    later.recorder.close()
    lines = path.read_text().splitlines()
    assert json.loads(lines[0])["version"] == 2
    last = json.loads(lines[-1])
    assert last[2] == "two"
    assert last[0] == pytest.approx(60, abs=1.5)


async def test_nothing_is_recorded_with_a_bound_of_zero(tmp_path: Path) -> None:
    r = Recording(tmp_path, 0)
    r.recorder.output(b"secret")
    r.recorder.close()
    assert list(tmp_path.iterdir()) == []
    assert r.changes == []


async def test_a_full_disk_turns_recording_off_and_it_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    r = Recording(tmp_path)
    r.recorder.output(b"before")
    r.recorder.flush()

    def full(fd: int, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    r.recorder.output(b"lost")
    r.recorder.flush()
    assert r.changes == [(False, "the disk is full")]
    r.clock.at += RETRY_S + 1
    r.recorder.output(b"still full")
    assert len(r.changes) == 1
    monkeypatch.undo()
    r.recorder.output(b"too early")
    r.clock.at += RETRY_S + 1
    r.recorder.output(b"after")
    r.recorder.close()
    assert r.changes == [(False, "the disk is full"), (True, "")]
    assert r.text() == "beforeafter"


async def test_a_clock_that_was_set_back_between_two_hosts_does_not_turn_time_round(tmp_path: Path) -> None:
    r = Recording(tmp_path)
    r.recorder.output(b"one")
    r.recorder.flush()
    r.clock.at += 3_600.0
    r.recorder.output(b"two")
    r.recorder.close()
    later = Recording(tmp_path)  # whose clock stands where the first one's began
    later.recorder.output(b"three")
    later.recorder.close()
    times = [event[0] for event in later.lines()[1:]]
    assert times == sorted(times)
    assert later.text() == "onetwothree"
