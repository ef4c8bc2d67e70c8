"""A shell in a pane, driven by a script: what it printed goes to our emulator live, and to the oracle afterwards."""

from __future__ import annotations

import contextlib
import os
import pty
import select
import signal
import termios
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.oracle import xterm
from tests.oracle.looks import Case, Feed, Look, LookAt, Resize, Step, difference, look
from tui.protocol.screen import WinSize
from tui.terminal.emulator import Emulator

QUIET_S = 0.15
LIMIT_S = 20.0


class Session:
    """A child under a pseudo-terminal, with this program's emulator as its terminal.

    Args:
        argv: What to run.
        env: Its whole environment, but for what a terminal sets.
        cwd: Where.
        size: Of the pane.
    """

    def __init__(self, argv: list[str], env: Mapping[str, str], cwd: Path, size: WinSize) -> None:
        self.emulator = Emulator(size, reply=self.keys)
        self._first = size
        self._steps: list[Step] = []
        self._looks: list[tuple[str, Look]] = []
        self._ended = False
        self._pid, self._fd = pty.fork()
        if not self._pid:
            with contextlib.suppress(OSError):
                os.chdir(cwd)
                os.execvpe(argv[0], argv, {**env, "TERM": "xterm-256color", "COLORTERM": "truecolor"})
            os._exit(127)
        termios.tcsetwinsize(self._fd, (size.rows, size.cols))

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def keys(self, data: bytes | str) -> None:
        """Type."""
        with contextlib.suppress(OSError):
            os.write(self._fd, data.encode() if isinstance(data, str) else data)

    def resize(self, size: WinSize) -> None:
        """Give the pane a new size."""
        self._steps.append(Resize(size.cols, size.rows))
        self.emulator.resize(size)
        termios.tcsetwinsize(self._fd, (size.rows, size.cols))

    @property
    def text(self) -> str:
        """The screen as text."""
        return "\n".join(self.emulator.text())

    def until(self, shown: str | Callable[[], bool]) -> None:
        """Read until a text is on the screen, or a condition holds, and then until it is quiet.

        Raises:
            TimeoutError: It is not; says what is.
        """
        holds = (lambda: shown in self.text) if isinstance(shown, str) else shown
        end = time.monotonic() + LIMIT_S
        while not holds():
            if time.monotonic() > end or self._ended:
                raise TimeoutError(f"not shown: {shown}\n{self.text}")
            self._read(0.05)
        while self._read(QUIET_S) and time.monotonic() < end:
            pass

    def point(self, name: str) -> None:
        """What is shown now is to be compared."""
        self._steps.append(LookAt())
        self._looks.append((name, look(self.emulator)))

    def _read(self, wait_s: float) -> bool:
        if not select.select([self._fd], [], [], wait_s)[0]:
            return False
        try:
            data = os.read(self._fd, 65536)
        except OSError:
            data = b""
        self._ended = not data
        if data:
            self._steps.append(Feed(data))
            self.emulator.feed(data)
        return bool(data)

    def differences(self) -> dict[str, str]:
        """What the oracle shows otherwise, by the name of the point."""
        case = Case(self._first.cols, self._first.rows, tuple(self._steps))
        pairs = zip(self._looks, xterm.shown([case])[0], strict=True)
        said = {name: difference(ours, theirs) for (name, ours), theirs in pairs}
        return {name: words for name, words in said.items() if words}

    def end(self) -> None:
        """End it with everything that it started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._pid, signal.SIGKILL)
        with contextlib.suppress(OSError):
            os.close(self._fd)
        os.waitpid(self._pid, 0)
