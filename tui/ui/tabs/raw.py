"""The view of what the CLI printed, line by line: JSON as it came, readable on demand, searched whole."""

from __future__ import annotations

import asyncio
from typing import ClassVar, Final

from textual.content import Content

from tui.client.rawlog import WHOLE_MAX, Lines, RawLine
from tui.core.spec import Mode
from tui.ui.fit import EMPTY, text
from tui.ui.pages.parts import heading
from tui.ui.pages.raw import pretty, pretty_lines, raw_row, visible
from tui.ui.tabs.base import Stage, Tab

UNFOLDED_MAX: Final = 20
_ROWS_KEPT: Final = 20_000


class RawTab(Tab):
    """Lines as they were printed."""

    keys: ClassVar = ("fold", "fold_all")
    at_end: ClassVar = True

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        view = stage.view
        self._draws = view is not None and view.status.mode is Mode.INTERACTIVE
        self._lines = Lines(stage.app.paths.agent(stage.agent_id), recording=not self._draws)
        self._selected: int | None = None
        """Number of the selected line; None: the newest."""
        self._unfolded: dict[int, tuple[list[str], int] | None] = {}
        """By number: the lines of it and how many characters were read; None while it is read."""
        self._rows: dict[tuple[int, int], Content] = {}
        self._numbers: dict[int, int] = {}
        self._words = ""
        self._matching: set[int] | None = None
        self._busy = False

    def open(self) -> None:
        """Read what there is."""
        self.second()

    def second(self) -> None:
        """Read what was added."""
        if not self._busy:
            self._busy = True
            self.stage.app.run_task(self._read())

    async def _read(self) -> None:
        try:
            if await self._lines.read():
                if self._words:
                    self._matching = set(await self._lines.find(self._words))
                self.stage.changed()
        finally:
            self._busy = False

    def search(self, words: str) -> None:
        """List only the lines that have some words anywhere in them; nothing: all of them."""
        self._words = words
        if not words:
            self._matching = None
        else:
            self.stage.app.run_task(self._find(words))

    async def _find(self, words: str) -> None:
        found = set(await self._lines.find(words))
        if words == self._words:
            self._matching = found
            self.stage.changed()

    def _listed(self) -> list[RawLine]:
        wanted = self._matching
        return [line for line in self._lines.listed if wanted is None or line.number in wanted]

    def lines(self, width: int) -> list[Content]:
        """Write a row for each line, and what is unfolded below its own."""
        now, listed = self.stage.app.clock.now(), self._listed()
        chosen = self._chosen(listed)
        written = [self._head(len(listed), width), EMPTY]
        self._numbers, self.place = {}, -1
        if len(self._rows) > _ROWS_KEPT:
            self._rows.clear()
        for line in listed:
            self._numbers[len(written)] = line.number
            is_open, selected = line.number in self._unfolded, line is chosen
            if selected:
                self.place = len(written)
            if is_open or selected:
                written.append(
                    raw_row(
                        line.number,
                        line.at,
                        line.head,
                        line.size,
                        now,
                        width,
                        selected=selected,
                        is_open=is_open,
                    )
                )
            else:
                key = (line.number, width)
                if key not in self._rows:
                    self._rows[key] = raw_row(line.number, line.at, line.head, line.size, now, width)
                written.append(self._rows[key])
            if is_open:
                written += self._body(line, width)
        if not listed:
            told = (
                "No line has these words."
                if self._words
                else "Nothing was printed yet, or nothing of it is recorded."
            )
            written.append(text(told, "$foreground-muted"))
        return written

    def _head(self, count: int, width: int) -> Content:
        source = "the event log: this CLI draws its own screen" if self._draws else "as the CLI printed them"
        told = f"{count:,} of {len(self._lines.listed):,} lines" if self._words else f"{count:,} lines"
        return heading(source, told, width)

    def _body(self, line: RawLine, width: int) -> list[Content]:
        known = self._unfolded[line.number]
        if known is None:
            return [text("  │ reading…", "$foreground-muted")]
        rows, read = known
        return pretty_lines(rows, width, line.size, read)

    def _chosen(self, listed: list[RawLine]) -> RawLine | None:
        if not listed:
            return None
        wanted = self._selected
        if wanted is None:
            return listed[-1]
        return min(listed, key=lambda line: abs(line.number - wanted))

    def move(self, by: int) -> bool:
        """Select the line above or below."""
        listed = self._listed()
        chosen = self._chosen(listed)
        if chosen is None:
            return False
        index = min(max(0, listed.index(chosen) + by), len(listed) - 1)
        self._selected = None if index == len(listed) - 1 else listed[index].number
        return True

    def press(self, line: int) -> bool:
        """Select the line that was clicked, and unfold or fold it."""
        if line not in self._numbers:
            return False
        self._selected = self._numbers[line]
        self.fold()
        return True

    def fold(self, *, everything: bool = False) -> None:
        """Read the selected line whole, or fold it; all of them: fold."""
        chosen = self._chosen(self._listed())
        if everything or chosen is None:
            self._unfolded.clear()
        elif chosen.number in self._unfolded:
            del self._unfolded[chosen.number]
        else:
            self._selected = chosen.number  # it stays where it is while more is printed
            while len(self._unfolded) >= UNFOLDED_MAX:
                del self._unfolded[next(iter(self._unfolded))]
            self._unfolded[chosen.number] = None
            self.stage.app.run_task(self._unfold(chosen))

    async def _unfold(self, line: RawLine) -> None:
        whole = await self._lines.whole(line)
        rows = await asyncio.to_thread(pretty, whole)
        if line.number in self._unfolded:
            self._unfolded[line.number] = (rows, min(len(whole), WHOLE_MAX))
            self.stage.changed()

    async def copied(self) -> str:
        """Return the selected line whole, readable where it is unfolded."""
        chosen = self._chosen(self._listed())
        if chosen is None:
            return ""
        known = self._unfolded.get(chosen.number)
        return "\n".join(known[0]) if known is not None else visible(await self._lines.whole(chosen))
