"""While you were away: one line an agent, and one of sums. Pure."""

from __future__ import annotations

from collections import Counter

from rich.cells import cell_len
from textual.content import Content

from tui.core import figures
from tui.core.attention import LOOK
from tui.core.clock import Now
from tui.core.digest import Digest, Story
from tui.core.text import one_line
from tui.ui.fit import ALWAYS, Piece, cut_middle, fit, pad_right, text
from tui.ui.pages.parts import heading

MOST = 9
_NAME = 14


def away_lines(digest: Digest, now: Now, width: int) -> list[Content]:
    """Write the digest for a width."""
    clocks = [figures.clock(at, now.wall) for at in (digest.since, digest.until)]
    lines = [heading("while you were away", " – ".join(clocks), width)]
    lines += [_line(story, width) for story in digest.stories[:MOST]]
    if rest := digest.stories[MOST:]:
        lines.append(text(f"  and {len(rest)} more", "$foreground-muted"))
    return [*lines, text(sums(digest, width), "$foreground-muted").truncate(width, ellipsis=True)]


def _line(story: Story, width: int) -> Content:
    look = LOOK[story.state]
    glyph = text(f"{look.glyph} ", f"${look.colour}")
    name = pad_right(
        text(cut_middle(one_line(story.name), _NAME - 1), "bold" if story.is_news else ""), _NAME
    )
    told = [look.word] if story.is_news else []
    counts = story.counts
    told += [_count(counts.turns, "turn")] if counts.turns else []
    told += [_count(counts.files, "file")] if counts.files else []
    told += [f"failed {counts.failed} times"] if counts.failed > 1 else []
    money = figures.money(story.usd) if story.usd else figures.tokens(story.tokens) if story.tokens else ""
    return fit(
        [Piece(ALWAYS, glyph + name + text(" · ".join(told) or "worked"))],
        [Piece(ALWAYS, text(money, "$foreground-muted"))],
        width,
    )


def sums(digest: Digest, width: int = 200) -> str:
    """Return all of it in one line, as much as there is room for: `7 turns · 41 tool calls · 9 files · $1.96`."""
    counts = digest.counts
    parts = [
        _count(counts.turns, "turn") if counts.turns else "",
        _count(counts.tool_calls, "tool call") if counts.tool_calls else "",
        _count(counts.files, "file") if counts.files else "",
        f"asked {_count(counts.asked, 'time')}" if counts.asked else "",
        figures.money(digest.usd) if digest.usd else "",
    ]
    parts = [part for part in parts if part]
    while len(parts) > 1 and cell_len(" · ".join(parts)) > width:
        del parts[-2]  # the money stays
    return " · ".join(parts) or "nothing was spent"


def summary(digest: Digest, key: str) -> Content:
    """Return the one line that is said to who comes back."""
    away = figures.duration(digest.until - digest.since)
    states = Counter(story.state for story in digest.stories if story.is_news)
    line = text(f"while you were away {away}")
    for state, count in sorted(states.items(), key=lambda each: list(LOOK).index(each[0])):
        look = LOOK[state]
        line += text("  ") + text(f"{look.glyph} {count} ", f"${look.colour}") + text(look.word)
    if digest.usd:
        line += text(f"  {figures.money(digest.usd)}")
    return line + text(f"  {key}", "$primary") + text(" reads it")


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'s' if number != 1 else ''}"
