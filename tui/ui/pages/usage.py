"""What one agent used: tokens by kind, a line a turn, how cost and context grew, and how each figure is known. Pure."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from textual.content import Content

from tui.core import figures
from tui.core.clock import Now
from tui.core.turns import Turn, TurnMeter, curve
from tui.core.usage import ZERO, Usage, UsageSource
from tui.ui import look
from tui.ui.fit import ALWAYS, EMPTY, Piece, cut_end, fit, pad_left, pad_right, text
from tui.ui.look import AgentRow, View
from tui.ui.pages.parts import RAIL_COLS, beside, heading, main_cols, pair
from tui.ui.widgets.plot import column_plot

_SOURCES: Final = {
    UsageSource.REPORTED: "reported by the CLI",
    UsageSource.COMPUTED: "computed from prices",
    UsageSource.ESTIMATED: "~estimated",
    UsageSource.NONE: "not known",
}
KINDS: Final = (
    ("↑ input", "input"),
    ("↓ output", "output"),
    ("· reasoning", "reasoning"),
    ("↺ cache read", "cache_read"),
    ("+ cache write", "cache_write"),
)
"""What each kind is called, and its field."""
_COLUMNS: Final = (("↑", "input"), ("↓", "output"), ("↺", "cache_read"), ("+", "cache_write"))
TURNS_MOST: Final = 60
"""Turns that have a line of their own; the earlier ones are one."""
_FIGURE: Final = 8
_PLOT_ROWS: Final = 7


def usage_lines(view: View, meter: TurnMeter, now: Now, width: int) -> list[Content]:
    """Return the page about one agent."""
    row = look.row_of(view, now)
    main = main_cols(width)
    left = [*_plots(row, meter, now, main), *_turns(row, meter, now, main)]
    return beside(left, _rail(row, meter, now), width)


# -- curves ------------------------------------------------------------------------------------------------------------


def _plots(row: AgentRow, meter: TurnMeter, now: Now, width: int) -> list[Content]:
    points = meter.points
    if len(points) < 2:
        return [
            heading("how it grew", "", width),
            text("No request was told yet.", "$foreground-muted"),
            EMPTY,
        ]
    priced = any(point.usd for point in points)
    spent = [float(point.usd or 0) if priced else float(point.tokens) for point in points]
    used = [float(point.context_tokens) for point in points]
    window = row.status.context_window or meter.window
    gap = 3
    half = (width - gap) // 2 if width >= 76 else width
    times = _times(points[0].at, points[-1].at, now, 3 if half < width else 5)
    money = figures.money(row.status.usage.cost_usd, source=row.status.cost_source)
    total = figures.tokens(row.status.usage.total)
    one = [heading("cost so far" if priced else "tokens so far", money if priced else total, half)]
    one += column_plot(
        curve(points, spent, half - 7),
        half,
        _PLOT_ROWS,
        figure=_dollars if priced else _tokens,
        times=times,
        style="$primary",
    )
    share = row.status.context_share
    two = [heading("context", figures.percent(share) if share is not None else "window unknown", half)]
    two += column_plot(
        curve(points, used, half - 7),
        half,
        _PLOT_ROWS,
        figure=(lambda value: figures.percent(value / window)) if window else _tokens,
        times=times,
        style=look.share_style(share or 0) if share and share >= 0.8 else "$state-working",
        top=float(window),
    )
    if half == width:
        return [*one, EMPTY, *two, EMPTY]
    return [pad_right(a, half) + Content(" " * gap) + b for a, b in zip(one, two, strict=True)] + [EMPTY]


def _times(first: float, last: float, now: Now, count: int) -> list[str]:
    found = []
    for index in range(count):
        at = first + (last - first) * index / (count - 1)
        day = figures.clock(at, now.wall)
        found.append(day if ":" in day else f"{day} {time.strftime('%H:%M', time.localtime(at))}")
    return found


def _dollars(value: float) -> str:
    if not value:
        return "0"
    return f"${value:.0f}" if value >= 10 or value == int(value) else f"${value:.2f}"


def _tokens(value: float) -> str:
    return figures.tokens(value).replace(".00", "").replace(".0k", "k") if value else "0"


# -- turns -------------------------------------------------------------------------------------------------------------


def _turns(row: AgentRow, meter: TurnMeter, now: Now, width: int) -> list[Content]:
    turns = [turn for turn in meter.turns if turn.number or turn.usage.total]
    wide = width >= 70
    columns = _COLUMNS if wide else ()
    lines = [_head(columns, width)]
    if not turns:
        return [*lines, text("No turn was told yet.", "$foreground-muted")]
    shown, earlier = turns[-TURNS_MOST:], turns[:-TURNS_MOST]
    if earlier:
        usage = sum((turn.usage for turn in earlier), ZERO)
        lines.append(_turn("", f"{len(earlier)} earlier turns", usage, "", columns, width, muted=True))
    for turn in shown:
        clock = figures.clock(turn.at, now.wall)
        name = turn.prompt or ("before the first prompt" if not turn.number else "no words")
        context = _context(turn, row.status.context_window or meter.window)
        lines.append(_turn(f"{turn.number or ''}", f"{clock}  {name}", turn.usage, context, columns, width))
    total = sum((turn.usage for turn in turns), ZERO)
    lines.append(_turn("", "all turns", total, "", columns, width, bold=True))
    told, known = row.status.usage, total
    if told.total != known.total:
        words = f"Its events tell {figures.tokens(known.total)} of its {figures.tokens(told.total)} tokens."
        lines.append(text(words, "$foreground-muted").truncate(width, ellipsis=True))
    return lines


def _head(columns: Sequence[tuple[str, str]], width: int) -> Content:
    names = [*(mark for mark, _ in columns), *([] if columns else ["tokens"]), "cost", "ctx"]
    return heading("by turn", "".join(f"{name:>{_FIGURE}}" for name in names), width)


def _turn(
    number: str,
    words: str,
    usage: Usage,
    context: str,
    columns: Sequence[tuple[str, str]],
    width: int,
    *,
    muted: bool = False,
    bold: bool = False,
) -> Content:
    style = "$foreground-muted" if muted else "bold" if bold else ""
    counts = [getattr(usage, name) + (usage.reasoning if name == "output" else 0) for _, name in columns]
    shown = [figures.tokens(count) if count else "" for count in counts] or [figures.tokens(usage.total)]
    figures_ = [*shown, figures.money(usage.cost_usd), context]
    right = EMPTY.join(pad_left(text(each, style), _FIGURE) for each in figures_)
    room = max(8, width - right.cell_length - 4)
    left = pad_left(text(number, "$foreground-muted"), 3) + text(" ") + text(cut_end(words, room), style)
    return fit([Piece(ALWAYS, left)], [Piece(ALWAYS, right)], width, gap=0)


def _context(turn: Turn, window: int) -> str:
    if not turn.context_tokens:
        return ""
    return figures.percent(turn.context_tokens / window) if window else figures.tokens(turn.context_tokens)


# -- the rail ----------------------------------------------------------------------------------------------------------


def _rail(row: AgentRow, meter: TurnMeter, now: Now) -> list[Content]:
    width, status = RAIL_COLS, row.status
    usage = status.usage
    lines = [heading("in all", look.money(row), width)]
    lines += [
        pair(label, figures.tokens(getattr(usage, name)), width)
        for label, name in KINDS
        if getattr(usage, name)
    ]
    lines.append(pair("tokens", text(figures.tokens(usage.total), "bold"), width))
    lines += [text(words, "$foreground-muted") for words in _known(row)]
    lines += [
        EMPTY,
        heading("context", figures.tokens(status.context_window) if status.context_window else "", width),
    ]
    share = status.context_share
    if share is not None:
        style = look.share_style(share)
        percent = text(figures.percent(share), style)
        lines.append(fit([Piece(ALWAYS, look.bar(share, 14, style))], [Piece(ALWAYS, percent)], width))
    else:
        lines.append(text(figures.context(status.context_tokens, 0) or "not told", "$foreground-muted"))
    lines += [
        EMPTY,
        heading("rates", "", width),
        pair("a minute", figures.rate(look.rate([status], now)) or "0/min", width),
    ]
    lines.append(pair("requests", f"{usage.requests:,}" if usage.requests else figures.NOTHING, width))
    done = [turn for turn in meter.turns if turn.number]
    if done and usage.cost_usd:
        lines.append(pair("a turn", figures.money(usage.cost_usd / len(done)), width))
    lines.append(pair("turns", str(max(status.turns, len(done))), width))
    lines.append(pair("runs", str(status.runs), width))
    if usage.total and usage.cache_read:
        asked = usage.input + usage.cache_read + usage.cache_write
        lines.append(pair("of input from cache", figures.percent(usage.cache_read / asked), width))
    return lines


def _known(row: AgentRow) -> list[str]:
    """Return in words how the figures are known: tokens and money may differ."""
    status = row.status
    lines = [f"tokens {_SOURCES[status.usage_source]}"]
    if status.usage.cost_usd is not None:
        source = status.usage_source if status.cost_source is UsageSource.NONE else status.cost_source
        lines.append(f"cost {_SOURCES[source]}")
    elif status.usage.total:
        lines.append("no price is known for it")
    return lines


def known_words(rows: Sequence[AgentRow]) -> str:
    """Return how the figures of several agents are known, in one line."""
    counts: dict[str, int] = defaultdict(int)
    for row in rows:
        words = _SOURCES[row.status.usage_source]
        if row.status.cost_source is UsageSource.COMPUTED and row.status.usage_source is UsageSource.REPORTED:
            words += ", the cost computed"
        counts[words] += 1
    unpriced = sum(row.status.usage.cost_usd is None and row.status.usage.total > 0 for row in rows)
    said = " · ".join(f"{number} {words}" for words, number in counts.items())
    return said + (f" · {unpriced} without a price: the true cost is higher" if unpriced else "")
