"""A fleet's spending: by day, group, pace."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest

from tui.core.ledger import Day, Ledger, Minute
from tui.core.spending import (
    Span,
    burn_usd,
    by_day,
    by_midnight,
    lines,
    per_minute,
    total,
    used_up_at,
    window_s,
)
from tui.core.usage import Usage

WALL = time.mktime((2025, 11, 14, 13, 30, 0, 0, 0, -1))


def ledger(name: str, project: str, **days: str) -> Ledger:
    return Ledger(
        id=name, name=name, project=project, runtime="claude-code", model="opus",
        days={f"2025-11-{day[1:]}": Day(Usage(input=10, cost_usd=Decimal(usd)), 1) for day, usd in days.items()},
        minutes=[Minute(int(WALL // 60) - 5, 600, Decimal("0.50")), Minute(int(WALL // 60) - 90, 999, Decimal(9))],
    )  # fmt: skip


FLEET = [
    ledger("a", "shop", d14="1", d13="2"),
    ledger("b", "shop", d14="3", d02="7"),
    ledger("c", "docs", d08="5"),
]


def test_groups_the_dearest_first_and_empty_ones_left_out() -> None:
    today, week, month = (Span.ending(WALL, name) for name in ("today", "week", "month"))
    assert [(line.name, line.usage.cost_usd) for line in lines(FLEET, today, "name")] == [("b", 3), ("a", 1)]
    assert [(line.name, line.usage.cost_usd) for line in lines(FLEET, week, "project")] == [
        ("shop", 6),
        ("docs", 5),
    ]
    assert total(FLEET, month).cost_usd == 18
    assert [usage.cost_usd for usage in by_day(FLEET, week)] == [5, None, None, None, None, 2, 4]


def test_the_last_hour_and_its_pace() -> None:
    minutes = per_minute(FLEET, WALL)
    assert (len(minutes), minutes[-6], sum(minutes)) == (60, 1_800, 1_800)
    assert burn_usd(FLEET, WALL) == Decimal("1.50")
    assert by_midnight(Decimal(4), Decimal(2), WALL) == Decimal(4) + Decimal(2) * Decimal("10.5")


@pytest.mark.parametrize(
    ("name", "seconds"),
    [
        ("5 h", 18_000),
        ("claude 5-hour", 18_000),
        ("week", 604_800),
        ("daily", 0),
        ("gemini day", 86_400),
        ("7 d", 604_800),
        ("requests", 0),
    ],
)
def test_how_long_a_window_is(name: str, seconds: float) -> None:
    assert window_s(name) == seconds


def test_when_a_limit_is_used_up() -> None:
    # Half of five hours gone, four fifths used: the rest is gone in 37 minutes, long before the reset.
    assert used_up_at("5 h", 0.8, WALL + 9_000, WALL) == pytest.approx(WALL + 2_250)
    assert used_up_at("5 h", 0.3, WALL + 9_000, WALL) == 0
    assert used_up_at("5 h", 0.3, WALL + 17_900, WALL) == 0
    assert used_up_at("tokens", 0.8, WALL + 9_000, WALL) == 0
    assert used_up_at("5 h", 1.0, WALL + 9_000, WALL) == 0
