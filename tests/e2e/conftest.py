"""A user with an empty fleet, terminals to look at it, and nothing left afterwards."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.tmux import Tmux
from tests.waiting import wait_until
from tui.system import procfs

COMMAND = Path(sys.executable).with_name("agent-tui")


class User:
    """Someone at a shell with `agent-tui` installed.

    Args:
        folder: Where they work; the program's folders are below it.
        stack: Closes the terminals that they opened.
    """

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self._stack = stack
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "COLORTERM": "truecolor",
            "AGENT_TUI_TEST": os.environ["AGENT_TUI_TEST"],
            **{
                f"AGENT_TUI_{kind}_DIR": str(folder / kind.lower()) for kind in ("STATE", "RUNTIME", "CONFIG")
            },
        }

    def call(self, *arguments: str, code: int = 0) -> str:
        """Run a command that ends; return what it printed."""
        done = subprocess.run(
            [COMMAND, *arguments],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == code, f"{arguments}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout if code == 0 else done.stderr

    def rows(self) -> dict[str, dict[str, Any]]:
        """Return the objects of `ls --json`, by name."""
        rows = [json.loads(line) for line in self.call("ls", "--json").splitlines()]
        return {row["name"]: row for row in rows}

    def becomes(self, name: str, **wanted: object) -> dict[str, Any]:
        """Wait until an agent's row holds these values; return it."""

        def holds() -> bool:
            row = self.rows().get(name, {})
            return all(row.get(key) == value for key, value in wanted.items())

        wait_until(holds, within_s=20)
        return self.rows()[name]

    def open(self, *arguments: str, rows: int = 36, cols: int = 120, **variables: str) -> Tmux:
        """Open a terminal with the program in it."""
        terminal = self._stack.enter_context(Tmux(rows=rows, cols=cols, env=self.environment | variables))
        terminal.start([str(COMMAND), *arguments], self.folder)
        return terminal

    def processes(self, *words: str) -> list[int]:
        """Return the processes of this test whose command line holds all the words."""
        # The terminal's own server names our command in its arguments.
        mark = f"AGENT_TUI_TEST={self.environment['AGENT_TUI_TEST']}".encode()
        return [
            pid
            for pid in procfs.pids()
            if pid != os.getpid()
            and not command_line(pid).startswith("tmux")
            and procfs.has_variable(pid, mark)
            and all(word in command_line(pid) for word in words)
        ]

    def has_none_left(self, *words: str) -> None:
        """Wait until no such process is left."""
        wait_until(lambda: not self.processes(*words), within_s=20)


def command_line(pid: int) -> str:
    """Return a process's command line; empty if it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


@pytest.fixture
def user(tmp_path: Path, no_orphans: None) -> Iterator[User]:
    """A user with folders of their own."""
    with ExitStack() as stack:
        yield User(tmp_path, stack)


@pytest.fixture
def agent(user: User) -> Callable[..., str]:
    """Start an agent that runs a command: `agent("name", "cat")`."""

    def start(name: str, *command: str) -> str:
        return user.call("run", "--name", name, "--", *command).strip()

    return start
