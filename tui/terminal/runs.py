"""Rows of cells as runs: text of one style, as the protocol carries it."""

from __future__ import annotations

import re
from typing import Final

from tui.protocol.screen import CellStyle, Line, Run
from tui.terminal.cells import PLAIN, Clusters, Row
from tui.terminal.styles import Styles

_RUNS: Final = re.compile(r"([\s\S])\1*")


class StyleTable:
    """The styles of one message, numbered from 0."""

    def __init__(self) -> None:
        self.styles: list[CellStyle] = []
        self._numbers: dict[CellStyle, int] = {}

    def number(self, style: CellStyle) -> int:
        """The number of a style in this message."""
        number = self._numbers.get(style)
        if number is None:
            number = self._numbers[style] = len(self.styles)
            self.styles.append(style)
        return number


def row_line(row: Row, styles_in_use: Styles, clusters: Clusters, table: StyleTable) -> Line:
    """A row as runs, without the blanks in the default style at its end."""
    text, styles = row.text, row.styles.rstrip(PLAIN)
    width = max(len(text.rstrip(" ")), len(styles))
    if not width:
        return []
    by_number = styles_in_use.by_number
    expand = clusters.expand
    if not styles:
        return [Run(expand(text[:width]), width, table.number(by_number[0]))]
    text = text.ljust(width)
    line = []
    for match in _RUNS.finditer(styles.ljust(width, PLAIN)):
        start, end = match.span()
        number = table.number(by_number[ord(styles[start])] if start < len(styles) else by_number[0])
        line.append(Run(expand(text[start:end]), end - start, number))
    return line


def packed_line(clusters: Clusters, text: str, runs: list[tuple[int, CellStyle]], table: StyleTable) -> Line:
    """A line of the scrollback as runs."""
    line = []
    at = 0
    for length, style in runs:
        line.append(Run(clusters.expand(text[at : at + length].ljust(length)), length, table.number(style)))
        at += length
    if len(text) > at:
        line.append(Run(clusters.expand(text[at:]), len(text) - at, table.number(CellStyle())))
    return line
