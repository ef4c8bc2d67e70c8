"""What a terminal shows, cell by cell, in a form that two terminals can be compared by."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, NamedTuple

from tui.protocol.screen import CellStyle, WinSize
from tui.terminal.cells import TAIL
from tui.terminal.emulator import Emulator
from tui.terminal.frames import history

MODES = frozenset((1, 6, 7, 9, 25, 66, 1000, 1002, 1003, 1004, 2004, 2026))
"""Private modes that the oracle tells."""


class Feed(NamedTuple):
    """Output of a child, as it arrives in one read."""

    data: bytes


class Resize(NamedTuple):
    """A new size."""

    cols: int
    rows: int


class LookAt(NamedTuple):
    """Compare now."""


class StackAt(NamedTuple):
    """Compare the scrollback and the screen now, as one stack of rows."""


Step = Feed | Resize | LookAt | StackAt


@dataclass(frozen=True, slots=True)
class Case:
    """What is played to both terminals."""

    cols: int
    rows: int
    steps: tuple[Step, ...]

    def as_json(self) -> dict[str, Any]:
        """As the oracle takes it."""
        return {"cols": self.cols, "rows": self.rows, "steps": [_as_json(step) for step in self.steps]}


def _as_json(step: Step) -> list[Any]:
    match step:
        case Feed(data):
            return ["write", base64.b64encode(data).decode()]
        case Resize(cols, rows):
            return ["resize", cols, rows]
        case LookAt():
            return ["look"]
        case StackAt():
            return ["stack"]


class Cell(NamedTuple):
    """One cell."""

    text: str
    """The glyph, a blank, or `TAIL` for the second half of a wide one."""
    style: CellStyle


@dataclass(frozen=True, slots=True)
class Look:
    """What is seen of a terminal at one moment."""

    rows: list[list[Cell]]
    wrapped: list[bool]
    cursor: tuple[int, int]
    alternate: bool
    modes: frozenset[int]
    history: list[str]
    title: str
    colours: dict[int, int]
    """Colours that the child changed, as frames carry them."""


Stack = list[list[Cell]]
"""Rows of cells, the oldest first."""


def ours(case: Case) -> list[Look | Stack]:
    """The looks of this program's emulator."""
    emulator = Emulator(WinSize(case.rows, case.cols), history_lines=1000)
    looks: list[Look | Stack] = []
    for step in case.steps:
        match step:
            case Feed(data):
                emulator.feed(data)
            case Resize(cols, rows):
                emulator.resize(WinSize(rows, cols))
            case LookAt():
                looks.append(look(emulator))
            case StackAt():
                looks.append(stack(emulator))
    return looks


def look(emulator: Emulator) -> Look:
    """What is seen of an emulator now."""
    cols = emulator.size.cols
    by_number, clusters = emulator.styles.by_number, emulator.clusters
    rows = []
    for row in emulator.rows:
        styles = row.styles.ljust(cols, "\0")
        rows.append(
            [
                Cell(clusters.text(code), _shown(by_number[ord(style)]))
                for code, style in zip(row.text.ljust(cols), styles, strict=True)
            ]
        )
    part = history(emulator, 0, 10**6)
    return Look(
        rows,
        [row.wrapped for row in emulator.rows],
        (emulator.cursor.x, emulator.cursor.y),
        emulator.modes.alternate,
        frozenset(emulator.private_modes & MODES),
        ["".join(run.text for run in line).rstrip() for line in part.lines],
        emulator.title,
        emulator.own_colours,
    )


def stack(emulator: Emulator) -> Stack:
    """The scrollback and the screen of an emulator."""
    scrollback = emulator.scrollback
    rows = []
    for line in scrollback.slice(0, len(scrollback)):
        styles = [_shown(style) for length, style in scrollback.runs(line.styles) for _ in range(length)]
        styles += [CellStyle()] * (len(line.text) - len(styles))
        rows.append(
            [
                Cell(emulator.clusters.text(code), style)
                for code, style in zip(line.text, styles, strict=False)
            ]
        )
    return rows + look(emulator).rows


def _shown(style: CellStyle) -> CellStyle:
    """A style without what cannot be seen: the colour of an underline that is not there."""
    if style.underline_colour != -1 and not style.attrs & 8:
        return CellStyle(style.fg, style.bg, style.attrs, -1, style.link)
    return style


def theirs(answer: list[dict[str, Any]]) -> list[Look | Stack]:
    """The looks of the oracle, from its answer."""
    return [_their_look(one) if "cursor" in one else _their_rows(one) for one in answer]


def _their_rows(answer: dict[str, Any]) -> Stack:
    styles = [CellStyle(*style) for style in answer["styles"]]
    rows = []
    for text, runs in answer["rows"]:
        of = [styles[number] for length, number in runs for _ in range(length)]
        rows.append([Cell(glyph, style) for glyph, style in zip(text.split("\x1f"), of, strict=True)])
    return rows


def _their_look(answer: dict[str, Any]) -> Look:
    rows = _their_rows(answer)
    x, y = answer["cursor"]
    return Look(
        rows,
        answer["wrapped"],
        (min(x, len(rows[0]) - 1), y),
        answer["alternate"],
        frozenset(answer["modes"]),
        [line.rstrip() for line in answer["history"]],
        answer["title"],
        dict(answer["colours"]),
    )


def difference(our: Look | Stack, their: Look | Stack) -> str:
    """What differs, in words for one line; empty if nothing does."""
    if not isinstance(our, Look) or not isinstance(their, Look):
        assert isinstance(our, list)
        assert isinstance(their, list)
        return _stack_difference(_without_blanks(our), _without_blanks(their))
    for y, (mine, other) in enumerate(zip(our.rows, their.rows, strict=True)):
        if mine != other:
            x = next(x for x, (a, b) in enumerate(zip(mine, other, strict=True)) if a != b)
            return f"cell {x},{y}: ours {_cell(mine[x])}, theirs {_cell(other[x])}; rows {_text(mine)!r} and {_text(other)!r}"
    for name in ("cursor", "alternate", "modes", "title", "history", "colours"):
        if getattr(our, name) != getattr(their, name):
            return f"{name}: ours {_brief(getattr(our, name))}, theirs {_brief(getattr(their, name))}"
    return ""


def _without_blanks(rows: Stack) -> Stack:
    """Rows without the blanks at their ends, and without blank rows: xterm.js adds some when it narrows wide glyphs."""
    out = []
    for row in rows:
        end = len(row)
        while end and row[end - 1].text == " ":
            end -= 1
        if end:
            out.append(row[:end])
    return out


def _stack_difference(our: Stack, their: Stack) -> str:
    for y, (mine, other) in enumerate(zip_longest(our, their, fillvalue=[])):
        if mine != other:
            return f"row {y} of {len(our)} and {len(their)}: ours {_text(mine)!r}, theirs {_text(other)!r}"
    return ""


def _cell(cell: Cell) -> str:
    style = cell.style
    return f"{cell.text!r} fg {style.fg:#x} bg {style.bg:#x} attrs {style.attrs:#x} line {style.underline_colour:#x} {style.link}"


def _text(row: list[Cell]) -> str:
    return "".join(cell.text for cell in row if cell.text != TAIL).rstrip()


def _brief(value: object) -> str:
    return str(sorted(value) if isinstance(value, frozenset) else value)[-300:]
