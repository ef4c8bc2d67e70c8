"""From frames to what an outer terminal is sent: text with SGR alone. Nothing that the child sent passes through.

Source: ECMA-48 §8.3.117 (SGR); colours as xterm's ctlseqs has them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tui.protocol import screen as s

_ATTRS: Final = (
    (s.BOLD, 1),
    (s.DIM, 2),
    (s.ITALIC, 3),
    (s.UNDERLINE, 4),
    (s.BLINK, 5),
    (s.REVERSE, 7),
    (s.CONCEAL, 8),
    (s.STRIKE, 9),
    (s.DOUBLE, 21),
    (s.OVERLINE, 53),
)


def sgr(style: s.CellStyle) -> str:
    """Return the sequence that turns the default style into this one."""
    codes = ["0", *(str(code) for bit, code in _ATTRS if style.attrs & bit)]
    if style.attrs & (s.CURLY | s.DOTTED | s.DASHED):
        codes.append("4")
    codes += [*_colour(style.fg, "38", 30), *_colour(style.bg, "48", 40)]
    return f"\x1b[{';'.join(codes)}m"


def _colour(colour: int, extended: str, base: int) -> list[str]:
    if colour == s.DEFAULT_COLOUR:
        return []
    if colour & s.TRUE_COLOUR:
        return [extended, "2", *(str(colour >> shift & 0xFF) for shift in (16, 8, 0))]
    if colour < 8:
        return [str(base + colour)]
    if colour < 16:
        return [str(base + 60 + colour - 8)]
    return [extended, "5", str(colour)]


def line_text(line: s.Line, styles: Sequence[s.CellStyle], width: int, *, colour: bool = True) -> str:
    """Return one row, cut before the glyph that would not fit.

    Args:
        line: The row.
        styles: Of its message.
        width: Cells that it may take.
        colour: Without it text alone.
    """
    parts: list[str] = []
    left = width
    for run in line:
        if run.cells <= left:
            text, left = run.text, left - run.cells
        else:
            text, left = _cut(run, left), 0
        parts.append(f"{sgr(styles[run.style])}{text}" if colour else text)
        if left <= 0:
            break
    return "".join([*parts, "\x1b[0m"]) if colour else "".join(parts)


def _cut(run: s.Run, cells: int) -> str:
    if run.cells == len(run.text):
        return run.text[:cells]
    from wcwidth import wcswidth  # only where wide glyphs meet the edge

    text = run.text
    while text and wcswidth(text) > cells:
        text = text[:-1]
    return text
