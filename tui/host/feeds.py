"""From a child's bytes to facts: the lines of a stream, or a terminal."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final, Protocol

from tui.core.activity import Source
from tui.core.facts import AnyFact, LogLine, Oversized, ScreenAdvanced
from tui.core.text import plain
from tui.host.loglines import LogLines
from tui.host.progress import ProgressWatch
from tui.protocol.screen import WinSize
from tui.runtimes.base import Observed, Reader
from tui.runtimes.lines import LineSplitter

if TYPE_CHECKING:
    from tui.terminal.emulator import Emulator
    from tui.terminal.signals import TerminalSignal

WORK_S: Final = 0.006
"""Lines are read for so long before the event loop gets its turn."""
LOOK_S: Final = 0.25
"""Between two looks at the screen."""
PROGRESS_S: Final = 1.0
REPAINT_S: Final = PROGRESS_S + 2 * LOOK_S
"""What is printed within this time after a resize, or after what was printed in answer to one, repaints …"""
REPAINT_MOST_S: Final = 5.0
"""… up to so long after the resize: who prints on and on does something."""
HOLD_S: Final = 0.15
"""A child may hold its screen back (mode 2026) for so long."""
_PUSHED_MAX: Final = 200

Emit = Callable[[Iterable[Observed]], None]


class Feed(Protocol):
    """Takes what a child prints."""

    def feed(self, data: bytes) -> None:
        """Take bytes."""

    def finish(self) -> None:
        """No more bytes will come: all that is waiting becomes facts now."""

    def lines(self) -> list[str]:
        """Return the last lines, inert: of the log, or of the screen."""
        ...

    def resize(self, size: WinSize) -> None:
        """The terminal has another size."""

    @property
    def repaints(self) -> bool:
        """What is printed now answers a resize of ours."""
        ...


class StreamFeed:
    """Reads lines. While it is behind, the child is not read from: the pseudo-terminal holds it.

    Args:
        reader: Turns lines into facts.
        emit: Gets the facts.
        hold: Called with True to stop reading from the child, with False to go on.
    """

    def __init__(self, reader: Reader, emit: Emit, hold: Callable[[bool], None]) -> None:
        self._reader = reader
        self._emit = emit
        self._hold = hold
        self._splitter = LineSplitter()
        self._waiting: deque[bytes | Oversized] = deque()
        self._held = False
        self._log = LogLines()

    def feed(self, data: bytes) -> None:
        """Take bytes."""
        self._waiting.extend(self._splitter.feed(data))
        if not self._held:
            self._work()

    def _work(self) -> None:
        self._read(time.monotonic() + WORK_S)
        behind = bool(self._waiting)
        if behind != self._held:
            self._held = behind
            self._hold(behind)
        if behind:
            asyncio.get_running_loop().call_soon(self._work)

    def _read(self, until: float) -> None:
        facts: list[Observed] = []
        count = 0
        while self._waiting:
            line = self._waiting.popleft()
            if isinstance(line, Oversized):
                self._keep(facts, Source.STREAM, line)
            else:
                for observed in self._reader.line(line):
                    self._keep(facts, *observed)
            count += 1
            if count % 16 == 0 and time.monotonic() > until:
                break
        self._log_to(facts, self._log.take())
        if facts:
            self._emit(facts)

    def _keep(self, facts: list[Observed], source: Source, fact: AnyFact) -> None:
        if isinstance(fact, LogLine):
            self._log_to(facts, self._log.add(fact.text))
        else:
            self._log_to(facts, self._log.take())
            facts.append((source, fact))

    def _log_to(self, facts: list[Observed], fact: LogLine | None) -> None:
        if fact is not None:
            facts.append((Source.STREAM, fact))

    def finish(self) -> None:
        """Read what waits, the last unfinished line too."""
        self._waiting.extend(self._splitter.finish())
        self._read(float("inf"))
        fact = self._log.finish()
        if fact is not None:
            self._emit([(Source.STREAM, fact)])

    def lines(self) -> list[str]:
        """Return the last log lines."""
        return list(self._log.tail)

    def resize(self, size: WinSize) -> None:
        """Nothing is drawn."""

    @property
    def repaints(self) -> bool:
        """Never."""
        return False


class ScreenFeed:
    """Feeds an emulator, looks at its screen now and then, and hears what the child tells its terminal.

    Args:
        reader: Turns signals and screens into facts.
        emit: Gets the facts.
        reply: Gets the terminal's answers, for the child's input.
        changed: Called after every change of the screen.
        size: Of the terminal.
        history_lines: Bound of the scrollback.
    """

    def __init__(
        self,
        reader: Reader,
        emit: Emit,
        reply: Callable[[bytes], None],
        changed: Callable[[], None],
        size: WinSize,
        history_lines: int,
    ) -> None:
        from tui.terminal.emulator import Emulator  # only for agents that draw: 10 MiB

        self._reader = reader
        self._emit = emit
        self._changed = changed
        self._signals: list[TerminalSignal] = []
        self.emulator: Emulator = Emulator(
            size, history_lines=history_lines, reply=reply, signal=self._signals.append
        )
        self._progress = ProgressWatch()
        self._progress_at = 0.0
        self._pushed = 0
        self._looked_at = 0.0
        self._shown: list[str] = []
        self._judged = True
        self._look_timer: asyncio.TimerHandle | None = None
        self._resized_at = -REPAINT_MOST_S
        self._repaints_until = 0.0

    def feed(self, data: bytes) -> None:
        """Take bytes."""
        if self.repaints:
            self._repaints_until = min(time.monotonic() + REPAINT_S, self._resized_at + REPAINT_MOST_S)
        self.emulator.feed(data)
        self._hear()
        self._changed()
        self._look_soon()

    def _hear(self) -> None:
        if self._signals:
            signals = self._signals[:]
            self._signals.clear()
            for signal in signals:
                self._emit(self._reader.signal(signal))

    def _look_soon(self, least_s: float = 0.0) -> None:
        if self._look_timer is None:
            wait_s = max(least_s, self._looked_at + LOOK_S - time.monotonic())
            self._look_timer = asyncio.get_running_loop().call_later(wait_s, self._look)

    def _look(self) -> None:
        self._look_timer = None
        if self.emulator.synchronized and time.monotonic() - self._looked_at < LOOK_S + HOLD_S:
            self._look_soon(least_s=HOLD_S / 3)  # half drawn
            return
        self._looked_at = time.monotonic()
        lines = self.emulator.text()
        if lines != self._shown:
            self._shown = lines
            self._judged = False
            self._emit(self._reader.screen(lines))
        if not self._judged:
            left_s = self._progress_at + PROGRESS_S - time.monotonic()
            if left_s > 0:
                # Also if nothing more comes: the last lines count as well.
                self._look_soon(least_s=left_s)
            else:
                self._judge(lines)

    def _judge(self, lines: list[str]) -> None:
        self._judged = True
        self._progress_at = time.monotonic()
        scrollback = self.emulator.scrollback
        pushed = min(scrollback.pushed - self._pushed, len(scrollback), _PUSHED_MAX)
        self._pushed = scrollback.pushed
        above = (
            [packed.text for packed in scrollback.slice(len(scrollback) - pushed, pushed)] if pushed else []
        )
        # A repaint in another width is no news, but has to be known as what was shown.
        if self._progress.advanced([*above, *lines]) and not self.repaints:
            self._emit([(Source.SCREEN, ScreenAdvanced())])

    @property
    def repaints(self) -> bool:
        """What is printed now answers a resize of ours."""
        return time.monotonic() < self._repaints_until

    def finish(self) -> None:
        """Look a last time."""
        if self._look_timer is not None:
            self._look_timer.cancel()
            self._look_timer = None
        self._hear()
        self._emit(self._reader.screen(self.emulator.text()))
        self.emulator.finish()
        self._changed()

    def lines(self) -> list[str]:
        """Return the lines of the screen that hold text, inert."""
        return [plain(line) for line in self.emulator.text() if line.strip()]

    def resize(self, size: WinSize) -> None:
        """The terminal has another size."""
        self.emulator.resize(size)
        self._resized_at = time.monotonic()
        self._repaints_until = self._resized_at + REPAINT_S
        self._changed()
