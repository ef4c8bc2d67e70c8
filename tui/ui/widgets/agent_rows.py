"""One agent as one, two or three lines of the list; captions and the limits at its foot. Pure: values in, content out."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from textual.content import Content

from tui.core import figures
from tui.core.clock import Now
from tui.ui import look
from tui.ui.fit import ALWAYS, EMPTY, Piece, cut_end, cut_middle, fit, pad_left, pad_right, text
from tui.ui.look import AgentRow, LimitRow

MUTED: Final = "$foreground-muted"
CAPTION: Final = "bold $foreground-muted"

_NAME: Final = 12
_WORD: Final = 10
_TIMER: Final = 6
_COST: Final = 7
_CONTEXT: Final = 6
_WORD_FROM: Final = 30
"""Cells below which only the glyph tells the state."""
_HEADLINE_LEAST: Final = 12
_BUSY: Final = "state-working"


class Scale(NamedTuple):
    """What the lines of all rows share."""

    width: int
    """Cells of text, without edge and padding."""
    now: Now
    highest: int
    """Most tokens in one cell of any sparkline in view."""
    glyphs: str = "unicode"

    @property
    def marks(self) -> figures.Marks:
        """Characters of figures."""
        return figures.marks(self.glyphs)


def row_lines(row: AgentRow, lines: int, scale: Scale) -> list[Content]:
    """Return the lines of one agent, each exactly `scale.width` cells."""
    if lines == 1:
        return [one_line_row(row, scale)]
    first = [_title(row, scale), _headline(row, scale)]
    return first if lines == 2 else [*first, _meters(row, scale)]


def _name(row: AgentRow, width: int) -> Content:
    return text(cut_middle(row.status.name, width), "bold" if row.loud else "")


def _title(row: AgentRow, scale: Scale) -> Content:
    timer = text(look.timer_text(row).rjust(_TIMER - 1))
    end = [Piece(ALWAYS, Content(" ") + timer)]
    if scale.width >= _WORD_FROM:
        end.insert(0, Piece(ALWAYS, look.word(row)))
    room = scale.width - 2 - sum(piece.content.cell_length for piece in end) - 1
    start = look.glyph(row, scale.glyphs) + Content(" ") + _name(row, max(1, room))
    return fit([Piece(ALWAYS, start)], end, scale.width, gap=1)


def _headline(row: AgentRow, scale: Scale) -> Content:
    words = cut_end(look.headline(row, scale.now), scale.width - 2)
    return pad_right(Content("  ") + text(words, MUTED), scale.width)


def _meters(row: AgentRow, scale: Scale) -> Content:
    colour = f"${_BUSY}" if row.look.colour == _BUSY else MUTED
    values = look.activity(row.status, scale.now)
    spark = text(figures.sparkline(values, scale.highest, marks=scale.marks), colour)
    context = figures.context(row.status.context_tokens, row.status.context_window)
    share = look.context_share(row)
    if share is not None:
        context = f"ctx {figures.percent(share):>3}"
    style = look.share_style(share) if share is not None and share >= 0.8 else MUTED
    return fit(
        [Piece(10, Content("  ") + spark)],
        [
            Piece(20, text(look.tokens(row, scale.marks).rjust(5), MUTED)),
            Piece(ALWAYS, Content(" ") + text(look.money(row, scale.marks).rjust(6), MUTED)),
            Piece(30, Content("  ") + text(context.rjust(7), style)),
        ],
        scale.width,
        gap=1,
    )


class Columns(NamedTuple):
    """Which columns one-line rows have, as their width allows."""

    name: int
    word: bool
    limit: bool
    cost: bool
    context: bool
    headline: int
    tokens: bool
    spark: bool


def columns(width: int, longest_name: int = _NAME) -> Columns:
    """Return the columns for rows of `width` cells. Dropped as it narrows: sparkline, tokens, headline, context, cost."""
    word = width >= _WORD_FROM
    room = width - 2 - (_WORD if word else 0) - _TIMER
    if not word or room < _NAME + 1 + _COST:
        return Columns(max(1, room - 1), word, False, False, False, 0, False, False)
    limit = width >= 120
    wanted = max(_NAME, min(longest_name, 24)) if width >= 100 else _NAME
    room -= wanted + 1 + (_TIMER if limit else 0)
    cost = room >= _COST
    room -= _COST if cost else 0
    context = room >= _CONTEXT
    room -= _CONTEXT if context else 0
    tokens = room >= 50 + 7
    room -= 7 if tokens else 0
    spark = room >= 50 + look.SPARK_CELLS + 2
    room -= look.SPARK_CELLS + 2 if spark else 0
    headline = room - 2 if room - 2 >= _HEADLINE_LEAST else 0
    return Columns(wanted, word, limit, cost, context, headline, tokens, spark)


def one_line_row(row: AgentRow, scale: Scale, longest_name: int = _NAME) -> Content:
    """Return an agent as one line in columns."""
    has = columns(scale.width, longest_name)
    marks = scale.marks
    parts = [
        look.glyph(row, scale.glyphs),
        Content(" "),
        pad_right(_name(row, has.name), has.name + 1),
    ]
    if has.word:
        parts.append(pad_right(look.word(row), _WORD))
    timer_width = _TIMER * 2 if has.limit else _TIMER
    parts.append(text(look.timer_text(row, limit=has.limit).rjust(timer_width)))
    if has.headline:
        words = text(cut_end(look.headline(row, scale.now), has.headline), MUTED)
        parts += [Content("  "), pad_right(words, has.headline)]
    else:
        used = sum(part.cell_length for part in parts)
        rest = (_COST if has.cost else 0) + (_CONTEXT if has.context else 0)
        parts.append(Content(" " * max(0, scale.width - used - rest)))
    if has.spark:
        values = look.activity(row.status, scale.now)
        colour = f"${_BUSY}" if row.look.colour == _BUSY else MUTED
        parts += [Content("  "), text(figures.sparkline(values, scale.highest, marks=marks), colour)]
    if has.tokens:
        parts.append(text(look.tokens(row, marks).rjust(7), MUTED))
    if has.cost:
        parts.append(text(look.money(row, marks).rjust(_COST)))
    if has.context:
        share = look.context_share(row)
        figure = figures.percent(share) if share is not None else marks.none
        style = look.share_style(share) if share is not None and share >= 0.8 else MUTED
        parts.append(text(figure.rjust(_CONTEXT), style))
    return pad_right(EMPTY.join(parts), scale.width)


def caption(title: str, right: str, width: int) -> Content:
    """Return a caption with a figure at the right end."""
    return fit([Piece(ALWAYS, text(title, CAPTION))], [Piece(ALWAYS, text(right, MUTED))], width, gap=1)


def rail_row(row: AgentRow, scale: Scale) -> Content:
    """Return an agent as its glyph alone."""
    return look.glyph(row, scale.glyphs)


def name_row(row: AgentRow, scale: Scale) -> Content:
    """Return an agent as glyph and name, where there is room for nothing else."""
    name = _name(row, max(1, scale.width - 2))
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
