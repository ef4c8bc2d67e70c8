"""One line of text that always fits: what is dropped as it narrows, and how the rest is cut.

All widths are terminal cells, never characters. Text that came from an agent enters as `Content(text)` or `(text, style)`,
never as markup.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Final, NamedTuple

from rich.cells import cell_len, split_graphemes
from textual.content import Content

from tui.core.text import plain

ALWAYS: Final = 1_000
"""Priority of what is never dropped, only cut when nothing else is left."""

ELLIPSIS: Final = "…"
EMPTY: Final = Content("")


class Piece(NamedTuple):
    """Part of a line, with its own leading or trailing blanks."""

    priority: int
    """The lowest goes first."""
    content: Content
    short: Content | None = None
    """Takes its place where it would be dropped."""
    short_priority: int = ALWAYS
    """Of the short form."""


def text(value: str, style: str = "") -> Content:
    """Return one styled text, taken literally and on one line; control characters in it are left out."""
    if not value.isprintable():
        # Whatever its source promised: an ESC in a cell would reach the outer terminal.
        value = plain(value).replace("\n", " ").replace("\t", " ")
    return Content.styled(value, style) if style else Content(value)


def fit(
    left: Sequence[Piece | tuple[int, Content]],
    right: Sequence[Piece | tuple[int, Content]] = (),
    width: int = 0,
    *,
    gap: int = 2,
) -> Content:
    """Lay two groups of pieces at the ends of a line of exactly `width` cells.

    Pieces are dropped by priority, lowest first and among equals the later one, until the rest fits with `gap` cells
    between the groups. If that is not enough the left group is cut at its end with `…`, then the right one.

    Args:
        left: Pieces from the left edge on.
        right: Pieces that end at the right edge.
        width: Cells.
        gap: Cells at least between the two groups.
    """
    if width <= 0:
        return EMPTY
    kept_left, kept_right = _drop([Piece(*p) for p in left], [Piece(*p) for p in right], width, gap)
    start = _join(kept_left)
    end = _join(kept_right)
    if end.cell_length > width:
        end = end.truncate(width, ellipsis=True)
    room = width - end.cell_length - (gap if end and start else 0)
    if start.cell_length > room:
        start = start.truncate(max(0, room), ellipsis=True)
    fill = width - start.cell_length - end.cell_length
    return start + Content(" " * fill) + end


def _drop(left: list[Piece], right: list[Piece], width: int, gap: int) -> tuple[list[Piece], list[Piece]]:
    def used() -> int:
        ends = [sum(p.content.cell_length for p in group) for group in (left, right)]
        return sum(ends) + (gap if all(ends) else 0)

    while used() > width:
        candidates = [
            (piece.priority, -index, group)
            for group in (left, right)
            for index, piece in enumerate(group)
            if piece.priority < ALWAYS
        ]
        if not candidates:
            break
        _, index, group = min(candidates, key=lambda c: c[:2])
        piece = group[-index]
        if piece.short is None:
            del group[-index]
        else:
            group[-index] = Piece(piece.short_priority, piece.short)
    return left, right


def _join(pieces: Sequence[Piece]) -> Content:
    return EMPTY.join(piece.content for piece in pieces) if pieces else EMPTY


def pad_left(content: Content, width: int) -> Content:
    """Return the content right-aligned in `width` cells, cut at its end if longer."""
    content = content.truncate(max(0, width), ellipsis=True)
    return content.pad_left(width - content.cell_length) if content.cell_length < width else content


def pad_right(content: Content, width: int) -> Content:
    """Return the content left-aligned in exactly `width` cells, cut at its end if longer."""
    return content.truncate(max(0, width), ellipsis=True, pad=True)


def cut_end(value: str, width: int) -> str:
    """Cut a sentence at its end: `Wrote CHANGELOG.md f…`."""
    if cell_len(value) <= width:
        return value
    return _head(value, width - 1).rstrip() + ELLIPSIS if width > 0 else ""


def cut_middle(value: str, width: int) -> str:
    """Cut a name in its middle: `api-re…tor`; a third of what is left stays at the end."""
    if cell_len(value) <= width:
        return value
    if width < 4:
        return cut_end(value, width)
    tail = (width - 1) // 3
    end = _tail(value, tail)
    return _head(value, width - 1 - cell_len(end)) + ELLIPSIS + end


def cut_path(value: str, width: int) -> str:
    """Cut a path at its left, at a slash if one is in reach: `…/http/router.py`; the home folder is `~`."""
    value = at_home(value)
    if cell_len(value) <= width:
        return value
    parts = value.split("/")
    for index in range(1, len(parts)):
        tail = "/".join(parts[index:])
        if tail and cell_len(tail) + 2 <= width:
            return f"{ELLIPSIS}/{tail}"
    return ELLIPSIS + _tail(value, width - 1) if width > 0 else ""


def at_home(path: str) -> str:
    """Return a path with the user's home folder written as `~`."""
    home = os.environ.get("HOME", "").rstrip("/")
    return "~" + path[len(home) :] if home and (path == home or path.startswith(f"{home}/")) else path


def wrap_cells(value: str, width: int) -> list[str]:
    """Break a line that has no better places every `width` cells; at least one line."""
    lines: list[str] = []
    while cell_len(value) > width > 0:
        head = _head(value, width) or value[:1]
        lines.append(head)
        value = value[len(head) :]
    return [*lines, value]


def _head(value: str, width: int) -> str:
    """Return the longest start of whole glyphs that is at most `width` cells wide."""
    if value.isascii():
        return value[: max(0, width)]
    used = end = 0
    for _, stop, cells in split_graphemes(value)[0]:
        if used + cells > width:
            break
        used += cells
        end = stop
    return value[:end]


def _tail(value: str, width: int) -> str:
    """Return the longest end of whole glyphs that is at most `width` cells wide."""
    if value.isascii():
        return value[-width:] if width > 0 else ""
    used, start = 0, len(value)
    for begin, _, cells in reversed(split_graphemes(value)[0]):
        if used + cells > width:
            break
        used += cells
        start = begin
    return value[start:]
