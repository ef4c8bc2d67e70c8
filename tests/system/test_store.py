"""An agent's files survive a round trip, a crash and foreign content."""

from __future__ import annotations

import errno
import os
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from tui.core.activity import Source
from tui.core.agent import new_agent
from tui.core.errors import DecodeError, StoreError
from tui.core.facts import Event, LogLine, Text
from tui.core.spec import AgentSpec, Mode
from tui.core.usage import Meter, Usage
from tui.protocol.screen import CellStyle, Cursor, Frame, Modes, Run, WinSize
from tui.system import eventlog, store
from tui.system.store import EventLog, read_events

SPEC = AgentSpec(
    id="api", name="api ✓", runtime="command", mode=Mode.STREAM, cwd="/tmp", max_budget_usd=Decimal("1.50")
)


def event(seq: int, text: str = "hello") -> Event:
    return Event(seq=seq, at=1.5, run=1, source=Source.STREAM, fact=LogLine(text=text))


def test_spec_round_trip_is_private(tmp_path: Path) -> None:
    store.write_spec(tmp_path, SPEC)
    assert store.read_spec(tmp_path) == SPEC
    assert (tmp_path / "spec.json").stat().st_mode & 0o777 == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["spec.json"]


def test_missing_files(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="does not exist"):
        store.read_spec(tmp_path)
    assert store.read_status(tmp_path) is None
    assert store.read_meter(tmp_path) is None
    assert store.read_screen(tmp_path) is None
    assert store.seen_at(tmp_path) == 0.0
    assert list(read_events(tmp_path)) == []


def test_status_and_meter_round_trip(tmp_path: Path) -> None:
    status = new_agent(SPEC).status
    meter = Meter().message("m1", Usage(input=3, cost_usd=Decimal("0.01")))
    store.write_status(tmp_path, status)
    store.write_meter(tmp_path, meter)
    assert store.read_status(tmp_path) == status
    assert store.read_meter(tmp_path) == meter


def test_screen_round_trip(tmp_path: Path) -> None:
    frame = Frame(
        seq=4,
        size=WinSize(2, 10),
        lines={0: [Run("hi", 2, 0)], 1: []},
        styles=[CellStyle(attrs=1)],
        cursor=Cursor(1, 1),
        modes=Modes(),
        complete=True,
    )
    store.write_screen(tmp_path, frame)
    assert store.read_screen(tmp_path) == frame
    (tmp_path / "screen.json").write_text("{}")
    assert store.read_screen(tmp_path) is None


def test_foreign_and_newer_files_are_told(tmp_path: Path) -> None:
    (tmp_path / "spec.json").write_bytes(b"\xff{not json")
    with pytest.raises(DecodeError, match=r"spec\.json"):
        store.read_spec(tmp_path)
    (tmp_path / "status.json").write_text('{"version": 99}')
    with pytest.raises(DecodeError, match="newer agent-tui"):
        store.read_status(tmp_path)


def test_a_failed_write_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store.write_atomic(tmp_path / "x", b"old")

    def full(fd: int, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(StoreError, match="the disk is full"):
        store.write_atomic(tmp_path / "x", b"new")
    monkeypatch.undo()
    assert (tmp_path / "x").read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 1


def test_seen(tmp_path: Path) -> None:
    store.mark_seen(tmp_path, 1234.25)
    assert store.seen_at(tmp_path) == 1234.25
    (tmp_path / "seen").write_text("junk")
    assert store.seen_at(tmp_path) == 0.0


def test_events_append_and_go_on_counting(tmp_path: Path) -> None:
    log = EventLog(tmp_path)
    assert log.last_seq == 0
    log.append([event(1), event(2, "line\nbreak")])
    log.close()
    log = EventLog(tmp_path)
    assert log.last_seq == 2
    log.append([event(3)])
    log.close()
    assert [e.seq for e in read_events(tmp_path)] == [1, 2, 3]
    assert list(read_events(tmp_path, after=2)) == [event(3)]
    assert (tmp_path / "events.jsonl").stat().st_mode & 0o777 == 0o600


def test_torn_and_foreign_lines_cost_only_themselves(tmp_path: Path) -> None:
    log = EventLog(tmp_path)
    log.append([event(1), event(2)])
    log.close()
    path = tmp_path / "events.jsonl"
    path.write_bytes(
        path.read_bytes() + b'{"fact":"from the future","seq":"x"}\n\xff\xfe\n{"seq":3,"at":1.5,"ru'
    )
    log = EventLog(tmp_path)
    assert log.last_seq == 2
    log.append([event(3)])
    log.close()
    assert [e.seq for e in read_events(tmp_path)] == [1, 2, 3]


def test_last_number_is_found_behind_long_lines(tmp_path: Path) -> None:
    log = EventLog(tmp_path)
    big = Event(seq=7, at=0.0, run=1, source=Source.STREAM, fact=Text(text="x" * 300_000))
    log.append([event(6), big])
    log.close()
    path = tmp_path / "events.jsonl"
    path.write_bytes(path.read_bytes() + b"z" * 200_000)
    assert EventLog(tmp_path).last_seq == 7


def test_a_full_disk_leaves_a_readable_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = EventLog(tmp_path)
    log.append([event(1)])
    write = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: write(fd, data[:20]))
    with pytest.raises(StoreError, match="the disk is full"):
        log.append([event(2)])
    monkeypatch.undo()
    log.append([event(3)])
    log.close()
    assert [e.seq for e in read_events(tmp_path)] == [1, 3]


def test_events_since_a_moment_are_found_from_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(eventlog, "_BLOCK", 400)
    assert list(eventlog.read_since(tmp_path, 0)) == []
    log = EventLog(tmp_path)
    events = [msgspec.structs.replace(event(n, "x" * (n % 90)), at=float(n)) for n in range(1, 200)]
    log.append(events)
    log.close()
    for at in (0.0, 5.0, 150.0, 198.5, 500.0):
        assert [each.seq for each in eventlog.read_since(tmp_path, at)] == [
            e.seq for e in events if e.at > at
        ]
    monkeypatch.setattr(eventlog, "SINCE_MAX", 800)
    assert [each.seq for each in eventlog.read_since(tmp_path, 0)][-1] == 199
