"""The event log, a line an event."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec
from textual.content import Content

from tui.core import facts as f
from tui.core import figures
from tui.core.clock import Now
from tui.core.facts import Event
from tui.core.text import one_line
from tui.ui.fit import ALWAYS, Piece, fit, pad_right, text

_LOUD: Final = {
    f.PermissionAsked: "$warning",
    f.QuestionAsked: "$warning",
    f.SpawnFailed: "$error",
    f.HostLost: "$error",
    f.ErrorReported: "$error",
    f.StateChanged: "$primary",
    f.UserActed: "$primary",
    f.StepTaken: "$state-stalled",
    f.StepAnnounced: "$state-stalled",
    f.RateLimited: "$secondary",
}


def log_lines(events: Iterable[Event], now: Now, width: int) -> list[Content]:
    """Return the page, oldest first."""
    lines = [_line(event, now, width) for event in events if not type(event.fact).ephemeral]
    return lines or [text("Nothing was logged yet.", "$foreground-muted")]


def _line(event: Event, now: Now, width: int) -> Content:
    kind = type(event.fact)
    at = pad_right(text(figures.log_time(event.at, now.wall), "$foreground-muted"), 9)
    name = pad_right(text(kind.__name__, _LOUD.get(kind, "bold")), 18)
    right = [Piece(1, text(f"run {event.run} · {event.source.value}", "$foreground-muted"))]
    return fit([Piece(ALWAYS, at + name + text(fact_words(event.fact), "$foreground-muted"))], right, width)


def fact_words(fact: f.AnyFact) -> str:
    """Return a fact's fields on one line, telling ones first, empty ones left out."""
    values = msgspec.to_builtins(fact)
    values.pop("fact", None)
    parts = []
    for name, value in values.items():
        if value in ("", None, 0, False, [], {}):
            continue
        shown = value if isinstance(value, str) else msgspec.json.encode(value).decode()
        short = one_line(str(shown), limit=160)
        parts.append(short if name in ("text", "title", "prompt", "name", "because") else f"{name} {short}")
    return "  ".join(parts)
