"""Drawing before the screen's next tick: for the answer to a key, which on a busy screen would wait for up to 16 ms."""

from __future__ import annotations

from typing import Any

from textual.screen import Screen
from textual.widget import Widget


def draw_now(widget: Widget) -> None:
    """Draw all that is marked as changed on a widget's screen, after what was asked of the screen before.

    Textual draws on a grid of 60 ticks a second and has no public way to draw between them (checked with 8.2.8).
    """
    screen: Screen[Any] = widget.screen
    screen.call_next(screen._on_timer_update)
