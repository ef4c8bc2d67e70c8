"""A real dashboard under a pty of ours, read with the product's own emulator."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from tui.protocol.screen import WinSize
from tui.system import procfs
from tui.terminal.emulator import Emulator

COMMAND: Final = str(Path(sys.executable).with_name("agent-tui"))
ROWS: Final = 40
COLS: Final = 140
HELP: Final = "on the dashboard"
"""What only the card of keys says."""
ANSWER_S: Final = 3.0
"""A key that is not answered by then hangs."""
DIALOG_S: Final = 0.15
"""A dialog takes no key that was typed before it could be read, and an escape needs a moment to be one."""
OPEN_S: Final = 30.0


class Dashboard:
    """Opened at once; a thread takes what it draws, as a terminal would.

    Args:
        env: Its whole environment.
        cwd: Its folder.
    """

    def __init__(self, env: Mapping[str, str], cwd: Path) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLS, 0, 0))

        def control() -> None:
            os.setsid()
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)

        self.process = subprocess.Popen(
            [COMMAND], stdin=slave, stdout=slave, stderr=slave, env=dict(env), cwd=cwd, preexec_fn=control
        )
        os.close(slave)
        self._emulator = Emulator(WinSize(ROWS, COLS))
        self._lock = threading.Lock()
        self._waiting = bytearray()
        self._tail = b""
        self._closing = False
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        while not self._closing:
            if not select.select([self._master], [], [], 0.2)[0]:
                continue
            try:
                data = os.read(self._master, 1 << 16)
            except OSError:
                return
            if not data:
                return
            with self._lock:
                self._waiting += data
                self._tail = (self._tail + data)[-16_384:]

    def screen(self) -> str:
        """Return what it shows now."""
        with self._lock:
            data, self._waiting = bytes(self._waiting), bytearray()
        self._emulator.feed(data)
        return "\n".join(self._emulator.text())

    def drawing(self) -> int:
        """Return the process that draws; 0 if there is none."""
        return next(iter(procfs.children(self.process.pid) or []), 0)

    @property
    def lives(self) -> bool:
        """It was not closed, and nobody killed it."""
        return self.process.poll() is None

    def opens(self) -> str:
        """Wait until it draws; return what is wrong, or nothing."""
        return (
            ""
            if self.until(lambda shown: bool(re.search(r"\w", shown)), OPEN_S)
            else "a dashboard never drew"
        )

    def answers(self, within_s: float = ANSWER_S) -> str:
        """Press keys and see them answered; return what is wrong, or nothing."""
        if not self.lives:
            return f"a dashboard ended by itself ({self.process.returncode}): {self.last_words()}"
        for key, shown in ((b"?", True), (b"\x1b", False)):
            if wrong := self._answers(key, shown, within_s):
                return wrong
            time.sleep(DIALOG_S)
        return ""

    def _answers(self, key: bytes, shown: bool, within_s: float) -> str:
        def is_so(screen: str) -> bool:
            return (HELP in screen) is shown

        began = time.monotonic()
        while time.monotonic() - began < within_s * 5:
            self.press(key)  # again: a dialog takes no key that came before it could be read
            if self.until(is_so, min(1.0, within_s / 2)) or is_so(self.screen()):
                break
        took_s = time.monotonic() - began
        if is_so(self.screen()) and took_s <= within_s:
            return ""
        took = f"after {took_s:.1f} s" if is_so(self.screen()) else "not at all"
        return f"a dashboard answered key {key!r} {took}\n{self.screen()}"

    def press(self, key: bytes) -> None:
        """Type."""
        with contextlib.suppress(OSError):
            os.write(self._master, key)

    def until(self, condition: Callable[[str], bool], within_s: float) -> bool:
        """Wait until the screen is as wanted; False if it is not in time, or the dashboard ended."""
        end = time.monotonic() + within_s
        while not condition(self.screen()):
            if time.monotonic() > end or not self.lives:
                return False
            time.sleep(0.02)
        return True

    def last_words(self) -> str:
        """Return the end of what it printed, escape sequences taken out."""
        text = self._tail.decode("utf-8", "replace")
        return re.sub(r"\x1b\[[0-9;?<>=]*[A-Za-z]|\x1b.", " ", text)[-600:].strip()

    def traced(self) -> bool:
        """A traceback stands in what it printed."""
        return b"Traceback" in self._tail

    def hang_up(self) -> None:
        """Close its terminal, as a lost connection does."""
        self._closing = True
        self._reader.join(2)
        if self._master >= 0:
            os.close(self._master)
            self._master = -1

    def close(self) -> None:
        """Kill what is left of it."""
        for pid in (self.drawing(), self.process.pid):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                if pid and self.lives:
                    os.kill(pid, signal.SIGKILL)
        self.process.wait()
        self.hang_up()
