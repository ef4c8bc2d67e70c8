"""Fields that a user types into. The large one is loaded by its first use: it brings documents and parsers along."""

from __future__ import annotations

from textual import widgets
from textual.widget import Widget


def is_field(widget: Widget | None) -> bool:
    """Return whether letters typed there are text."""
    return widget is not None and isinstance(widget, widgets.Input | widgets.TextArea)
