"""The gate before a run: what may not start now waits as `Agent.pending`, `QUEUED`, without a process."""

from __future__ import annotations

import msgspec

from tui.core import again, allowing, budget
from tui.core import commands as c
from tui.core import effects as e
from tui.core.activity import Activity
from tui.core.agent import Agent
from tui.core.clock import Now
from tui.core.lifecycle import OVER, Lifecycle
from tui.core.limits import AtLimit
from tui.core.runs import Decided, over, with_status
from tui.core.spec import Mode
from tui.core.status import NEVER, Exit


def hold(before: Agent, agent: Agent, done: list[e.Effect], now: Now, *, asked: bool) -> Decided:
    """Take a run that was decided on out of the effects, if it may not begin.

    Args:
        before: The agent before the input: its state is kept where the user's wish is refused.
        agent: The agent after it.
        done: The effects decided on.
        now: The moment.
        asked: Someone asked for it, and can be refused.
    """
    spawn = next((effect for effect in done if isinstance(effect, e.Spawn)), None)
    if spawn is None:
        return agent, done
    top = budget.worst(agent, now)
    if top is None or top.share < 1:
        return agent, done
    if asked and top.at_limit is AtLimit.KILL:
        name = agent.spec.name
        return before, [
            e.Refuse(f"{name} has no budget left: agent-tui allow {agent.spec.id} gives it more.")
        ]
    agent = with_status(
        msgspec.structs.replace(agent, pending=spawn),
        lifecycle=Lifecycle.QUEUED,
        activity=Activity.UNKNOWN,
        activity_since=now,
        ladder=None,
    )
    return agent, [effect for effect in done if effect is not spawn]


def release(agent: Agent, now: Now) -> Decided:
    """Begin the run that waits, if nothing holds it any more."""
    if agent.pending is None or budget.is_held(agent.status) or agent.status.queue_place:
        return agent, []
    spawn = agent.pending
    agent = with_status(
        msgspec.structs.replace(agent, pending=None, began=now),
        lifecycle=Lifecycle.STARTING,
        lifecycle_since=now,
        started_at=now.wall,
        last_byte=now,
        last_progress=now,
    )
    return agent, [spawn]


def asked(agent: Agent, command: c.AnyCommand, now: Now) -> Decided | None:
    """Do what is asked of an agent whose run waits, or that is held for its budget; None: it is done as ever."""
    name, held = agent.spec.name, budget.is_held(agent.status)
    waits = agent.status.lifecycle is Lifecycle.BACKOFF
    match command:
        case c.Allow():
            agent, done = allowing.allow(agent, command)
            status = agent.status
            fresh = status.lifecycle is Lifecycle.QUEUED and agent.pending is None and not status.queue_place
            leaves = status.lifecycle in OVER or fresh
            return agent, [*done, e.Leave()] if leaves else done
        case c.Answer() if agent.status.request is not None and agent.status.request.tool == allowing.TOOL:
            if command.request_id != agent.status.request.request_id:
                return agent, [e.Refuse("That request is already answered.")]
            if allowing.wants_end(command):
                return None if agent.pending is None else _drop(agent, command.by, now)
            return allowing.answer(agent, command)
        case c.Continue() if held:
            return agent, [e.Refuse(f"{name} has used its budget up: allow it more first.")]
        case c.Kill(by=by) if agent.pending is not None or waits:
            return _drop(agent, by, now)
        case c.CancelStep(later_s=0) if waits:
            return again.give_up(agent, now)
        case c.Start() | c.Resume(prompt="") if waits:
            return again.go(agent, now)
        case c.Start() if agent.pending is not None:
            return agent, [e.Refuse(f"{name} waits to start already.")]
        case c.Prompt(text=text) if agent.pending is not None:
            if agent.spec.mode is Mode.INTERACTIVE:
                return agent, [e.Refuse(f"{name} has not started yet.")]
            agent = msgspec.structs.replace(agent, queue=[*agent.queue, text])
            return with_status(agent, queued_prompts=len(agent.queue)), []
        case _:
            return None


def _drop(agent: Agent, by: str, now: Now) -> Decided:
    """Give up a run that waits."""
    reason = f"not started, cancelled by {'you' if by == 'user' else by}"
    agent = msgspec.structs.replace(agent, pending=None, queue=[])
    agent = with_status(
        agent, exit=Exit(reason=reason, at=now.wall, by=by), request=None, queued_prompts=0, next_try=NEVER
    )
    return over(agent, Lifecycle.KILLED, Activity.UNKNOWN, reason, now)
