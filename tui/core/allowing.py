"""Asking the user for more of a budget that is used up, and taking the answer."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Final

import msgspec

from tui.core import commands as c
from tui.core import effects as e
from tui.core import facts as f
from tui.core.agent import Agent
from tui.core.amounts import amount, parse, words
from tui.core.budget import is_held
from tui.core.limits import BudgetNotice, Kind, Spent
from tui.core.runs import Decided, with_status
from tui.core.status import Request

TOOL: Final = "budget"
"""Stands as the tool of the request that asks for more."""
_MORE, _OFF, _KILL = 1, 2, 3


def request(agent: Agent) -> Request | None:
    """Return the question for more, while the agent is held for it."""
    notice = agent.status.budget_notice
    if notice is None or not is_held(agent.status):
        return None
    how = "not started" if agent.pending is not None else "paused"
    return Request(
        request_id=f"budget-{notice.since.wall:.3f}",
        permission=False,
        tool=TOOL,
        title=f"Budget used up, {how}: {words(notice)}. Allow more?",
        options=[f"{amount(notice.kind, _again(agent, notice))} more", "no bound", "kill it"],
        answerable=True,
    )


def _again(agent: Agent, notice: BudgetNotice) -> float:
    """Return the bound as it was set, as often as it takes to be above what is used."""
    allowed = agent.status.day.allowed if notice.per_day else agent.status.allowed
    bound = notice.limit - allowed.of(notice.kind)
    times = 1 + math.floor(max(0.0, notice.used - notice.limit) / bound) if bound > 0 else 1
    return bound * times


def wants_end(given: c.Answer) -> bool:
    """Return whether an answer to the question for more says to end it."""
    return given.verdict is c.Verdict.DENY or given.choice == _KILL


def answer(agent: Agent, given: c.Answer) -> Decided:
    """Take an answer to the question for more that does not end the agent."""
    notice = agent.status.budget_notice
    if notice is None:
        return agent, [e.Refuse("That request is already answered.")]
    if given.choice == _OFF or given.verdict is c.Verdict.ALLOW_ALWAYS:
        return allow(agent, c.Allow(by=given.by, unbounded=True))
    if given.choice == _MORE or given.verdict is c.Verdict.ALLOW:
        return allow(agent, c.Allow(by=given.by))
    more = parse(given.text, notice.kind)
    if more is None:
        return agent, [e.Refuse(f"Say how much more, such as {amount(notice.kind, notice.limit)}.")]
    return allow(agent, _of(notice.kind, more, given.by))


def allow(agent: Agent, command: c.Allow) -> Decided:
    """Allow more; without a figure, as much again as the bound that is reached."""
    notice, status, by = agent.status.budget_notice, agent.status, command.by
    if refusal := _needless(agent, command):
        return agent, [e.Refuse(refusal)]
    if command.unbounded:
        log = e.Log(f.BudgetChanged(what="allowed", text=f"no bound any more, by {by}"))
        return with_status(agent, unbounded=True), [log]
    more = Spent(tokens=command.tokens, usd=command.usd, turns=command.turns, time_s=command.time_s)
    blank = more.is_nothing
    if blank:
        if notice is None or not notice.reached:
            return agent, [
                e.Refuse(f"{agent.spec.name} has used no budget up: say how much more it may use.")
            ]
        command = _of(notice.kind, _again(agent, notice), by)
        more = Spent(tokens=command.tokens, usd=command.usd, turns=command.turns, time_s=command.time_s)
    told = " and ".join(amount(kind, more.of(kind)) for kind in Kind if more.of(kind))
    log = e.Log(f.BudgetChanged(what="allowed", text=f"{told} more, by {by}"))
    day = msgspec.structs.replace(status.day, allowed=status.day.allowed + more)
    if notice is not None and notice.per_day and blank:
        return with_status(agent, day=day), [log]
    return with_status(agent, allowed=status.allowed + more, day=day), [log]


def _needless(agent: Agent, command: c.Allow) -> str:
    """Return why there is nothing to allow, where no budget bounds what is asked for."""
    name, status = agent.spec.name, agent.status
    if status.unbounded:
        return f"{name} has no bound any more: it was allowed to go on without."
    shared = [pool.budget for pool in agent.pools]
    bounded = {kind for kind, _ in status.budget.bounds()}
    bounded |= {kind for budget in shared for kind, _ in (*budget.bounds(), *budget.day_bounds())}
    if not bounded:
        return f"{name} has no budget: nothing bounds what it may use."
    more = Spent(tokens=command.tokens, usd=command.usd, turns=command.turns, time_s=command.time_s)
    idle = [kind for kind in Kind if more.of(kind) and kind not in bounded]
    if not idle:
        return ""
    has = " and ".join(kind.word for kind in Kind if kind in bounded)
    return f"{name} has a budget of {has}, none of {' or '.join(kind.word for kind in idle)}."


def _of(kind: Kind, more: float, by: str) -> c.Allow:
    match kind:
        case Kind.TOKENS:
            return c.Allow(by=by, tokens=math.ceil(more))
        case Kind.USD:
            return c.Allow(by=by, usd=Decimal(str(round(more, 6))))
        case Kind.TURNS:
            return c.Allow(by=by, turns=math.ceil(more))
        case Kind.TIME:
            return c.Allow(by=by, time_s=more)
