"""Lines as a CLI printed them: a row each, and one of them as readable JSON. What is not printable is shown as its code."""

from __future__ import annotations

import contextlib
import re
from typing import Final

import msgspec
from textual.content import Content

from tui.core import figures
from tui.core.clock import Now
from tui.ui.fit import ALWAYS, Piece, fit, pad_right, text, wrap_cells

PRETTY_LINES: Final = 2_000
"""Lines of one unfolded line that are drawn; a copy has all that was read."""
_KIND: Final = 22
_TYPE: Final = re.compile(r'"(?:type|fact|event|method)"\s*:\s*"([^"\\]{1,40})"')
_SUBTYPE: Final = re.compile(r'"subtype"\s*:\s*"([^"\\]{1,40})"')
_HIDDEN: Final = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f\ud800-\udfff]"
)
_JSON: Final = re.compile(r'^(\s*)("(?:[^"\\]|\\.)*")(\s*:\s*)?(.*)$')


def visible(value: str) -> str:
    r"""Return text with control characters and direction overrides as their codes: `\u001b`. Line ends stay."""
    return _HIDDEN.sub(
        lambda match: f"\\u{ord(match[0]):04x}" if ord(match[0]) < 0x10000 else f"\\U{ord(match[0]):08x}",
        value,
    )


def pretty(value: str) -> list[str]:
    """Return a line as JSON over several lines, or as it is where it is none; what is hidden is made visible."""
    with contextlib.suppress(msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        value = msgspec.json.format(value.encode("utf-8", "replace"), indent=2).decode()
    return visible(value).split("\n")


def raw_row(
    number: int,
    at: float,
    head: str,
    size: int,
    now: Now,
    width: int,
    *,
    selected: bool = False,
    is_open: bool = False,
) -> Content:
    """Return a line's row: when, what kind, its beginning, its size."""
    mark = text("▌" if selected else " ", "$primary") + text("▾ " if is_open else "▸ ", "$foreground-muted")
    clock = figures.clock(at, now.wall, seconds=True) if at else str(number)
    kind = _kind(head)
    lead = mark + pad_right(text(clock, "$foreground-muted"), 9) + pad_right(text(kind, "bold"), _KIND)
    told = visible(head[: width + 20]).replace("\n", " ")
    right = [Piece(ALWAYS, text(figures.size(size), "$foreground-muted"))] if size >= 1_000 else []
    line = fit([Piece(ALWAYS, lead + text(told, "$foreground-muted"))], right, width)
    return line.stylize_before("on $select") if selected else line


def _kind(head: str) -> str:
    if not head.startswith("{"):
        return "no JSON"
    kind = _TYPE.search(head)
    more = _SUBTYPE.search(head)
    return visible(" ".join(each[1] for each in (kind, more) if each)) or "JSON"


def pretty_lines(rows: list[str], width: int, size: int, read: int) -> list[Content]:
    """Return an unfolded line, in colours, wrapped.

    Args:
        rows: As `pretty` gives them.
        width: Columns.
        size: Characters that the line has.
        read: Characters that were read of it.
    """
    lines: list[Content] = []
    for row in rows:
        if len(lines) >= PRETTY_LINES:
            break
        indent = len(row) - len(row.lstrip(" "))
        parts = wrap_cells(row[: width * 200], max(8, width - 4))
        lines.append(_coloured(parts[0]))
        rest = " " * min(indent + 2, width // 2)
        for part in parts[1:]:
            lines += [text(rest + piece, "$add") for piece in wrap_cells(part, max(8, width - 4 - len(rest)))]
    rail = text("  │ ", "$line")
    found = [rail + line for line in lines[:PRETTY_LINES]]
    if len(lines) > PRETTY_LINES or len(rows) > PRETTY_LINES:
        found.append(text(f"  │ … of {len(rows):,} lines; c copies them all", "$foreground-muted"))
    if read < size - 1:  # the carriage return counts in what was printed
        told = f"  │ … {figures.size(read)} of {figures.size(size)}: the rest is in the recording"
        found.append(text(told, "$foreground-muted"))
    return found


def _coloured(row: str) -> Content:
    match = _JSON.match(row)
    if match is None:
        return text(row, "" if row.strip(" []{},") else "$foreground-muted")
    indent, name, colon, rest = match.groups()
    if not colon:
        return text(indent) + text(name, "$add") + text(rest, "$foreground-muted")
    value = (
        text(rest, "$add") if rest.startswith('"') else text(rest, "$secondary" if rest[:1] in "tfn" else "")
    )
    return text(indent) + text(name, "$primary") + text(colon, "$foreground-muted") + value
