"""What can be copied from an entry of a timeline: code in prose, a command, its output, a diff, a prompt. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from tui.ui.widgets.timeline_item import Item, Kind

_FENCE: Final = re.compile(r"^ {0,3}(`{3,}|~{3,})[ \t]*([^\s`]*)[^\n`]*$")

_SHELLS: Final = frozenset(
    {"bash", "shell", "exec", "run", "run_shell_command", "execute", "command", "terminal"}
)


class Block(NamedTuple):
    """A piece that is copied as one."""

    kind: str
    """`python`, `command`, `diff`, `output`, `prompt`, `text`."""
    text: str
    is_code: bool


def fences(source: str) -> list[Block]:
    """Return the fenced code blocks of Markdown, in order; one that is not closed goes to the end."""
    found: list[Block] = []
    mark = language = ""
    lines: list[str] = []
    for line in source.split("\n"):
        match = _FENCE.match(line)
        if not mark and match is not None:
            mark, language, lines = match[1], match[2], []
        elif mark and match is not None and match[1].startswith(mark) and not match[2]:
            found.append(Block(language or "code", "\n".join(lines), is_code=True))
            mark = ""
        elif mark:
            lines.append(line)
    if mark and lines:
        found.append(Block(language or "code", "\n".join(lines), is_code=True))
    return found


def blocks_of(item: Item) -> list[Block]:
    """Return what an entry has to copy, code first in the order in which it stands there."""
    match item.kind:
        case Kind.TEXT | Kind.THINKING:
            return fences(item.body) or _plain("text", item.body)
        case Kind.PROMPT:
            return _plain("prompt", item.body)
        case Kind.TOOL:
            runs = item.title.casefold() in _SHELLS
            kind = "command" if runs else "argument"
            found = [Block(kind, item.detail, is_code=runs)] if item.detail else []
            if item.diff:
                found = [Block("diff", item.diff, is_code=True)]
            elif item.body.strip():
                found.append(Block("output", item.body.strip("\n"), is_code=False))
            return found
        case _:
            return []


def _plain(kind: str, body: str) -> list[Block]:
    return [Block(kind, body.strip(), is_code=False)] if body.strip() else []


class Place(NamedTuple):
    """A block among all: its entry, and its number there."""

    item: int
    number: int


def places(items: Sequence[Item]) -> list[Place]:
    """Return where all blocks are, oldest first."""
    return [
        Place(index, number) for index, item in enumerate(items) for number in range(len(blocks_of(item)))
    ]


def has_words(item: Item, words: str) -> bool:
    """Return whether an entry holds some words anywhere, capitals or not."""
    wanted = words.casefold()
    return any(wanted in each.casefold() for each in (item.title, item.detail, item.body, item.diff) if each)
