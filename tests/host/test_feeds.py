"""From bytes to facts: lines in order and in bounds, screens now and then."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence

import pytest

from tests.waiting import until
from tui.core.activity import Source
from tui.core.facts import AnyFact, LogLine, Notified, Oversized, RunKind, ScreenAdvanced, Text
from tui.core.signals import Bell, TerminalSignal
from tui.core.spec import AgentSpec, Mode
from tui.host import feeds, loglines
from tui.host.feeds import ScreenFeed, StreamFeed
from tui.protocol.screen import WinSize
from tui.runtimes.base import Launch, Observed, Reader, RunInfo

SPEC = AgentSpec(id="a", name="a", runtime="test", mode=Mode.STREAM, cwd="/")
INFO = RunInfo(spec=SPEC, kind=RunKind.START, launch=Launch(argv=[], env={}, cwd="/"), prompt="")


class Words(Reader):
    """Lines that begin with `!` are text, the others log lines."""

    def __init__(self) -> None:
        super().__init__(INFO)
        self.screens: list[list[str]] = []

    def line(self, data: bytes) -> Iterable[Observed]:
        if data.startswith(b"!"):
            yield Source.STREAM, Text(text=data[1:].decode())
        else:
            yield Source.STREAM, LogLine(text=data.decode())

    def signal(self, signal: TerminalSignal) -> Iterable[Observed]:
        if isinstance(signal, Bell):
            yield Source.OSC, Notified()

    def screen(self, lines: Sequence[str]) -> Iterable[Observed]:
        self.screens.append(list(lines))
        return ()


class Heard:
    def __init__(self) -> None:
        self.facts: list[AnyFact] = []
        self.held: list[bool] = []

    def emit(self, facts: Iterable[Observed]) -> None:
        self.facts += [fact for _, fact in facts]


def stream() -> tuple[StreamFeed, Heard]:
    heard = Heard()
    return StreamFeed(Words(), heard.emit, heard.held.append), heard


async def test_lines_in_order_neighbouring_log_lines_joined() -> None:
    feed, heard = stream()
    feed.feed(b"one\r\ntwo\n!answer\nthree\n!end")
    feed.finish()
    assert heard.facts == [
        LogLine(text="one\ntwo"), Text(text="answer"), LogLine(text="three"), Text(text="end"),
    ]  # fmt: skip
    assert feed.lines() == ["one", "two", "three"]


async def test_an_oversized_line_is_one_fact_and_the_stream_goes_on() -> None:
    feed, heard = stream()
    for _ in range(150):
        feed.feed(b"x" * 65536)
    feed.feed(b"\n!next\n")
    assert isinstance(heard.facts[0], Oversized)
    assert heard.facts[0].size_bytes == 150 * 65536
    assert heard.facts[1:] == [Text(text="next")]


async def test_a_child_is_held_while_its_lines_are_read() -> None:
    feed, heard = stream()
    for _ in range(4):
        feed.feed(b"!word\n" * 50_000)
    assert heard.held == [True]
    await until(lambda: heard.held == [True, False])
    assert len(heard.facts) == 200_000


async def test_a_flood_of_log_lines_is_bounded_and_counted() -> None:
    feed, heard = stream()
    lines = 100_000
    feed.feed(b"log line of twenty c\n" * lines)
    await until(lambda: not feed._waiting)
    feed.finish()
    text = "\n".join(fact.text for fact in heard.facts if isinstance(fact, LogLine))
    assert len(text) < loglines.BURST_CHARS * 1.5
    assert text.endswith("more lines (see the recording)")
    kept = text.count("log line")
    told = int(text.rsplit("… ", 1)[1].split()[0])
    assert kept + told == lines
    assert len(feed.lines()) == loglines.TAIL_LINES


def screen() -> tuple[ScreenFeed, Heard, Words, list[bytes]]:
    heard, reader, replies = Heard(), Words(), list[bytes]()
    feed = ScreenFeed(reader, heard.emit, replies.append, lambda: None, WinSize(5, 40), 100)
    return feed, heard, reader, replies


async def test_signals_and_replies() -> None:
    feed, heard, _, replies = screen()
    feed.feed(b"\x07\x1b[6n")
    assert heard.facts == [Notified()]
    assert replies == [b"\x1b[1;1R"]
    feed.finish()


async def test_the_screen_is_looked_at_once_for_many_changes() -> None:
    feed, heard, reader, _ = screen()
    for i in range(200):
        feed.feed(b"\rhello %d" % i)
    await until(lambda: reader.screens)
    assert len(reader.screens) == 1
    assert reader.screens[0][0] == "hello 199"
    await until(lambda: ScreenAdvanced() in heard.facts)
    feed.finish()


async def test_an_unchanged_screen_is_not_looked_at_again() -> None:
    feed, _, reader, _ = screen()
    feed.feed(b"hello")
    await until(lambda: reader.screens)
    feed.feed(b"\rhello")
    while feed._look_timer is not None:
        await asyncio.sleep(0.01)
    assert len(reader.screens) == 1
    feed.finish()


async def test_a_spinner_is_no_progress_but_a_line_scrolled_away_is() -> None:
    feed, heard, _, _ = screen()
    feed.feed(b"Thinking")
    await until(lambda: ScreenAdvanced() in heard.facts)
    for glyph in "⠋⠙⠹⠸":
        feed.feed(f"\r{glyph} Thinking".encode())
        while feed._look_timer is not None:
            await asyncio.sleep(0.01)
    assert heard.facts.count(ScreenAdvanced()) == 1
    feed.feed(b"\r\nsomething new" + b"\r\n" * 20)
    await until(lambda: heard.facts.count(ScreenAdvanced()) == 2)
    feed.finish()


async def test_a_repaint_in_answer_to_a_resize_is_no_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in (("LOOK_S", 0.01), ("PROGRESS_S", 0.03), ("REPAINT_S", 0.2)):
        monkeypatch.setattr(feeds, name, seconds)
    feed, heard, reader, _ = screen()
    feed.feed(b"words that are wrapped somewhere else")
    await until(lambda: ScreenAdvanced() in heard.facts)
    feed.resize(WinSize(5, 20))
    assert feed.repaints
    feed.feed(b"\x1b[2J\x1b[Hwords that are\r\nwrapped somewhere\r\nelse")
    await until(lambda: not feed.repaints)
    assert reader.screens[-1][1] == "wrapped somewhere"
    feed.feed(b"\x1b[2J\x1b[Hwrapped somewhere\r\nwords that are")  # what it showed before is known now
    await until(lambda: feed._look_timer is None)
    assert heard.facts.count(ScreenAdvanced()) == 1
    feed.feed(b"\r\nsomething new")
    await until(lambda: heard.facts.count(ScreenAdvanced()) == 2)
    feed.finish()


async def test_who_prints_on_and_on_after_a_resize_does_something(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in (
        ("LOOK_S", 0.01),
        ("PROGRESS_S", 0.02),
        ("REPAINT_S", 0.1),
        ("REPAINT_MOST_S", 0.3),
    ):
        monkeypatch.setattr(feeds, name, seconds)
    feed, heard, _, _ = screen()
    feed.resize(WinSize(5, 20))
    words = iter(range(10_000))
    while ScreenAdvanced() not in heard.facts:
        feed.feed(b"\r\n" + bytes(97 + int(digit) for digit in str(next(words))))
        await asyncio.sleep(0.01)
    assert time.monotonic() - feed._resized_at >= 0.3
    feed.finish()
