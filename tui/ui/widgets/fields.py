"""Fields of dialogs: a row of choices, and a folder that completes itself."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, NamedTuple

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from tui.ui.fit import EMPTY, text


class Option(NamedTuple):
    """One choice."""

    value: str
    label: str
    hint: str = ""
    """Muted words behind the label."""
    dim: bool = False
    """Cannot be used now, but can be looked at."""


class Chips(Widget, can_focus=True, inherit_bindings=False):
    """A row of choices of which one is taken; arrow keys move, a click takes.

    Args:
        options: The choices.
        value: The one taken.
        radios: Drawn as `● this   ○ that`.
        several: `space` marks choices, so that more than one is taken.
    """

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,up,h", "move(-1)", "previous", show=False),
        Binding("right,down,l", "move(1)", "next", show=False),
        Binding("space", "mark", "mark", show=False),
    ]

    class Changed(Message):
        """Another choice was taken."""

        def __init__(self, chips: Chips) -> None:
            super().__init__()
            self.chips = chips

        @property
        def control(self) -> Chips:
            """The row."""
            return self.chips

    def __init__(
        self,
        options: Sequence[Option],
        value: str = "",
        *,
        radios: bool = False,
        several: bool = False,
        id: str | None = None,  # noqa: A002 - Textual's own name
    ) -> None:
        super().__init__(id=id)
        self._radios = radios
        self._several = several
        self.marked: list[str] = []
        """Choices that were marked, in the order they stand in."""
        self._options = list(options)
        self.value = value or (options[0].value if options else "")

    def offer(self, options: Sequence[Option], value: str = "") -> None:
        """Offer other choices."""
        self._options = list(options)
        values = [option.value for option in options]
        wanted = value or self.value
        self.value = wanted if wanted in values else values[0] if values else ""
        self.refresh()

    def render(self) -> Content:
        """Draw the choices from the first that makes the chosen one visible."""
        pieces = [self._piece(option) for option in self._options]
        chosen = next((i for i, option in enumerate(self._options) if option.value == self.value), 0)
        first = 0
        while first < chosen and sum(p.cell_length for p in pieces[first : chosen + 1]) > self.size.width:
            first += 1
        return EMPTY.join(pieces[first:])

    def _radio(self, option: Option) -> Content:
        chosen = option.value == self.value
        mark = "●" if chosen else "○"
        style = "bold $primary" if chosen and self.has_focus else "bold" if chosen else "$foreground-muted"
        return text(f"{mark} {option.label} ", style) + text(f"{option.hint}   ", "$foreground-muted")

    def _piece(self, option: Option) -> Content:
        if self._radios:
            return self._radio(option)
        chosen = option.value == self.value
        if chosen:
            style = "bold $on-fill on $primary" if self.has_focus else "bold $foreground on $select"
        else:
            style = "$foreground-muted"
        hint = text(f"{option.hint} ", "$foreground-muted") if option.hint else EMPTY
        mark = "+" if option.value in self.marked else " "
        if option.value in self.marked and not chosen:
            style = "bold $foreground"
        return text(f"{mark}{option.label} ", style) + hint + Content(" ")

    def on_focus(self) -> None:
        """The chosen one is filled."""
        self.refresh()

    def on_blur(self) -> None:
        """The chosen one is only marked."""
        self.refresh()

    def action_move(self, by: int) -> None:
        """Take the next choice."""
        values = [option.value for option in self._options]
        if values:
            self.take(values[(values.index(self.value) + by) % len(values)])

    def action_mark(self) -> None:
        """Mark the choice, or no longer; in a row that takes one alone, take the next."""
        if not self._several:
            self.action_move(1)
        else:
            self.mark([self.value], on=self.value not in self.marked)

    def mark(self, values: Sequence[str], *, on: bool = True) -> None:
        """Mark choices, or take their marks away."""
        wanted = (set(self.marked) | set(values)) if on else set(self.marked) - set(values)
        self.marked = [option.value for option in self._options if option.value in wanted]
        self.refresh()
        self.post_message(self.Changed(self))

    def take(self, value: str) -> None:
        """Take a choice."""
        if value != self.value:
            self.value = value
            self.refresh()
            self.post_message(self.Changed(self))

    def on_click(self, event: events.Click) -> None:
        """Take what is under the pointer."""
        start = 0
        for option in self._options:
            cells = self._piece(option).cell_length
            if start <= event.x < start + cells:
                self.take(option.value)
                return
            start += cells


class FolderInput(Input):
    """A folder; tab completes it as a shell does, and goes on when there is nothing to complete."""

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "tab":
            done = await asyncio.to_thread(complete_folder, self.value)
            if done != self.value:
                event.stop()
                event.prevent_default()
                self.value = done
                self.cursor_position = len(done)
                return
        await super()._on_key(event)


def complete_folder(value: str) -> str:
    """Return the path with as much added as all folders that begin so share."""
    head, _, start = value.rpartition("/")
    base = Path(head or ("/" if value.startswith("/") else ".")).expanduser()
    if value == "~":
        return "~/"
    try:
        with os.scandir(base) as entries:
            names = [
                entry.name
                for entry in entries
                if entry.name.startswith(start)
                and (start or not entry.name.startswith("."))
                and entry.is_dir()
            ]
    except OSError:
        return value
    if not names or not start:
        return value
    low, high = min(names), max(names)  # what these two share, all share
    shared = next((low[:i] for i in range(len(low), 0, -1) if high.startswith(low[:i])), "")
    prefix = f"{head}/" if head or value.startswith("/") else ""
    return f"{prefix}{shared}" + ("/" if len(names) == 1 else "")


def short_home(path: str) -> str:
    """Write a folder with `~` for the home folder."""
    home = str(Path.home())
    return f"~{path[len(home) :]}" if path == home or path.startswith(f"{home}/") else path
