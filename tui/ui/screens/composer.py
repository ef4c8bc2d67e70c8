"""The composer: a prompt for one agent or several, now or when they rest, with those sent before and templates at hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from tui.ui.editing import edit_text
from tui.ui.fit import ALWAYS, Piece, fit, text
from tui.ui.notes import key
from tui.ui.prompts_sent import Recall
from tui.ui.screens.dialog import Dialog
from tui.ui.screens.prompt import PromptArea
from tui.ui.screens.templates import TemplateScreen

_CARD_COLS = 100
_CARD_PADDING = 5


class Receivers(NamedTuple):
    """Whom a prompt may go to."""

    label: str
    """`api-refactor`, `3 marked`."""
    ids: tuple[str, ...]
    about: str = ""
    """Muted words behind the label: names, or `resumes it`."""
    busy: bool = False
    """One of them works, so that `when it rests` says something."""


class Order(NamedTuple):
    """What was decided."""

    words: str
    to: Receivers
    when_idle: bool


class ComposerArea(PromptArea):
    """The field: at its first and last line the arrows go through what was sent before."""

    class Recalled(Message):
        """An arrow asked for an older (-1) or newer (1) prompt."""

        def __init__(self, by: int) -> None:
            super().__init__()
            self.by = by

    async def _on_key(self, event: events.Key) -> None:
        place = self.cursor_location
        at_end = (event.key == "up" and self.navigator.is_first_wrapped_line(place) and place[0] == 0) or (
            event.key == "down"
            and self.navigator.is_last_document_line(place)
            and self.navigator.is_last_wrapped_line(place)
        )
        if at_end:
            event.stop()
            event.prevent_default()
            self.post_message(self.Recalled(-1 if event.key == "up" else 1))
        elif event.key == "tab":
            event.prevent_default()  # it is the composer's
        else:
            await super()._on_key(event)


class ComposerScreen(Dialog[Order]):
    """Asks for a prompt; dismissed with the order, or None.

    Args:
        choices: Whom it may go to; the first is meant at first.
        draft: What was begun before.
        earlier: Prompts sent before, the oldest first.
        templates: Prompts by name.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "turn_when", "when idle", id="composer.when", priority=True),
        Binding("ctrl+t", "turn_to", "to", id="composer.to", priority=True),
        Binding("ctrl+o", "templates", "templates", id="composer.templates", priority=True),
        Binding("ctrl+g", "editor", "editor", id="composer.editor", priority=True),
    ]

    def __init__(
        self,
        choices: Sequence[Receivers],
        *,
        draft: str = "",
        earlier: Sequence[str] = (),
        templates: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__()
        self._choices = list(choices)
        self._draft = draft
        self._recall = Recall(list(earlier))
        self._has_earlier = bool(earlier)
        self._templates = dict(templates or {})
        self._chosen = 0
        self.when_idle = False

    def compose(self) -> ComposeResult:
        """A card at the foot of the screen."""
        with Vertical(classes="card -foot"):
            yield Static(id="title")
            yield ComposerArea(self._draft, id="words", soft_wrap=True, show_line_numbers=False)
            yield Static(id="foot")

    def on_mount(self) -> None:
        """Write at the end of what was begun."""
        super().on_mount()
        self.area.move_cursor(self.area.document.end)
        self.area.focus()
        self._say()

    def on_resize(self) -> None:
        """What the lines say depends on their width."""
        self._say()

    @property
    def area(self) -> ComposerArea:
        """The field."""
        return self.query_one(ComposerArea)

    @property
    def words(self) -> str:
        """What is written so far."""
        return self.area.text

    @property
    def to(self) -> Receivers:
        """Whom it goes to."""
        return self._choices[self._chosen]

    def _say(self) -> None:
        width = min(self.app.size.width, _CARD_COLS) - _CARD_PADDING
        to = self.to
        when = "when they rest" if len(to.ids) > 1 else "when it rests"
        head = [
            Piece(ALWAYS, text("prompt", "bold")),
            Piece(ALWAYS, text(f"  {to.label}")),
            Piece(1, text(f"  {to.about}", "$foreground-muted") if to.about else Content("")),
        ]
        late = [Piece(ALWAYS, text(when, "$primary"))] if self.when_idle else []
        self.query_one("#title", Static).update(fit(head, late, width))
        gap = Content("   ")
        parts = [
            Piece(ALWAYS, key("enter", "send" if not self.when_idle else f"send {when}")),
            Piece(9, gap + key("ctrl+j", "new line")),
        ]
        if to.busy:
            parts.append(Piece(8, gap + key("tab", "at once" if self.when_idle else when)))
        if len(self._choices) > 1:
            following = self._choices[(self._chosen + 1) % len(self._choices)]
            parts.append(Piece(7, gap + key("ctrl+t", f"to {following.label}")))
        if self._has_earlier:
            parts.append(Piece(5, gap + key("↑", "earlier")))
        if self._templates:
            parts.append(Piece(6, gap + key("ctrl+o", "templates")))
        parts.append(Piece(4, gap + key("ctrl+g", "editor")))
        parts.append(Piece(10, gap + key("esc", "not now")))
        self.query_one("#foot", Static).update(fit(parts, [], width))

    # -- keys ----------------------------------------------------------------------------------------------------------

    def on_prompt_area_submitted(self) -> None:
        """Enter: take the words, if there are any."""
        if self.words.strip():
            self.dismiss(Order(self.words, self.to, self.when_idle and self.to.busy))

    def on_composer_area_recalled(self, event: ComposerArea.Recalled) -> None:
        """Show a prompt that was sent before."""
        words = self._recall.older(self.words) if event.by < 0 else self._recall.newer()
        if words is not None:
            self._write(words)

    def action_turn_when(self) -> None:
        """Send it at once, or keep it until they rest."""
        if self.to.busy:
            self.when_idle = not self.when_idle
            self._say()

    def action_turn_to(self) -> None:
        """Send it to others."""
        self._chosen = (self._chosen + 1) % len(self._choices)
        self._say()

    def action_templates(self) -> None:
        """Put a template where the cursor is."""
        if self._templates:
            self.app.push_screen(TemplateScreen(self._templates), lambda words: self._insert(words or ""))

    async def action_editor(self) -> None:
        """Go on writing in the user's editor."""
        found = await edit_text(self.app, self.words)
        if found is not None:
            self._write(found)

    def _insert(self, words: str) -> None:
        self.area.insert(words)
        self.area.focus()

    def _write(self, words: str) -> None:
        self.area.replace(words, (0, 0), self.area.document.end)
        self.area.move_cursor(self.area.document.end)
