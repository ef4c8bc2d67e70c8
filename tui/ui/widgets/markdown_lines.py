"""Markdown as lines of content in our four tones: headings bold and left, code in one colour, lists with dots.

Not Textual's `Markdown` widget, whose cost grows faster than its text: this is a few hundred lines drawn once per width.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from textual.content import Content

from tui.ui.fit import EMPTY, pad_left, pad_right, text
from tui.ui.widgets.code_lines import code_lines
from tui.ui.widgets.wrapping import wrap

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

MARKDOWN_MAX: Final = 8_000
"""Characters that are read as Markdown; a longer text is plain."""
_NEST_MAX: Final = 6

_INLINE: Final = {"strong": "bold", "em": "italic", "s": "strike", "link": "underline"}


class Block(NamedTuple):
    """A paragraph, heading, piece of code or table, with what stands in front of its lines."""

    kind: str
    """`text`, `code`, `table`."""
    lines: Sequence[Content]
    first: str = ""
    """Prefix of the first line: `• `."""
    rest: str = ""
    """Prefix of the others: as wide."""
    tight: bool = False
    """No blank line before it."""
    quote: bool = False
    cells: Sequence[Sequence[Content]] = ()
    """Rows of a table, the first is its head."""
    right: frozenset[int] = frozenset()
    """Columns of a table that are aligned right."""


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    # No HTML and no smart quotes: what an agent wrote is shown as it wrote it.
    # 30 ms: loaded with the first prose, not before the first frame.
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def markdown_lines(source: str, width: int) -> list[Content]:
    """Return Markdown as lines of at most `width` cells; blank lines between blocks, none at the ends."""
    if len(source) > MARKDOWN_MAX:
        return plain_lines(source, width)
    lines: list[Content] = []
    for block in _blocks(_parser().parse(source)):
        if lines and not block.tight:
            lines.append(EMPTY)
        lines += _draw(block, width)
    return lines


def plain_lines(source: str, width: int) -> list[Content]:
    """Return text as lines of at most `width` cells, without any reading of marks."""
    return wrap(Content(source.strip("\n").expandtabs(4)), width)


# -- drawing -----------------------------------------------------------------------------------------------------------


def _draw(block: Block, width: int) -> list[Content]:
    room = max(4, width - len(block.rest))
    if block.kind == "code":
        found = [pad_right(Content(" ") + line, room).stylize_before("on $panel") for line in block.lines]
    elif block.kind == "table":
        found = _table(block.cells, block.right, room)
    else:
        found = [line for content in block.lines for line in wrap(content, room)]
    if block.quote:
        found = [line.stylize_before("$foreground-muted") for line in found]
    prefixes = [block.first, *[block.rest] * (len(found) - 1)]
    return [text(p, "$foreground-muted") + line for p, line in zip(prefixes, found, strict=True)]


def _table(rows: Sequence[Sequence[Content]], right: frozenset[int], width: int) -> list[Content]:
    count = max((len(row) for row in rows), default=0)
    if not count:
        return []
    wide = [max((row[i].cell_length for row in rows if i < len(row)), default=0) for i in range(count)]
    room = width - 3 * (count - 1)
    while sum(wide) > room and max(wide) > 4:
        wide[wide.index(max(wide))] -= 1
    found = []
    for index, row in enumerate(rows):
        cells = [(pad_left if i in right else pad_right)(cell, wide[i]) for i, cell in enumerate(row)]
        line = Content("   ").join(cells).rstrip()
        found.append(
            (line if index else line.stylize_before("$foreground-muted")).truncate(width, ellipsis=True)
        )
    return found


# -- reading -----------------------------------------------------------------------------------------------------------


class _Place:
    """Where in lists and quotes a block stands."""

    def __init__(self) -> None:
        self.indents: list[str] = []
        self.numbers: list[int | None] = []
        self.marker: str | None = None
        self.quotes = 0
        self.tight = False

    def block(self, kind: str, lines: Sequence[Content], cells: Sequence[Sequence[Content]] = ()) -> Block:
        rest = "".join(self.indents[:_NEST_MAX])
        first, tight = rest, self.tight
        if self.marker is not None:
            first = rest[: len(rest) - len(self.marker)] + self.marker if self.indents else self.marker
            self.marker = None
        self.tight = False
        return Block(kind, lines, first, rest, tight=tight, quote=self.quotes > 0, cells=cells)


def _blocks(tokens: Sequence[Token]) -> Iterable[Block]:
    place = _Place()
    rows: list[list[Content]] = []
    right: set[int] = set()
    for index, token in enumerate(tokens):
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                start = int(token.attrGet("start") or 1) if token.type.startswith("ordered") else None
                # A list inside an item follows its text without a gap.
                place.tight = bool(place.numbers)
                place.numbers.append(start)
            case "bullet_list_close" | "ordered_list_close":
                place.numbers.pop()
                place.tight = False
            case "list_item_open":
                _open_item(place, first=tokens[index - 1].type.endswith("list_open"))
            case "list_item_close":
                place.indents.pop()
                place.marker = None
            case "blockquote_open":
                place.quotes += 1
                place.indents.append("│ ")
            case "blockquote_close":
                place.quotes -= 1
                place.indents.pop()
            case "inline" if tokens[index - 1].type in ("th_open", "td_open"):
                if "right" in str(tokens[index - 1].attrGet("style") or ""):
                    right.add(len(rows[-1]))
                rows[-1].append(_inline(token))
            case "inline":
                heading = tokens[index - 1].type == "heading_open"
                content = _inline(token)
                yield place.block("text", [content.stylize_before("bold") if heading else content])
            case "fence" | "code_block":
                language = (token.info or "").split(" ", 1)[0].strip()
                yield place.block("code", code_lines(token.content.rstrip("\n"), language=language))
            case "table_open":
                rows, right = [], set()
            case "tr_open":
                rows.append([])
            case "table_close":
                yield place.block("table", (), rows)._replace(right=frozenset(right))
            case "html_block":
                yield place.block("text", [Content(token.content.rstrip("\n"))])


def _open_item(place: _Place, *, first: bool) -> None:
    number = place.numbers[-1]
    if number is None:
        marker = "• "
    else:
        marker = f"{number}. "
        place.numbers[-1] = number + 1
    place.indents.append(" " * len(marker))
    place.marker = marker
    place.tight = place.tight if first else True


def _inline(token: Token) -> Content:
    parts: list[Content] = []
    styles: list[str] = []
    for child in token.children or []:
        name, _, end = child.type.rpartition("_")
        if end == "open" and name in _INLINE:
            styles.append(_INLINE[name])
        elif end == "close" and name in _INLINE:
            if styles:
                styles.pop()
        elif child.type == "code_inline":
            parts.append(text(child.content, " ".join([*styles, "$code"])))
        elif child.type == "softbreak":
            parts.append(Content(" "))
        elif child.type == "hardbreak":
            parts.append(Content("\n"))
        elif child.type == "image":
            parts.append(text(f"[{child.content or 'picture'}]", " ".join([*styles, "$foreground-muted"])))
        elif child.content:
            parts.append(text(child.content, " ".join(styles)))
    return EMPTY.join(parts) if parts else EMPTY
