"""Wrapping of styled text by cells, with a hanging indent."""

from __future__ import annotations

import re
from typing import Final

from rich.cells import cell_len
from textual.content import Content

from tui.ui.fit import EMPTY, wrap_cells

_WORDS: Final = re.compile(r"\S+\s*")


def wrap(content: Content, width: int, indent: str = "") -> list[Content]:
    """Break content at blanks into lines of at most `width` cells; a word that is longer is broken anywhere.

    Args:
        content: May hold line breaks, which are kept.
        width: Cells, at least one.
        indent: Put in front of every line but the first of all.
    """
    width = max(1, width)
    lines: list[Content] = []
    for part in content.split("\n", allow_blank=True):
        wrapped = _wrap_line(part, max(1, width - len(indent)))
        lines += [
            Content(indent) + line if indent and (lines or n) else line for n, line in enumerate(wrapped)
        ]
    return lines or [EMPTY]


def _wrap_line(content: Content, width: int) -> list[Content]:
    plain = content.plain
    if content.cell_length <= width:
        return [content]
    cuts = [0]
    start, used = 0, len(plain) - len(plain.lstrip())
    for match in _WORDS.finditer(plain):
        word = match.group()
        cells = cell_len(word.rstrip())
        if used and used + cells > width:
            cuts.append(match.start())
            start, used = match.start(), 0
        if cells > width:
            pieces = wrap_cells(word.rstrip(), width)
            position = match.start()
            for piece in pieces[:-1]:
                position += len(piece)
                cuts.append(position)
            start, used = position, cell_len(plain[position : match.end()])
            continue
        used = cell_len(plain[start : match.end()])
    found: list[Content] = []
    for begin, end in zip(cuts, [*cuts[1:], len(plain)], strict=True):
        line = content[begin:end].rstrip() if end > begin else EMPTY
        # What is still wider can only be blanks in front of its first word.
        found.append(line if line.cell_length <= width else line.truncate(width))
    return found
