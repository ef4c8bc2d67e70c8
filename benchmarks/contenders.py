"""What is measured side by side: the dashboard, tmux, mprocs and Textual's own input field."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.outer import Outer

ROWS, COLUMNS = 40, 120
"""Of the pane that is measured; each program gets the outer terminal that its own frame needs around it."""

AGENT_TUI = str(Path(sys.executable).with_name("agent-tui"))
LEADER = b"\x1d"

_INPUT_APP = """
from textual.app import App
from textual.widgets import Input
class Bare(App):
    def compose(self):
        yield Input(placeholder="ready")
Bare().run()
"""


class Folder:
    """A state folder of its own, with every agent ended when it is left."""

    def __init__(self) -> None:
        self._made = tempfile.TemporaryDirectory(prefix="agent-tui-bench-")
        self.path = Path(self._made.name)
        self.env = {
            **{
                f"AGENT_TUI_{name}_DIR": str(self.path / name.lower())
                for name in ("STATE", "RUNTIME", "CONFIG")
            },
        }

    def __enter__(self) -> Folder:
        return self

    def __exit__(self, *_: object) -> None:
        self.run("kill", "--all")
        self._made.cleanup()

    def run(self, *args: str) -> str:
        """Run a command of ours and return what it prints."""
        done = subprocess.run(
            [AGENT_TUI, *args], env={**os.environ, **self.env}, cwd=self.path, capture_output=True, text=True
        )
        return done.stdout.strip()

    def agent(self, name: str, argv: Sequence[str]) -> str:
        """Start a program as an agent; returns its id."""
        return self.run("run", "--name", name, "--cwd", str(self.path), "--", *argv)


@contextlib.contextmanager
def ours(argv: Sequence[str]) -> Iterator[Outer]:
    """One agent alone in the dashboard, with the keyboard, recorded."""
    with Folder() as folder:
        agent = folder.agent("bench", argv)
        with Outer([AGENT_TUI, "attach", agent], ROWS + 5, COLUMNS + 2, folder.env, folder.path) as outer:
            outer.until(b"bench")
            outer.settle()
            outer.send(b"\r")
            outer.settle()
            yield outer
            outer.send(LEADER)
            outer.settle()
            outer.send(b"q")
            outer.settle()


@contextlib.contextmanager
def tmux(argv: Sequence[str]) -> Iterator[Outer]:
    """A tmux server of its own, without anybody's configuration."""
    with tempfile.TemporaryDirectory() as folder:
        start = ["tmux", "-L", "bench", "-f", "/dev/null", "set", "-g", "history-limit", "10000", ";"]
        wanted = [*start, "new-session", *argv]
        with Outer(wanted, ROWS + 1, COLUMNS, {"TMUX_TMPDIR": folder}) as outer:
            outer.settle()
            yield outer
            subprocess.run(
                ["tmux", "-L", "bench", "kill-server"], env={**os.environ, "TMUX_TMPDIR": folder}, check=False
            )


def find_mprocs(folder: Path) -> str | None:
    """Return mprocs, installed from npm into a folder if it is not on PATH; None where neither can be."""
    if found := shutil.which("mprocs"):
        return found
    binary = folder / "node_modules" / ".bin" / "mprocs"
    if not binary.exists() and (npm := shutil.which("npm")):
        command = [
            npm,
            "install",
            "--prefix",
            str(folder),
            "--no-audit",
            "--no-fund",
            "--no-package-lock",
            "mprocs@0.9.6",
        ]
        subprocess.run(command, capture_output=True, check=False)
    return str(binary) if binary.exists() else None


@contextlib.contextmanager
def mprocs(binary: str, argv: Sequence[str]) -> Iterator[Outer]:
    """Run mprocs with one process, whose terminal has the keyboard."""
    import json

    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "mprocs.json"
        config.write_text(json.dumps({"procs": {"bench": {"cmd": list(argv)}}, "scrollback": 10_000}))
        # Its list is 30 columns wide, its borders one each.
        with Outer([binary, "--config", str(config)], ROWS + 5, COLUMNS + 33, {"HOME": folder}) as outer:
            outer.settle()
            outer.send(b"\x01")
            outer.settle()
            yield outer


@contextlib.contextmanager
def textual_input() -> Iterator[Outer]:
    """A bare Textual app with one input field."""
    with Outer([sys.executable, "-c", _INPUT_APP], ROWS, COLUMNS) as outer:
        outer.until(b"ready")
        outer.settle()
        yield outer
