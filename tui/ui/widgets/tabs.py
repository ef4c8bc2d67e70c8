"""The views of one agent, as a line over its zoomed pane."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from textual.content import Content

from tui.core.spec import Mode
from tui.ui.fit import ALWAYS, EMPTY, Piece, fit, text
from tui.ui.look import View

TABS: Final = ("pane", "raw", "events", "usage", "files", "settings", "why")
"""Names of the views, in order; `pane` is the terminal or timeline itself."""


def tab_line(
    open_tab: str, view: View, where: str, width: int, counts: Mapping[str, int | None] | None = None
) -> Content:
    """Return the line of tabs; the open one is bold, and those that count something say how many."""
    pane = "timeline" if view.status.mode is Mode.STREAM else "terminal"
    known = counts or {}
    labels = (pane, *(f"{name} {known[name]}" if known.get(name) else name for name in TABS[1:]))
    tabs = EMPTY.join(
        text(f"{label}   ", "bold $primary" if name == open_tab else "$foreground-muted")
        for name, label in zip(TABS, labels, strict=True)
    )
    right = [Piece(1, text(f"{where} ", "$foreground-muted"))]
    return fit([Piece(ALWAYS, Content("  ") + tabs)], right, width)
