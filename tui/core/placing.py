"""A diff of what an edit tool would do, put where it belongs in the file: true line numbers, and the lines around. Pure.

An edit tool names the text that it replaces, not its place; that text is looked for in the file as it is now.
"""

from __future__ import annotations

import difflib
import re
from typing import Final

AROUND: Final = 3
"""Lines above and below a change."""
FILE_MAX: Final = 1_000_000
"""Characters of a file in which places are looked for."""
LINES_MAX: Final = 4_000

_HUNK: Final = re.compile(r"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")


def placed(diff: str, text: str) -> str:
    """Return the diff as it would apply to a text; unchanged where its place is not clear.

    Args:
        diff: A unified diff of one file, line numbers of no worth.
        text: The file as it is.
    """
    pieces = _pieces(diff)
    if not pieces or not text or len(text) > FILE_MAX:
        return diff
    after = _applied(pieces, text)
    body = _compared(text.split("\n"), after.split("\n")) if after is not None else []
    head = [line for line in diff.split("\n")[:2] if line.startswith(("--- ", "+++ "))]
    return "\n".join([*head, *body, ""]) if body else diff


def _pieces(diff: str) -> list[tuple[list[str], list[str]]]:
    """Return old and new lines of each hunk; nothing where one is cut short, or something else stands there."""
    found: list[tuple[list[str], list[str]]] = []
    old_left = new_left = 0
    for line in diff.removesuffix("\n").split("\n"):
        sign = line[:1]
        if (old_left > 0 or new_left > 0) and sign in (" ", "-", "+"):
            if sign != "+":
                found[-1][0].append(line[1:])
                old_left -= 1
            if sign != "-":
                found[-1][1].append(line[1:])
                new_left -= 1
        elif old_left or new_left:
            return []
        elif match := _HUNK.match(line):
            old_left, new_left = (int(match[n] if match[n] is not None else 1) for n in (2, 4))
            found.append(([], []))
        elif not line.startswith(("--- ", "+++ ")):
            return []  # as `@@ 30 more lines @@`: what is not shown is not placed either
    return [] if old_left or new_left else found


def _applied(pieces: list[tuple[list[str], list[str]]], text: str) -> str | None:
    """Return the text with every piece replaced; None where one is not there, or more than once."""
    for old, new in pieces:
        if not old:
            # The whole file is written anew.
            return "\n".join([*new, ""]) if len(pieces) == 1 else None
        wanted = "\n".join(old)
        at = text.find(wanted)
        if not wanted or at < 0 or text.find(wanted, at + 1) >= 0:
            return None
        end = at + len(wanted)
        if not new and text[end : end + 1] == "\n":
            end += 1
        text = text[:at] + "\n".join(new) + text[end:]
    return text


def _compared(before: list[str], after: list[str]) -> list[str]:
    """Return the hunks between two texts; lines that are the same at both ends are not compared."""
    same = 0
    while same < min(len(before), len(after)) and before[same] == after[same]:
        same += 1
    tail = 0
    while tail < min(len(before), len(after)) - same and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    start, rest = max(0, same - AROUND), max(0, tail - AROUND)
    one, two = before[start : len(before) - rest], after[start : len(after) - rest]
    if max(len(one), len(two)) > LINES_MAX:
        return []
    lines = []
    for line in list(difflib.unified_diff(one, two, n=AROUND, lineterm=""))[2:]:
        match = _HUNK.match(line)
        if match:
            counts = [f",{match[n]}" if match[n] is not None else "" for n in (2, 4)]
            line = f"@@ -{int(match[1]) + start}{counts[0]} +{int(match[3]) + start}{counts[1]} @@"
        lines.append(line)
    return lines
