"""A program under a pty that the benchmark owns: the terminal that a person would look at."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil

DEADLINE_S = 120.0


class Outer:
    """Runs a program in a terminal of a given size and takes all that it draws.

    Args:
        argv: The program.
        rows: Height.
        cols: Width.
        env: Added to a plain environment.
        cwd: Its folder.
    """

    def __init__(
        self,
        argv: Sequence[str],
        rows: int,
        cols: int,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))
        plain = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        full = {**plain, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", **(env or {})}

        def control() -> None:
            os.setsid()
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)

        self.process = subprocess.Popen(
            argv, stdin=slave, stdout=slave, stderr=slave, env=full, cwd=cwd, preexec_fn=control
        )
        os.close(slave)
        self.drawn_bytes = 0
        self._tail = b""

    def __enter__(self) -> Outer:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGTERM)
        end = time.monotonic() + 5
        while self.process.poll() is None and time.monotonic() < end:
            self.read(0.05)
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        os.close(self._master)

    def send(self, data: bytes) -> None:
        """Type."""
        os.write(self._master, data)

    def read(self, wait_s: float) -> bytes:
        """Take what is drawn, waiting at most so long for the first byte."""
        if not select.select([self._master], [], [], wait_s)[0]:
            return b""
        try:
            data = os.read(self._master, 1 << 16)
        except OSError:
            return b""
        self.drawn_bytes += len(data)
        return data

    def until(self, wanted: bytes, within_s: float = DEADLINE_S) -> float:
        """Read until something is drawn; returns the moment (`perf_counter`)."""
        end = time.monotonic() + within_s
        tail = b""
        while True:
            tail += self.read(0.2)
            if wanted in tail:
                return time.perf_counter()
            tail = tail[-4096:]
            if time.monotonic() > end:
                raise TimeoutError(f"{wanted!r} was not drawn within {within_s} s; last: {tail[-300:]!r}")

    def settle(self, quiet_s: float = 0.3, within_s: float = 15.0) -> None:
        """Read until nothing is drawn for a moment."""
        end = time.monotonic() + within_s
        while self.read(quiet_s) and time.monotonic() < end:
            pass

    def echo_s(self, key: bytes, shown: bytes, within_s: float = 5.0) -> float:
        """Press a key; seconds until it is drawn."""
        start = time.perf_counter()
        self.send(key)
        return self.until(shown, within_s) - start

    def cpu_s(self) -> float:
        """CPU seconds of the program and what is below it so far."""
        total = 0.0
        for process in _tree(self.process.pid):
            with contextlib.suppress(psutil.Error):
                times = process.cpu_times()
                total += times.user + times.system
        return total


def _tree(pid: int) -> list[psutil.Process]:
    try:
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    except psutil.Error:
        return []


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which a share of all lies (nearest rank)."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, round(share * (len(ranked) - 1)))]
