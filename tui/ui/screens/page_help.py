"""The keys of one screen, made from the bindings that it has now."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from tui.ui.fit import pad_right, text
from tui.ui.notes import key
from tui.ui.screens.dialog import Dialog
from tui.ui.widgets.lines import LinePage

if TYPE_CHECKING:
    from tui.ui.screens.keyed import Bound

_MOST: Final = 18


def help_lines(actions: Iterable[Bound]) -> list[Content]:
    """Return a line for each action: its keys, what it does."""
    known = list(actions)
    keys = [text("  ".join(each.labels), "$primary") for each in known]
    column = max((key.cell_length for key in keys), default=0) + 2
    return [pad_right(key, column) + text(each.told) for key, each in zip(keys, known, strict=True)]


class PageHelp(Dialog[None]):
    """A card with the keys of a screen; any of the keys that open it closes it.

    Args:
        title: Which screen.
        page: The screen.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1,q", "leave", "back", id="help.leave"),
        Binding("down,j", "scroll(1)", "down", id="help.down"),
        Binding("up,k", "scroll(-1)", "up", id="help.up"),
    ]

    def __init__(self, title: str, actions: Iterable[Bound]) -> None:
        super().__init__()
        self._title = title
        self._lines = help_lines(actions)

    def compose(self) -> ComposeResult:
        """A card."""
        with Vertical(classes="card"):
            yield Static(text("Keys", "bold") + text(f"  {self._title}", "$foreground-muted"), id="title")
            yield LinePage(id="keys")
            yield Static(id="foot")

    def on_mount(self) -> None:
        """Write the keys."""
        super().on_mount()
        page = self.query_one(LinePage)
        page.can_focus = False
        page.styles.height = min(_MOST, len(self._lines))
        page.write(lambda width: self._lines)
        more = [key("↑ ↓", f"all {len(self._lines)}")] if len(self._lines) > _MOST else []
        self.query_one("#foot", Static).update(Content("   ").join([*more, key("esc", "back")]))

    def action_scroll(self, by: int) -> None:
        """Scroll where there is little room."""
        self.query_one(LinePage).scroll_relative(y=by, animate=False)
