"""Prompts that wait until their agent rests. Pure rules; the list is `Agent.queue`, in the order of asking.

A headless CLI that cannot be spoken with gets them one by one, each as a run of its own (`tui.core.runs.ended`). This is about
those that live on: a program on a terminal, and a CLI with a control channel.
"""

from __future__ import annotations

from typing import Final

import msgspec

from tui.core import effects as e
from tui.core.activity import Activity
from tui.core.agent import Agent
from tui.core.clock import Now
from tui.core.figures import counted
from tui.core.lifecycle import OVER, Lifecycle
from tui.core.runs import Decided, with_status
from tui.core.spec import Mode

TAKEN_UP_S: Final = 15.0
"""An agent that was given a prompt and still seems to rest may be given the next one after so long."""
WAITING_MAX: Final = 100

_RESTING: Final = frozenset({Activity.IDLE, Activity.DONE})


def is_live(agent: Agent) -> bool:
    """Its present run takes prompts."""
    return agent.alive and (agent.spec.mode is Mode.INTERACTIVE or agent.takes_prompts)


def rests(agent: Agent) -> bool:
    """Nothing is going on that a prompt would disturb."""
    status = agent.status
    free = status.lifecycle is Lifecycle.RUNNING and status.request is None and agent.settling is None
    return free and not agent.paused and status.activity in _RESTING


def keep(agent: Agent, text: str) -> Decided:
    """Put a prompt behind those that wait."""
    if len(agent.queue) >= WAITING_MAX:
        return agent, [e.Refuse(f"{WAITING_MAX} prompts wait for {agent.spec.name} already.")]
    agent = msgspec.structs.replace(agent, queue=[*agent.queue, text])
    return with_status(agent, queued_prompts=len(agent.queue)), []


def give(agent: Agent, text: str, now: Now) -> Decided:
    """Give it a prompt now."""
    return msgspec.structs.replace(agent, given_at=now.mono), [e.TypePrompt(text)]


def due_at(agent: Agent) -> float | None:
    """Return the monotonic time from which the next prompt may be given; None while it works, or none waits."""
    if not agent.queue or not is_live(agent) or not rests(agent):
        return None
    began = agent.status.activity_since.mono
    return began if began > agent.given_at else agent.given_at + TAKEN_UP_S


def release(agent: Agent, now: Now) -> Decided:
    """Give the first of those that wait, if it is time; say so where they wait for a program that has ended."""
    if agent.queue and agent.status.lifecycle in OVER:
        note = f"It ended while {counted(len(agent.queue), 'prompt')} waited for it: l shows them."
        agent = with_status(
            msgspec.structs.replace(agent, queue=[]), queued_prompts=0, note=agent.status.note or note
        )
        return agent, []
    due = due_at(agent)
    if due is None or now.mono < due:
        return agent, []
    text, rest = agent.queue[0], agent.queue[1:]
    agent = with_status(msgspec.structs.replace(agent, queue=rest), queued_prompts=len(rest))
    return give(agent, text, now)
