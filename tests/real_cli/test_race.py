"""A race of the real Claude Code and Codex, by keyboard alone: each in a worktree of its own, and one of them kept."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.tmux import ScreenTimeoutError, Tmux
from tests.fakes.model_server import ModelServer
from tests.fakes.scenarios import NOTES
from tests.real_cli.clis import CLIS
from tests.real_cli.environment import Sandbox
from tests.real_cli.supervising import COMMAND, Supervised

pytestmark = pytest.mark.real_cli


def both(sandbox: Callable[[str], Sandbox], tmp_path: Path) -> Supervised:
    """A user who has both CLIs, and lets them write."""
    claude, codex = sandbox("claude"), sandbox("codex")
    place = claude.place
    files = CLIS["codex"].files(place)
    files[".codex/config.toml"] = 'sandbox_mode = "danger-full-access"\n' + files[".codex/config.toml"]
    files[".claude/settings.json"] = json.dumps({"permissions": {"allow": ["Write", "Bash"]}})
    for path, text in files.items():
        (place.home / path).parent.mkdir(parents=True, exist_ok=True)
        (place.home / path).write_text(text)
    fleet = Supervised(claude, tmp_path / "fleet")
    paths = f"{codex.environment['PATH']}:{claude.environment['PATH']}"
    fleet.environment |= {**codex.environment, **claude.environment, **fleet.folders, "PATH": paths}
    return fleet


def confirm(terminal: Tmux, key: str, question: str) -> None:
    """Press a key that asks, and again once what it asks can be read: earlier keys do not count."""
    terminal.send_keys(key)
    terminal.wait_for(question)
    while question in terminal.capture():
        terminal.send_keys(key)
        with contextlib.suppress(ScreenTimeoutError):
            terminal.wait_for(lambda screen: question not in screen, deadline_s=2)


def test_both_get_the_prompt_in_a_worktree_each_and_one_is_kept(
    sandbox: Callable[[str], Sandbox], provider: ModelServer, tmp_path: Path
) -> None:
    fleet = both(sandbox, tmp_path)
    project = fleet.sandbox.place.project
    try:
        with Tmux(rows=40, cols=200, env=fleet.environment) as terminal:
            terminal.start([str(COMMAND)], project)
            terminal.wait_for("start your first agent", deadline_s=20)
            terminal.send_keys(",")
            terminal.wait_for("New race")
            terminal.wait_for("2 racers, each in a git worktree of its own")
            terminal.send_literal("#write it")
            terminal.wait_for("● headless")
            terminal.send_keys("Enter")
            terminal.wait_for("race-codex", deadline_s=30)
            for agent in ("race-claude-code", "race-codex"):
                fleet.until(agent, lambda row: row["activity"] == "done" or row["lifecycle"] == "exited")
            terminal.send_keys(",")
            screen = terminal.wait_for(lambda screen: screen.count("1 file  +2 −0") == 2, deadline_s=20)
            assert "1 race-" in screen
            assert "2 race-" in screen
            confirm(terminal, "A", "Keep race-")
            terminal.wait_for("kept", deadline_s=20)
            assert (project / "notes.txt").read_text() == NOTES
            confirm(terminal, "E", "End the race")
            terminal.wait_for(lambda screen: screen.count("worktree removed") == 2, deadline_s=30)
    finally:
        fleet.end()
