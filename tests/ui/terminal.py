"""A program in a pty, driven by bytes: what a real terminal sends and what it would show."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

LIMIT_S = 20.0


class Terminal:
    """Runs a Python program with a pty as its controlling terminal."""

    def __init__(
        self,
        argv: Sequence[str],
        *,
        env: dict[str, str] | None = None,
        size: tuple[int, int] = (36, 120),
        cwd: Path | None = None,
    ) -> None:
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
        self.before = termios.tcgetattr(slave)
        self.slave = slave
        self.output = b""
        full = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", **(env or {})}
        full.pop("TMUX", None)

        def control() -> None:
            os.setsid()
            # A shell starts its background jobs with these ignored, and what is ignored is inherited.
            for number in (signal.SIGINT, signal.SIGQUIT):
                signal.signal(number, signal.SIG_DFL)
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)

        self.process = subprocess.Popen(
            [sys.executable, *argv],
            stdin=slave, stdout=slave, stderr=slave, env=full, cwd=cwd, preexec_fn=control,
        )  # fmt: skip

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        for fd in (self.master, self.slave):
            if fd >= 0:
                os.close(fd)

    def send(self, data: bytes) -> None:
        os.write(self.master, data)

    def read(self, seconds: float = 0.05) -> bytes:
        """Take what is there, waiting at most so long for the first byte."""
        found = b""
        while select.select([self.master], [], [], seconds)[0]:
            try:
                piece = os.read(self.master, 65_536)
            except OSError:
                break
            if not piece:
                break
            found += piece
            seconds = 0.0
        self.output += found
        return found

    def until(self, wanted: bytes) -> bytes:
        """Read until something was printed; returns all since the last call."""
        start = len(self.output)
        limit = time.monotonic() + LIMIT_S
        while wanted not in self.output[start:]:
            assert time.monotonic() < limit, (wanted, self.output[start:][-3000:])
            self.read()
        return self.output[start:]

    def until_quiet(self, seconds: float = 0.3) -> None:
        """Read until nothing was printed for so long: what was drawn can be read."""
        limit = time.monotonic() + LIMIT_S
        while self.read(seconds):
            assert time.monotonic() < limit, "it never rests"

    def wait(self) -> int:
        """Wait for the end; returns the exit code."""
        limit = time.monotonic() + LIMIT_S
        while self.process.poll() is None:
            assert time.monotonic() < limit, self.output[-3000:]
            self.read()
        self.read()
        return self.process.returncode
