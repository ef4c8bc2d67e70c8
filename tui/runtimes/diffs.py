"""Unified diffs from what edit tools report: ready hunks, or the text before and after."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from tui.core.facts import TEXT_MAX
from tui.core.text import one_line, revealed

PATH_MAX: Final = 4_096
"""Characters of a path."""
LINES_MAX: Final = 4_000
"""Lines of one side that are compared; comparing takes time that grows with the square."""


class Hunk(msgspec.Struct, frozen=True):
    """A hunk as Claude Code's `structuredPatch` has it."""

    oldStart: int = 0  # noqa: N815 - the CLI's name
    oldLines: int = 0  # noqa: N815
    newStart: int = 0  # noqa: N815
    newLines: int = 0  # noqa: N815
    lines: list[str] = []


def from_hunks(path: str, hunks: Sequence[Hunk]) -> str:
    """Return a unified diff of ready hunks."""
    parts: list[str] = []
    for hunk in hunks:
        parts.append(f"@@ -{hunk.oldStart},{hunk.oldLines} +{hunk.newStart},{hunk.newLines} @@")
        parts.extend(hunk.lines)
    return _whole(path, parts) if parts else ""


def ready(path: str, hunks: str) -> str:
    """Return a unified diff of hunks that are there as text, without the lines that name the file."""
    return _whole(path, hunks.splitlines())


def from_texts(path: str, old: str, new: str) -> str:
    """Return a unified diff of a text before and after; empty if nothing changed."""
    before, after = old.splitlines(), new.splitlines()
    if len(before) > LINES_MAX or len(after) > LINES_MAX:
        note = f"@@ {len(before)} lines replaced by {len(after)}: too many to compare @@"
        return _whole(path, [note])
    return _whole(path, list(difflib.unified_diff(before, after, n=3, lineterm=""))[2:])


def created(path: str, content: str) -> str:
    """Return the diff of a file that is new."""
    lines = content.splitlines()
    return _whole(path, [f"@@ -0,0 +1,{len(lines)} @@", *(f"+{line}" for line in lines)])


def joined(diffs: Iterable[str]) -> str:
    """Return several diffs as one."""
    return "".join(diff for diff in diffs if diff)


def _whole(path: str, body: Sequence[str]) -> str:
    if not body:
        return ""
    # Nothing in it may hide: it is shown to whoever is asked to allow it.
    name = one_line(revealed(path), limit=PATH_MAX)
    kept: list[str] = []
    room = TEXT_MAX
    for line in body:
        room -= len(line) + 1
        if room < 0:
            kept.append(f"@@ {len(body) - len(kept)} more lines @@")
            break
        kept.append(revealed(line).replace("\n", " "))
    return "\n".join([f"--- a/{name}", f"+++ b/{name}", *kept, ""])
