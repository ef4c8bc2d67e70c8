"""Sums over all agents: made once for each change, so that a second that passes costs the few that spent lately. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from tui.core.attention import RowState, counts
from tui.core.clock import Now
from tui.core.status import Status
from tui.core.usage import UsageSource
from tui.ui import look
from tui.ui.look import AgentRow, LimitRow

_BUSY: Final = (RowState.WORKING, RowState.STARTING)


class Totals:
    """What some rows come to.

    Args:
        rows: As of the last change of each.
        now: The present: what was over before it is over for good.
    """

    def __init__(self, rows: Sequence[AgentRow], now: Now) -> None:
        self.rows = rows
        self.states = counts(row.state for row in rows)
        self.projects = {row.status.project for row in rows if row.status.project}
        self.tokens = sum(row.status.usage.total for row in rows)
        self.source = _weakest(row.status.usage_source for row in rows)
        costs = [row.status.usage.cost_usd for row in rows if row.status.usage.cost_usd is not None]
        self.cost: Decimal | None = sum(costs, Decimal(0)) if costs else None
        self.is_busy = any(row.state in _BUSY for row in rows)
        spent = ((row.status.minutes[-1][0], row.status) for row in rows if row.status.minutes)
        self._spenders = sorted(spent, key=lambda each: -each[0])
        """Those that used tokens, by the last minute in which they did, the latest first."""
        self._limited = limited(rows, now)

    def minutes(self, now: Now, cells: int) -> list[int]:
        """Return the tokens of each of the last minutes, oldest first."""
        found = [0] * cells
        for status in self._since(int(now.wall // 60) - cells):
            for index, used in enumerate(look.activity(status, now, cells, 1)):
                found[index] += used
        return found

    def rate(self, now: Now) -> float:
        """Return tokens in the last 60 seconds."""
        return look.rate(self._since(int(now.wall // 60) - 2), now)

    def limits(self, now: Now) -> list[LimitRow]:
        """Return each limit that runs once."""
        return look.limits_of(self._limited, now)

    def _since(self, minute: int) -> Iterable[Status]:
        for last, status in self._spenders:
            if last < minute:
                return
            yield status


def limited(rows: Iterable[AgentRow], now: Now) -> list[AgentRow]:
    """Return the rows with a limit that is not reset yet."""
    return [
        row
        for row in rows
        if any(not limit.resets_at or limit.resets_at > now.wall for limit in row.status.limits)
    ]


def _weakest(sources: Iterable[UsageSource]) -> UsageSource:
    """Return the source to name for a sum: an estimate in it makes it one."""
    found = set(sources)
    if UsageSource.ESTIMATED in found:
        return UsageSource.ESTIMATED
    if found <= {UsageSource.NONE}:
        return UsageSource.NONE
    return UsageSource.COMPUTED if UsageSource.COMPUTED in found else UsageSource.REPORTED
