"""What the first frame waits for, and what it does not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tui.ui.run import Opening

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


def test_a_dashboard_that_is_told_nothing_leaves_without_a_trace() -> None:
    with Opening() as opening:
        child = opening.child
        assert child.poll() is None
    assert child.returncode is not None
