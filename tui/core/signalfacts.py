"""Facts from weaker sources than a CLI's events: signals, titles, files, the screen, lines that are no events."""

from __future__ import annotations

from typing import ClassVar

from tui.core.activity import Activity
from tui.core.factbase import Fact


class ActivitySignalled(Fact, frozen=True, kw_only=True, tag="activity_signalled"):
    """A hook, a state file, an OSC sequence or a screen rule says what the agent does."""

    activity: Activity
    text: str = ""
    """What was seen, in words."""


class TitleChanged(Fact, frozen=True, kw_only=True, tag="title_changed"):
    """The child set its window title."""

    ephemeral: ClassVar[bool] = True
    title: str


class Notified(Fact, frozen=True, kw_only=True, tag="notified"):
    """The child rang the bell (empty text) or sent a notification."""

    title: str = ""
    text: str = ""


class ScreenAdvanced(Fact, frozen=True, kw_only=True, tag="screen_advanced"):
    """A terminal shows lines that it did not show before, spinners, clocks and counters left out."""

    ephemeral: ClassVar[bool] = True
    progress: ClassVar[bool] = True


class FileChanged(Fact, frozen=True, kw_only=True, tag="file_changed"):
    """A file in the agent's folder changed."""

    ephemeral: ClassVar[bool] = True
    progress: ClassVar[bool] = True
    path: str


class LogLine(Fact, frozen=True, kw_only=True, tag="log_line"):
    """A line of the stream that is not JSON: kept, never lost."""

    text: str


class Unparsed(Fact, frozen=True, kw_only=True, tag="unparsed"):
    """A JSON line that the runtime does not know or cannot decode: kept in short."""

    text: str
    reason: str = ""


class Oversized(Fact, frozen=True, kw_only=True, tag="oversized"):
    """A line over the limit was passed over; its bytes are in the recording as far as that reaches."""

    size_bytes: int
    start: str = ""
    """Its first characters."""
