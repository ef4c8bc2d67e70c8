"""The prompt line: some words for an agent."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static, TextArea

from tui.ui.fit import text
from tui.ui.notes import key
from tui.ui.screens.dialog import Dialog

_NEW_LINE = frozenset({"ctrl+j", "shift+enter", "alt+enter"})


class PromptArea(TextArea):
    """A field of several lines in which enter submits and ctrl+j breaks the line."""

    class Submitted(Message):
        """Enter was pressed."""

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            self.post_message(self.Submitted())
        elif event.key in _NEW_LINE:
            event.stop()
            event.prevent_default()
            self.insert("\n")
        else:
            await super()._on_key(event)


class PromptScreen(Dialog[str]):
    """Asks for words; dismissed with the text, or None.

    Args:
        title: What for: `prompt`.
        name: The agent's name.
        hint: Muted words beside the title.
        draft: What was begun before.
        verb: What enter does.
    """

    def __init__(self, title: str, name: str, *, hint: str = "", draft: str = "", verb: str = "send") -> None:
        super().__init__()
        self._title = title
        self._agent = name
        self._hint = hint
        self._draft = draft
        self._verb = verb

    def compose(self) -> ComposeResult:
        """A card at the foot of the screen."""
        with Vertical(classes="card -foot"):
            head = (
                text(self._title, "bold")
                + text(f"  {self._agent}")
                + text(f"  {self._hint}", "$foreground-muted")
            )
            yield Static(head, id="title")
            yield PromptArea(self._draft, id="words", soft_wrap=True, show_line_numbers=False)
            foot = key("enter", self._verb) + Content("   ") + key("ctrl+j", "new line") + Content("   ")
            yield Static(foot + key("esc", "not now"), id="foot")

    def on_mount(self) -> None:
        """Write at the end of what was begun."""
        super().on_mount()
        area = self.query_one(PromptArea)
        area.move_cursor(area.document.end)
        area.focus()

    @property
    def words(self) -> str:
        """What is written so far."""
        return self.query_one(PromptArea).text

    def on_prompt_area_submitted(self) -> None:
        """Enter: take the words, if there are any."""
        if self.words.strip():
            self.dismiss(self.words)
