"""Waiting for a slot: how it stands in the status, and how it ends without a run."""

from __future__ import annotations

import msgspec

from tui.core.activity import Activity, Evidence, Source
from tui.core.agent import Agent
from tui.core.clock import Now
from tui.core.effects import Spawn
from tui.core.lifecycle import Lifecycle
from tui.core.runs import Decided, over, with_status
from tui.core.status import Exit


class Queued(msgspec.Struct, frozen=True):
    """No slot is free yet."""

    place: int
    """In the queue, from 1; 0: a run that was held for it may begin now."""


class NoSlot(msgspec.Struct, frozen=True):
    """A further run was decided on, and the slot that was given back meanwhile is another's now."""

    place: int
    spawn: Spawn


def wait(agent: Agent, place: int, now: Now) -> Agent:
    """Stand in the queue, or move on in it."""
    status = agent.status
    if status.queue_place or not place:
        return with_status(agent, queue_place=place) if place != status.queue_place else agent
    return with_status(
        agent,
        lifecycle=Lifecycle.QUEUED,
        lifecycle_since=now,
        activity=Activity.UNKNOWN,
        activity_since=now,
        evidence=Evidence(Source.HOST, "waits for a free slot", now),
        queue_place=place,
    )


def hold(agent: Agent, what: NoSlot, now: Now) -> Agent:
    """Keep a run that was decided on until there is a slot for it."""
    return wait(msgspec.structs.replace(agent, pending=what.spawn), what.place, now)


def rests(agent: Agent, *, held: bool) -> bool:
    """Return whether nothing of it runs, and nothing will for a while: others may have its slot.

    Args:
        agent: The agent.
        held: It waits for more of a budget.
    """
    return held or agent.status.lifecycle is Lifecycle.BACKOFF


def drop(agent: Agent, by: str, now: Now) -> Decided:
    """Leave the queue without having run."""
    reason = f"taken out of the queue by {'you' if by == 'user' else by}"
    agent = with_status(agent, exit=Exit(reason=reason, at=now.wall, by=by))
    return over(agent, Lifecycle.KILLED, Activity.UNKNOWN, reason, now)
