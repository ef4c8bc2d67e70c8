"""Plays a recording on a terminal: what is due is fed to an emulator, and its rows are drawn with text and SGR alone."""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import sys
import termios
import time
import tty
from collections.abc import Iterator, Sequence
from types import FrameType
from typing import Final

from tui.cli.output import cut, has_colour
from tui.core.figures import duration
from tui.core.text import one_line
from tui.protocol.screen import Frame, WinSize
from tui.system.castfile import CastEvent
from tui.terminal.ansi import line_text
from tui.terminal.emulator import Emulator
from tui.terminal.frames import FrameSource

FRAME_S: Final = 1 / 30
SEEK_S: Final = 5.0
SPEEDS: Final = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)

_ENTER: Final = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J"
_LEAVE: Final = "\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l"
_KEYS: Final = {
    b" ": "pause", b"\x1b[C": "on", b"l": "on", b"\x1b[D": "back", b"h": "back", b"+": "faster", b"=": "faster",
    b"-": "slower", b"[": "run-back", b"]": "run-on", b"q": "leave", b"\x03": "leave", b"\x1b": "leave",
    b"\x1bOC": "on", b"\x1bOD": "back", b"0": "start", b"$": "end",
}  # fmt: skip


class Player:
    """A recording at a place in it. Pure but for the emulator that it owns: the clock is the caller's.

    Args:
        events: The recording.
        name: Whose.
        speed: Times as fast as it was.
        idle_s: Longest silence that is played, in seconds.
    """

    def __init__(
        self, events: Sequence[CastEvent], *, name: str, speed: float = 1.0, idle_s: float = 2.0
    ) -> None:
        self.name = name
        self.speed = speed
        self.paused = False
        self._events = events
        self._times = list(_squeezed(events, idle_s))
        self.length_s = self._times[-1] if self._times else 0.0
        self.at_s = 0.0
        self._next = 0
        self._emulator = Emulator(_first_size(events), history_lines=0)

    @property
    def over(self) -> bool:
        """Whether its end is reached."""
        return self._next >= len(self._events)

    @property
    def moment(self) -> float:
        """Wall clock of what was played last."""
        return self._events[max(0, self._next - 1)].at if self._events else 0.0

    def advance(self, passed_s: float) -> None:
        """Play on for the time that passed."""
        if not self.paused and not self.over:
            self._play_to(self.at_s + passed_s * self.speed)

    def seek(self, to_s: float) -> None:
        """Go to another place; backwards means to play again from the beginning."""
        to_s = min(max(0.0, to_s), self.length_s)
        if to_s < self.at_s:
            self._next = 0
            self._emulator = Emulator(_first_size(self._events), history_lines=0)
        self._play_to(to_s)

    def do(self, what: str) -> bool:
        """Do what a key asks; False: leave."""
        match what:
            case "leave":
                return False
            case "pause" if self.over:
                self.seek(0.0)
                self.paused = False
            case "pause":
                self.paused = not self.paused
            case "on" | "back":
                self.seek(self.at_s + (SEEK_S if what == "on" else -SEEK_S))
            case "start" | "end":
                self.seek(0.0 if what == "start" else self.length_s)
            case "faster":
                self.speed = next((s for s in SPEEDS if s > self.speed), SPEEDS[-1])
            case "slower":
                self.speed = next((s for s in reversed(SPEEDS) if s < self.speed), SPEEDS[0])
            case "run-on" | "run-back":
                self.seek(self._run(on=what == "run-on"))
        return True

    def frame(self) -> Frame:
        """Return the whole screen at this place."""
        frame = FrameSource(self._emulator).frame(force_full=True, force=True)
        assert frame is not None  # asked for by force
        return frame

    def _run(self, *, on: bool) -> float:
        marks = [at for at, event in zip(self._times, self._events, strict=True) if event.kind == "m"]
        if on:
            return next((at for at in marks if at > self.at_s), self.length_s)
        return next((at for at in reversed(marks) if at < self.at_s - 1.0), 0.0)

    def _play_to(self, to_s: float) -> None:
        self.at_s = min(to_s, self.length_s)
        while self._next < len(self._events) and self._times[self._next] <= self.at_s:
            _feed(self._emulator, self._events[self._next])
            self._next += 1


def last_text(events: Sequence[CastEvent]) -> list[str]:
    """Return the screen that a recording ends with, as lines of text."""
    player = Player(events, name="")
    player.seek(player.length_s)
    frame = player.frame()
    lines = [
        line_text(frame.lines.get(y, []), frame.styles, frame.size.cols, colour=False).rstrip()
        for y in range(frame.size.rows)
    ]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def play(player: Player) -> None:
    """Play on this terminal until the user leaves; the terminal is as before afterwards."""
    with _raw_terminal() as source:
        drawn: tuple[object, ...] = ()
        before = time.monotonic()
        while True:
            key = _read_key(source, FRAME_S)
            if key and not player.do(_KEYS.get(key, "")):
                return
            now = time.monotonic()
            player.advance(now - before)
            before = now
            size = shutil.get_terminal_size()
            state = (player.at_s, player.paused, player.over, player.speed, size)
            if state != drawn:
                drawn = state
                sys.stdout.write(draw(player, WinSize(size.lines, size.columns), colour=has_colour()))
                sys.stdout.flush()


def draw(player: Player, size: WinSize, *, colour: bool = True) -> str:
    """Return what draws the recording's screen, cut to the terminal, and a line about where we are."""
    frame, rows = player.frame(), size.rows - 1
    # What matters of a larger screen is where its cursor is.
    top = max(0, min(frame.cursor.y - rows + 1, frame.size.rows - rows)) if frame.size.rows > rows else 0
    parts = ["\x1b[?2026h"]
    for y in range(rows):
        line = frame.lines.get(top + y, []) if top + y < frame.size.rows else []
        parts.append(f"\x1b[{y + 1};1H{line_text(line, frame.styles, size.cols, colour=colour)}\x1b[0m\x1b[K")
    said = cut(_said(player), size.cols)
    parts.append(f"\x1b[{size.rows};1H\x1b[7m{said}\x1b[K\x1b[0m\x1b[?2026l")
    return "".join(parts)


def _said(player: Player) -> str:
    doing = "the end" if player.over else "stopped" if player.paused else f"{player.speed:g}×"
    clock = time.strftime("%H:%M:%S", time.localtime(player.moment))
    where = f"{duration(player.at_s)} of {duration(player.length_s)}"
    keys = "space stops  ←→ 5 s  +− speed  [ ] runs  q leaves"
    return f" {one_line(player.name, limit=30)}  {doing}  {where}  {clock}   {keys}"


def _feed(emulator: Emulator, event: CastEvent) -> None:
    if event.kind == "o":
        emulator.feed(event.data.encode("utf-8", "replace"))
    elif event.kind == "m" and event.data.startswith("run "):
        emulator.feed(b"\x1bc")  # every run has a terminal of its own
    elif (size := event.size) is not None:
        emulator.resize(size)


def _first_size(events: Sequence[CastEvent]) -> WinSize:
    sizes = (event.size for event in events if event.kind == "r")
    return next((size for size in sizes if size is not None), WinSize(40, 120))


def _squeezed(events: Sequence[CastEvent], idle_s: float) -> Iterator[float]:
    """Seconds from the beginning for every event, silences cut, clocks that were set back taken for no time."""
    at, before = 0.0, None
    for event in events:
        if before is not None:
            at += min(max(0.0, event.at - before), idle_s)
        before = event.at
        yield at


@contextlib.contextmanager
def _raw_terminal() -> Iterator[int]:
    source = sys.stdin.fileno()
    saved = termios.tcgetattr(source)

    def leave(number: int, _: FrameType | None) -> None:
        sys.exit(128 + number)

    handlers = {number: signal.signal(number, leave) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        tty.setraw(source)
        sys.stdout.write(_ENTER)
        sys.stdout.flush()
        yield source
    finally:
        with contextlib.suppress(OSError):
            sys.stdout.write(_LEAVE)
            sys.stdout.flush()
        with contextlib.suppress(termios.error):
            termios.tcsetattr(source, termios.TCSADRAIN, saved)
        for number, handler in handlers.items():
            signal.signal(number, handler)


def _read_key(source: int, wait_s: float) -> bytes:
    if not select.select([source], [], [], wait_s)[0]:
        return b""
    data = os.read(source, 64)
    if not data:
        return b"q"  # the terminal is gone
    return data if data in _KEYS else data[:1]
