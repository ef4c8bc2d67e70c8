"""The one function that decides: `reduce(agent, input, now)` gives the agent's next state and what is to be done.

Pure: no I/O, no clock, no randomness. The state holds its own deadlines (`next_deadline`), so a timer set for an earlier
state cannot fire into a later one: a `Tick` only looks at what is due now.
"""

from __future__ import annotations

from typing import Final

import msgspec

from tui.core import again, allowing, budget, gate, judge, ladder, later, queueing, votes
from tui.core import commands as c
from tui.core import effects as e
from tui.core import facts as f
from tui.core.activity import Activity, Source
from tui.core.agent import Agent, Goal
from tui.core.asking import asked
from tui.core.clock import Now
from tui.core.headline import headline
from tui.core.learn import learn, learn_price
from tui.core.lifecycle import ALIVE, Lifecycle
from tui.core.limits import Pool
from tui.core.prices import ModelPrice
from tui.core.runs import (
    START_S,
    Decided,
    cannot_start,
    ended,
    harder,
    is_another,
    no_session,
    stop,
    with_status,
)
from tui.core.spec import Mode
from tui.core.status import Status, Transition
from tui.core.triage import words as quiet_words

TRANSITIONS_MAX: Final = 12


class Heard(msgspec.Struct, frozen=True):
    """A fact arrived."""

    source: Source
    fact: f.AnyFact


class Asked(msgspec.Struct, frozen=True):
    """Someone wants something."""

    command: c.AnyCommand


class PriceKnown(msgspec.Struct, frozen=True):
    """The price list told of a model that was named."""

    model: str
    known: ModelPrice


class NoSession(msgspec.Struct, frozen=True):
    """The session that a run was to resume is known to be gone: nothing was spawned."""

    why: str
    """As the end of `Session 7f3a …`."""
    where: str = ""
    """What it was told from: a file or folder."""


class PoolsKnown(msgspec.Struct, frozen=True):
    """The budgets that it shares, and what the others used of them."""

    pools: list[Pool]


class BytesSeen(msgspec.Struct, frozen=True):
    """The child printed something (given at most a few times a second)."""


class Tick(msgspec.Struct, frozen=True):
    """Time passed; given at `next_deadline`."""


Input = (
    Heard | Asked | PriceKnown | PoolsKnown | NoSession | queueing.Queued | queueing.NoSlot | BytesSeen | Tick
)


def reduce(agent: Agent, what: Input, now: Now) -> tuple[Agent, list[e.Effect]]:
    """Return the agent's state after an input, and the effects to perform in order."""
    was, before = agent, agent.status
    match what:
        case Heard(source, fact):
            agent, done = _heard(again.heard(agent, fact), source, fact, now)
            if isinstance(fact, f.RunExited):
                agent, done = again.follow(was, fact, agent, done, now)
            agent = budget.tell_unpriced(agent, fact)
        case Asked(command):
            agent, done = asked(agent, command, now)
        case PriceKnown(model, known):
            agent, done = learn_price(agent, model, known), []
        case PoolsKnown(pools):
            agent, done = msgspec.structs.replace(agent, pools=pools), []
        case NoSession(why, where):
            agent, done = no_session(agent, why, where, now)
        case queueing.Queued(place):
            agent, done = queueing.wait(agent, place, now), []
        case queueing.NoSlot():
            agent, done = queueing.hold(agent, what, now), []
        case BytesSeen():
            agent, done = with_status(_up(agent, now), last_byte=now), []
        case Tick():
            agent, done = agent, []
    agent = _look(agent, now)
    agent, more = _due(agent, now)
    done += more
    if more:
        agent = _look(agent, now)
    if again.is_due(agent.status, now):
        agent, begun = again.go(agent, now)
        done += begun
    agent, given = later.release(agent, now)
    done += given
    agent, done = gate.hold(was, agent, done, now, asked=isinstance(what, Asked))
    agent, done = _within_budget(agent, done, now)
    return _note_change(agent, before, done, now)


def _within_budget(agent: Agent, done: list[e.Effect], now: Now) -> Decided:
    agent, more = budget.check(budget.tally(agent, now), now)
    agent, begun = gate.release(budget.tally(agent, now), now)
    request = allowing.request(agent)
    if request is not None or (
        agent.status.request is not None and agent.status.request.tool == allowing.TOOL
    ):
        agent = with_status(agent, request=request)
    return agent, [*done, *more, *begun]


def next_deadline(agent: Agent) -> float | None:
    """Return the monotonic time at which a `Tick` is due, or None."""
    status = agent.status
    due: list[float] = []
    if (budget_due := budget.deadline(agent)) is not None:
        due.append(budget_due)
    if agent.stage is not None:
        due.append(agent.stage_due)
    elif status.lifecycle is Lifecycle.BACKOFF:
        due.append(status.next_try.mono)
    elif status.lifecycle in ALIVE:
        if status.lifecycle is Lifecycle.STARTING:
            due.append(status.lifecycle_since.mono + START_S)
        if agent.settling is not None:
            due.append(agent.settling[1].mono)  # whatever else is due follows from what is believed then
        else:
            due += [*votes.deadlines(agent), *judge.deadlines(agent)]
        if (given_at := later.due_at(agent)) is not None:
            due.append(given_at)
        if status.ladder is not None:
            announced_at = ladder.announced_at(agent)
            due += [status.ladder.due.mono, *([] if announced_at is None else [announced_at])]
    return min(due, default=None)


# -- inputs ------------------------------------------------------------------------------------------------------------


def _heard(agent: Agent, source: Source, fact: f.AnyFact, now: Now) -> Decided:
    match fact:
        case f.RunStarted(pid=pid, takes_prompts=takes):
            return with_status(msgspec.structs.replace(agent, takes_prompts=takes), pid=pid), []
        case f.SpawnFailed():
            return cannot_start(agent, fact, now)
        case f.RunExited():
            return _exited(agent, fact, now)
    if source is not Source.HOST:
        agent = _up(agent, now)
    if isinstance(fact, f.SessionStarted) and agent.spec.mode is Mode.STREAM and is_another(agent, fact):
        # It knows nothing of what was done, and works on a prompt to go on: what it does would be wrong.
        return stop(agent, Goal.FALLBACK, now) if agent.goal is Goal.NONE else (agent, [])
    agent, done = learn(agent, fact, now)
    agent = votes.listened(agent, source, fact, now)
    agent = judge.watched(agent, fact, now)
    if fact.progress:
        agent = ladder.progressed(agent, fact, now)
    if isinstance(fact, f.TurnEnded) and fact.ok:
        agent = ladder.begin_anew(agent)
    if isinstance(fact, f.TurnEnded) and fact.interrupted and _stays_hung(agent):
        agent, more = ladder.after_interrupt(agent, now)
        done = [*done, *more]
    words = headline(fact)
    return (with_status(agent, headline=words) if words else agent), done


def _exited(agent: Agent, fact: f.RunExited, now: Now) -> Decided:
    if agent.interrupted == "inactivity" and agent.goal is Goal.NONE:
        # A headless run ends with its turn.
        agent, done = ladder.after_interrupt(agent, now)
        if agent.goal is not Goal.NONE:
            agent, more = ended(agent, fact, now)
            return agent, [*(x for x in done if isinstance(x, e.Log)), *more]
    return ended(agent, fact, now)


def _stays_hung(agent: Agent) -> bool:
    """True if the ladder interrupted a headless turn whose process lives on: no exit will lead to the next step."""
    stays = agent.takes_prompts and agent.spec.mode is Mode.STREAM
    return stays and agent.interrupted == "inactivity" and agent.goal is Goal.NONE


def _up(agent: Agent, now: Now) -> Agent:
    if agent.status.lifecycle is Lifecycle.STARTING:
        return with_status(agent, lifecycle=Lifecycle.RUNNING, lifecycle_since=now)
    return agent


# -- what follows ------------------------------------------------------------------------------------------------------


def _look(agent: Agent, now: Now) -> Agent:
    """Conclude the activity, show or drop the open request, say what the ladder does next."""
    status = agent.status
    if status.lifecycle not in ALIVE:
        return agent
    activity, evidence, found = votes.conclude(agent, now)
    if activity is Activity.STALLED and status.activity not in judge.MAY_STALL:
        # It began to work just now, after waiting or resting: the clock counts from here.
        agent = with_status(agent, last_progress=now)
        activity, evidence, found = votes.conclude(agent, now)
    agent, believed = votes.settled(agent, activity, now)
    if not believed:
        # Its request may be gone nevertheless, and must not be answered.
        gone = status.request is not None and agent.request is None
        return with_status(agent, request=None) if gone else agent
    if activity is not status.activity:
        if votes.is_needed(status.activity) and not votes.is_needed(activity):
            agent = msgspec.structs.replace(agent, request=None)
        agent = with_status(agent, activity=activity, activity_since=now)
    request = agent.request if votes.is_needed(activity) else None
    ranked = votes.ranked(agent.votes)
    if (evidence, request, ranked, found) != (status.evidence, status.request, status.votes, status.triage):
        agent = with_status(agent, evidence=evidence, request=request, votes=ranked, triage=found)
    step = ladder.next_step(agent, now)
    return with_status(agent, ladder=step) if step != agent.status.ladder else agent


def _due(agent: Agent, now: Now) -> Decided:
    """Do what time has come for."""
    if agent.stage is not None:
        return harder(agent, now) if now.mono >= agent.stage_due else (agent, [])
    status = agent.status
    if status.lifecycle is Lifecycle.STARTING and now.mono >= status.lifecycle_since.mono + START_S:
        agent = _up(agent, now)
    return ladder.due_step(agent, now)


def _note_change(agent: Agent, before: Status, done: list[e.Effect], now: Now) -> Decided:
    """Log a change of state, and keep the last ones."""
    status = agent.status
    if (status.lifecycle, status.activity) == (before.lifecycle, before.activity):
        return agent, done
    because = status.evidence.fact if status.lifecycle is before.lifecycle else str(status.lifecycle)
    if status.activity is Activity.STALLED and status.triage is not None:
        # What was found then is gone from the status as soon as it goes on: here it stays to be read.
        because = f"{quiet_words(status.triage, now)}; {because}"
    passed = Transition(now.wall, status.lifecycle, status.activity, because)
    agent = with_status(agent, transitions=[*status.transitions, passed][-TRANSITIONS_MAX:])
    log = e.Log(
        f.StateChanged(
            lifecycle=status.lifecycle,
            activity=status.activity,
            source=status.evidence.source,
            because=because,
        )
    )
    at = next((i for i, effect in enumerate(done) if isinstance(effect, e.Spawn | e.Leave)), len(done))
    return agent, [*done[:at], log, *done[at:]]
