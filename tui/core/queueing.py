"""Waiting for a slot: how it stands in the status, and how it ends without a run."""

from __future__ import annotations

from typing import Final

import msgspec

from tui.core import later
from tui.core.activity import Activity, Evidence, Source
from tui.core.agent import Agent
from tui.core.clock import Now
from tui.core.effects import Spawn
from tui.core.lifecycle import Lifecycle
from tui.core.runs import Decided, over, with_status
from tui.core.status import Exit

REST_S: Final = 10.0
"""An agent that rests for so long gives its slot back: between two turns it keeps it."""


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


def yields_at(agent: Agent, *, held: bool) -> float | None:
    """Return the monotonic time from which others may have its slot; None: it needs it.

    One that rests at its prompt does no work, and might never again: kept slots would hold the queue for ever. Who asks its user
    is in the middle of its work and keeps the slot.

    Args:
        agent: The agent.
        held: It waits for more of a budget.
    """
    if held or agent.status.lifecycle is Lifecycle.BACKOFF:
        return 0.0
    if later.rests(agent) and not agent.queue:
        return agent.status.activity_since.mono + REST_S
    return None


def drop(agent: Agent, by: str, now: Now) -> Decided:
    """Leave the queue without having run."""
    reason = f"taken out of the queue by {'you' if by == 'user' else by}"
    agent = with_status(agent, exit=Exit(reason=reason, at=now.wall, by=by))
    return over(agent, Lifecycle.KILLED, Activity.UNKNOWN, reason, now)
