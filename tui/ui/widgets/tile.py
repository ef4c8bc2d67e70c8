"""A tile: an agent in a few lines of our own words, where its terminal would not fit.

It never resizes the agent. One that waits for you shows its request with the answers; any other its last doing.
"""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.strip import Strip
from textual.widget import Widget

from tui.core import figures
from tui.core.attention import RowState
from tui.core.clock import Now
from tui.core.status import Request
from tui.core.text import one_line
from tui.ui import look
from tui.ui.answers import shown
from tui.ui.fit import EMPTY, cut_end, text
from tui.ui.look import AgentRow, View
from tui.ui.paint import Painter
from tui.ui.widgets.wrapping import wrap

_MUTED = "$foreground-muted"


class TileBody(Widget):
    """The lines of a tile below its band."""

    ALLOW_SELECT = False

    def __init__(self, *, glyphs: str = "unicode", id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._glyphs = glyphs
        self._painter = Painter(self)
        self._row: AgentRow | None = None
        self._now = Now(0.0, 0.0)
        self._lines: list[Content] = []
        self._has_strip = False

    def show(self, view: View, now: Now, *, has_strip: bool = False) -> None:
        """Show an agent as it is now, with its answers open below or not; draws only if something changed."""
        self._has_strip = has_strip
        self._row = look.row_of(view, now)
        self._now = now
        self._write()

    def on_resize(self) -> None:
        """Write anew for the width."""
        self._write()

    def _write(self) -> None:
        if self._row is None:
            return
        width, height = max(1, self.size.width - 1), self.size.height
        lines = tile_lines(self._row, self._now, width, height, has_strip=self._has_strip)
        same = len(lines) == len(self._lines) and all(
            old.is_same(new) for old, new in zip(self._lines, lines, strict=True)
        )
        if not same:
            self._lines = lines
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        line = self._lines[y] if y < len(self._lines) else EMPTY
        return self._painter.strip(line, self.size.width)


def tile_lines(row: AgentRow, now: Now, width: int, height: int, *, has_strip: bool = False) -> list[Content]:
    """Return at most `height` lines of at most `width` cells.

    Args:
        row: The agent.
        now: The present.
        width: Cells.
        height: Lines.
        has_strip: Its answers are open below the tile.
    """
    request = row.status.request
    if row.needs_you and request is not None:
        return _request_lines(request, width, height, has_strip)
    foot = text(cut_end(_foot(row, now), width), _MUTED)
    body = _doing(row, now, width)
    room = height - (2 if foot else 0)
    lines = body[: max(1, room)]
    if foot and height >= len(lines) + 2:
        lines += [EMPTY, foot]
    return lines[:height]


def _request_lines(request: Request, width: int, height: int, has_strip: bool) -> list[Content]:
    if request.permission:
        what = one_line(request.tool, limit=40)
        runs = what.casefold() in ("", "run", "bash", "shell", "exec")
        lead = text("wants to run" if runs else f"wants to use {what}", _MUTED)
        said = wrap(text("$ ", "$primary") + text(one_line(request.title or request.detail)), width)
    else:
        lead = text("asks", _MUTED)
        said = wrap(text(one_line(request.title)), width)
    room = height - 2
    lines = [lead.truncate(width, ellipsis=True), *said[: max(1, room)]]
    if not has_strip:
        lines = lines[: max(0, height - 1)]
        blank = [EMPTY] if height > len(lines) + 1 else []
        lines += [*blank, _answer_line(request, width)]
    return lines[:height]


def _answer_line(request: Request, width: int) -> Content:
    """Return the key that opens the answers; the answers themselves are keys only while their strip is open."""
    if not request.answerable:
        return (text("enter", "$primary") + text(" answer on its own screen")).truncate(width, ellipsis=True)
    key = text("space", "$primary")
    words = text("  " + " · ".join(one_line(choice.label) for choice in shown(request)[:2]), _MUTED)
    line = key + text(" answers")
    return (
        line + words if line.cell_length + words.cell_length <= width else line.truncate(width, ellipsis=True)
    )


def _doing(row: AgentRow, now: Now, width: int) -> list[Content]:
    said = look.headline(row, now)
    verb, apart, rest = said.partition("  ")
    if apart:
        return wrap(text(verb, "bold") + text(f" {rest}", _MUTED), width)
    return wrap(text(said), width)


def _foot(row: AgentRow, now: Now) -> str:
    status = row.status
    parts: Sequence[str]
    if row.state is RowState.LIMITED:
        parts = (look.short_model(status.model), _money(row))
    elif row.look.glyph == "✓":
        turns = f"{status.turns} turn{'s' if status.turns != 1 else ''}" if status.turns else ""
        parts = (turns, _money(row))
    else:
        share = status.context_share
        parts = (f"ctx {figures.percent(share)}" if share is not None else "", _money(row))
    return " · ".join(part for part in parts if part)


def _money(row: AgentRow) -> str:
    return look.money(row) if row.status.usage.cost_usd is not None else ""
