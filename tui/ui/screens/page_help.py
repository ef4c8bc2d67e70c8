"""The keys of one page, made from the bindings that it has."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from tui.ui.fit import pad_right, text
from tui.ui.keymap import key_label
from tui.ui.screens.dialog import Dialog
from tui.ui.widgets.lines import LinePage

_KEYS = 20

BINDING = Binding("question_mark,f1", "page_help", "help", id="page.help")


def help_lines(bindings: Iterable[BindingType]) -> list[Content]:
    """Return a line for each binding: its keys, what it does."""
    lines = []
    for binding in bindings:
        if isinstance(binding, Binding) and binding.description:
            keys = " ".join(key_label(key.strip()) for key in binding.key.split(","))
            lines.append(pad_right(text(keys, "$primary"), _KEYS) + text(binding.description))
    return lines


class PageHelp(Dialog[None]):
    """A card with the keys of a page; any of the keys that open it closes it.

    Args:
        title: What the page is.
        page: The page.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("question_mark,f1,q", "leave", "back", show=False)]

    def __init__(self, title: str, page: Screen[None]) -> None:
        super().__init__()
        self._title = title
        self._lines = help_lines(page.BINDINGS)

    def compose(self) -> ComposeResult:
        """A card."""
        with Vertical(classes="card"):
            yield Static(text("Keys", "bold") + text(f"  {self._title}", "$foreground-muted"), id="title")
            yield LinePage(id="keys")
            yield Static(text("esc", "$primary") + text(" back"), id="foot")

    def on_mount(self) -> None:
        """Write the keys."""
        super().on_mount()
        page = self.query_one(LinePage)
        page.can_focus = False
        page.styles.height = min(18, len(self._lines))
        page.write(lambda width: self._lines)
