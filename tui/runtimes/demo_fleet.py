"""The fleet of `agent-tui --demo`: settings of simulated agents, each in a small folder of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from tui.core.spec import Mode, Step
from tui.runtimes.simulated import catalog
from tui.runtimes.simulated.steps import Story

DEFAULT_COUNT: Final = 6
PROJECT: Final = "shop-api"


def demo_fleet(count: int, cwd: Path) -> list[dict[str, Any]]:
    """Return the settings of `count` simulated agents, by the names of an agent's settings.

    Makes a folder for each below `cwd`, as a git worktree would be: with a branch checked out, and no files.

    Args:
        count: 1..100.
        cwd: Where to make the folders; made if missing.

    Raises:
        OSError: A folder cannot be made.
    """
    return [_settings(story, cwd / PROJECT / story.name) for story in catalog.fleet(count)]


def _settings(story: Story, folder: Path) -> dict[str, Any]:
    git = folder / ".git"
    git.mkdir(parents=True, exist_ok=True)
    (git / "HEAD").write_text(f"ref: refs/heads/{story.branch}\n", encoding="utf-8")
    settings = dict(story.settings)
    if "on_inactive" in settings:
        settings["on_inactive"] = [Step(step) for step in settings["on_inactive"]]
    return {
        "name": story.name,
        "runtime": "demo",
        "mode": Mode.STREAM if story.look == "stream" else Mode.INTERACTIVE,
        "args": [story.name],
        "cwd": str(folder),
        "prompt": story.prompt,
        "project": PROJECT,
        **settings,
    }
