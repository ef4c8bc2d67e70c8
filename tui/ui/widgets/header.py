"""The first line: who waits, what the fleet does, what it spends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual.content import Content
from textual.strip import Strip

from tui.core import figures
from tui.core.attention import LOOK, Group, Look, RowState
from tui.core.clock import Now
from tui.ui import look
from tui.ui.fit import ALWAYS, EMPTY, Piece, cut_middle, fit, text
from tui.ui.look import AgentRow, View
from tui.ui.paint import Painter
from tui.ui.totals import Totals
from tui.ui.widgets.direct import Direct

_SPARK_CELLS: Final = 16
_TITLE_FROM: Final = 100
"""Columns from which the project is named."""
_PROJECT_CELLS: Final = 24

# What goes first has the lowest number.
_SPARK, _LIMIT, _RATE, _CLOCK, _WORDS, _TOKENS, _PROJECT, _COUNTS, _TITLE = range(10, 100, 10)


class DashboardHeader(Direct):
    """One line of totals over all agents."""

    def __init__(self, *, title: str = "agent-tui", glyphs: str = "unicode", id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._title = title
        self.glyphs = glyphs
        self._now = Now(0.0, 0.0)
        self._painter = Painter(self)
        self._totals = Totals([], self._now)
        self._last: tuple[int, Content] | None = None

    def show(self, views: Sequence[View], now: Now) -> None:
        """Show the totals of these agents; draws only if something changed."""
        self.show_rows([look.row_of(view, now) for view in views], now)

    def show_rows(self, rows: list[AgentRow], now: Now) -> None:
        """Show the totals of these rows, whose timers may stand still; draws only if something changed.

        The same list as before holds the same rows.
        """
        if rows is not self._totals.rows:
            self._totals = Totals(rows, now)
        self._now = now
        line = self._line()
        if self._last is None or self._last[0] != self.size.width or not self._last[1].is_same(line):
            self._last = (self.size.width, line)
            self.refresh()

    def render(self) -> Content:
        """Return the line."""
        return self._line()

    def render_line(self, y: int) -> Strip:
        """Draw the line."""
        width = self.size.width
        if self._last is None or self._last[0] != width:
            self._last = (width, self._line())
        return self._painter.strip(self._last[1] if y == 0 else EMPTY, width)

    def _line(self) -> Content:
        width = max(0, self.size.width - 2)
        title = [Piece(_TITLE, text(self._title, "bold"))]
        if width >= _TITLE_FROM and (project := self._project()):
            title.append(Piece(_PROJECT, text(f" {project}", "$foreground-muted")))
        line = fit([*title, *self._counts()], self._figures(), width)
        return Content(" ") + line

    def _project(self) -> str:
        projects = self._totals.projects
        if len(projects) == 1:
            return cut_middle(next(iter(projects)), _PROJECT_CELLS)
        return f"{len(projects)} projects" if projects else ""

    def _counts(self) -> list[Piece]:
        number = dict(self._totals.states)
        need = sum(number.pop(state, 0) for state, look in LOOK.items() if look.group is Group.NEEDS_YOU)
        pieces = []
        if need:
            words = f" ! {need} need you " if need > 1 else " ! 1 needs you "
            pieces.append(Piece(ALWAYS, Content("   ") + text(words, "bold $on-needs on $needs-fill")))
        kinds = [(LOOK[state], count) for state, count in number.items() if _counted(state)]
        if kinds:
            # All words go at once: a line that names some states and not others reads like two lists.
            gap = Content("  " if need else "   ")
            long = [
                text(f"{self._mark(seen)} {count} {seen.word}", f"${seen.colour}") for seen, count in kinds
            ]
            short = [text(f"{self._mark(seen)}{count}", f"${seen.colour}") for seen, count in kinds]
            apart = Content("  ")
            pieces.append(Piece(_WORDS, gap + apart.join(long), gap + apart.join(short), _COUNTS))
        return pieces

    def _mark(self, seen: Look) -> str:
        return seen.ascii if self.glyphs == "ascii" else seen.glyph

    def _figures(self) -> list[Piece]:
        marks = figures.marks(self.glyphs)
        totals = self._totals
        if not totals.rows:
            return [Piece(_CLOCK, self._clock())]
        pieces = [Piece(_SPARK, self._spark(marks))]
        if rate := figures.rate(totals.rate(self._now), marks=marks):
            pieces.append(Piece(_RATE, text(f"  {rate}", "$foreground-muted")))
        limits = sorted(totals.limits(self._now), key=lambda limit: -limit.share)
        if limits:
            tight = limits[0]
            name = tight.limit if len(limits) == 1 else tight.label
            style = look.share_style(tight.share)
            pieces.append(
                Piece(
                    _LIMIT,
                    text(f"  {name} ", "$foreground-muted")
                    + look.bar(tight.share, 5, style, marks)
                    + text(f" {figures.percent(tight.share)}", style),
                )
            )
        spent, cost = figures.tokens(totals.tokens, source=totals.source), totals.cost
        pieces.append(Piece(_TOKENS, Content("  ") + text(f"{spent} tok")))
        pieces.append(Piece(ALWAYS, Content("  ") + text(figures.money(cost, source=totals.source), "bold")))
        pieces.append(Piece(_CLOCK, Content("  ") + self._clock()))
        return pieces

    def _clock(self) -> Content:
        return text(figures.clock(self._now.wall, self._now.wall), "$foreground-muted")

    def _spark(self, marks: figures.Marks) -> Content:
        total = self._totals.minutes(self._now, _SPARK_CELLS)
        if not any(total):
            return EMPTY
        line = figures.sparkline(total, max(total), marks=marks)
        return text(line, "$state-working" if self._totals.is_busy else "$foreground-muted")


def _counted(state: RowState) -> bool:
    """Return whether the header counts a state: what is over or rests is not news."""
    return LOOK[state].group is not Group.OVER and state is not RowState.RESTING
