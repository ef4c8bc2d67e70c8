"""What to look at first: one state per row, derived from lifecycle and activity, never stored.

Both the dashboard and `agent-tui ls` take glyphs, words, groups, timers and order from here.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import Final, Protocol, TypeVar

import msgspec

from tui.core import figures
from tui.core.activity import Activity
from tui.core.budget import is_held
from tui.core.clock import Now
from tui.core.lifecycle import OVER, Lifecycle
from tui.core.status import Status
from tui.core.triage import Quiet


class RowState(enum.Enum):
    """The state that a row shows. Values are stable names, for CSS classes and filters."""

    PERMISSION = "needs-permission"
    ANSWER = "needs-answer"
    BUDGET = "needs-budget"
    """Held, because its budget is used up."""
    STALLED = "stalled"
    LOOPING = "looping"
    """Stalled by going in circles: the same call or error again and again."""
    FAILED = "failed"
    LOST = "lost"
    DAMAGED = "damaged"
    """Over, and its files cannot be read."""
    BACKOFF = "backoff"
    WORKING = "working"
    STARTING = "starting"
    LIMITED = "rate-limited"
    QUEUED = "queued"
    PAUSED = "paused"
    STOPPING = "stopping"
    IDLE = "idle"
    UNKNOWN = "unknown"
    DONE = "done"
    """Finished what it was asked, and nobody looked yet."""
    RESTING = "done-resting"
    """Done and seen; the process stands and would take a prompt."""
    DONE_SEEN = "done-seen"
    """Done and seen, and the process is over."""
    EXITED = "exited"
    KILLED = "killed"


class Group(enum.Enum):
    """Groups of the list, in order; the value is the title."""

    NEEDS_YOU = "needs you"
    LOOK_AT = "look at"
    RUNNING = "running"
    WAITING = "waiting"
    QUIET = "quiet"
    OVER = "over"


class Look(msgspec.Struct, frozen=True):
    """How a state is shown."""

    glyph: str
    """One cell everywhere, without an emoji form."""
    ascii: str
    word: str
    """At most 10 cells."""
    colour: str
    """Name of the theme's variable, without `$`."""
    group: Group
    bold: bool = False


_MUTED: Final = "foreground-muted"

LOOK: Final[dict[RowState, Look]] = {
    RowState.PERMISSION: Look("!", "!", "permission", "warning", Group.NEEDS_YOU, bold=True),
    RowState.ANSWER: Look("?", "?", "question", "warning", Group.NEEDS_YOU, bold=True),
    RowState.BUDGET: Look("$", "$", "budget", "warning", Group.NEEDS_YOU, bold=True),
    RowState.STALLED: Look("▲", "^", "stalled", "state-stalled", Group.LOOK_AT),
    RowState.LOOPING: Look("▲", "8", "looping", "state-stalled", Group.LOOK_AT),
    RowState.FAILED: Look("✗", "x", "failed", "error", Group.LOOK_AT),
    RowState.LOST: Look("◇", "%", "lost", "error", Group.LOOK_AT),
    RowState.DAMAGED: Look("⊘", "d", "damaged", "error", Group.LOOK_AT),
    RowState.BACKOFF: Look("↻", "@", "back-off", "state-stalled", Group.LOOK_AT),
    RowState.DONE: Look("✓", "v", "done", "success", Group.LOOK_AT, bold=True),
    RowState.WORKING: Look("●", "*", "working", "state-working", Group.RUNNING),
    RowState.STARTING: Look("◐", "+", "starting", "state-working", Group.RUNNING),
    RowState.LIMITED: Look("◔", "z", "limited", "secondary", Group.WAITING),
    RowState.QUEUED: Look("◌", ".", "queued", _MUTED, Group.WAITING),
    RowState.PAUSED: Look("‖", "=", "paused", _MUTED, Group.WAITING),
    RowState.STOPPING: Look("◑", "-", "stopping", _MUTED, Group.WAITING),
    RowState.IDLE: Look("○", "o", "idle", _MUTED, Group.QUIET),
    RowState.UNKNOWN: Look("~", "~", "unsure", _MUTED, Group.QUIET),
    RowState.RESTING: Look("✓", "v", "done", _MUTED, Group.QUIET),
    RowState.DONE_SEEN: Look("✓", "v", "done", _MUTED, Group.OVER),
    RowState.EXITED: Look("□", "_", "exited", _MUTED, Group.OVER),
    RowState.KILLED: Look("■", "#", "killed", _MUTED, Group.OVER),
}
"""Every state's look, most urgent first."""

_GROUP_ORDER: Final = {group: number for number, group in enumerate(Group)}

_BY_LIFECYCLE: Final = {
    Lifecycle.QUEUED: RowState.QUEUED,
    Lifecycle.STOPPING: RowState.STOPPING,
    Lifecycle.BACKOFF: RowState.BACKOFF,
    Lifecycle.FAILED: RowState.FAILED,
    Lifecycle.KILLED: RowState.KILLED,
    Lifecycle.LOST: RowState.LOST,
}

_BY_ACTIVITY: Final = {
    Activity.WORKING: RowState.WORKING,
    Activity.NEEDS_PERMISSION: RowState.PERMISSION,
    Activity.NEEDS_ANSWER: RowState.ANSWER,
    Activity.IDLE: RowState.IDLE,
    Activity.STALLED: RowState.STALLED,
    Activity.RATE_LIMITED: RowState.LIMITED,
    Activity.UNKNOWN: RowState.UNKNOWN,
}


def row_state(status: Status, *, seen: bool = False, contact_lost: bool = False) -> RowState:
    """Return the one state that a row shows.

    Args:
        status: What is known of the agent.
        seen: The user looked at it since it was done.
        contact_lost: Its host is proved to be gone, whatever the status still says.
    """
    lifecycle = status.lifecycle
    if contact_lost and lifecycle not in OVER:
        return RowState.LOST
    if is_held(status):
        return RowState.BUDGET
    if lifecycle in _BY_LIFECYCLE:
        return _BY_LIFECYCLE[lifecycle]
    if lifecycle is Lifecycle.EXITED:
        if status.activity is not Activity.DONE:
            return RowState.EXITED
        return RowState.DONE_SEEN if seen else RowState.DONE
    if status.paused_since.mono:
        return RowState.PAUSED
    if lifecycle is Lifecycle.STARTING and status.activity in (Activity.WORKING, Activity.UNKNOWN):
        return RowState.STARTING
    if status.activity is Activity.DONE:
        return RowState.RESTING if seen else RowState.DONE
    if status.activity is Activity.STALLED and status.triage and status.triage.kind is Quiet.LOOPING:
        return RowState.LOOPING
    return _BY_ACTIVITY[status.activity]


# -- timers ------------------------------------------------------------------------------------------------------------


class RowTimer(msgspec.Struct, frozen=True):
    """What the timer of a row counts."""

    seconds: float
    """Since, or with `countdown` until, the moment that matters in this state; never below 0."""
    limit_s: float = 0.0
    """The limit that runs against it; 0: none."""
    countdown: bool = False

    @property
    def text(self) -> str:
        """It in figures, with its limit if one runs."""
        return (
            figures.countdown(self.seconds) if self.countdown else figures.timer(self.seconds, self.limit_s)
        )


_AGAINST_LIMIT: Final = (RowState.WORKING, RowState.STALLED)


def row_timer(status: Status, state: RowState, now: Now) -> RowTimer:
    """Return what the timer of a row counts in its state."""
    if state in _AGAINST_LIMIT:
        found = status.triage
        limit_s = found.limit_s if found is not None and found.limit_s else status.inactivity_timeout_s
        return RowTimer(_elapsed(status.last_progress, now), limit_s)
    if state is RowState.BACKOFF and status.next_try.wall:
        # By either clock, as it is due: a suspend stops the one, the other may be set.
        left_s = min(status.next_try.mono - now.mono, status.next_try.wall - now.wall)
        return RowTimer(max(0.0, left_s), countdown=True)
    if state is RowState.LIMITED and status.limited_until:
        return RowTimer(max(0.0, status.limited_until - now.wall), countdown=True)
    if state is RowState.LOST:
        alive = max(status.last_byte.wall, status.published.wall, status.lifecycle_since.wall)
        return RowTimer(_past(alive, now))
    if status.lifecycle in OVER:
        ended = status.exit.at if status.exit and status.exit.at else status.lifecycle_since.wall
        return RowTimer(_past(ended, now))
    return RowTimer(_elapsed(_began(status, state), now))


def _began(status: Status, state: RowState) -> Now:
    match state:
        case RowState.UNKNOWN:
            return status.last_byte
        case RowState.PAUSED:
            return status.paused_since
        case RowState.BUDGET if status.budget_notice is not None:
            return status.budget_notice.since
        case RowState.QUEUED | RowState.STARTING | RowState.STOPPING | RowState.BACKOFF:
            return status.lifecycle_since
        case _:
            return status.activity_since


def _elapsed(since: Now, now: Now) -> float:
    return max(0.0, now.mono - since.mono) if since.wall else 0.0


def _past(wall: float, now: Now) -> float:
    # Only the wall clock tells of a run that is over: the machine may have been started anew since.
    return max(0.0, now.wall - wall) if wall else 0.0


# -- order -------------------------------------------------------------------------------------------------------------


class Row(Protocol):
    """What can be put in order."""

    @property
    def status(self) -> Status:
        """What is known of the agent."""
        ...

    @property
    def state(self) -> RowState:
        """The state that it shows."""
        ...


R = TypeVar("R", bound=Row)


def order(rows: Iterable[R]) -> list[R]:
    """Return rows by group and, inside a group, the one that waits longest first.

    Running and quiet agents stand by age, so that rows do not jump with every turn; of those that are over the newest is
    first, because old ones are many and matter least.
    """
    return sorted(rows, key=_key)


def _key(row: Row) -> tuple[int, float, str]:
    status, group = row.status, LOOK[row.state].group
    match group:
        case Group.NEEDS_YOU:
            since = _began(status, row.state).wall
        case Group.LOOK_AT | Group.WAITING:
            since = max(status.lifecycle_since.wall, status.activity_since.wall, status.paused_since.wall)
        case Group.OVER:
            since = -max(status.lifecycle_since.wall, status.exit.at if status.exit else 0.0)
        case _:
            since = status.created_at
    return _GROUP_ORDER[group], since, status.id


def counts(states: Iterable[RowState]) -> dict[RowState, int]:
    """Return how many rows show each state, most urgent first, zero ones absent."""
    found = dict.fromkeys(LOOK, 0)
    for state in states:
        found[state] += 1
    return {state: number for state, number in found.items() if number}
