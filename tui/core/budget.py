"""Budgets: what an agent used, against what it may use over all its runs.

At `WARN` of a budget it is said; when it is used up, the agent's processes are stopped where they are and the user is asked,
or it is killed, if so configured. Checked after every input, so a headless turn is stopped by the first event past the limit.
What would begin a run past a budget is held as `Agent.pending`: no process exists until the user allows more.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

import msgspec

from tui.core import effects as e
from tui.core import facts as f
from tui.core.activity import Activity
from tui.core.agent import Agent, Goal
from tui.core.amounts import words
from tui.core.clock import Now
from tui.core.lifecycle import Lifecycle
from tui.core.limits import NO_BUDGET, AtLimit, BudgetNotice, Day, Kind, Pool, Spent
from tui.core.runs import Decided, over, stop, with_status
from tui.core.spec import Mode
from tui.core.status import NEVER, Status

WARN: Final = 0.8
"""Share of a budget from which on it is said."""
TALLY_S: Final = 5.0
"""The time that an agent ran is added up so often, where something happens …"""
QUIET_S: Final = 60.0
"""… and where nothing does: a host that dies loses no more of it."""
_FUZZ_S: Final = 1e-6
"""A timer that fires on time may read a hair less than its limit."""
_UP: Final = (Lifecycle.STARTING, Lifecycle.RUNNING)


class Measure(NamedTuple):
    """One figure against its bound."""

    kind: Kind
    used: float
    limit: float
    at_limit: AtLimit
    whose: str = ""
    per_day: bool = False

    @property
    def share(self) -> float:
        """Used of the limit."""
        used = self.used + (_FUZZ_S if self.kind is Kind.TIME else 0.0)
        return used / self.limit if self.limit > 0 else math.inf


def ran_s(status: Status, now: Now) -> float:
    """Return the seconds in which the agent had a process that was not paused, over all its runs."""
    return status.ran_s + (max(0.0, now.mono - status.ran_from.mono) if status.ran_from.mono else 0.0)


def spent(status: Status, now: Now) -> Spent:
    """Return what an agent used over all its runs."""
    usage = status.usage
    return Spent(
        tokens=usage.total,
        usd=usage.cost_usd or Decimal(0),
        turns=status.turns,
        time_s=ran_s(status, now),
    )


def date_of(wall: float) -> str:
    """Return the local day of a moment."""
    return time.strftime("%Y-%m-%d", time.localtime(wall))


def measures(status: Status, now: Now, pools: Sequence[Pool] = ()) -> Iterator[Measure]:
    """Yield every bound that applies, with what is used of it; those of the pools too."""
    if status.unbounded or (status.budget == NO_BUDGET and not pools):
        return
    used, more, day = spent(status, now), status.allowed, status.day
    for kind, limit in status.budget.bounds():
        yield Measure(kind, used.of(kind), limit + more.of(kind), status.budget.at_limit)
    for pool in pools:
        how, total = pool.budget.at_limit, used + pool.others
        for kind, limit in pool.budget.bounds():
            yield Measure(kind, total.of(kind), limit + more.of(kind), how, pool.whose)
        mine = used - day.start if day.date == pool.date else Spent()
        today = mine + pool.others_today
        extra = day.allowed if day.date == pool.date else Spent()
        for kind, limit in pool.budget.day_bounds():
            yield Measure(kind, today.of(kind), limit + extra.of(kind), how, pool.whose, per_day=True)


def worst(agent: Agent, now: Now) -> Measure | None:
    """Return the bound of which the largest share is used."""
    return max(measures(agent.status, now, agent.pools), key=lambda each: each.share, default=None)


def tally(agent: Agent, now: Now) -> Agent:
    """Count the time that it ran, and note where its figures stand when a day begins."""
    status = agent.status
    date = date_of(now.wall)
    if date != status.day.date:
        # What was used before the first day known is not that day's.
        agent = with_status(agent, day=Day(date, spent(status, now)))
        status = agent.status
    runs = agent.alive and not agent.paused
    if runs and not status.ran_from.mono:
        return with_status(agent, ran_from=now)
    if status.ran_from.mono and (not runs or now.mono - status.ran_from.mono >= TALLY_S):
        return with_status(agent, ran_s=ran_s(status, now), ran_from=now if runs else NEVER)
    return agent


def is_held(status: Status) -> bool:
    """Return whether an agent waits for the user because a budget is used up."""
    waits = (*_UP, Lifecycle.QUEUED)
    return status.budget_notice is not None and status.budget_notice.holding and status.lifecycle in waits


def check(agent: Agent, now: Now) -> Decided:
    """Compare; warn, pause, kill or let go on."""
    top = worst(agent, now)
    before = agent.status.budget_notice
    if top is None or top.share < WARN:
        return _release(agent, None, now) if before is not None else (agent, [])
    notice = BudgetNotice(
        kind=top.kind, used=top.used, limit=top.limit, whose=top.whose, per_day=top.per_day, reached=top.share >= 1
    )  # fmt: skip
    if before is not None:
        kept = {"holding": before.holding, "froze": before.froze, "since": before.since}
        notice = msgspec.structs.replace(notice, **kept)
    if not notice.reached:
        agent, done = _release(agent, notice, now)
        new = before is None or (before.kind, before.limit, before.whose) != (
            notice.kind,
            notice.limit,
            notice.whose,
        )
        return agent, [*done, *([_log("warned", notice)] if new and not done else [])]
    if agent.pending is None and (agent.status.lifecycle not in _UP or _is_at_rest(agent)):
        return _release(agent, notice, now, "its turn is over")
    return _stop(agent, notice, top.at_limit, now)


def _is_at_rest(agent: Agent) -> bool:
    """A headless turn that is over ends by itself: there is nothing to stop."""
    return agent.spec.mode is Mode.STREAM and agent.status.activity in (Activity.DONE, Activity.IDLE)


def tell_unpriced(agent: Agent, fact: f.AnyFact) -> Agent:
    """Say of an agent with a budget in dollars that nobody knows what it costs: that budget stops nothing.

    Not before its second turn, or its end: the price of a model is looked up while the first one runs.
    """
    status = agent.status
    if not (isinstance(fact, f.RunExited) or (isinstance(fact, f.TurnStarted) and status.turns)):
        return agent
    shared = [kind for pool in agent.pools for kind, _ in (*pool.budget.bounds(), *pool.budget.day_bounds())]
    bounded = Kind.USD in [*shared, *(kind for kind, _ in status.budget.bounds())]
    if (
        status.note
        or not bounded
        or status.unbounded
        or status.usage.cost_usd is not None
        or not status.usage.total
    ):
        return agent
    model = status.model or "its model"
    return with_status(
        agent, note=f"No price is known for {model}: its budget in dollars cannot stop it, one of tokens can."
    )


def _stop(agent: Agent, notice: BudgetNotice, how: AtLimit, now: Now) -> Decided:
    """The budget is used up and something runs, or is about to."""
    if notice.holding:
        return with_status(agent, budget_notice=notice), []
    if how is AtLimit.KILL:
        told = f"Its budget is used up: {words(notice)}. agent-tui allow gives it more."
        agent = with_status(agent, budget_notice=notice, note=told)
        if agent.pending is not None:
            agent, done = over(
                msgspec.structs.replace(agent, pending=None), Lifecycle.FAILED, Activity.UNKNOWN, told, now
            )
        else:
            agent, done = stop(agent, Goal.KILL, now, by="budget")
        return agent, [_log("killed", notice), *done]
    froze = agent.pending is None and not agent.paused
    notice = msgspec.structs.replace(notice, holding=True, froze=froze, since=now)
    agent = with_status(agent, budget_notice=notice)
    log = _log("paused" if agent.pending is None else "not started", notice)
    if not froze:
        return agent, [log]
    return with_status(agent, paused_since=now, ladder=None), [log, e.FreezeTree(frozen=True)]


def _release(agent: Agent, notice: BudgetNotice | None, now: Now, why: str = "") -> Decided:
    """There is nothing to hold, or no more: let go on what was held."""
    before = agent.status.budget_notice
    if notice is not None:
        notice = msgspec.structs.replace(notice, holding=False, froze=False, since=NEVER)
    held, agent = is_held(agent.status), with_status(agent, budget_notice=notice)
    if before is None or not held:
        return agent, []
    done: list[e.Effect] = [e.Log(f.BudgetChanged(what="goes on", text=why))]
    if before.froze and agent.paused:
        # The pause was ours: neither clock counts it.
        agent = with_status(agent, paused_since=NEVER, last_progress=now, last_byte=now)
        done.append(e.FreezeTree(frozen=False))
    return agent, done


def _log(what: str, notice: BudgetNotice) -> e.Log:
    return e.Log(f.BudgetChanged(what=what, text=words(notice)))


def deadline(agent: Agent) -> float | None:
    """Return the monotonic time at which a bound on time is reached, a warning of it is due, or time is to be added up."""
    status = agent.status
    began = status.ran_from.mono
    if not began or not agent.alive or agent.paused:
        return None
    limits = [
        each.limit for each in measures(status, status.ran_from) if each.kind is Kind.TIME and each.limit > 0
    ]
    left = [share * limit - status.ran_s for limit in limits for share in (WARN, 1.0)]
    return (
        min((began + each for each in [*left, QUIET_S] if each > _FUZZ_S), default=None) if limits else None
    )
