"""One run: a child from its spawn until its exit is reaped and nothing of it is left."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

import msgspec

from tui.core.commands import Answer
from tui.core.effects import Stage
from tui.core.facts import RunExited
from tui.core.spec import Mode
from tui.core.status import Request
from tui.host.ending import Ending
from tui.host.feeds import Feed, ScreenFeed, StreamFeed
from tui.host.follow import Follower
from tui.host.reaper import Reaper
from tui.protocol.screen import WinSize
from tui.runtimes.base import Launch, Observed, Reader
from tui.system import processes
from tui.system.pty import PtyChild, spawn
from tui.system.recorder import Recorder

TICK_S: Final = 1.0
HELPERS_S: Final = 15.0
"""At its end a run waits so long for what the host asked others: the price of what it used."""
_POLL_S: Final = 0.02
_TAIL_LINES: Final = 40
UNKNOWN_RUNTIME: Final = "command"
_PASTE_MARKS: Final = (b"\x1b[200~", b"\x1b[201~")

_log = logging.getLogger(__name__)


class Run:
    """A child, its reader and what stands between them.

    Args:
        folder: The agent's; marks its processes.
        launch: How to spawn it.
        reader: What understands it.
        size: Of its terminal.
        recorder: Gets all its output.
        reaper: Takes its exit.
        awaited: Tells whether something that was asked about the run is not answered yet.
        emit: Gets facts.
        printed: Called when bytes came.
        drawn: Called when the screen changed.
        over: Gets the end of the run, once.

    Raises:
        SpawnError: It cannot be started.
    """

    def __init__(
        self,
        folder: Path,
        launch: Launch,
        reader: Reader,
        *,
        size: WinSize,
        recorder: Recorder,
        reaper: Reaper,
        awaited: Callable[[], bool],
        emit: Callable[[Iterable[Observed]], None],
        printed: Callable[[], None],
        drawn: Callable[[], None],
        over: Callable[[RunExited], None],
    ) -> None:
        self.reader = reader
        self._emit_facts = emit
        self._printed = printed
        self._recorder = recorder
        self._over = over
        self._reaper = reaper
        self._held = False
        self._tick_timer: asyncio.TimerHandle | None = None
        self._follower = Follower(self._file)
        self._drawn = drawn
        self._size = size
        self._feed: Feed | None = None
        self._child: PtyChild = spawn(
            launch.argv,
            env={**launch.env, **processes.mark(folder)},
            cwd=launch.cwd,
            size=size,
            raw=launch.raw,
            piped=launch.piped,
        )
        self.pid = self._child.pid
        reader.foreground = self._child.foreground
        reaper.expect(self.pid)
        self._awaited = awaited
        self._ending = Ending(self.pid, folder, reaper, self._gone)

    def start(self) -> None:
        """Begin to read. Apart from the spawn, because an emulator takes its time to import; facts come from here on."""
        self._feed = self._make_feed()
        self._emit(self.reader.started(self.pid))
        self._child.start(self._took, self._ending.look)
        if type(self.reader).tick is not Reader.tick:
            self._tick()
        self._ending.look()

    def _make_feed(self) -> Feed:
        spec = self.reader.info.spec
        if spec.mode is Mode.STREAM:
            return StreamFeed(self.reader, self._emit, self._hold)
        return ScreenFeed(self.reader, self._emit, self._reply, self._drawn, self._size, spec.history_lines)

    @property
    def screen(self) -> ScreenFeed | None:
        """Its terminal, if it draws one."""
        return self._feed if isinstance(self._feed, ScreenFeed) else None

    def log_lines(self) -> list[str]:
        """Return the last lines of its log, or of its screen."""
        return self._feed.lines() if self._feed is not None else []

    # -- what it says --------------------------------------------------------------------------------------------------

    def _took(self, data: bytes) -> None:
        self._recorder.output(data)
        if self._feed is not None:
            self._feed.feed(data)
        self._tell()
        if self._feed is None or not self._feed.repaints:
            self._printed()

    def _hold(self, held: bool) -> None:
        self._held = held
        if held:
            self._child.pause()
        else:
            self._child.resume()

    def _reply(self, data: bytes) -> None:
        self.type(data)

    def _file(self, name: str, data: bytes) -> None:
        self._emit(self.reader.file(name, data))

    def _tick(self) -> None:
        self._tick_timer = asyncio.get_running_loop().call_later(TICK_S, self._tick)
        self._emit(self.reader.tick())

    def _tell(self) -> None:
        """Give the child what its reader has for it."""
        told, self.reader.outbox = self.reader.outbox, []
        for data in told:
            self._child.write(data)
        if self.reader.input_over:
            self._child.end_input()

    def _emit(self, facts: Iterable[Observed]) -> None:
        facts = list(facts)
        self._tell()
        if facts:
            self._emit_facts(facts)
        self._follower.set(self.reader.follows)

    # -- what it is told -----------------------------------------------------------------------------------------------

    def type(self, data: bytes) -> bool:
        """Type bytes; False if the child has not read for so long that no more is taken."""
        return self._child.write(data)

    def type_text(self, data: bytes) -> bool:
        """Type bytes that may hold a bracketed paste; its marks only where the child asked for them."""
        screen = self.screen
        if screen is None or not screen.emulator.modes.bracketed_paste:
            for mark in _PASTE_MARKS:
                data = data.replace(mark, b"")
        return self.type(data)

    def interrupt(self) -> bool:
        """Stop the turn, as its reader says; False if it takes no input."""
        data = self.reader.interrupt()
        self._tell()
        if data is not None:
            if self.reader.interrupt_again_s:
                asyncio.get_running_loop().call_later(self.reader.interrupt_again_s, self.type, data)
            return self.type(data)
        if self._reaper.status(self.pid) is not None:
            return True  # its number may be another's by now
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGINT)
        return True

    def prompt(self, text: str) -> str:
        """Type a prompt; return why not, or nothing."""
        if self._is_taken_over():
            return "shows a full-screen program, which would take a prompt for its commands: type into it."
        data = self.reader.prompt(text)
        self._tell()
        if data is None:
            return "takes no prompt now: it works, or waits for an answer."
        if self.screen is not None:
            self.screen.emulator.prompt_typed()
        if not self.type_text(data):
            return "does not read its input."
        if self.reader.enter:
            asyncio.get_running_loop().call_later(self.reader.enter_after_s, self.type, self.reader.enter)
        return ""

    def _is_taken_over(self) -> bool:
        """A command that nothing is known of has put another screen up: an editor, a pager."""
        unknown = self.reader.info.spec.runtime == UNKNOWN_RUNTIME
        return unknown and self.screen is not None and self.screen.emulator.modes.alternate

    def answer(self, request: Request, answer: Answer) -> str:
        """Type an answer; return why not, or nothing."""
        screen = self.screen
        data = self.reader.answer(request, answer, screen.emulator.text() if screen else [])
        self._tell()
        if data is None:
            return "no longer shows that request, or it cannot be answered from here."
        return "" if self.type_text(data) else "does not read its input."

    def resize(self, size: WinSize) -> None:
        """Give its terminal another size."""
        self._size = size
        if self._feed is not None:
            self._feed.resize(size)
        self._recorder.resize(size)
        self._child.resize(size)

    # -- its end -------------------------------------------------------------------------------------------------------

    def signal(self, stage: Stage) -> None:
        """Signal all of it."""
        self._ending.signal(stage)

    def freeze(self, frozen: bool) -> None:
        """Stop all of it where it is, or let it go on."""
        number = signal.SIGSTOP if frozen else signal.SIGCONT
        # Twice: a process may have forked while its parents were being stopped.
        for _ in range(2 if frozen else 1):
            processes.signal_tree(self._ending.tree(), self.pid, number)

    def reaped(self) -> None:
        """Processes ended."""
        if self._feed is not None:
            self._ending.look()

    def _gone(self, left: int) -> None:
        """The child is reaped and nothing more is waited for: read the rest, judge, report."""
        if self._held:
            # The rest of a flood is still being read.
            asyncio.get_running_loop().call_later(0.02, self._gone, left)
            return
        self._child.drain()
        if not self._child.ended and self._ending.may_wait():
            asyncio.get_running_loop().call_later(0.01, self._gone, left)
            return
        if self._tick_timer is not None:
            self._tick_timer.cancel()
        self._follower.finish()
        if self._feed is not None:
            self._feed.finish()
        self._child.close()
        self._recorder.flush()
        self._finish(left, asyncio.get_running_loop().time() + HELPERS_S)

    def _finish(self, left: int, until: float) -> None:
        """All is read: report, once what was asked about it is answered."""
        loop = asyncio.get_running_loop()
        if self._awaited() and loop.time() < until:
            loop.call_later(_POLL_S, self._finish, left, until)
            return
        status = self._reaper.status(self.pid)
        self._reaper.forget(self.pid)
        code, number = _how(status)
        tail = "\n".join(self.log_lines()[-_TAIL_LINES:])
        fact = self.reader.exit(code, number, tail)
        if left:
            fact = msgspec.structs.replace(fact, left=left)
        _log.info("run over: code %s, signal %s, %d left", code, number, left)
        self._over(fact)


def _how(status: int | None) -> tuple[int | None, int | None]:
    """Return exit code and signal number."""
    if status is None:
        return None, None
    value = os.waitstatus_to_exitcode(status)
    return (value, None) if value >= 0 else (None, -value)
