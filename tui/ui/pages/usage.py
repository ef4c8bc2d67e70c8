"""What the fleet and one agent have spent: tokens by kind, money, limits, and how each figure is known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from textual.content import Content

from tui.core import figures
from tui.core.clock import Now
from tui.core.figures import counted
from tui.core.usage import ZERO, Usage, UsageSource
from tui.ui import look
from tui.ui.fit import EMPTY, cut_middle, pad_left, pad_right, text
from tui.ui.look import AgentRow, View
from tui.ui.pages.parts import RAIL_COLS, beside, heading, main_cols, pair

_KINDS: Final = (
    ("↑ input", "input"),
    ("↓ output", "output"),
    ("↺ cache read", "cache_read"),
    ("+ cache write", "cache_write"),
    ("  reasoning", "reasoning"),
)
_SOURCES: Final = {
    UsageSource.REPORTED: "reported by the CLI",
    UsageSource.COMPUTED: "computed from prices",
    UsageSource.ESTIMATED: "~estimated",
    UsageSource.NONE: "unknown",
}
_LABEL, _TOKENS, _COST = 15, 8, 9


def usage_lines(views: Sequence[View], selected: View | None, now: Now, width: int) -> list[Content]:
    """Return the page."""
    rows = [look.row_of(view, now) for view in views]
    main = main_cols(width)
    total = sum((row.status.usage for row in rows), ZERO)
    left: list[Content] = []
    if selected is not None:
        row = look.row_of(selected, now)
        left += [*_kinds(f"{row.status.name}, by kind", row.status.usage, main), *_one(row, main), EMPTY]
    left += [*_agents(rows, main), EMPTY, *_kinds("all agents, by kind", total, main), EMPTY]
    left += [*_groups("by project", _by(rows, "project"), main), EMPTY]
    left += _groups("by runtime", _by(rows, "runtime"), main)
    left += [EMPTY, text(_known(rows), "$foreground-muted")]
    return beside(left, _rail(rows, total, now), width)


def _bar_row(label: str, tokens: float, longest: float, cost: str, width: int) -> Content:
    room = max(4, width - _LABEL - _TOKENS - _COST - 2)
    full = figures.bar_cells(tokens, longest, room)
    bar = text("━" * full, "$primary") + text("━" * (room - full), "$line")
    name = pad_right(text(cut_middle(label, _LABEL - 1)), _LABEL)
    return name + bar + pad_left(Content(figures.tokens(tokens)), _TOKENS) + pad_left(Content(cost), _COST)


def _head(title: str, width: int) -> Content:
    return heading(title, f"{'tokens':>{_TOKENS}}{'cost':>{_COST}}", width - 2)


def _agents(rows: Sequence[AgentRow], width: int) -> list[Content]:
    ranked = sorted(rows, key=lambda r: (-(r.status.usage.cost_usd or 0), -r.status.usage.total, r.id))
    longest = max((r.status.usage.total for r in rows), default=0)
    return [
        _head("by agent", width),
        *(_bar_row(r.status.name, r.status.usage.total, longest, look.money(r), width) for r in ranked),
    ]


def _kinds(title: str, usage: Usage, width: int) -> list[Content]:
    known = [(label, getattr(usage, name)) for label, name in _KINDS]
    longest = max((count for _, count in known), default=0)
    return [
        heading(title, "tokens", width - 2 - _COST),
        *(_bar_row(n, c, longest, "", width) for n, c in known if c),
    ]


def _one(row: AgentRow, width: int) -> list[Content]:
    status = row.status
    context = figures.context(status.context_tokens, status.context_window) or "context unknown"
    lived = f"{counted(status.turns, 'turn')} · {counted(status.runs, 'run')}"
    words = f"{lived} · {context} · {look.money(row)} · {_source(row)}"
    return [text(words, "$foreground-muted").truncate(width, ellipsis=True)]


def _by(rows: Sequence[AgentRow], name: str) -> dict[str, Usage]:
    found: dict[str, Usage] = defaultdict(Usage)
    for row in rows:
        key = row.status.project if name == "project" else row.runtime
        found[key or "none"] = found[key or "none"] + row.status.usage
    return dict(found)


def _groups(title: str, groups: dict[str, Usage], width: int) -> list[Content]:
    ranked = sorted(groups.items(), key=lambda item: -item[1].total)
    longest = ranked[0][1].total if ranked else 0
    return [
        _head(title, width),
        *(_bar_row(name, u.total, longest, figures.money(u.cost_usd), width) for name, u in ranked),
    ]


def _known(rows: Sequence[AgentRow]) -> str:
    counts: dict[str, int] = defaultdict(int)
    for row in rows:
        counts[_source(row)] += 1
    return " · ".join(f"{number} {words}" for words, number in counts.items())


def _source(row: AgentRow) -> str:
    """Return in words how the figures are known: tokens and money may differ."""
    words = _SOURCES[row.status.usage_source]
    if row.status.cost_source is UsageSource.COMPUTED and row.status.usage_source is UsageSource.REPORTED:
        return f"{words}, the cost computed"
    return words


def _rail(rows: Sequence[AgentRow], total: Usage, now: Now) -> list[Content]:
    width = RAIL_COLS
    lines = [
        heading("fleet", "", width),
        pair("cost", text(figures.money(total.cost_usd), "bold"), width),
        pair("tokens", figures.tokens(total.total), width),
        pair("a minute", figures.rate(look.rate([r.status for r in rows], now)) or "0/min", width),
        pair("requests", f"{total.requests:,}", width),
        EMPTY,
        heading("limits", "resets in", width),
    ]
    limits = look.limits_of(rows, now)
    for limit in limits:
        left = figures.duration(limit.resets_at - now.wall) if limit.resets_at else ""
        style = look.share_style(limit.share)
        name = pad_right(text(limit.label), 14)
        percent = pad_left(text(figures.percent(limit.share), style), 5)
        lines.append(name + look.bar(limit.share, 5, style) + percent + pad_left(Content(left), 7))
    if not limits:
        lines.append(text("No CLI reported one.", "$foreground-muted"))
    cost = total.cost_usd
    if cost is not None and any(row.status.usage.cost_usd is None and row.status.usage.total for row in rows):
        lines += [EMPTY, text("Some agents have no known price:", "$foreground-muted")]
        lines.append(text(f"the true cost is above {figures.money(Decimal(cost))}.", "$foreground-muted"))
    return lines
