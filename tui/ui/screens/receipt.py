"""What became of a prompt that went to several agents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui.ui.fit import text
from tui.ui.notes import key
from tui.ui.screens.dialog import Dialog


class Receipt(NamedTuple):
    """What became of a prompt with one agent."""

    name: str
    words: str
    ok: bool


class ReceiptScreen(Dialog[None]):
    """A line for each agent.

    Args:
        title: What was done.
        receipts: Those that were not taken come first.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,space,q", "leave", "close", id="receipt.leave")]

    def __init__(self, title: str, receipts: Sequence[Receipt]) -> None:
        super().__init__()
        self._title = title
        self._receipts = sorted(receipts, key=lambda each: each.ok)

    def compose(self) -> ComposeResult:
        """A card; it scrolls where there are many."""
        longest = max(cell_len(name) for name, *_ in self._receipts)
        with Vertical(classes="card -receipt"):
            yield Static(text(self._title, "bold"), id="title")
            with VerticalScroll():
                for name, words, ok in self._receipts:
                    mark = text("✓ ", "$success") if ok else text("✗ ", "$error")
                    fill = " " * (longest - cell_len(name) + 2)
                    yield Static(mark + text(name + fill) + text(words, "$foreground-muted" if ok else ""))
            yield Static(key("esc", "close") + Content(""), id="foot")

    def on_mount(self) -> None:
        """Many lines are read with the arrows."""
        super().on_mount()
        self.query_one(VerticalScroll).focus()
