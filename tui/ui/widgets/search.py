"""The search of a reader in an agent's terminal: the expression as it is typed, what it found, where one stands."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from textual.content import Content

from tui.core.errors import AgentTuiError
from tui.ui import searching
from tui.ui.fit import ALWAYS, EMPTY, Piece, fit, text
from tui.ui.line_entry import Did, LineEntry
from tui.ui.marking import Spot
from tui.ui.reading import Texts
from tui.ui.searching import Found, Match

if TYPE_CHECKING:
    from tui.ui.widgets.terminal_view import TerminalView

TYPED_S: Final = 0.12
"""An expression is tried when nothing was typed for so long."""


class Search:
    """Of one stay in copy mode: the lines are read once, when the first expression is typed.

    Args:
        view: Whose lines.
        changed: Called when something else is to be shown.
        go: Called with the place of a match.
    """

    def __init__(self, view: TerminalView, changed: Callable[[], None], go: Callable[[Spot], None]) -> None:
        self._view = view
        self._changed = changed
        self._go = go
        self.entry: LineEntry | None = None
        """The expression while it is typed."""
        self.found: Found | None = None
        self.trouble = ""
        """Why there is nothing to find, in a few words."""
        self.busy = False
        self._texts: Texts | None = None
        self._last = ""
        self._from = Spot(0, 0)
        self._way = -1
        self._task: asyncio.Task[None] | None = None

    # -- typing --------------------------------------------------------------------------------------------------------

    def open(self, at: Spot, way: int) -> None:
        """Begin to type an expression; matches are looked for from a place, upwards with -1."""
        self.entry = LineEntry()
        self._from, self._way = at, way
        self.found, self.trouble = None, ""
        self._changed()

    def key(self, key: str, character: str | None) -> None:
        """Take a key while the expression is typed."""
        entry = self.entry
        if entry is None:
            return
        if key == "up" and not entry.text and self._last:
            self._typed(entry.paste(self._last))
        else:
            self._typed(entry.key(key, character))

    def paste(self, words: str) -> None:
        """Take a paste while the expression is typed."""
        if self.entry is not None:
            self._typed(self.entry.paste(words))

    def _typed(self, did: Did) -> None:
        entry = self.entry
        assert entry is not None
        if did is Did.DONE:
            self.entry = None
            if pattern := entry.text or self._last:
                self._last = pattern
                self._look(pattern, 0.0)
        elif did is Did.LEFT:
            self.close()
            self._go(self._from)
        elif did is Did.CHANGED:
            if entry.text:
                self._look(entry.text, TYPED_S)
            else:
                self._stop()
                self.found, self.trouble = None, ""
        self._changed()

    # -- looking -------------------------------------------------------------------------------------------------------

    def _look(self, pattern: str, delay_s: float) -> None:
        self.trouble = searching.problem(pattern)
        if self.found is not None and self.found.pattern == pattern and not self.busy:
            return
        self._stop()
        if not self.trouble:
            self.busy = True
            self._task = asyncio.create_task(self._find(pattern, delay_s), name="search")

    async def _find(self, pattern: str, delay_s: float) -> None:
        await asyncio.sleep(delay_s)
        try:
            if self._texts is None:
                self._texts = await self._view.read(0)
            matches = await searching.find(pattern, self._texts.first, self._texts.lines)
            self.found = Found(pattern, matches)
            self.busy = False
            self.step(self._way, self._from)
        except AgentTuiError as error:
            self.found, self.trouble = None, str(error)
        finally:
            self.busy = False
        self._changed()

    def again(self, turned: bool, at: Spot) -> None:
        """Go to the next match, or with `turned` to the one before."""
        if self.found is not None:
            self.step(-self._way if turned else self._way, at)
            self._changed()

    def step(self, by: int, at: Spot) -> None:
        """Go to the next match below (1) or above (-1) a place, round at the ends."""
        if self.found is None or self._texts is None:
            return
        line = self._texts.at(at.line)
        start = _character(line.text if line is not None else "", at.column)
        match = self.found.step(by, at.line, start)
        if match is not None:
            self._go(self._place(match))

    def _place(self, match: Match) -> Spot:
        line = self._texts.at(match.line) if self._texts is not None else None
        return searching.spot_of(match, line.text if line is not None else "")

    async def prompts(self) -> list[int]:
        """Return the lines where prompts begin."""
        if self._texts is None:
            self._texts = await self._view.read(0)
        return self._texts.prompts

    def close(self) -> None:
        """Search no more; the lines are kept."""
        self._stop()
        self.entry = self.found = None
        self.trouble = ""

    def _stop(self) -> None:
        self.busy = False
        if self._task is not None:
            self._task.cancel()
            self._task = None

    # -- what it says --------------------------------------------------------------------------------------------------

    @property
    def is_shown(self) -> bool:
        """There is something to say."""
        return self.entry is not None or self.found is not None or bool(self.trouble)

    def line(self, width: int) -> Content:
        """Return the search as one line."""
        arrow = text("/" if self._way < 0 else "?", "bold $primary")
        if self.entry is not None:
            before, here, after = _at_cursor(self.entry)
            words = text(before) + text(here, "reverse") + text(after)
            hint = "" if self.entry.text else "  words or a regular expression; capitals count if you use one"
        else:
            words, hint = text(self._last, "bold"), ""
        left = [
            Piece(ALWAYS, Content(" ") + arrow + Content(" ") + words),
            Piece(1, text(hint, "$foreground-muted")),
        ]
        said = self._said()
        return fit(left, [Piece(ALWAYS, said + Content(" "))] if said else [], width)

    def _said(self) -> Content:
        if self.trouble:
            return text(f"cannot search: {self.trouble}", "$error")
        if self.busy:
            return text("looking …", "$foreground-muted")
        if self.found is not None:
            return text(self.found.count, "bold" if self.found.matches else "$warning")
        return EMPTY


def _at_cursor(entry: LineEntry) -> tuple[str, str, str]:
    at = entry.cursor
    return entry.text[:at], entry.text[at : at + 1] or " ", entry.text[at + 1 :]


def _character(line: str, column: int) -> int:
    """Index of the character that stands at a column."""
    if line.isascii():
        return column
    from tui.ui.celltext import glyphs

    index = 0
    for start, cells, glyph in glyphs(line):
        if column < start + cells:
            return index
        index += len(glyph)
    return index
