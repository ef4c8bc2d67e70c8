"""What a fact adds to the status besides the activity: session, usage, requests, limits, title."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import msgspec

from tui.core import effects as e
from tui.core import facts as f
from tui.core.agent import Agent
from tui.core.clock import Now
from tui.core.metering import counted
from tui.core.prices import ModelPrice, cost
from tui.core.runs import Decided, is_another, with_status
from tui.core.status import Limit, Request, Retry
from tui.core.usage import Meter, Pricer, Usage

MINUTES_MAX: Final = 16
"""Minutes of token rates kept."""


def learn(agent: Agent, fact: f.AnyFact, now: Now) -> Decided:
    """Return the agent knowing what a fact says, and log entries that follow from it."""
    status = agent.status
    if fact.progress and (status.retry is not None or status.limited_until):
        agent = with_status(agent, retry=None, limited_until=0.0)
    match fact:
        case f.SessionStarted():
            return _session(agent, fact)
        case f.UsageReported():
            return _usage(agent, fact, now), []
        case f.PermissionAsked() | f.QuestionAsked():
            return msgspec.structs.replace(agent, request=_request(fact)), []
        case f.RequestResolved(request_id=request_id):
            if agent.request is not None and request_id in ("", agent.request.request_id):
                return msgspec.structs.replace(agent, request=None), []
        case f.TurnStarted():
            # A new turn: what interrupted the one before does not explain how this one ends.
            return msgspec.structs.replace(agent, interrupted=""), []
        case f.TurnEnded():
            return with_status(agent, turns=status.turns + 1), []
        case f.Retrying(attempt=attempt, max_attempts=most, delay_s=delay_s, error=error):
            until = Now(now.mono + delay_s, now.wall + delay_s)
            since = status.retry.since if status.retry is not None else now
            return with_status(agent, retry=Retry(attempt, most, until, error, since)), []
        case f.RateLimited(resets_at=resets_at):
            return with_status(agent, limited_until=resets_at, limit_told=now), []
        case f.LimitReported(limit=name, used_percent=percent, resets_at=resets_at):
            others = [limit for limit in status.limits if limit.limit != name]
            return with_status(agent, limits=[*others, Limit(name, percent, resets_at)][-8:]), []
        case f.TitleChanged(title=title):
            return with_status(agent, title=title), []
        case f.RecordingChanged(on=on, reason=reason):
            return with_status(agent, recording=on, recording_note="" if on else reason), []
        case _:
            pass
    return agent, []


def _session(agent: Agent, fact: f.SessionStarted) -> Decided:
    status = agent.status
    old, log = status.old_session_ids, []
    if status.session_id and status.session_id != fact.session_id and status.session_id not in old:
        old = [*old, status.session_id]
    note = status.note
    if is_another(agent, fact):
        note = f"The CLI did not resume session {agent.asked_session} but began another one."
        log = [e.Log(f.FellBack(old_session_id=agent.asked_session, reason=note, prompt="none"))]
    agent = with_status(
        msgspec.structs.replace(agent, answered=True),
        session_id=fact.session_id,
        old_session_ids=[one for one in old if one != fact.session_id],
        cli_version=fact.version or status.cli_version,
        note=note,
    )
    return _with_window(agent, fact.model or status.model, fact.context_window), list(log)


def learn_price(agent: Agent, model: str, known: ModelPrice) -> Agent:
    """Return the agent knowing what a model costs: what waited for it is priced, what is priced stays so."""
    agent = msgspec.structs.replace(agent, prices={**agent.prices, model: known})
    agent = _metered(agent, agent.meter.priced(_pricer(agent, agent.status.context_tokens)))
    return _with_window(agent, agent.status.model, 0)


def _usage(agent: Agent, fact: f.UsageReported, now: Now) -> Agent:
    before, status = agent.meter, agent.status
    price = _pricer(agent, None if fact.scope == "message" else fact.context_tokens)
    meter = counted(before, fact, status.model, price)
    agent = with_status(
        _metered(agent, meter),
        minutes=status.minutes if fact.earlier else _minutes(status.minutes, meter, before, now),
        context_tokens=fact.context_tokens or status.context_tokens,
    )
    return _with_window(agent, fact.model or status.model, fact.context_window)


def _metered(agent: Agent, meter: Meter) -> Agent:
    agent = msgspec.structs.replace(agent, meter=meter)
    return with_status(
        agent,
        usage=meter.total,
        run_usage=meter.run,
        usage_source=meter.source,
        cost_source=meter.cost_source,
    )


def _pricer(agent: Agent, size: int | None) -> Pricer:
    """Return what prices figures; `size` is that of a request where a figure does not say how many it sums up."""

    def price(model: str, usage: Usage) -> Decimal | None:
        known = agent.prices.get(model)
        if known is None or known.price is None:
            return None
        return cost(usage, known.price, size=None if usage.requests else size)

    return price


def _with_window(agent: Agent, model: str, told: int) -> Agent:
    """Set the model and its context window: as the CLI tells, else as the price list does."""
    status = agent.status
    window = told or status.context_window
    told_window = bool(told) or (agent.told_window and model == status.model)
    known = agent.prices.get(model)
    if not told_window and known is not None:
        # A request that holds more proves the list wrong: the same model is sold with larger windows, too.
        window = known.context_window if known.context_window >= status.context_tokens else 0
    agent = msgspec.structs.replace(agent, told_window=told_window)
    return with_status(agent, model=model, context_window=window)


def _minutes(minutes: list[tuple[int, int]], meter: Meter, before: Meter, now: Now) -> list[tuple[int, int]]:
    grown = meter.total.total - before.total.total
    if grown <= 0:
        return minutes
    minute = int(now.wall // 60)
    if minutes and minutes[-1][0] == minute:
        return [*minutes[:-1], (minute, minutes[-1][1] + grown)]
    return [*minutes, (minute, grown)][-MINUTES_MAX:]


def _request(fact: f.PermissionAsked | f.QuestionAsked) -> Request:
    if isinstance(fact, f.QuestionAsked):
        return Request(
            fact.request_id, permission=False, title=fact.text, options=fact.options, answerable=True
        )
    return Request(
        fact.request_id,
        tool=fact.tool,
        title=fact.title,
        detail=fact.detail,
        options=fact.options,
        answerable=True,
    )
