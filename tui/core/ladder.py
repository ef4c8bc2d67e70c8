"""The inactivity ladder: which step is next, when it is due, when it is announced, what it does, when it gives up."""

from __future__ import annotations

from typing import Final

import msgspec

from tui.core import commands as c
from tui.core import effects as e
from tui.core import facts as f
from tui.core.agent import Agent, Goal
from tui.core.clock import Now
from tui.core.judge import expected, rule
from tui.core.policies import tries_max
from tui.core.runs import Decided, stop, with_status
from tui.core.spec import Step
from tui.core.status import LadderStep

LEAD_MAX_S: Final = 60.0
"""A step is announced this long before at most, and a fifth of the limit at most."""

ACTS: Final = (Step.INTERRUPT, Step.RESUME, Step.RESTART)
"""Steps that are tries: they may help. A kill ends all, a notice changes nothing."""


def next_step(agent: Agent, now: Now) -> LadderStep | None:
    """Return the ladder's next step, or None while there is none.

    The first step is due when the limit of this kind of quiet is reached; each further one a gap after the one before,
    which doubles with each try that did not help, or a limit after the last progress, whichever is later.
    """
    found, status = expected(agent), agent.status
    if found is None or agent.stage is not None or agent.paused or status.ladder_note:
        return None
    allowed = rule(agent, found)
    left = [step for step in allowed.steps if step not in agent.taken]
    if not allowed.begins or not left or agent.cancelled_at.mono > found.counts_from.mono:
        return None
    due = max(found.counts_from.mono, agent.acted_at) + allowed.limit_s
    if agent.taken:
        due = max(due, agent.step_at + allowed.gap_s(status.ladder_tries))
    elif left[0] in ACTS and status.ladder_tries:
        # It stalled again after a step that seemed to help: each time it is given longer.
        due += allowed.gap_s(status.ladder_tries) / 2
    due += agent.postponed_s
    step = left[0]
    return LadderStep(
        step=step,
        number=allowed.steps.index(step) + 1,
        of=len(allowed.steps),
        due=Now(due, now.wall + due - now.mono),
        announced=step is not Step.NOTIFY and now.mono >= due - lead_s(allowed.limit_s or 2 * LEAD_MAX_S),
    )


def announced_at(agent: Agent) -> float | None:
    """Return when the next step is to be announced, None if it is already or needs no word before."""
    step, found = agent.status.ladder, expected(agent)
    if step is None or found is None or step.step is Step.NOTIFY or step.announced:
        return None
    return step.due.mono - lead_s(rule(agent, found).limit_s or 2 * LEAD_MAX_S)


def lead_s(limit_s: float) -> float:
    """Return how long before it is due a step is announced."""
    return min(LEAD_MAX_S, limit_s / 5)


def is_real_progress(fact: f.AnyFact, agent: Agent) -> bool:
    """Return True if a fact proves that the ladder helped, so that it begins again from its first step.

    A fresh start, a new turn or a redrawn screen only follow from our own steps, and what goes in circles proves nothing.
    After nothing but a notice, any progress will do.
    """
    if not fact.progress or agent.interrupted or agent.circles.noticed.mono:
        # What still comes from an interrupted turn (a refused tool call, its end) is our own doing, too.
        return False
    if not isinstance(fact, f.SessionStarted | f.TurnStarted | f.ScreenAdvanced | f.ThinkingDelta):
        return True
    return bool(agent.taken) and agent.taken[-1] is Step.NOTIFY


def progressed(agent: Agent, fact: f.AnyFact, now: Now) -> Agent:
    """Return the agent after a fact that counts as progress: the clocks begin anew, and the ladder if it helped."""
    agent = with_status(agent, last_progress=now)
    if agent.circles.noticed.mono:
        return agent
    if agent.taken and is_real_progress(fact, agent):
        agent = msgspec.structs.replace(agent, taken=(), step_at=0.0)
    return msgspec.structs.replace(agent, postponed_s=0.0, announced=0)


def begin_anew(agent: Agent) -> Agent:
    """Return the agent with its ladder at the foot: a turn ended well, or the user acted."""
    agent = msgspec.structs.replace(agent, taken=(), step_at=0.0, postponed_s=0.0, announced=0)
    if not agent.status.ladder_tries and not agent.status.ladder_note:
        return agent
    return with_status(agent, ladder_tries=0, ladder_note="")


def acted(agent: Agent, command: c.AnyCommand, now: Now) -> Agent:
    """Return the agent after someone did something about it: the ladder waits its whole time again."""
    if command.by != "user" or isinstance(command, c.CancelStep | c.Pause | c.Rename):
        return agent
    return begin_anew(msgspec.structs.replace(agent, acted_at=now.mono))


def due_step(agent: Agent, now: Now) -> Decided:
    """Take the step whose time has come, or announce the next one."""
    step = agent.status.ladder
    if step is None:
        return agent, []
    if now.mono >= step.due.mono:
        return take(agent, step.step, now)
    if step.announced and agent.announced < step.number:
        agent = msgspec.structs.replace(agent, announced=step.number)
        in_s = round(step.due.mono - now.mono, 1)
        return agent, [e.Log(f.StepAnnounced(step=step.step, number=step.number, of=step.of, in_s=in_s))]
    return agent, []


def after_interrupt(agent: Agent, now: Now) -> Decided:
    """A run ended that the ladder had interrupted: do now what it meant to do next to the hung turn."""
    found = expected(agent)
    steps = rule(agent, found).steps if found is not None else agent.spec.on_inactive
    left = [step for step in steps if step not in agent.taken]
    return take(agent, left[0], now) if left else (agent, [])


def take(agent: Agent, step: Step, now: Now) -> Decided:
    """Take a step of the ladder, or give up if it was tried often enough."""
    status = agent.status
    if step in ACTS and status.ladder_tries >= tries_max(agent.spec):
        return _give_up(agent, step)
    found = expected(agent)
    steps = rule(agent, found).steps if found is not None else agent.spec.on_inactive
    log = e.Log(
        f.StepTaken(
            step=step,
            number=steps.index(step) + 1 if step in steps else len(agent.taken) + 1,
            of=len(steps),
            quiet_s=round(now.mono - status.last_byte.mono, 1),
            no_progress_s=round(now.mono - status.last_progress.mono, 1),
        )
    )
    agent = msgspec.structs.replace(agent, taken=(*agent.taken, step), step_at=now.mono, postponed_s=0.0)
    if step in ACTS:
        agent = with_status(agent, ladder_tries=status.ladder_tries + 1)
    done: list[e.Effect] = []
    match step:
        case Step.INTERRUPT:
            agent = msgspec.structs.replace(agent, interrupted="inactivity")
            done = [e.InterruptTurn()]
        case Step.RESUME:
            agent, done = stop(agent, Goal.RESUME, now, by="inactivity")
        case Step.RESTART:
            agent, done = stop(agent, Goal.RESTART, now, by="inactivity")
        case Step.KILL:
            agent, done = stop(agent, Goal.KILL, now, by="inactivity")
        case Step.NOTIFY:
            pass
    return agent, [log, *done]


def _give_up(agent: Agent, step: Step) -> Decided:
    tries = agent.status.ladder_tries
    reason = f"{tries} {'try' if tries == 1 else 'tries'} did not help, so no {step} again"
    return with_status(agent, ladder_note=reason, ladder=None), [
        e.Log(f.LadderEnded(reason=reason, tries=tries))
    ]
