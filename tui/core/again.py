"""What follows when a run ended by itself: another one after a back-off, or when a provider's limit is reset; or nothing.

Nothing is tried again that cannot start: a program that could not be run, that ended before it said anything, or that fails
at once in the same way as before. Delays double and carry a jitter that the agent's id decides on, so that a fleet which
failed together does not come back together; no randomness is needed for it.
"""

from __future__ import annotations

import zlib
from typing import Final

import msgspec

from tui.core import effects as e
from tui.core import facts as f
from tui.core.activity import Activity, Evidence, Source
from tui.core.agent import Agent
from tui.core.clock import Now
from tui.core.lifecycle import Lifecycle
from tui.core.limits import OnRateLimit, RestartPolicy
from tui.core.runs import Decided, begin, over, resume, with_status
from tui.core.status import NEVER, Plan, Status

FIRST_S: Final = 5.0
MOST_S: Final = 300.0
"""Of the back-off, before the jitter."""
JITTER: Final = 0.25
"""Of the back-off, up or down."""
AT_ONCE_S: Final = 5.0
"""A run that failed within this time, twice in the same way, cannot be helped by a third."""
SOUND_S: Final = 600.0
"""After a run that lasted so long, the back-off begins anew."""
UNKNOWN_S: Final = 900.0
"""Until a limit is tried again whose reset was not told; doubled with each try, up to `LIMIT_MOST_S`."""
LIMIT_MOST_S: Final = 4 * 3600.0
SPREAD_S: Final = 30.0
"""After a reset, agents begin over this time."""
HOUR_S: Final = 3600.0
_NOT_RUN: Final = (126, 127)
"""A shell's exit codes for what cannot be run."""


def heard(agent: Agent, fact: f.AnyFact) -> Agent:
    """Remember that a provider's limit was hit, until something proves that it is over.

    Apart from `limited_until`, which ends with any progress: the words and the end of a turn that was refused are progress, too.
    """
    match fact:
        case f.RateLimited(resets_at=resets_at):
            return msgspec.structs.replace(agent, limit_hit=True, limit_resets_at=resets_at)
        case f.LimitReported(used_percent=percent, resets_at=resets_at) if percent >= 100 and agent.limit_hit:
            return msgspec.structs.replace(agent, limit_resets_at=max(resets_at, agent.limit_resets_at))
        case f.ToolCalled() | f.ToolFinished() | f.TurnEnded(ok=True) | f.RunStarted():
            if agent.limit_hit:
                return msgspec.structs.replace(agent, limit_hit=False, limit_resets_at=0.0)
        case _:
            pass
    return agent


def follow(was: Agent, fact: f.RunExited, agent: Agent, done: list[e.Effect], now: Now) -> Decided:
    """Plan another run where one ended by itself and nothing else follows.

    Args:
        was: The agent before the end.
        fact: The end.
        agent: The agent after it.
        done: The effects decided on.
        now: The moment.
    """
    ended = agent.status.lifecycle
    if ended not in (Lifecycle.EXITED, Lifecycle.FAILED) or was.interrupted:
        return agent, done
    if was.limit_hit and not fact.ok:
        if agent.spec.on_rate_limit is not OnRateLimit.WAIT:
            return agent, done
        wait_s, why = _until_reset(was, now), "limit reached"
    else:
        if not _wanted(agent, ended):
            return agent, done
        if refusal := _hopeless(was, fact, now):
            return _told(agent, refusal), done
        wait_s, why = backoff_s(agent.spec.id, agent.status.runs, _tries(was, now)), ""
    recent = _recent(agent, now)
    if len(recent) >= agent.spec.restarts_per_hour:
        return _told(agent, f"Not tried again: {len(recent)} times within an hour is the most."), done
    agent = msgspec.structs.replace(agent, tries=_tries(was, now) + 1, ended_as=ended, failed_as=_shape(fact))
    agent = with_status(
        agent,
        lifecycle=Lifecycle.BACKOFF,
        lifecycle_since=now,
        next_try=Now(now.mono + wait_s, now.wall + wait_s),
        plan=Plan(
            agent.tries, agent.ended_as, agent.failed_as, was.limit_hit and not fact.ok, was.limit_resets_at
        ),
        evidence=Evidence(Source.HOST, "a further run is due", now),
    )
    log = e.Log(f.RunPlanned(in_s=round(wait_s, 1), why=why or fact.reason or "ended"))
    return agent, [*(effect for effect in done if not isinstance(effect, e.Leave)), log]


def _wanted(agent: Agent, ended: Lifecycle) -> bool:
    match agent.spec.restart:
        case RestartPolicy.ALWAYS:
            return True
        case RestartPolicy.ON_FAILURE:
            return ended is Lifecycle.FAILED
        case _:
            return False


def _hopeless(was: Agent, fact: f.RunExited, now: Now) -> str:
    """Return why another try would end the same way; empty if it may not."""
    if fact.ok:
        return ""
    if fact.code in _NOT_RUN:
        return "Not tried again: it cannot start."
    if was.status.lifecycle is Lifecycle.STARTING:
        return "Not tried again: it ended before it said anything."
    at_once = _ran_s(was, now) < AT_ONCE_S
    if was.tries and at_once and was.failed_as == _shape(fact):
        return "Not tried again: it failed at once in the same way as before."
    return ""


def _ran_s(was: Agent, now: Now) -> float:
    """Return how long the run lasted, whatever happened to the wall clock meanwhile."""
    return now.mono - was.began.mono if was.began.mono else max(0.0, now.wall - was.status.started_at)


def _recent(agent: Agent, now: Now) -> list[float]:
    """Return the runs that began by themselves within an hour; those of another time, before the clock was set, are none."""
    return [at for at in agent.status.restarted_at if abs(now.wall - at) < HOUR_S]


def _shape(fact: f.RunExited) -> str:
    return f"{fact.code} {fact.signal} {fact.reason}"


def _tries(was: Agent, now: Now) -> int:
    return 0 if _ran_s(was, now) >= SOUND_S and not was.limit_hit else was.tries


def _told(agent: Agent, why: str) -> Agent:
    return with_status(agent, note=" ".join(filter(None, [agent.status.note, why])))


def backoff_s(agent_id: str, runs: int, tries: int) -> float:
    """Return how long to wait before the try after `tries` others: doubling, with a jitter by agent and run."""
    whole = min(FIRST_S * 2.0 ** min(tries, 16), MOST_S)
    return whole * (1 - JITTER + 2 * JITTER * _part(agent_id, runs))


def _until_reset(was: Agent, now: Now) -> float:
    spread_s = SPREAD_S * _part(was.spec.id, was.status.runs)
    left_s = was.limit_resets_at - now.wall
    if was.limit_resets_at and left_s > -HOUR_S:
        return max(left_s, 0.0) + 1.0 + spread_s
    return min(UNKNOWN_S * 2.0 ** min(was.tries, 8), LIMIT_MOST_S) + spread_s


def _part(agent_id: str, runs: int) -> float:
    """Return a number from 0 up to 1 that an agent's run always has."""
    return zlib.crc32(f"{agent_id}:{runs}".encode()) / 2**32


def taken_over(agent: Agent, now: Now, *, rebooted: bool) -> Agent:
    """Return an agent whose back-off another host goes on with.

    Args:
        agent: As its files tell.
        now: The moment.
        rebooted: Its monotonic readings are of another boot.
    """
    status, plan = agent.status, agent.status.plan
    if status.lifecycle is not Lifecycle.BACKOFF:
        return agent
    if plan is not None:
        agent = msgspec.structs.replace(
            agent,
            tries=plan.tries,
            ended_as=plan.ended_as,
            failed_as=plan.failed_as,
            limit_hit=plan.limit_hit,
            limit_resets_at=plan.limit_resets_at,
        )
    if rebooted:
        left_s = max(0.0, status.next_try.wall - now.wall)
        agent = with_status(agent, lifecycle_since=now, next_try=Now(now.mono + left_s, now.wall + left_s))
    return agent


def is_due(status: Status, now: Now) -> bool:
    """Return whether a planned run is to begin: by either clock, since a suspend stops one of them."""
    return status.lifecycle is Lifecycle.BACKOFF and (
        now.mono >= status.next_try.mono or now.wall >= status.next_try.wall
    )


def go(agent: Agent, now: Now) -> Decided:
    """Begin the planned run: on its session after a failure, with its prompt and a fresh one after a success."""
    recent = _recent(agent, now)
    agent = with_status(agent, restarted_at=[*recent, now.wall])
    if agent.ended_as is Lifecycle.EXITED and not agent.limit_hit:
        return begin(agent, f.RunKind.RESTART, "", agent.spec.prompt, now)
    return resume(agent, "", now)


def give_up(agent: Agent, now: Now) -> Decided:
    """Plan no further run: it is over as it ended."""
    agent = with_status(agent, next_try=NEVER)
    activity = agent.status.activity if agent.ended_as is Lifecycle.EXITED else Activity.UNKNOWN
    reason = agent.status.exit.reason if agent.status.exit else ""
    return over(agent, agent.ended_as, activity, reason or "ended", now)
