"""Why an agent is quiet, and whether it has been for too long: the rules behind `tui.core.triage`."""

from __future__ import annotations

from typing import Final

import msgspec

from tui.core import facts as f
from tui.core.activity import Activity
from tui.core.agent import Agent
from tui.core.clock import Now
from tui.core.doing import followed
from tui.core.looping import circled
from tui.core.policies import Policy, loop_repeats, loop_tokens, policy
from tui.core.status import NEVER
from tui.core.triage import Quiet, Triage

QUIET_S: Final = 3.0
"""An answer that streamed and then says nothing for so long has stopped in its middle."""
RETRY_GRACE_S: Final = 5.0
"""So long after the next attempt was due it is known to be under way: it waits for its answer."""
BUSY_HOLD_S: Final = 30.0
"""A tool whose processes used something within this time is busy."""
SAMPLE_AFTER_S: Final = 2.0
"""A tool is measured once it runs for so long without a word."""

MAY_STALL: Final = (Activity.WORKING, Activity.UNKNOWN, Activity.STALLED)
_STOPPED: Final = "its answer stopped in the middle"


def watched(agent: Agent, fact: f.AnyFact, now: Now) -> Agent:
    """Return the agent knowing what is in flight, and whether it goes in circles, after a fact."""
    spec = agent.spec
    circles = circled(
        agent.circles,
        fact,
        agent.doing,
        agent.status.usage.total,
        now,
        repeats=loop_repeats(spec),
        tokens=loop_tokens(spec),
    )
    doing = followed(agent.doing, fact, now)
    if doing is agent.doing and circles is agent.circles:
        return agent
    return msgspec.structs.replace(agent, doing=doing, circles=circles)


def judge(agent: Agent, activity: Activity, now: Now) -> Triage | None:
    """Return why an agent that does this is quiet; None if it is not, or rests.

    Args:
        agent: The agent.
        activity: What its sources say that it does; never stalled.
        now: The time.
    """
    if not agent.alive or agent.paused or agent.stage is not None:
        return None
    if activity in (Activity.NEEDS_PERMISSION, Activity.NEEDS_ANSWER):
        return _waiting(agent, now)
    if activity in (Activity.IDLE, Activity.DONE):
        return None
    if agent.circles.noticed.mono and policy(agent.spec, Quiet.LOOPING).begins:
        circles = agent.circles
        return Triage(
            kind=Quiet.LOOPING,
            since=circles.since,
            counts_from=circles.noticed,
            what=circles.words,
            times=circles.times,
        )
    if activity is Activity.RATE_LIMITED or retries(agent, now):
        return _retrying(agent)
    if agent.doing.tools:
        return _tool(agent, now)
    return _request(agent, now)


def retries(agent: Agent, now: Now) -> bool:
    """Return whether a failed request waits to be tried again."""
    retry = agent.status.retry
    return retry is not None and now.mono < retry.until.mono + RETRY_GRACE_S


def lifted(agent: Agent) -> Now:
    """Return when the provider takes requests again; NEVER if it did not say."""
    status = agent.status
    tried = status.retry.until if status.retry is not None else NEVER
    if not status.limited_until:
        return tried
    # Both clocks were read together when it was told; either may be set or stand still afterwards.
    told = status.limit_told if status.limit_told.mono else status.lifecycle_since
    mono = told.mono + status.limited_until - told.wall
    return max(tried, Now(mono, status.limited_until), key=_mono)


def _waiting(agent: Agent, now: Now) -> Triage:
    request, since = agent.request, agent.status.activity_since
    what = f"{request.tool} {request.title}".strip() if request is not None else ""
    return Triage(kind=Quiet.WAITING, since=since if since.mono else now, what=what)


def _retrying(agent: Agent) -> Triage:
    retry, status = agent.status.retry, agent.status
    since = retry.since if retry is not None and retry.since.mono else status.activity_since
    return Triage(
        kind=Quiet.RETRYING,
        since=since,
        counts_from=since,
        limit_s=policy(agent.spec, Quiet.RETRYING).limit_s,
        what=retry.error if retry is not None else status.evidence.fact,
        attempt=retry.attempt if retry is not None else 0,
        max_attempts=retry.max_attempts if retry is not None else 0,
        until=lifted(agent),
    )


def _tool(agent: Agent, now: Now) -> Triage:
    doing, progress = agent.doing, agent.status.last_progress
    tool, sample = doing.tools[-1], doing.sample
    busy = bool(doing.busy_at.mono) and now.mono < doing.busy_at.mono + BUSY_HOLD_S
    return Triage(
        kind=Quiet.TOOL,
        since=tool.since,
        counts_from=progress if busy else max(progress, doing.busy_at, key=_mono),
        limit_s=policy(agent.spec, Quiet.TOOL, busy=busy).limit_s,
        what=f"{tool.name} {tool.title}".strip(),
        output=tool.output,
        busy=busy,
        cpu_percent=None if sample is None else round(sample.cpu_percent, 1),
        io_bytes_s=None if sample is None else round(sample.io_bytes_s),
        process="" if sample is None else sample.name,
    )


def _request(agent: Agent, now: Now) -> Triage | None:
    doing, progress = agent.doing, agent.status.last_progress
    began = doing.request_since
    if began.mono and not doing.answering:
        limit_s = policy(agent.spec, Quiet.THINKING).limit_s
        counts_from = max(progress, began, key=_mono)
        return Triage(kind=Quiet.THINKING, since=began, counts_from=counts_from, limit_s=limit_s)
    hung = _hung(agent)
    # Sums as in `deadlines`: a difference of floats may fall short of a deadline that has come.
    since, limit_s = hung.counts_from.mono, hung.limit_s
    stopped = doing.answering and now.mono >= since + QUIET_S
    return hung if stopped or (limit_s > 0 and now.mono >= since + limit_s) else None


def _hung(agent: Agent) -> Triage:
    # An attempt that was due at a time is no silence before it.
    since = max(agent.status.last_progress, lifted(agent), key=_mono)
    return Triage(
        kind=Quiet.HUNG,
        since=since,
        counts_from=since,
        limit_s=policy(agent.spec, Quiet.HUNG).limit_s,
        what=_STOPPED if agent.doing.answering else "",
    )


def expected(agent: Agent) -> Triage | None:
    """Return what was found, or for an agent that works what would be if it said no more; None for one that rests."""
    status = agent.status
    if status.triage is not None or not agent.alive or agent.paused or agent.stage is not None:
        return status.triage
    return _hung(agent) if status.activity in MAY_STALL else None


def _mono(moment: Now) -> float:
    return moment.mono


def rule(agent: Agent, triage: Triage) -> Policy:
    """Return the rule for what was found."""
    return policy(agent.spec, triage.kind, busy=triage.busy)


def overdue(agent: Agent, activity: Activity, triage: Triage | None, now: Now) -> bool:
    """Return whether an agent that does this has been quiet for longer than it may."""
    if triage is None or activity not in MAY_STALL or triage.kind is Quiet.RETRYING:
        return False
    allowed = rule(agent, triage)
    return allowed.begins and now.mono >= triage.counts_from.mono + allowed.limit_s


def deadlines(agent: Agent) -> list[float]:
    """Return when the judgement of an agent that runs may change by itself."""
    status, doing, found = agent.status, agent.doing, agent.status.triage
    due: list[float] = []
    if agent.paused or agent.stage is not None:
        return due
    if found is None:
        if status.activity in MAY_STALL:
            since = max(status.last_progress.mono, lifted(agent).mono)
            limit_s = policy(agent.spec, Quiet.HUNG).limit_s
            due += [since + QUIET_S] if doing.answering else []
            due += [since + limit_s] if limit_s > 0 else []
        return due
    if found.kind is Quiet.RETRYING and found.until.mono:
        due.append(found.until.mono + RETRY_GRACE_S)
    if found.busy:
        due.append(doing.busy_at.mono + BUSY_HOLD_S)
    may_stall = status.activity in MAY_STALL and found.kind is not Quiet.RETRYING
    if may_stall and status.activity is not Activity.STALLED and found.limit_s > 0:
        due.append(found.counts_from.mono + found.limit_s)
    return due


def measured_from(agent: Agent) -> Now | None:
    """Return since when a tool runs whose processes are to be measured; None if none is."""
    if not agent.alive or agent.paused or agent.stage is not None or not agent.doing.tools:
        return None
    if agent.status.activity not in MAY_STALL:
        return None
    return agent.doing.tools[-1].since
