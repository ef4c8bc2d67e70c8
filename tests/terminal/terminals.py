"""A terminal under test: an emulator with its answers and signals, and what must always hold of it."""

from __future__ import annotations

import re

from rich.cells import cell_len

from tui.protocol.screen import CellStyle, Line, WinSize
from tui.terminal.cells import TAIL
from tui.terminal.emulator import Emulator
from tui.terminal.frames import FrameSource, history
from tui.terminal.signals import TerminalSignal
from tui.terminal.width import char_width

CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")


class Terminal:
    """An emulator of 20×6 cells (or another size), fed with text."""

    def __init__(self, cols: int = 20, rows: int = 6, history_lines: int = 100) -> None:
        self._answers: list[bytes] = []
        self.signals: list[TerminalSignal] = []
        self.emulator = Emulator(
            WinSize(rows, cols), history_lines=history_lines, reply=self._answer, signal=self.signals.append
        )

    def _answer(self, data: bytes) -> None:
        self._answers.append(data)

    @property
    def answers(self) -> bytes:
        """What was answered since it was last set."""
        return b"".join(self._answers)

    @answers.setter
    def answers(self, data: bytes) -> None:
        self._answers = [data]

    def feed(self, *texts: str) -> Terminal:
        """Feed each text in a call of its own."""
        for text in texts:
            self.emulator.feed(text.encode())
        return self

    def ask(self, text: str) -> bytes:
        """What is answered to a text."""
        self.answers = b""
        self.feed(text)
        return self.answers

    def resize(self, cols: int, rows: int) -> Terminal:
        """Take a new size."""
        self.emulator.resize(WinSize(rows, cols))
        return self

    @property
    def text(self) -> list[str]:
        """The rows without the blank ones at the end."""
        rows = self.emulator.text()
        while rows and not rows[-1]:
            rows.pop()
        return rows

    @property
    def at(self) -> tuple[int, int]:
        """Column and row of the cursor."""
        return self.emulator.cursor.x, self.emulator.cursor.y

    @property
    def history(self) -> list[str]:
        """The scrollback as text."""
        part = history(self.emulator, 0, 10**6)
        return ["".join(run.text for run in line) for line in part.lines]

    def style(self, x: int, y: int = 0) -> CellStyle:
        """The style of a cell."""
        line, styles = self.emulator.line(y)
        return style_at(line, styles, x)

    def glyph(self, x: int, y: int = 0) -> str:
        """What a cell shows; empty for the second half of a wide glyph."""
        code = self.emulator.rows[y].text[x : x + 1] or " "
        return "" if code == TAIL else self.emulator.clusters.text(code)

    def state(self) -> object:
        """All that can be seen of it, to compare two of them."""
        emulator = self.emulator
        lines = [emulator.line(y) for y in range(emulator.size.rows)]
        screen = [[(run.text, run.cells, styles[run.style]) for run in line] for line, styles in lines]
        part = history(emulator, 0, 10**6)
        kept = [[(run.text, run.cells, part.styles[run.style]) for run in line] for line in part.lines]
        return (
            screen,
            [row.wrapped for row in emulator.rows],
            kept,
            part.wrapped,
            emulator.cursor,
            emulator.modes,
            emulator.private_modes,
            emulator.title,
            self.answers,
            self.signals,
        )

    def check(self) -> None:
        """What holds after any bytes and any resize."""
        emulator = self.emulator
        rows, cols = emulator.size.rows, emulator.size.cols
        cursor = emulator.cursor
        assert 0 <= cursor.x < cols
        assert 0 <= cursor.y < rows
        assert len(emulator.rows) == rows
        for row in emulator.rows:
            assert len(row.text) <= cols
            assert len(row.styles) <= cols
            assert not CONTROLS.search(row.text.replace(TAIL, ""))
            check_pairs(row.text, emulator)
        frame = FrameSource(emulator).frame()
        assert frame is not None
        for line in frame.lines.values():
            assert sum(run.cells for run in line) <= cols
            for run in line:
                assert not CONTROLS.search(run.text)
                assert cell_len(run.text) == run.cells or not is_agreed(run.text)
        assert len(emulator.scrollback) <= emulator.scrollback.limit


def is_agreed(text: str) -> bool:
    """Whether wcwidth and Rich know the same of each character: the newest Unicode is in one of them first."""
    return all(char_width(char) == cell_len(char) for char in text)


def check_pairs(text: str, emulator: Emulator) -> None:
    """Each wide glyph has its second half, and nothing else has one."""
    for x, code in enumerate(text):
        if code == TAIL:
            assert x > 0
            assert text[x - 1] != TAIL
        else:
            glyph = emulator.clusters.expand(code)
            assert (text[x + 1 : x + 2] == TAIL) is (cell_len(glyph) == 2) or not is_agreed(glyph)


def style_at(line: Line, styles: list[CellStyle], x: int) -> CellStyle:
    """The style of column `x` of a line; the default one behind its end."""
    at = 0
    for run in line:
        at += run.cells
        if x < at:
            return styles[run.style]
    return CellStyle()
