"""What the whole fleet spent: by day, agent, project, kind; limits and budgets; what happened while nobody looked. Pure."""

from __future__ import annotations

import time
from collections.abc import Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from textual.content import Content

from tui.core import figures, spending
from tui.core.clock import Now
from tui.core.digest import Digest
from tui.core.ledger import Ledger
from tui.core.spending import Line, Span
from tui.core.text import one_line
from tui.core.usage import Usage
from tui.ui import look
from tui.ui.fit import ALWAYS, EMPTY, Piece, cut_middle, fit, pad_left, pad_right, text
from tui.ui.look import AgentRow
from tui.ui.pages.away import away_lines
from tui.ui.pages.parts import cut, heading, pair
from tui.ui.pages.usage import KINDS, known_words
from tui.ui.widgets.plot import column_plot

SIDE: Final = 46
"""Columns of the right side where there is room for one."""
SIDE_FROM: Final = 104
_LEFT_MAX: Final = 110
_LABEL: Final = 15
_TOKENS: Final = 9
_COST: Final = 9
_MOST: Final = 12
"""Groups of one kind that are listed."""
PLOT_ROWS: Final = 7
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
GROUPS: Final = {
    "a": ("name", "agent"),
    "p": ("project", "project"),
    "r": ("runtime", "runtime"),
    "m": ("model", "model"),
}


class Bound(NamedTuple):
    """A budget of the day, and what is used of it."""

    whose: str
    used: Decimal
    limit: Decimal


class Facts(NamedTuple):
    """Everything the page tells."""

    ledgers: Sequence[Ledger]
    rows: Sequence[AgentRow]
    bounds: Sequence[Bound] = ()
    range: str = "today"
    first: str = "a"
    """Key of the grouping that stands first."""
    digest: Digest | None = None


def fleet_lines(facts: Facts, now: Now, width: int) -> list[Content]:
    """Write the page for a width."""
    if width < SIDE_FROM:
        # What ends soon stands first where all is in one column.
        parts = [_plot(facts, now, width, rows=4), _side(facts, now, width), _groups(facts, now, width)]
        return cut([line for part in parts for line in (*part, EMPTY)][:-1], width)
    room = min(_LEFT_MAX, width - SIDE - 4)
    left = [*_plot(facts, now, room), EMPTY, *_groups(facts, now, room)]
    side = _side(facts, now, SIDE)
    height = max(len(left), len(side))
    left += [EMPTY] * (height - len(left))
    side += [EMPTY] * (height - len(side))
    return [pad_right(one, room) + Content("    ") + two for one, two in zip(left, side, strict=True)]


# -- the left side -----------------------------------------------------------------------------------------------------


def _plot(facts: Facts, now: Now, width: int, rows: int = PLOT_ROWS) -> list[Content]:
    if facts.range != "today":
        span = Span.ending(now.wall, facts.range)
        days = [float(usage.cost_usd or 0) for usage in spending.by_day(facts.ledgers, span)]
        head = heading("dollars a day", f"most {figures.money(Decimal(str(round(max(days), 2))))}", width)
        times = [
            _day(day) for day in (span.days if facts.range == "week" else span.days[:: len(span.days) // 5])
        ]
        return [head, *column_plot(days, width, rows, figure=_dollars, times=times, style="$primary")]
    minutes = spending.per_minute(facts.ledgers, now.wall)
    last_minute = look.rate([row.status for row in facts.rows], now)
    rate = figures.rate(last_minute) or "0/min"
    # The last sixty seconds may hold more than any minute of the clock.
    peak = text(f"  peak {figures.tokens(max(*minutes, round(last_minute)))}", "$foreground-muted")
    head = fit(
        [Piece(ALWAYS, text("tokens a minute, last hour", "bold $foreground-muted"))],
        [Piece(ALWAYS, text(rate, "bold")), Piece(1, peak)],
        width,
    )
    times = [time.strftime("%H:%M", time.localtime(now.wall - 60 * minute)) for minute in (59, 45, 30, 15)]
    plot = column_plot([float(each) for each in minutes], width, rows, figure=_tokens, times=[*times, "now"])
    return [head, *plot]


def _tokens(value: float) -> str:
    return figures.tokens(value).replace(".00", "").replace(".0k", "k") if value else "0"


def _dollars(value: float) -> str:
    if not value:
        return "0"
    return f"${value:.0f}" if value >= 10 or value == int(value) else f"${value:.2f}"


def _day(day: str) -> str:
    parsed = time.strptime(day, "%Y-%m-%d")
    return ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[parsed.tm_wday]


def _date(day: str) -> str:
    _, month, number = day.split("-")
    return f"{int(number)} {_MONTHS[int(month) - 1]}"


def _groups(facts: Facts, now: Now, width: int) -> list[Content]:
    span = Span.ending(now.wall, facts.range)
    when = {"today": "today", "week": "in seven days", "month": "in thirty days"}[facts.range]
    order = [facts.first, *(key for key in GROUPS if key != facts.first)]
    found: list[Content] = []
    for number, key in enumerate(order):
        name, word = GROUPS[key]
        lines = spending.lines(facts.ledgers, span, name)
        if name == "model":
            lines = [line._replace(name=look.short_model(line.name)) for line in lines]
        found += [*_group(lines, f"by {word} {when}", width), EMPTY]
        if not number:
            found += [*_kinds(spending.total(facts.ledgers, span), f"by kind {when}", width), EMPTY]
    return [*found, text(known_words(facts.rows), "$foreground-muted")]


def _group(lines: Sequence[Line], title: str, width: int) -> list[Content]:
    head = heading(title, f"{'tokens':>{_TOKENS}}{'cost':>{_COST}}", width)
    if not lines:
        return [head, text("Nothing was spent.", "$foreground-muted")]
    costs = [float(line.usage.cost_usd or 0) for line in lines]
    by_cost = max(costs) > 0
    longest = max(costs) if by_cost else max(line.usage.total for line in lines)
    found = [
        _bar(line.name, cost if by_cost else line.usage.total, longest, line.usage, width)
        for line, cost in zip(lines[:_MOST], costs, strict=False)
    ]
    if rest := lines[_MOST:]:
        usage = sum((line.usage for line in rest), Usage())
        found.append(_bar(f"{len(rest)} more", 0, longest, usage, width, style="$foreground-muted"))
    return [head, *found]


def _bar(label: str, value: float, longest: float, usage: Usage, width: int, *, style: str = "") -> Content:
    room = max(4, width - _LABEL - _TOKENS - _COST)
    full = figures.bar_cells(value, longest, room)
    bar = text("━" * full, "$primary") + text("─" * (room - full), "$line")
    tokens, cost = figures.tokens(usage.total), figures.money(usage.cost_usd)
    name = pad_right(text(cut_middle(one_line(label), _LABEL - 1), style), _LABEL)
    return name + bar + pad_left(text(tokens), _TOKENS) + pad_left(text(cost), _COST)


def _kinds(usage: Usage, title: str, width: int) -> list[Content]:
    known = [(label, int(getattr(usage, name))) for label, name in KINDS]
    longest = max(count for _, count in known)
    room = max(4, width - _LABEL - _TOKENS - _COST)
    found = [heading(title, f"{'tokens':>{_TOKENS}}{'share':>{_COST}}", width)]
    for label, count in sorted(known, key=lambda each: -each[1]):
        if count:
            full = figures.bar_cells(count, longest, room)
            bar = text("━" * full, "$primary") + text("─" * (room - full), "$line")
            share = figures.percent(count / usage.total)
            figure = pad_left(text(figures.tokens(count)), _TOKENS) + pad_left(text(share), _COST)
            found.append(pad_right(text(label), _LABEL) + bar + figure)
    return found if len(found) > 1 else [found[0], text("No tokens were told.", "$foreground-muted")]


# -- the right side ----------------------------------------------------------------------------------------------------


def _side(facts: Facts, now: Now, width: int) -> list[Content]:
    parts = [_cost(facts, now, width), _limits(facts, now, width), _week(facts, now, width)]
    if facts.digest is not None:
        parts.insert(0, away_lines(facts.digest, now, width))
    return [line for part in parts if part for line in (*part, EMPTY)][:-1]


def _cost(facts: Facts, now: Now, width: int) -> list[Content]:
    today = spending.total(facts.ledgers, Span.ending(now.wall, "today")).cost_usd or Decimal(0)
    week = spending.total(facts.ledgers, Span.ending(now.wall, "week")).cost_usd or Decimal(0)
    burn = spending.burn_usd(facts.ledgers, now.wall)
    lines = [heading("cost", "", width), pair("today", text(figures.money(today), "bold"), width)]
    lines.append(pair("in seven days", figures.money(week), width))
    lines.append(pair("in the last hour", figures.money(burn), width))
    if burn:
        there = figures.money(spending.by_midnight(today, burn, now.wall))
        lines.append(pair("at this pace by midnight", there, width))
    for bound in facts.bounds:
        share = float(bound.used / bound.limit) if bound.limit else 1.0
        style = look.share_style(share)
        figure = text(figures.money(bound.used), "bold") + text(f" of {figures.money(bound.limit)}")
        lines += [
            EMPTY,
            heading(f"budget today, {one_line(bound.whose, limit=24)}", figures.percent(share), width),
        ]
        lines.append(fit([Piece(ALWAYS, look.bar(share, 14, style))], [Piece(ALWAYS, figure)], width))
    return lines


def _limits(facts: Facts, now: Now, width: int) -> list[Content]:
    lines = [heading("limits", "resets in", width)]
    limits = look.limits_of(facts.rows, now)
    for limit in limits:
        left = figures.duration(limit.resets_at - now.wall) if limit.resets_at else ""
        style = look.share_style(limit.share)
        name = pad_right(text(cut_middle(limit.label, 15)), 16)
        percent = pad_left(text(figures.percent(limit.share), style), 6)
        lines.append(
            fit(
                [Piece(ALWAYS, name + look.bar(limit.share, 10, style))],
                [Piece(ALWAYS, percent + pad_left(text(left), 8))],
                width,
            )
        )
        if at := spending.used_up_at(limit.limit, limit.share, limit.resets_at, now.wall):
            when = figures.clock(at, now.wall)
            said = f"at this pace {limit.label} is used up at {when}"
            lines.append(text("! ", "$warning") + text(said).truncate(width - 2, ellipsis=True))
    return lines if limits else [*lines, text("No CLI reported one.", "$foreground-muted")]


def _week(facts: Facts, now: Now, width: int) -> list[Content]:
    span = Span.ending(now.wall, "week")
    days = spending.by_day(facts.ledgers, span)
    costs = [float(usage.cost_usd or 0) for usage in days]
    longest = max(costs)
    total = sum((usage.cost_usd or Decimal(0) for usage in days), Decimal(0))
    lines = [heading("seven days", figures.money(total), width)]
    room = width - 5 - _COST
    for day, cost, usage in zip(span.days, costs, days, strict=True):
        full = figures.bar_cells(cost, longest, room)
        style = "$primary" if day == span.days[-1] else "$foreground-muted"
        bar = text("━" * full, style) + text("─" * (room - full), "$line")
        lines.append(
            pad_right(text(_day(day)), 5)
            + bar
            + pad_left(text(figures.money(usage.cost_usd or Decimal(0))), _COST)
        )
    return lines
