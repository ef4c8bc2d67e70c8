"""Drawing before the screen's next tick: for the answer to a key, which on a busy screen would wait for up to 16 ms.

Textual draws on a grid of 60 ticks a second and has no public way to draw between them. What a widget wants to draw it tells
its screen by messages, which on a busy loop take as long again; so it is marked here directly (checked with 8.2.8).
"""

from __future__ import annotations

from typing import Any

from textual.screen import Screen
from textual.widget import Widget


def draw_now(widget: Widget) -> None:
    """Draw what changed in a widget, and of the rest no more than what would be drawn with the next tick anyway."""
    screen: Screen[Any] = widget.screen
    screen._dirty_widgets.add(widget)
    screen.call_next(screen._on_timer_update)


def draw_all_now(screen: Screen[Any]) -> None:
    """Draw all that changed on a screen, after what was asked of it before."""

    def draw() -> None:
        seen = screen._compositor.visible_widgets
        screen._dirty_widgets.update(widget for widget in seen if widget._repaint_regions)
        screen._on_timer_update()

    screen.call_next(draw)
