"""One agent as one, two or three lines of the list; captions and the limits at its foot. Pure: values in, content out."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from textual.content import Content

from tui.core import figures
from tui.core.clock import Now
from tui.core.settings import ROW, Column
from tui.ui import look
from tui.ui.fit import ALWAYS, EMPTY, Piece, cut_end, fit, pad_left, pad_right, text
from tui.ui.look import AgentRow, LimitRow
from tui.ui.widgets.row_columns import DROPPED, MUTED, cell, name_of

CAPTION: Final = "bold $foreground-muted"

_TIMER: Final = 6
_WORD_FROM: Final = 30
"""Cells below which only the glyph tells the state."""
_LIMIT_FROM: Final = 40
"""Cells of a tall row from which its timer names its limit."""


class Scale(NamedTuple):
    """What the lines of all rows share."""

    width: int
    """Cells of text, without edge and padding."""
    now: Now
    highest: int
    """Most tokens in one cell of any sparkline in view."""
    glyphs: str = "unicode"
    wanted: tuple[Column, ...] = ROW
    """What rows tell, in this order."""

    @property
    def marks(self) -> figures.Marks:
        """Characters of figures."""
        return figures.marks(self.glyphs)


def row_lines(row: AgentRow, lines: int, scale: Scale) -> list[Content]:
    """Return the lines of one agent, each exactly `scale.width` cells."""
    first = [_title(row, scale)]
    if Column.HEADLINE in scale.wanted:
        first.append(_headline(row, scale))
    return [*first, _meters(row, scale), EMPTY.pad_right(scale.width)][:lines]


def _title(row: AgentRow, scale: Scale) -> Content:
    end = []
    if Column.STATE in scale.wanted and scale.width >= _WORD_FROM:
        end.append(Piece(ALWAYS, look.word(row)))
    if Column.TIMER in scale.wanted:
        timer = look.timer_text(row, limit=scale.width >= _LIMIT_FROM)
        end.append(Piece(ALWAYS, Content(" ") + text(timer.rjust(_TIMER - 1))))
    room = scale.width - 2 - sum(piece.content.cell_length for piece in end) - 1
    start = look.glyph(row, scale.glyphs) + Content(" ") + name_of(row, max(1, room))
    return fit([Piece(ALWAYS, start)], end, scale.width, gap=1)


def _headline(row: AgentRow, scale: Scale) -> Content:
    words = cut_end(look.headline(row, scale.now), scale.width - 2)
    return pad_right(Content("  ") + text(words, MUTED), scale.width)


# What goes first has the lowest number; the order is that of one-line rows.
_ORDER: Final = {column: place for place, column in enumerate(DROPPED)}


def _meters(row: AgentRow, scale: Scale) -> Content:
    left, right = [Piece(ALWAYS, Content("  "))], []
    # The sparkline stands first, so that those of all rows stand below each other.
    for column in sorted(scale.wanted, key=lambda column: column is not Column.SPARKLINE):
        said = cell(column, row, scale)
        if column is Column.CONTEXT:
            right.append(Piece(_ORDER[column], Content("  ") + pad_left(_context(row), 7)))
        elif column is Column.COST:
            right.append(Piece(ALWAYS, Content(" ") + pad_left(text(said.plain, MUTED), 6)))
        elif column is Column.TOKENS:
            right.append(Piece(_ORDER[column], pad_left(said, 5)))
        elif said:
            left.append(Piece(_ORDER[column], (Content("  ") if len(left) > 1 else EMPTY) + said))
    return fit(left, right, scale.width, gap=1)


def _context(row: AgentRow) -> Content:
    share = look.context_share(row)
    if share is None:
        return text(figures.context(row.status.context_tokens, row.status.context_window), MUTED)
    return text(f"ctx {figures.percent(share):>3}", look.share_style(share) if share >= 0.8 else MUTED)


def caption(title: str, right: str, width: int) -> Content:
    """Return a caption with a figure at the right end."""
    return fit([Piece(ALWAYS, text(title, CAPTION))], [Piece(ALWAYS, text(right, MUTED))], width, gap=1)


def rail_row(row: AgentRow, scale: Scale) -> Content:
    """Return an agent as its glyph alone."""
    return look.glyph(row, scale.glyphs)


def name_row(row: AgentRow, scale: Scale) -> Content:
    """Return an agent as glyph and name, where there is room for nothing else."""
    name = name_of(row, max(1, scale.width - 2))
    return pad_right(look.glyph(row, scale.glyphs) + Content(" ") + name, scale.width)


def limit_lines(
    limits: Sequence[LimitRow], budget: tuple[Decimal, Decimal] | None, scale: Scale
) -> list[Content]:
    """Return the block of limits: name, meter, share, and when it is reset.

    Args:
        limits: One row each.
        budget: Spent and allowed today, as the last row; None where no budget is set.
        scale: Width and characters.
    """
    if not limits and budget is None:
        return []
    lines = [caption("limits", "resets", scale.width)]
    for limit in limits:
        resets = figures.clock(limit.resets_at, scale.now.wall) if limit.resets_at else ""
        lines.append(_limit(limit.label, limit.share, resets, scale))
    if budget is not None:
        spent, allowed = budget
        share = float(spent / allowed) if allowed else 0.0
        lines.append(_limit("today", share, f"of {_round_money(allowed)}", scale))
    return lines


def _round_money(usd: Decimal) -> str:
    return f"${usd:.0f}" if usd == usd.to_integral_value() else figures.money(usd)


def _limit(name: str, share: float, right: str, scale: Scale) -> Content:
    name_cells = max(8, scale.width - 19) if scale.width < 36 else 16
    style = look.share_style(share)
    return fit(
        [
            Piece(ALWAYS, pad_right(text(cut_end(name, name_cells - 1)), name_cells)),
            Piece(10, look.bar(share, 6, style, scale.marks)),
            Piece(20, text(figures.percent(share).rjust(5), style)),
        ],
        [Piece(15, pad_left(text(right, MUTED), 8))],
        scale.width,
        gap=0,
    )
