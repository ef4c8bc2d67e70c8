"""What an agent spent by the day: nothing is lost, nothing is counted twice."""

from __future__ import annotations

from decimal import Decimal

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tui.core.ledger import DAYS_MAX, MINUTES_MAX, Ledger, entered
from tui.core.spec import Mode
from tui.core.status import Status
from tui.core.usage import ZERO, Usage


def status(
    usage: Usage, turns: int = 0, created_at: float = 1.0, minutes: list[tuple[int, int]] | None = None
) -> Status:
    return Status(
        id="a", name="a", runtime="claude-code", mode=Mode.STREAM, cwd="/w", project="shop", model="opus",
        usage=usage, turns=turns, created_at=created_at,
        minutes=minutes or [],
    )  # fmt: skip


def spent(tokens: int, usd: str | None = None) -> Usage:
    return Usage(input=tokens, cost_usd=None if usd is None else Decimal(usd))


GROWTH = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 1_000), st.integers(0, 500)), max_size=30)


@given(GROWTH)
def test_the_days_add_up_to_the_total(growth: list[tuple[int, int, int]]) -> None:
    ledger, usage, day = None, ZERO, 1
    for days, tokens, cents in growth:
        day += days
        usage = usage + spent(tokens, str(Decimal(cents) / 100))
        for _ in range(2):  # told twice, counted once
            ledger = entered(ledger, status(usage), f"2025-01-{day:03}")
    if ledger is not None:
        total = sum((each.usage for each in ledger.days.values()), ZERO)
        assert (total.total, total.cost_usd) == (usage.total, usage.cost_usd)


def test_a_day_has_what_was_used_on_it() -> None:
    ledger = entered(None, status(spent(100, "1"), 2, minutes=[(1, 100)]), "2025-01-01")
    ledger = entered(ledger, status(spent(160, "1.5"), 3, minutes=[(1, 100), (2, 60)]), "2025-01-02")
    assert [(date, day.usage.input, day.usage.cost_usd, day.turns) for date, day in ledger.days.items()] == [
        ("2025-01-01", 100, Decimal(1), 2),
        ("2025-01-02", 60, Decimal("0.5"), 1),
    ]
    assert [(each.minute, each.tokens, each.usd) for each in ledger.minutes] == [
        (1, 100, Decimal(1)),
        (2, 60, Decimal("0.5")),
    ]


def test_another_agent_with_the_same_id_begins_at_nothing_and_forgets_nothing() -> None:
    ledger = entered(None, status(spent(100, "1")), "2025-01-01")
    ledger = entered(ledger, status(spent(30, "0.2"), created_at=9.0), "2025-01-01")
    (day,) = ledger.days.values()
    assert (day.usage.input, day.usage.cost_usd) == (130, Decimal("1.2"))


def test_a_correction_downward_never_goes_below_nothing() -> None:
    ledger = entered(None, status(spent(100, "1")), "2025-01-01")
    ledger = entered(ledger, status(spent(40, "0.1")), "2025-01-02")
    assert ledger.days["2025-01-02"].usage.total == 0
    assert ledger.days["2025-01-02"].usage.cost_usd == Decimal(0)
    assert ledger.counted.total == 40


def test_it_stays_small_and_survives_a_file() -> None:
    ledger = None
    for day in range(DAYS_MAX + 50):
        date = f"{2020 + day // 300}-{1 + day % 300 // 25:02}-{1 + day % 25:02}"
        ledger = entered(ledger, status(spent(day + 1), minutes=[(day, 1)]), date)
    assert ledger is not None
    assert (len(ledger.days), len(ledger.minutes)) == (DAYS_MAX, MINUTES_MAX)
    assert msgspec.json.decode(msgspec.json.encode(ledger), type=Ledger) == ledger


def test_what_was_spent_earlier_is_no_part_of_the_last_minutes() -> None:
    # A CLI that is taken over tells at once what its session used before: it counts, but not for the pace.
    ledger = entered(None, status(spent(1_000, "10"), minutes=[(7, 100)]), "2025-01-01")
    assert [(each.minute, each.tokens, each.usd) for each in ledger.minutes] == [(7, 100, Decimal(1))]
    assert ledger.days["2025-01-01"].usage.cost_usd == Decimal(10)
