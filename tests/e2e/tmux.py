"""A private tmux server for one test: a real terminal to start a program in, type into and look at.

It shares nothing with a tmux of the user: its own socket in its own folder, no configuration file, a given environment.
"""

from __future__ import annotations

import shlex
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

COMMAND_LIMIT_S = 10.0
_POLL_S = 0.05
_SOCKET = "agent-tui-test"
_PANE = "main:0.0"


class ScreenTimeoutError(TimeoutError):
    """What a test waited for did not come; holds the last screen."""


class Tmux:
    """A tmux server with one pane, from entering to leaving the context.

    Args:
        rows: Height of the screen.
        cols: Width of the screen.
        env: The whole environment of the program; `PATH` has to be in it. tmux adds `TERM` and `TMUX`.
    """

    def __init__(self, rows: int, cols: int, env: Mapping[str, str]) -> None:
        self._rows = rows
        self._cols = cols
        self._env = dict(env)
        self._folder = tempfile.TemporaryDirectory(prefix="agent-tui-tmux-")

    def __enter__(self) -> Tmux:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.kill()
        self._folder.cleanup()

    def start(self, argv: Sequence[str], cwd: Path) -> None:
        """Start a program in the pane; its screen stays when it has ended."""
        size = ("-x", str(self._cols), "-y", str(self._rows))
        # One invocation, so that no program can end before it is told to leave its screen behind.
        self._tmux(
            "set-option", "-g", "default-terminal", "tmux-256color", ";",
            "set-option", "-g", "terminal-features", "*:RGB", ";",
            "set-option", "-g", "remain-on-exit", "on", ";",
            "set-option", "-g", "remain-on-exit-format", "", ";",
            "set-option", "-g", "status", "off", ";",
            "set-option", "-g", "history-limit", "10000", ";",
            "set-option", "-s", "escape-time", "0", ";",
            "set-option", "-s", "exit-empty", "off", ";",
            "new-session", "-d", "-s", "main", *size, "-c", str(cwd), shlex.join(argv),
        )  # fmt: skip

    def send_keys(self, *keys: str) -> None:
        """Press keys by their tmux names: `Enter`, `C-c`, `M-x`, `Up`, `F1`."""
        self._tmux("send-keys", "-t", _PANE, *keys)

    def send_literal(self, text: str) -> None:
        """Type text, character by character, without reading it as the names of keys."""
        # An argument that ends in a semicolon would be read as the end of the command.
        escaped = text[:-1] + "\\;" if text.endswith(";") else text
        self._tmux("send-keys", "-t", _PANE, "-l", "--", escaped)

    def paste(self, text: str) -> None:
        """Paste text, in brackets if the program asked for them."""
        self._tmux("set-buffer", "-b", "paste", "--", text)
        self._tmux("paste-buffer", "-d", "-p", "-r", "-b", "paste", "-t", _PANE)

    def resize(self, rows: int, cols: int) -> None:
        """Give the screen another size."""
        self._tmux("resize-window", "-t", "main:0", "-x", str(cols), "-y", str(rows))

    def capture(self, *, colours: bool = False, history: bool = False) -> str:
        """The screen, one line a row, without trailing spaces.

        Args:
            colours: Keep colours and attributes, as SGR sequences.
            history: Put what has scrolled off the top before it.
        """
        flags = [*(["-e"] if colours else []), *(["-S", "-"] if history else [])]
        return self._tmux("capture-pane", "-p", *flags, "-t", _PANE)

    def wait_for(self, wanted: str | Callable[[str], bool], deadline_s: float = 10.0) -> str:
        """Wait until the screen holds a text or satisfies a condition; the screen as it was then.

        Raises:
            ScreenTimeoutError: It did not within `deadline_s` seconds.
        """
        condition = wanted if callable(wanted) else lambda screen: wanted in screen
        deadline = time.monotonic() + deadline_s
        while True:
            screen = self.capture()
            if condition(screen):
                return screen
            if time.monotonic() > deadline:
                name = repr(wanted) if isinstance(wanted, str) else "the condition"
                raise ScreenTimeoutError(f"{name} did not come within {deadline_s} s; the screen:\n{screen}")
            time.sleep(_POLL_S)

    def wait_for_exit(self, deadline_s: float = 10.0) -> int:
        """Wait until the program has ended; its exit status, negative for the signal that ended it.

        Raises:
            ScreenTimeoutError: It still ran after `deadline_s` seconds.
        """
        deadline = time.monotonic() + deadline_s
        while (status := self.exit_status()) is None:
            if time.monotonic() > deadline:
                raise ScreenTimeoutError(f"no end within {deadline_s} s; the screen:\n{self.capture()}")
            time.sleep(_POLL_S)
        return status

    def exit_status(self) -> int | None:
        """How the program ended, negative for a signal; None while it runs."""
        state = "#{pane_dead},#{pane_dead_status},#{pane_dead_signal}"
        dead, status, signal = self._tmux("display-message", "-p", "-t", _PANE, state).strip().split(",")
        if dead != "1":
            return None
        if not (status or signal):
            # tmux 3.3a can miss the end of a child whose terminal closed first; the end of another makes it look.
            self._tmux("run-shell", "-b", "true")
            return None
        return int(status) if status else -int(signal)

    def title(self) -> str:
        """The title that the program has set."""
        return self._tmux("display-message", "-p", "-t", _PANE, "#{pane_title}").rstrip("\n")

    def cursor(self) -> tuple[int, int]:
        """Row and column of the cursor, from 0."""
        where = self._tmux("display-message", "-p", "-t", _PANE, "#{cursor_y},#{cursor_x}")
        row, col = where.strip().split(",")
        return int(row), int(col)

    def pid(self) -> int:
        """Process id of the program."""
        return int(self._tmux("display-message", "-p", "-t", _PANE, "#{pane_pid}"))

    def kill(self) -> None:
        """End the server, which hangs up on the program; nothing if there is none."""
        self._run("kill-server")

    def _tmux(self, *arguments: str) -> str:
        done = self._run(*arguments)
        assert done.returncode == 0, f"tmux {arguments[0]} failed: {done.stderr}"
        return done.stdout

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = self._env | {"TMUX_TMPDIR": self._folder.name}
        environment.pop("TMUX", None)
        return subprocess.run(
            ["tmux", "-u", "-L", _SOCKET, "-f", "/dev/null", *arguments],
            env=environment, capture_output=True, text=True, timeout=COMMAND_LIMIT_S, check=False,
        )  # fmt: skip
