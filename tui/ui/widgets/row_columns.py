"""Rows of one line: which columns there is room for, and what each says. Pure: values in, content out."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final, NamedTuple

from textual.content import Content

from tui.core import figures
from tui.core.settings import ROW, Column
from tui.core.text import one_line
from tui.ui import look
from tui.ui.fit import EMPTY, cut_end, cut_middle, cut_path, pad_left, pad_right, text
from tui.ui.look import AgentRow

if TYPE_CHECKING:
    from tui.ui.widgets.agent_rows import Scale

MUTED: Final = "$foreground-muted"

_NAME: Final = 12
_NAME_MOST: Final = 24
_WORD_FROM: Final = 30
"""Cells below which only the glyph tells the state."""
_WIDE_FROM: Final = 100
"""Cells from which names are as wide as the longest."""
_LIMIT: Final = 6
_HEADLINE_LEAST: Final = 12
_HEADLINE_GOOD: Final = 50
"""Cells that a headline keeps before anything but money and context gets any."""

WIDTHS: Final = {
    Column.STATE: 10,
    Column.TIMER: 6,
    Column.RETRIES: 5,
    Column.BRANCH: 20,
    Column.FOLDER: 26,
    Column.RUNTIME: 10,
    Column.MODEL: 16,
    Column.SPARKLINE: look.SPARK_CELLS + 2,
    Column.TOKENS: 7,
    Column.COST: 7,
    Column.CONTEXT: 6,
}
"""Cells of each column with the gap before it."""

DROPPED: Final = (
    Column.FOLDER,
    Column.BRANCH,
    Column.MODEL,
    Column.RUNTIME,
    Column.RETRIES,
    Column.SPARKLINE,
    Column.TOKENS,
    Column.HEADLINE,
    Column.CONTEXT,
    Column.COST,
    Column.STATE,
    Column.TIMER,
)
"""What goes first as it narrows stands first."""
_KEPT: Final = (Column.COST, Column.CONTEXT)


class Columns(NamedTuple):
    """Which columns one-line rows have, as their width allows."""

    name: int
    """Cells of the name."""
    has: frozenset[Column]
    limit: bool = False
    """The timer names its limit."""
    headline: int = 0
    """Cells of the headline, without its gap."""


def columns(width: int, longest_name: int = _NAME, wanted: tuple[Column, ...] = ROW) -> Columns:
    """Return the columns for rows of `width` cells.

    Args:
        width: Cells.
        longest_name: Cells of the longest name.
        wanted: What the user wants to see.
    """
    has: set[Column] = {column for column in (Column.STATE, Column.TIMER) if column in wanted}
    if width < _WORD_FROM:
        has.discard(Column.STATE)
    room = width - 2 - sum(WIDTHS[column] for column in has)
    if width < _WORD_FROM or room < _NAME + 1 + WIDTHS[Column.COST]:
        return Columns(max(1, room - 1), frozenset(has))
    name = max(_NAME, min(longest_name, _NAME_MOST)) if width >= _WIDE_FROM else _NAME
    room -= name + 1
    limit, has_headline = False, Column.HEADLINE in wanted
    for column in reversed(DROPPED):
        if column is Column.HEADLINE:
            limit = Column.TIMER in has and room >= _HEADLINE_GOOD + _LIMIT
            room -= _LIMIT if limit else 0
        if column not in wanted or column in has or column is Column.HEADLINE:
            continue
        kept = _HEADLINE_GOOD if has_headline and column not in _KEPT else 0
        if room < kept + WIDTHS[column]:
            break  # a narrower one that matters less must not take its place
        has.add(column)
        room -= WIDTHS[column]
    headline = room - 2 if has_headline and room - 2 >= _HEADLINE_LEAST else 0
    if not headline:  # what no column wants goes to longer names
        name = max(name, min(longest_name, name + room, _NAME_MOST))
    return Columns(name, frozenset(has), limit, headline)


def name_of(row: AgentRow, width: int) -> Content:
    """Return the name, bold while the agent wants to be looked at, cut in its middle."""
    return text(cut_middle(row.status.name, width), "bold" if row.loud else "")


def one_line_row(row: AgentRow, scale: Scale, longest_name: int = _NAME) -> Content:
    """Return an agent as one line in columns."""
    found = columns(scale.width, longest_name, scale.wanted)
    parts = [look.glyph(row, scale.glyphs), Content(" "), pad_right(name_of(row, found.name), found.name + 1)]
    parts += [_column(column, row, scale, found) for column in scale.wanted]
    used = sum(part.cell_length for part in parts)
    if not found.headline and used < scale.width:
        # Figures stand at the right end also where nothing stands before them.
        leading = sum(column in found.has for column in scale.wanted[: _figures_from(scale.wanted)])
        parts.insert(3 + leading, Content(" " * (scale.width - used)))
    return pad_right(EMPTY.join(part for part in parts if part), scale.width)


def _figures_from(wanted: tuple[Column, ...]) -> int:
    places = [at for at, column in enumerate(wanted) if column not in (Column.STATE, Column.TIMER)]
    return places[0] if places else len(wanted)


def _column(column: Column, row: AgentRow, scale: Scale, found: Columns) -> Content:
    if column is Column.HEADLINE:
        if not found.headline:
            return EMPTY
        words = text(cut_end(look.headline(row, scale.now), found.headline), MUTED)
        return Content("  ") + pad_right(words, found.headline)
    if column not in found.has:
        return EMPTY
    if column is Column.TIMER:
        width = WIDTHS[column] + (_LIMIT if found.limit else 0)
        return text(look.timer_text(row, limit=found.limit).rjust(width))
    if column is Column.STATE:
        return pad_right(look.word(row), WIDTHS[column])
    said = cell(column, row, scale)
    if column in (Column.TOKENS, Column.COST, Column.CONTEXT):
        return pad_left(said or text(scale.marks.none, MUTED), WIDTHS[column])
    return Content("  ") + pad_right(said, WIDTHS[column] - 2)


def cell(column: Column, row: AgentRow, scale: Scale) -> Content:
    """Return what a column says of an agent; empty where there is nothing to say."""
    status, marks = row.status, scale.marks
    match column:
        case Column.RETRIES:
            times = status.retry.attempt if status.retry is not None else len(status.restarted_at)
            mark = "@" if scale.glyphs == "ascii" else "↻"
            return text(f"{mark}{min(times, 99)}", MUTED) if times else EMPTY
        case Column.BRANCH:
            return text(cut_middle(one_line(status.branch), WIDTHS[column] - 2), MUTED)
        case Column.FOLDER:
            path = PurePosixPath(one_line(status.cwd))
            return text(cut_path(str(path), WIDTHS[column] - 2), MUTED)
        case Column.RUNTIME:
            return text(cut_end(one_line(row.runtime), WIDTHS[column] - 2), MUTED)
        case Column.MODEL:
            return text(cut_end(look.short_model(status.model), WIDTHS[column] - 2), MUTED)
        case Column.SPARKLINE:
            busy = row.look.colour == "state-working"
            values = look.activity(status, scale.now)
            line = figures.sparkline(values, scale.highest, marks=marks)
            return text(line, "$state-working" if busy else MUTED)
        case Column.TOKENS:
            return text(look.tokens(row, marks), MUTED)
        case Column.COST:
            return text(look.money(row, marks))
        case Column.CONTEXT:
            return _context(row, scale)
        case _:
            return EMPTY


def _context(row: AgentRow, scale: Scale) -> Content:
    share = look.context_share(row)
    if share is None:
        return EMPTY
    return text(figures.percent(share), look.share_style(share) if share >= 0.8 else MUTED)
