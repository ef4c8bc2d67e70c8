"""The side rail of a zoomed timeline: this turn, tokens, context, files, turns. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from textual.content import Content

from tui.core import figures
from tui.core.attention import RowState
from tui.core.clock import Now
from tui.core.usage import UsageSource
from tui.ui import look
from tui.ui.fit import ALWAYS, EMPTY, Piece, cut_end, cut_path, fit, text
from tui.ui.look import AgentRow
from tui.ui.widgets.timeline_items import Timeline
from tui.ui.widgets.timeline_tools import diff_figure

RAIL: Final = 28
"""Cells of text; with the gap before and the padding behind it the rail takes 33."""
RAIL_SPACE: Final = 33
RAIL_FROM: Final = 108
"""Columns of the timeline from which there is room for the rail."""

_MUTED: Final = "$foreground-muted"
_METER: Final = 12
_FILES_MOST: Final = 8
_TURNS_MOST: Final = 8

_SOURCES: Final = {
    UsageSource.REPORTED: "reported by the CLI",
    UsageSource.COMPUTED: "computed from prices",
    UsageSource.ESTIMATED: "estimated",
}


def rail_lines(timeline: Timeline, row: AgentRow, now: Now, width: int = RAIL) -> list[Content]:
    """Return the rail, groups parted by a blank line."""
    groups = [
        list(_turn(timeline, row, now, width)),
        list(_tokens(row, width)),
        list(_context(timeline, row, width)),
        list(_files(timeline, width)),
        list(_turns(timeline, now, width)),
    ]
    lines: list[Content] = []
    for group in groups:
        if group:
            lines += [*([EMPTY] if lines else []), *group]
    return lines


def _caption(title: str, right: Content, width: int) -> Content:
    return fit([Piece(ALWAYS, text(title, "bold $foreground-muted"))], [Piece(ALWAYS, right)], width)


def _line(label: str, value: str, width: int, style: str = "") -> Content:
    return fit([Piece(ALWAYS, text(label, _MUTED))], [Piece(ALWAYS, text(value, style))], width)


def _turn(timeline: Timeline, row: AgentRow, now: Now, width: int) -> Iterator[Content]:
    if not timeline.turns:
        return
    turn = timeline.turns[-1]
    yield _caption("this turn" if not turn.ended else "last turn", EMPTY, width)
    took = (turn.ended or now.wall) - turn.at
    working = row.state in (RowState.WORKING, RowState.STARTING)
    label = row.look.word if not turn.ended else "took"
    yield _line(label, figures.duration(took), width, "$state-working" if working else "")
    yield _line("tool calls", str(turn.tool_calls), width)
    if turn.tokens:
        yield _line("tokens", figures.tokens(turn.tokens), width)
    if turn.cost is not None:
        yield _line("cost", f"${turn.cost:.2f}", width)


def _tokens(row: AgentRow, width: int) -> Iterator[Content]:
    usage = row.status.usage
    if not usage.total:
        return
    cost = figures.money(usage.cost_usd, source=row.status.cost_source)
    yield _caption("tokens", text(cost, _MUTED) if usage.cost_usd is not None else EMPTY, width)
    kinds = (
        ("↑ input", usage.input),
        ("↓ output", usage.output),
        ("· reasoning", usage.reasoning),
        ("↺ cache read", usage.cache_read),
        ("+ cache write", usage.cache_write),
    )
    for label, count in kinds:
        if count:
            yield _line(label, figures.tokens(count), width)
    if words := _SOURCES.get(row.status.usage_source):
        yield text(words, _MUTED)


def _context(timeline: Timeline, row: AgentRow, width: int) -> Iterator[Content]:
    status = row.status
    share = status.context_share
    if share is None:
        return
    yield _caption("context", text(figures.tokens(status.context_window), _MUTED), width)
    style = look.share_style(share)
    yield fit(
        [Piece(ALWAYS, look.bar(share, _METER, style))],
        [Piece(ALWAYS, text(figures.percent(share), style))],
        width,
    )
    turns = len(timeline.turns)
    if turns > 1 and share < 1:
        left = int((1 - share) / (share / turns))
        yield text(f"about {left} turn{'s' if left != 1 else ''} left", _MUTED)


def _files(timeline: Timeline, width: int) -> Iterator[Content]:
    if not timeline.files:
        return
    yield _caption("files", diff_figure(timeline.files), width)
    for path, counts in list(timeline.files.items())[-_FILES_MOST:]:
        figure = diff_figure({path: counts})
        name = text(cut_path(path, width - figure.cell_length - 2))
        yield fit([Piece(ALWAYS, name)], [Piece(ALWAYS, figure)], width)


def _turns(timeline: Timeline, now: Now, width: int) -> Iterator[Content]:
    if len(timeline.turns) < 2:
        return
    yield _caption("turns", EMPTY, width)
    for turn in timeline.turns[-_TURNS_MOST:]:
        current = turn is timeline.turns[-1]
        clock = figures.clock(turn.at, now.wall)
        words = cut_end(turn.prompt, width - len(str(turn.number)) - 1 - len(clock) - 2)
        number = text(f"{turn.number} ", "bold $primary" if current else _MUTED)
        right = text(clock, "" if current else _MUTED)
        yield fit(
            [Piece(ALWAYS, number + text(words, "bold" if current else ""))], [Piece(ALWAYS, right)], width
        )
