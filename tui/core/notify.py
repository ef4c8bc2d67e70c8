"""`[notify]`: which news reach the user in which way, and when not. Pure.

A channel tells of the states in its list, outside its quiet hours. Who is in focus, and who told it already, is known to
those that tell: the dashboard for toast, bell and desktop, the agent's host for the user's command.
"""

from __future__ import annotations

import enum
import time
from collections.abc import Mapping
from typing import Final

import msgspec

from tui.core.attention import RowState


class Channel(enum.StrEnum):
    """A way to the user."""

    TOAST = "toast"
    BELL = "bell"
    DESKTOP = "desktop"
    COMMAND = "command"


class Desktop(enum.StrEnum):
    """How the terminal is asked for a notification of the desktop."""

    AUTO = "auto"
    """As the terminal is known to understand; the bell where it is not."""
    OSC9 = "osc9"
    """iTerm2's: one text."""
    OSC777 = "osc777"
    """rxvt's: a title and a text."""
    OSC99 = "osc99"
    """kitty's: a title and a text, replaced by the next of the same agent."""
    OFF = "off"


TELLABLE: Final = (
    RowState.PERMISSION,
    RowState.ANSWER,
    RowState.BUDGET,
    RowState.STALLED,
    RowState.LOOPING,
    RowState.FAILED,
    RowState.LOST,
    RowState.BACKOFF,
    RowState.LIMITED,
    RowState.IDLE,
    RowState.DONE,
    RowState.EXITED,
    RowState.KILLED,
)
"""States that can be news."""
NAMES: Final = tuple(state.value for state in TELLABLE)
WAITS: Final = frozenset({RowState.PERMISSION, RowState.ANSWER, RowState.BUDGET})
"""It waits for the user."""
_USUAL: Final = WAITS | {
    RowState.STALLED,
    RowState.LOOPING,
    RowState.FAILED,
    RowState.LOST,
    RowState.DONE,
}
_DEFAULTS: Final[Mapping[Channel, frozenset[RowState]]] = {
    Channel.TOAST: _USUAL,
    Channel.BELL: WAITS,
    # Whoever is away wants to know of the end of a turn, too, which is all that an agent with its own screen has.
    Channel.DESKTOP: _USUAL | {RowState.IDLE},
    Channel.COMMAND: _USUAL | {RowState.IDLE},
}
QUIETED: Final = (Channel.BELL, Channel.DESKTOP, Channel.COMMAND)
"""Channels that quiet hours hold back; a toast disturbs nobody who does not look."""


class Hours(msgspec.Struct, frozen=True):
    """Hours of the day, local time; over midnight where the end is before the beginning."""

    begin: int
    """Minutes since midnight."""
    end: int
    """Exclusive."""

    def holds(self, wall: float) -> bool:
        """Return whether a moment is in them.

        Args:
            wall: Seconds since the epoch.
        """
        local = time.localtime(wall)
        minute = local.tm_hour * 60 + local.tm_min
        if self.begin < self.end:
            return self.begin <= minute < self.end
        return minute >= self.begin or minute < self.end


class Notify(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`[notify]`, merged; the file that hosts read holds the user's own."""

    desktop: Desktop = Desktop.AUTO
    title: bool = True
    """Name the waiting agents in the terminal's title."""
    command: list[str] = msgspec.field(default_factory=list)
    """The user's program, run with the facts in its environment; empty: none."""
    timeout_s: float = 10.0
    """It is ended after so long."""
    at_once: int = 4
    """So many of it run at the same time, over all agents."""
    states: dict[Channel, list[str]] = msgspec.field(default_factory=dict)
    """What each channel tells of, where that was said."""
    quiet: dict[Channel, Hours | None] = msgspec.field(default_factory=dict)
    """When each channel is held back, where that was said; None: never."""

    def tells(self, channel: Channel, state: RowState) -> bool:
        """Return whether a channel tells of a state."""
        said = self.states.get(channel)
        return state in _DEFAULTS[channel] if said is None else state.value in said

    def is_quiet(self, channel: Channel, wall: float) -> bool:
        """Return whether a channel is held back at a moment (seconds since the epoch)."""
        hours = self.quiet.get(channel)
        return hours is not None and hours.holds(wall)
