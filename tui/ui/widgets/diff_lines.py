"""A unified diff as lines with numbers, coloured code and grounds that say added and removed."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Final, NamedTuple

from textual.content import Content

from tui.ui.fit import pad_right, text
from tui.ui.widgets.code_lines import code_lines

_HUNK: Final = re.compile(r"^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@ ?(.*)$")


class DiffLine(NamedTuple):
    """One line of a hunk."""

    sign: str
    """`+`, `-` or a blank."""
    number: int
    """In the new file, of a removed line in the old one."""
    code: str


class Hunk(NamedTuple):
    """Lines that belong together."""

    path: str
    context: str
    """The function that it is in, as the diff names it."""
    lines: list[DiffLine]


def hunks(diff: str, path: str = "") -> list[Hunk]:
    """Read a unified diff; lines before the first hunk and notes on a missing last newline are left out."""
    found: list[Hunk] = []
    name, old, new = path, 0, 0
    for line in diff.splitlines():
        match = _HUNK.match(line)
        if match:
            old, new = int(match[1]), int(match[2])
            found.append(Hunk(name, match[3].strip(), []))
        elif line.startswith("+++ "):
            name = line[4:].split("\t", 1)[0].removeprefix("b/") or path
        elif line.startswith(("--- ", "diff ", "index ")) or not found:
            continue
        elif line.startswith("+"):
            found[-1].lines.append(DiffLine("+", new, line[1:]))
            new += 1
        elif line.startswith("-"):
            found[-1].lines.append(DiffLine("-", old, line[1:]))
            old += 1
        elif not line.startswith("\\"):
            found[-1].lines.append(DiffLine(" ", new, line[1:]))
            old, new = old + 1, new + 1
    return [_dedented(hunk) for hunk in found]


def _dedented(hunk: Hunk) -> Hunk:
    """Take away the indentation that all lines share: the header names where they are."""
    lines = [line._replace(code=line.code.expandtabs(4)) for line in hunk.lines]
    indents = [len(line.code) - len(line.code.lstrip()) for line in lines if line.code.strip()]
    shared = min(indents, default=0)
    return hunk._replace(lines=[line._replace(code=line.code[shared:]) for line in lines])


def hunk_lines(hunk: Hunk, width: int, *, header: bool = True) -> list[Content]:
    """Draw one hunk; long lines are cut, their end is in the file.

    Args:
        hunk: The hunk.
        width: Cells; added and removed lines fill it with their ground.
        header: Name the function on a line of its own.
    """
    digits = max((len(str(line.number)) for line in hunk.lines), default=1)
    code = _coloured(hunk)
    found = []
    if header and hunk.context:
        found.append(pad_right(text(f"@@ {hunk.context}", "$foreground-muted"), width))
    for line, content in zip(hunk.lines, code, strict=True):
        found.append(_draw(line, content, digits, width))
    return found


def _coloured(hunk: Hunk) -> list[Content]:
    # Old and new are coloured apart, so that a string opened in one does not run through the other.
    name = PurePosixPath(hunk.path).name
    old = iter(code_lines("\n".join(line.code for line in hunk.lines if line.sign != "+"), filename=name))
    new = iter(code_lines("\n".join(line.code for line in hunk.lines if line.sign != "-"), filename=name))
    found = []
    for line in hunk.lines:
        before = next(old, None) if line.sign != "+" else None
        after = next(new, None) if line.sign != "-" else None
        found.append(after or before or Content(line.code))
    return found


def _draw(line: DiffLine, code: Content, digits: int, width: int) -> Content:
    number = text(f"{line.number:>{digits}} ", "$foreground-muted")
    if line.sign == " ":
        return pad_right(number + Content("   ") + code.stylize_before("$foreground-muted"), width)
    added = line.sign == "+"
    tone, ground = ("$add", "on $add-bg") if added else ("$del", "on $del-bg")
    whole = pad_right(number + text(line.sign, tone) + Content("  ") + code, width)
    return whole.stylize_before(ground)
