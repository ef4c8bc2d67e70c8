"""When what is said of an agent has to be said anew although nothing happened: timers go on. Pure."""

from __future__ import annotations

from typing import Final

from tui.core.attention import row_timer
from tui.core.clock import Now
from tui.ui.look import AgentRow, is_at_rest

REST_BEAT_S: Final = 10.0
"""The minutes of agents that rest go on with this beat, all that are due at once: a screen of them costs nothing."""
TICK_S: Final = 0.9
"""Timers are told in seconds: said a moment ago is said well. Less than a second, so that a clock that ticks by seconds is never late."""
_MINUTE_S, _HOUR_S, _DAY_S = 60.0, 3_600.0, 86_400.0


def moment_of(row: AgentRow, now: Now) -> Now:
    """Return the moment as of which an agent is shown: the present, or its last whole minute where it rests.

    The same moment, but for a clock that was set, until another minute (after a day: another hour) has to be shown.
    """
    if not is_at_rest(row):
        return now
    age = row_timer(row.status, row.state, now).seconds
    if age < _MINUTE_S:
        return now
    as_of = max(_MINUTE_S, age - now.mono % REST_BEAT_S)
    unit = _HOUR_S if as_of >= _DAY_S else _MINUTE_S
    # Half a second into it: what is rounded below stays on its side.
    late = age - (as_of // unit * unit + 0.5)
    return Now(round(now.mono - late, 1), round(now.wall - late, 1))


def still_holds(said: Now, now: Now) -> bool:
    """True if what was said of an agent at a moment need not be said anew at another, as far as time goes."""
    return 0 <= now.mono - said.mono < TICK_S
