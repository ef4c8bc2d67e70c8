"""Where demos live: each in a folder of its own for temporary files, apart from the user's agents."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

PREFIX: Final = "agent-tui-demo-"
OWNER_FILE: Final = "owner"
"""Names the process that a demo ends with."""


def folders(root: Path) -> dict[str, str]:
    """Return the variables that make a command one of a demo's."""
    return {
        "AGENT_TUI_STATE_DIR": str(root / "state"),
        "AGENT_TUI_RUNTIME_DIR": str(root / "run"),
        "AGENT_TUI_CONFIG_DIR": str(root / "config"),
    }


def command(root: Path, *words: str) -> str:
    """Return a command of ours for a demo, as a shell takes it."""
    variables = [f"{name}={shlex.quote(value)}" for name, value in folders(root).items()]
    return " ".join([*variables, "agent-tui", *words])


def running(folder: Path) -> list[Path]:
    """Return the demos of this user that a dashboard shows now."""
    return sorted(root for root, alive in _demos(folder) if alive)


def remove_old(folder: Path) -> None:
    """Remove the folders of demos that were killed: their agents have ended by themselves."""
    for root, alive in _demos(folder):
        if not alive:
            shutil.rmtree(root, ignore_errors=True)


def _demos(folder: Path) -> Iterator[tuple[Path, bool]]:
    """Yield the demos of this user that end with a process, and whether that still runs."""
    from tui.host.upkeep import OWNER, owner
    from tui.system import processes

    for root in folder.glob(f"{PREFIX}*"):
        try:
            if root.is_symlink() or root.lstat().st_uid != os.geteuid():
                continue  # in a shared folder another user's file could be one that is never read to its end
            told = (root / OWNER_FILE).read_text("ascii")
        except (OSError, ValueError):
            continue
        who = owner({OWNER: told})
        if who is not None:
            yield root, processes.alive(who)
