"""The installed dashboard under a pty that the test owns, typing to an agent that writes down what it gets."""

from __future__ import annotations

import array
import fcntl
import os
import sys
import termios
import time
from collections.abc import Iterable
from pathlib import Path

from tests.e2e.conftest import COMMAND, User
from tests.ui.terminal import Terminal
from tests.waiting import wait_until
from tui.protocol.screen import WinSize
from tui.terminal.emulator import Emulator

AGENT = Path(__file__).parent.parent / "agents" / "raw.py"
LEADER = b"\x1d"
NOTHING = b"\x00"
"""Typed after what should send nothing."""
BATCH = 25
_SHELL = (
    "-c",
    "import os, signal, subprocess, sys, time; signal.signal(signal.SIGTTOU, signal.SIG_IGN);"
    "job = subprocess.Popen(sys.argv[1:], process_group=0, restore_signals=True);"
    "os.tcsetpgrp(0, job.pid); job.wait(); time.sleep(1000)",
)
"""Gives a job a process group of its own and the terminal."""


class TypedTo:
    """A terminal, the dashboard in it, and one agent that has the keyboard.

    Args:
        user: Whose command.
        folder: For what the agent writes.
        below_a_shell: Another process leads the session, and stays when the command ends.
        variables: More of the dashboard's environment.
    """

    def __init__(self, user: User, folder: Path, *, below_a_shell: bool = False, **variables: str) -> None:
        self.user = user
        self._unread = self._fed = 0
        self._screen = Emulator(WinSize(36, 120))
        self.log, self.fifo = folder / "log", folder / "say"
        if not self.log.exists():
            user.call("run", "--name", "raw", "--", sys.executable, str(AGENT), str(self.log), str(self.fifo))
            wait_until(self.fifo.exists)
        environment = {**user.environment, **variables}
        self.terminal = Terminal(
            [*(_SHELL if below_a_shell else ()), str(COMMAND)], env=environment, cwd=user.folder
        )

    def __enter__(self) -> TypedTo:
        self.terminal.until(b"raw ready")
        self.take()
        return self

    def __exit__(self, *exc: object) -> None:
        self.terminal.__exit__(None, None, None)

    def take(self) -> None:
        """Give the agent the keyboard."""
        self.terminal.send(b"\r")
        self.terminal.until(b"keys go to")
        self.sync()

    # -- the terminal's end --------------------------------------------------------------------------------------------

    def write(self, *pieces: bytes) -> None:
        """Send pieces, each in a read of its own."""
        for piece in pieces:
            for at in range(0, len(piece), 1024):
                os.write(self.terminal.master, piece[at : at + 1024])
                self._taken()

    def write_some(self, data: bytes) -> None:
        """Send bytes without waiting for them to be read, unless too many wait."""
        os.write(self.terminal.master, data)
        self._unread += len(data)
        if self._unread > 1500:
            self._taken()

    @property
    def screen(self) -> Emulator:
        """What the dashboard's terminal shows now."""
        self.terminal.read(0)
        new, self._fed = self.terminal.output[self._fed :], len(self.terminal.output)
        self._screen.feed(new)
        return self._screen

    def until_shown(self, words: str) -> None:
        """Wait until words stand on the screen."""
        wait_until(lambda: any(words in line for line in self.screen.text()))

    def origin(self) -> tuple[int, int]:
        """Return how many columns and rows lie left of and above the agent's terminal."""
        screen = self.screen
        y = next(y for y, line in enumerate(screen.text()) if "raw ready" in line)
        return screen.text()[y].index("raw ready"), y

    def asked_for(self, mode: int) -> bool:
        """Whether the dashboard has this private mode of its terminal on now."""
        self.terminal.read(0)
        output = self.terminal.output
        return output.rfind(b"\x1b[?%dh" % mode) > output.rfind(b"\x1b[?%dl" % mode)

    def _taken(self) -> None:
        self._unread = 0
        waiting = array.array("i", [1])
        limit = time.monotonic() + 10
        while waiting[0]:
            assert time.monotonic() < limit, "the dashboard does not read"
            self.terminal.read(0)
            fcntl.ioctl(self.terminal.slave, termios.FIONREAD, waiting)

    # -- the agent's end -----------------------------------------------------------------------------------------------

    def got(self, start: int = 0) -> bytes:
        """Return what the agent has read."""
        data = self.log.read_bytes() if self.log.exists() else b""
        return data[start:]

    def until_got(self, size: int, start: int, *, within_s: float = 10.0) -> bytes:
        """Wait until the agent has read so much; return it."""
        limit = time.monotonic() + within_s
        while len(found := self.got(start)) < size and time.monotonic() < limit:
            self.terminal.read(0.001)
        return found

    def until_quiet(self, seconds: float) -> None:
        """Wait until the agent has read nothing for so long."""
        while self.until_got(1, len(self.got()), within_s=seconds):
            pass

    def say(self, data: bytes) -> None:
        """Have the agent print something, and wait until its terminal has taken it."""
        start = len(self.got())
        self.fifo.write_bytes(data + b"\x1b[5n")
        wait_until(lambda: b"\x1b[0n" in self.got(start))

    def sync(self) -> None:
        """Wait until all that was typed has arrived."""
        start = len(self.got())
        self.say(b"")
        self.terminal.read(0)
        assert b"\x1b[0n" in self.got(start)

    def begin_anew(self) -> None:
        """Leave nothing of a test before this one: the agent's terminal as after power on, and the keyboard with it."""
        if not any("keys go to" in line for line in self.screen.text()):
            self.take()
        self.say(b"\x1bcraw ready\r\n")
        self.until_shown("raw ready")

    def types(
        self, rows: Iterable[tuple[bytes, bytes]], batch: int = BATCH
    ) -> list[tuple[bytes, bytes, bytes]]:
        """Send each row's bytes; return the rows whose agent got something else, with what it got.

        Rows are sent in batches, each in a read of its own; one by one where a batch did not arrive as it should.
        """
        wrong = []
        told = [(sent, wanted) if wanted else (sent + NOTHING, NOTHING) for sent, wanted in rows]
        for at in range(0, len(told), batch):
            some = told[at : at + batch]
            all_wanted = b"".join(wanted for _, wanted in some)
            start = len(self.got())
            self.write(*(sent for sent, _ in some))
            if self.until_got(len(all_wanted), start, within_s=5.0) != all_wanted:
                wrong += self._one_by_one(some)
        return wrong

    def _one_by_one(self, rows: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes, bytes]]:
        wrong = []
        for sent, wanted in rows:
            start = len(self.got())
            self.write(sent)
            found = self.until_got(len(wanted), start, within_s=2.0)
            if found != wanted:
                wrong.append((sent, wanted, found))
        return wrong or [(sent, wanted, b"only in a batch") for sent, wanted in rows]
