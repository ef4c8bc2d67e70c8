"""A unified diff as lines with numbers, coloured code and grounds that say added and removed."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Final, NamedTuple

from textual.content import Content

from tui.ui.fit import pad_right, text, wrap_cells
from tui.ui.widgets.code_lines import code_lines

_HUNK: Final = re.compile(r"^@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@ ?(.*)$")


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
    reader = _Reader(path)
    for line in diff.splitlines():
        reader.take(line)
    return [_dedented(hunk) for hunk in reader.hunks]


def changes(diff: str, path: str = "") -> dict[str, tuple[int, int]]:
    """Return lines added and removed by file.

    Args:
        diff: A unified diff; file headers may be missing.
        path: Name for a diff without headers.
    """
    found: dict[str, tuple[int, int]] = {}
    reader = _Reader(path)
    for line in diff.splitlines():
        reader.take(line)
    for hunk in reader.hunks:
        added, removed = found.get(hunk.path, (0, 0))
        signs = [line.sign for line in hunk.lines]
        found[hunk.path] = (added + signs.count("+"), removed + signs.count("-"))
    return found


class _Reader:
    """Reads a diff line by line; what a hunk's header announced tells its lines from the next file's headers."""

    def __init__(self, path: str) -> None:
        self.hunks: list[Hunk] = []
        self._path = self._name = path
        self._old = self._new = 0
        self._old_left = self._new_left = 0

    def take(self, line: str) -> None:
        if self.hunks and (self._old_left > 0 or self._new_left > 0) and line[:1] in ("+", "-", " ", ""):
            self._add(line)
        elif match := _HUNK.match(line):
            self._old, self._new = int(match[1]), int(match[3])
            self._old_left, self._new_left = int(match[2] or 1), int(match[4] or 1)
            self.hunks.append(Hunk(self._name, match[5].strip(), []))
        elif line.startswith("+++ "):
            self._name = line[4:].split("\t", 1)[0].removeprefix("b/") or self._path
        elif self.hunks and line[:1] in ("+", "-", " ") and not line.startswith("--- "):
            # More lines than announced: diffs made by hand are forgiven.
            self._add(line)

    def _add(self, line: str) -> None:
        sign = line[:1] or " "
        removed, added = sign != "+", sign != "-"
        number = self._new if added else self._old
        self.hunks[-1].lines.append(DiffLine(sign, number, line[1:]))
        self._old, self._old_left = self._old + removed, self._old_left - removed
        self._new, self._new_left = self._new + added, self._new_left - added


def _dedented(hunk: Hunk) -> Hunk:
    """Take away the indentation that all lines share: the header names where they are."""
    lines = [line._replace(code=line.code.expandtabs(4)) for line in hunk.lines]
    indents = [len(line.code) - len(line.code.lstrip()) for line in lines if line.code.strip()]
    shared = min(indents, default=0)
    return hunk._replace(lines=[line._replace(code=line.code[shared:]) for line in lines])


def hunk_lines(hunk: Hunk, width: int, *, header: bool = True, whole: bool = False) -> list[Content]:
    """Draw one hunk; long lines are cut, their end is in the file.

    Args:
        hunk: The hunk.
        width: Cells; added and removed lines fill it with their ground.
        header: Name the function on a line of its own.
        whole: Long lines go on below instead: what is not written yet has to be seen.
    """
    digits = max((len(str(line.number)) for line in hunk.lines), default=1)
    code = _coloured(hunk)
    found = []
    if header and hunk.context:
        found.append(pad_right(text(f"@@ {hunk.context}", "$foreground-muted"), width))
    for line, content in zip(hunk.lines, code, strict=True):
        room = max(8, width - digits - 4)
        parts = _parts(content, room) if whole else [content]
        found.append(_draw(line, parts[0], digits, width))
        found += [_draw(line, part, digits, width, goes_on=True) for part in parts[1:]]
    return found


def _parts(code: Content, room: int) -> list[Content]:
    parts, at = [], 0
    for piece in wrap_cells(code.plain, room):
        parts.append(code[at : at + len(piece)])
        at += len(piece)
    return parts


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


def _draw(line: DiffLine, code: Content, digits: int, width: int, *, goes_on: bool = False) -> Content:
    number = text(" " * digits + " " if goes_on else f"{line.number:>{digits}} ", "$foreground-muted")
    if line.sign == " ":
        return pad_right(number + Content("   ") + code.stylize_before("$foreground-muted"), width)
    added = line.sign == "+"
    tone, ground = ("$add", "on $add-bg") if added else ("$del", "on $del-bg")
    whole = pad_right(number + text(line.sign, tone) + Content("  ") + code, width)
    return whole.stylize_before(ground)
