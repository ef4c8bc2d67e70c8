"""What the first frame waits for, and what it does not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tui.cli.early import looks_like_dashboard

ROOT = str(Path(__file__).parents[2])
LATER = (
    "tui.client.catalog",
    "tui.client.configs",
    "tui.client.moments",
    "tui.client.orphans",
    "tui.ui.screens.composer",
    "tui.ui.screens.confirm",
    "tui.ui.screens.fleet",
    "tui.ui.screens.help",
    "tui.ui.screens.inbox",
    "tui.ui.screens.new_agent",
    "tui.ui.screens.palette",
    "tui.ui.screens.view",
)
"""Loaded when they are wanted."""


def test_the_first_frame_waits_for_no_screen_that_nobody_opened() -> None:
    code = "import sys; from tui.ui.child import load; load(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    loaded = set(done.stdout.split())
    assert "tui.ui.screens.main" in loaded
    assert loaded & set(LATER) == set()


def alone(code: str) -> str:
    """Run some code in a process of its own: it forks."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return done.stdout.strip()


def test_a_dashboard_that_is_told_nothing_leaves_without_a_trace() -> None:
    assert alone(
        "from tui.ui.opening import Opening\n"
        "with Opening() as opening: print(opening.poll(), flush=True)\n"
        "print(opening.returncode)"
    ).split() == ["None", "-9"]


def test_a_dashboard_whose_command_died_before_it_was_told_anything_leaves() -> None:
    code = "import os; from tui.ui.opening import Opening; opening = Opening(); os.close(opening._write); print(os.waitpid(opening.pid, 0)[1])"
    assert alone(code) == "0"


def test_beginning_the_dashboard_loads_next_to_nothing() -> None:
    code = "import sys; before = set(sys.modules); import tui.cli.early, tui.ui.opening; print(*set(sys.modules) - before)"
    loaded = set(alone(code).split())
    assert {name for name in loaded if name.partition(".")[0] == "tui"} == {
        "tui",
        "tui.cli",
        "tui.cli.early",
        "tui.ui",
        "tui.ui.opening",
    }
    assert not loaded & {"asyncio", "click", "msgspec", "subprocess"}


@pytest.mark.parametrize(
    ("args", "opens"),
    [
        ([], True),
        (["attach", "docs"], True),
        (["--demo", "--agents", "9"], True),
        (["--agents=9", "--demo"], True),
        (["ls"], False),
        (["attach", "--help"], False),
        (["--version"], False),
        (["run", "attach"], False),
    ],
)
def test_which_command_lines_begin_the_dashboard(args: list[str], opens: bool) -> None:
    assert looks_like_dashboard(args) is opens
