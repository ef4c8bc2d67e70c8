"""When what is said of an agent has to be said anew although nothing happened: timers go on. Pure."""

from __future__ import annotations

from typing import Final

from tui.core.attention import Group, RowState
from tui.core.clock import Now
from tui.ui.look import AgentRow

REST_BEAT_S: Final = 5.0
"""Timers of agents that rest tick on this beat, all at once: a screen of them costs nothing."""
TICK_S: Final = 0.9
"""Timers are told in seconds: said a moment ago is said well. Less than a second, so that a clock that ticks by seconds is never late."""
_RESTING: Final = (Group.QUIET, Group.OVER)


def moment_of(row: AgentRow, now: Now) -> Now:
    """Return the moment as of which an agent is shown: the present, or the last beat where nothing is going on."""
    if row.look.group not in _RESTING and row.state is not RowState.PAUSED:
        return now
    late = now.mono % REST_BEAT_S
    return Now(now.mono - late, now.wall - late)


def still_holds(said: Now, now: Now) -> bool:
    """True if what was said of an agent at a moment need not be said anew at another, as far as time goes."""
    return 0 <= now.mono - said.mono < TICK_S
