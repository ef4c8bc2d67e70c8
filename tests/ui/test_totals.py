"""Sums over all agents: the same as by looking at each, and made once for each change."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest

from screenshots.cast import NOW, eleven
from tui.core.clock import Now
from tui.core.status import Limit
from tui.ui import look
from tui.ui.agents import Agents
from tui.ui.look import AgentRow
from tui.ui.totals import Totals, limited

MINUTE = int(NOW.wall // 60)


def later(seconds: float) -> Now:
    return Now(NOW.mono + seconds, NOW.wall + seconds)


def spending() -> list[AgentRow]:
    """Rows of which each spent at another time, some long ago."""
    rows = [look.row_of(view, NOW) for view in eleven()]
    for number, row in enumerate(rows):
        minutes = [(MINUTE - number * 3 - back, 100 + number) for back in (1, 0)]
        rows[number] = msgspec.structs.replace(
            row, status=msgspec.structs.replace(row.status, minutes=minutes)
        )
    return rows


@pytest.mark.parametrize("seconds", [0.0, 30.0, 61.0, 400.0, 4_000.0])
def test_what_was_spent_of_late_is_what_each_agent_spent(seconds: float) -> None:
    rows, now = spending(), later(seconds)
    totals = Totals(rows, NOW)
    each = [look.activity(row.status, now, 16, 1) for row in rows]
    assert totals.minutes(now, 16) == [sum(used) for used in zip(*each, strict=True)]
    assert totals.rate(now) == pytest.approx(look.rate([row.status for row in rows], now))


def test_a_limit_that_was_reset_is_over_for_good_and_others_end_in_their_time() -> None:
    row = spending()[0]

    def with_limit(resets_at: float) -> AgentRow:
        limits = [Limit(limit="5 h", used_percent=50.0, resets_at=resets_at)]
        return msgspec.structs.replace(row, status=msgspec.structs.replace(row.status, limits=limits))

    past, coming, unknown = with_limit(NOW.wall - 5), with_limit(NOW.wall + 5), with_limit(0.0)
    assert limited([past, coming, unknown, row], NOW)[:2] == [coming, unknown]
    totals = Totals([past, coming], NOW)
    assert [limit.resets_at for limit in totals.limits(NOW)] == [NOW.wall + 5]
    assert totals.limits(later(6)) == []


def test_sums_are_over_all() -> None:
    rows = [look.row_of(view, NOW) for view in eleven()]
    totals = Totals(rows, NOW)
    assert totals.tokens == sum(row.status.usage.total for row in rows)
    assert totals.cost == sum((row.status.usage.cost_usd or Decimal(0) for row in rows), Decimal(0))
    assert sum(totals.states.values()) == len(rows)


def test_nothing_is_made_anew_while_no_agent_changes() -> None:
    agents, views = Agents(), {view.id: view for view in eleven()}
    agents.update(views, NOW)
    rows, waiting = agents.rows, agents.waiting()
    agents.update(views, later(1))
    assert agents.rows is rows
    assert agents.waiting() is waiting
    changed = next(iter(views.values()))
    views[changed.id] = msgspec.structs.replace(changed, seen=not changed.seen)
    agents.update(views, later(2))
    assert agents.rows is not rows
    assert agents.waiting() is not waiting
    assert agents.waiting() == waiting
