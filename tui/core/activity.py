"""What is it doing, does it need me? With the evidence it was concluded from."""

from __future__ import annotations

import enum
from typing import Final

import msgspec

from tui.core.clock import Now


class Activity(enum.StrEnum):
    """What an agent does, as far as it matters to the user."""

    WORKING = "working"
    NEEDS_PERMISSION = "needs-permission"
    NEEDS_ANSWER = "needs-answer"
    IDLE = "idle"
    """Ready for a prompt."""
    DONE = "done"
    """Finished what it was asked, and said so."""
    STALLED = "stalled"
    """Should be working, and made no progress for its limit."""
    RATE_LIMITED = "rate-limited"
    UNKNOWN = "unknown"

    @property
    def word(self) -> str:
        """How people are told of it; the value is for files and `--json`."""
        return in_words(self)


def in_words(activity: str) -> str:
    """Return the word for an activity, also one that a log of another version names."""
    return "unsure" if activity == Activity.UNKNOWN else str(activity)


NEEDS_YOU: Final = frozenset({Activity.NEEDS_PERMISSION, Activity.NEEDS_ANSWER})


class Source(enum.StrEnum):
    """Where a fact comes from, strongest first."""

    STREAM = "stream"
    """The CLI's own JSON stream."""
    HOOK = "hook"
    """Hooks and state files that the CLI writes about itself."""
    TRANSCRIPT = "transcript"
    OSC = "osc"
    """OSC 7501, 9;4, titles, bell."""
    SCREEN = "screen"
    """A rule of the runtime over what is drawn."""
    BYTES = "bytes"
    """Only that something was printed, or not."""
    HOST = "host"
    """Our own doing: spawn, exit, timers, the user's keys. Not a vote."""


STRENGTH: Final[tuple[Source, ...]] = (
    Source.STREAM,
    Source.HOOK,
    Source.TRANSCRIPT,
    Source.OSC,
    Source.SCREEN,
    Source.BYTES,
)
"""Voting order: a weaker source never overrides a stronger one that is alive."""


class Vote(msgspec.Struct, frozen=True, gc=False):
    """What one source says."""

    source: Source
    activity: Activity
    fact: str
    """The fact in words, one line: `ToolCalled Bash ls -la`."""
    since: Now


class Evidence(msgspec.Struct, frozen=True, gc=False):
    """Why the activity is what it is."""

    source: Source = Source.HOST
    fact: str = ""
    since: Now = Now(0.0, 0.0)
