"""Events are numbered, logged before they are given out, and unfinished text is kept for late listeners."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from tests.waiting import until
from tui.core.activity import Source
from tui.core.clock import SystemClock
from tui.core.facts import Event, LogLine, Text, TextDelta, ThinkingDelta, TurnEnded
from tui.host.journal import Journal


async def test_events_are_on_disk_when_listeners_get_them(tmp_path: Path) -> None:
    journal = Journal(tmp_path, SystemClock())
    got: list[tuple[list[int], list[int]]] = []
    journal.listen(lambda events: got.append(([e.seq for e in events], [e.seq for e in journal.logged(0)])))
    journal.record(Source.STREAM, LogLine(text="a"), 1)
    journal.record(Source.STREAM, TextDelta(text="b"), 1)
    journal.record(Source.STREAM, LogLine(text="c"), 1)
    await until(lambda: got)
    assert got == [([1, 0, 2], [1, 2])]
    journal.close()
    assert Journal(tmp_path, SystemClock()).last_seq == 2


async def test_unfinished_blocks_are_given_once_each(tmp_path: Path) -> None:
    journal = Journal(tmp_path, SystemClock())
    for word in ("Hel", "lo"):
        journal.record(Source.STREAM, TextDelta(text=word, block="1"), 1)
    journal.record(Source.STREAM, ThinkingDelta(text="hm", block="0"), 1)
    assert [e.fact for e in journal.partial()] == [
        TextDelta(text="Hello", block="1"),
        ThinkingDelta(text="hm", block="0"),
    ]
    # A block's name is its own only within its run.
    assert {e.run for e in journal.partial()} == {1}
    journal.record(Source.STREAM, Text(text="Hello", block="1"), 1)
    assert [e.fact for e in journal.partial()] == [ThinkingDelta(text="hm", block="0")]
    journal.record(Source.STREAM, TurnEnded(), 1)
    assert journal.partial() == []
    journal.close()


async def test_an_endless_block_is_bounded(tmp_path: Path) -> None:
    journal = Journal(tmp_path, SystemClock())
    for _ in range(3000):
        journal.record(Source.STREAM, TextDelta(text="x" * 100, block="1"), 1)
    (event,) = journal.partial()
    assert isinstance(event.fact, TextDelta)
    assert len(event.fact.text) < 100_000
    journal.close()


async def test_a_full_disk_loses_the_log_not_the_listeners(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    journal = Journal(tmp_path, SystemClock())
    got: list[Event] = []
    journal.listen(got.extend)

    def full(fd: int, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    for i in range(3):
        journal.record(Source.STREAM, LogLine(text=str(i)), 1)
        journal.flush()
    monkeypatch.undo()
    assert [event.seq for event in got] == [1, 2, 3]
    assert caplog.text.count("the disk is full") == 1
    journal.close()
