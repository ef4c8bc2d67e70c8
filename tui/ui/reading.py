"""Lines of a terminal as text, scrollback and screen: pulled from the host when somebody searches or copies."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol

from tui.core.errors import AgentTuiError
from tui.protocol.screen import History
from tui.ui.cellstyle import line_text
from tui.ui.marking import Marked, Text

PIECE: Final = 2_000
"""Lines asked for at once; a host gives no more."""
_TRIES: Final = 5
"""How often reading begins anew under an agent that floods its scrollback."""


class Source(Protocol):
    """Who has the scrollback."""

    async def history(self, first: int, count: int, *, plain: bool = False) -> History:
        """Return part of it."""
        ...


class Texts:
    """What was read: lines by absolute number, without a gap, the last of them the screen's."""

    def __init__(self, first: int, lines: Sequence[Text], prompts: Sequence[int] = ()) -> None:
        self.first = first
        self.lines = list(lines)
        self.prompts = list(prompts)

    def at(self, number: int) -> Text | None:
        """Return a line, or None if it is not there."""
        index = number - self.first
        return self.lines[index] if 0 <= index < len(self.lines) else None


class Cut(NamedTuple):
    """What was marked at one moment: the screen may go on before the rest of it is read."""

    source: Source | None
    marked: Marked
    base: int
    """Number of the screen's first row."""
    screen: list[Text]
    width: int

    async def text(self) -> str:
        """Return it as text, soft wraps joined, lines without the blanks at their ends."""
        first = self.marked.lines.start
        if first >= self.base:
            return self.marked.cut(self.base, self.screen, self.width)
        texts = await read(self.source, first, self.base, self.screen)
        return self.marked.cut(texts.first, texts.lines, self.width)


async def read(source: Source | None, first: int, base: int, screen: Sequence[Text]) -> Texts:
    """Read everything from a line on.

    Args:
        source: Has the scrollback; None where there is none.
        first: Number of the first line wanted.
        base: Number of the screen's first row.
        screen: The screen's rows.

    Returns:
        What there is. A host that is gone, or has given lines up meanwhile, leaves only the later ones.
    """
    found: list[Text] = []
    prompts: list[int] = []
    start = number = max(0, first)
    oldest = None
    tries = _TRIES
    while source is not None and number < base:
        try:
            if oldest is None:
                # Where its first line is now: some may have gone since the last frame.
                reply = await source.history(0, 0, plain=True)
                oldest = reply.history_pushed - reply.history
            reply = await source.history(max(0, number - oldest), min(PIECE, base - number), plain=True)
        except AgentTuiError:
            found, start = [], base
            break
        oldest = reply.history_pushed - reply.history
        begin = oldest + reply.first
        lines = _texts(reply)
        if not lines:
            break
        if begin != number:
            # The oldest were given up while we read: begin with what is left.
            found, start, number = [], begin, begin
            if begin > oldest and tries:
                tries -= 1
                start = number = oldest
                continue
        found += lines
        prompts = reply.prompts
        number = begin + len(lines)
        await asyncio.sleep(0)
    if not found:
        start = base
    return Texts(start, [*found[: max(0, base - start)], *screen], prompts)


def _texts(reply: History) -> list[Text]:
    texts = reply.texts or [line_text(line) for line in reply.lines]
    return [Text(text, wrapped) for text, wrapped in zip(texts, reply.wrapped, strict=False)]
