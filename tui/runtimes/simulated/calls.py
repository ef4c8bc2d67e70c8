"""Tool calls as stories tell them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tui.runtimes.simulated.steps import Call


def bash(command: str, result: str = "", seconds: float = 0.8, *, ok: bool = True, **more: Any) -> Call:
    """Return a shell call."""
    return Call("Bash", {"command": command}, result, seconds, ok, **more)


def read(path: str, result: str, seconds: float = 0.3) -> Call:
    """Return a file read."""
    return Call("Read", {"file_path": path}, result, seconds)


def grep(pattern: str, path: str, result: str) -> Call:
    """Return a search."""
    return Call("Grep", {"pattern": pattern, "path": path}, result, 0.3)


def edit(path: str, start: int, *lines: str, new_start: int = 0, seconds: float = 0.7) -> Call:
    """Return an edit; each line begins with `+`, `-` or a space."""
    removed = sum(not line.startswith("+") for line in lines)
    added = sum(not line.startswith("-") for line in lines)
    hunk = {
        "oldStart": start, "oldLines": removed, "newStart": new_start or start, "newLines": added, "lines": list(lines),
    }  # fmt: skip
    args = {"file_path": path, "old_string": "", "new_string": ""}
    return Call("Edit", args, f"The file {path} has been updated.", seconds, hunks=(hunk,))


def grown(path: str, added: int, removed: int, sample: tuple[str, ...]) -> Call:
    """Return an edit with that many added and removed lines: its first hunk has the given ones, a second the rest."""
    first = [f"+{line}" for line in sample[:added]] or [f"-{line}" for line in sample[:removed]]
    plus, minus = (
        added - sum(line[0] == "+" for line in first),
        removed - sum(line[0] == "-" for line in first),
    )
    rest = [f"-{sample[at % len(sample)]}" for at in range(minus)]
    rest += [f"+{sample[at % len(sample)]}" for at in range(plus)]
    call = edit(path, 1, *first)
    return replace(call, hunks=(*call.hunks, *edit(path, 40, *rest).hunks)) if rest else call
