"""Confirmations: what it is, what it does now, what will happen, what is kept. The same key again confirms."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from tui.ui.fit import ALWAYS, Piece, fit, text
from tui.ui.keymap import key_label
from tui.ui.notes import key, paragraphs
from tui.ui.screens.dialog import Dialog
from tui.ui.screens.questions import Question
from tui.ui.widgets.lines import LinePage

_WIDTH = 58


Describe = Callable[[], Question | None]
"""Says how things stand; None: there is nothing left to confirm."""


class ConfirmScreen(Dialog[bool]):
    """Asks before something ends or is replaced.

    Args:
        describe: Asked again twice a second; when the answer differs the dialog asks anew.
        confirm: Key that opened it, and confirms.
        verb: What it does: `kill`.
        leave: What leaving means: `leave it running`.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("n,q", "leave", "leave")]

    def __init__(self, describe: Describe, *, confirm: str, verb: str, leave: str) -> None:
        super().__init__()
        self._describe = describe
        self._question = describe() or Question("", [])
        self._confirm = confirm
        self._verb = verb
        self._leave = leave

    def compose(self) -> ComposeResult:
        """One card."""
        with Vertical(classes="card -danger"):
            yield LinePage(id="question")
            yield Static(self._foot(), id="foot")

    def on_mount(self) -> None:
        """Follow what it is about."""
        super().on_mount()
        self._write()
        self.set_interval(0.5, self._follow)

    def _write(self) -> None:
        page = self.query_one("#question", LinePage)
        page.can_focus = False
        page.styles.height = len(self._lines(_WIDTH))
        page.write(self._lines)

    def _lines(self, width: int) -> list[Content]:
        question = self._question
        lines = [text(question.title, "bold"), Content("")]
        lines += [Content(line) for said in question.said for line in paragraphs(said, width)]
        if question.kept:
            lines += [text(line, "$foreground-muted") for line in paragraphs(question.kept, width)]
        return lines

    def _foot(self) -> Content:
        chip = text(f" {key_label(self._confirm)}  {self._verb} ", "bold $on-fill on $error")
        return fit([Piece(ALWAYS, chip)], [Piece(ALWAYS, key("esc", self._leave))], _WIDTH)

    def _follow(self) -> None:
        question = self._describe()
        if question is None:
            self.dismiss(False)
        elif not question.same(self._question):
            self._question = question
            self._write()
            self.ask_anew()

    def on_key(self, event: events.Key) -> None:
        """Only the same key, or y, confirms; enter does nothing."""
        if event.key in (self._confirm, "y"):
            event.stop()
            self.dismiss(True)


class CountScreen(Dialog[bool]):
    """Asks before something happens to many: their number has to be typed.

    Args:
        question: What is asked.
        count: The number to type.
        verb: What happens to them.
    """

    def __init__(self, question: Question, count: int, *, verb: str = "stop") -> None:
        super().__init__()
        self._question = question
        self._verb = verb
        self._count = count
        self.typed = ""

    def compose(self) -> ComposeResult:
        """One card."""
        with Vertical(classes="card -danger"):
            yield Static(
                Content("\n").join([text(self._question.title, "bold"), Content(""), *self._body()]),
                id="question",
            )
            yield Static(self._foot(), id="foot")

    def _body(self) -> list[Content]:
        lines = [Content(line) for said in self._question.said for line in paragraphs(said, _WIDTH)]
        return [
            *lines,
            *(text(line, "$foreground-muted") for line in paragraphs(self._question.kept, _WIDTH)),
        ]

    def _foot(self) -> Content:
        ask = (
            Content("type ") + text(str(self._count), "bold") + Content(f" and enter to {self._verb} them  ")
        )
        field = text(f" {self.typed:<4}", "on $select")
        return fit([Piece(ALWAYS, ask + field)], [Piece(ALWAYS, key("esc", "leave them"))], _WIDTH)

    def on_key(self, event: events.Key) -> None:
        """Take digits; enter counts only with the right number."""
        if event.character is not None and event.character.isdigit() and len(self.typed) < 4:
            self.typed += event.character
        elif event.key == "backspace":
            self.typed = self.typed[:-1]
        elif event.key == "enter" and self.typed == str(self._count):
            event.stop()  # else it would be the dashboard's, which is on top by then: type into the agent
            self.dismiss(True)
            return
        else:
            return
        event.stop()
        self.query_one("#foot", Static).update(self._foot())
