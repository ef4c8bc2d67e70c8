"""The choice of a template."""

from __future__ import annotations

from collections.abc import Mapping

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui.core.text import one_line
from tui.ui.fit import text
from tui.ui.notes import key
from tui.ui.screens.dialog import Dialog


class TemplateScreen(Dialog[str]):
    """Asks for one of the templates; dismissed with its words, or None.

    Args:
        templates: By name.
    """

    def __init__(self, templates: Mapping[str, str]) -> None:
        super().__init__()
        self._templates = dict(templates)

    def compose(self) -> ComposeResult:
        """A card with a line for each."""
        with Vertical(classes="card"):
            yield Static(text("templates", "bold"), id="title")
            longest = max(len(name) for name in self._templates)
            yield OptionList(
                *(
                    Option(text(name.ljust(longest)) + text(f"  {one_line(words)}", "$foreground-muted"))
                    for name, words in self._templates.items()
                ),
                id="templates",
            )
            foot = key("enter", "insert") + Content("   ") + key("esc", "back")
            yield Static(foot, id="foot")

    def on_mount(self) -> None:
        """The first is under the cursor."""
        super().on_mount()
        self.query_one(OptionList).focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take it."""
        self.dismiss(list(self._templates.values())[event.option_index])
