"""From the screen to what dashboards get: rows that changed, as runs; parts of the scrollback."""

from __future__ import annotations

from tui.protocol.screen import Frame, History
from tui.terminal.emulator import Emulator
from tui.terminal.runs import StyleTable, packed_line, row_line


class FrameSource:
    """The frames of one subscriber: what changed since its last one.

    Rows are compared by content, so a child that paints the same again costs no frame, and any number of sources
    look at one emulator without telling it.
    """

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._seq = 0
        self._seen: list[tuple[str, str]] = []
        self._state: object = None
        self._meanings: object = None

    def frame(self, *, force_full: bool = False, force: bool = False) -> Frame | None:
        """Return what changed; None if nothing did, or while the child holds back its screen (mode 2026).

        Args:
            force_full: Every row, changed or not.
            force: Also while the child holds back; for when it does so too long.
        """
        emulator = self._emulator
        if emulator.synchronized and not (force or force_full or self._seq == 0):
            return None
        meanings = (emulator.size, emulator.styles.generation, emulator.clusters.generation)
        complete = force_full or meanings != self._meanings
        rows = emulator.rows
        if complete:
            changed = list(range(len(rows)))
        else:
            seen = self._seen
            changed = [y for y, row in enumerate(rows) if row.text != seen[y][0] or row.styles != seen[y][1]]
        state = (
            emulator.cursor,
            emulator.modes,
            emulator.title,
            len(emulator.scrollback),
            emulator.scrollback.pushed,
            emulator.own_colours,
        )
        if not complete and not changed and state == self._state:
            return None
        self._meanings = meanings
        self._state = state
        self._seen = [(row.text, row.styles) for row in rows]
        self._seq += 1
        table = StyleTable()
        lines = {y: row_line(rows[y], emulator.styles, emulator.clusters, table) for y in changed}
        cursor, modes, title, kept, pushed, colours = state
        wrapped = [y for y, row in enumerate(rows) if row.wrapped]
        return Frame(
            self._seq,
            emulator.size,
            lines,
            table.styles,
            cursor,
            modes,
            title,
            kept,
            pushed,
            complete,
            wrapped,
            colours,
        )


def history(emulator: Emulator, first: int, count: int, *, plain: bool = False) -> History:
    """Part of the scrollback.

    Args:
        emulator: Whose.
        first: Index of the first line, 0 being the oldest kept.
        count: Lines at most.
        plain: As text without styles, and with the places of prompts.
    """
    scrollback = emulator.scrollback
    first = min(max(0, first), len(scrollback))
    kept, pushed = len(scrollback), scrollback.pushed
    if plain:
        packed_lines = scrollback.slice(first, count)
        texts = [emulator.clusters.expand(packed.text) for packed in packed_lines]
        ends = [packed.wrapped for packed in packed_lines]
        return History(first, [], ends, [], kept, pushed, texts, emulator.prompts.numbers)
    table = StyleTable()
    lines = []
    wrapped = []
    for packed in scrollback.slice(first, count):
        lines.append(packed_line(emulator.clusters, packed.text, scrollback.runs(packed.styles), table))
        wrapped.append(packed.wrapped)
    return History(first, lines, wrapped, table.styles, kept, pushed)
