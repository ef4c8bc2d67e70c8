"""The list of agents: groups of rows, what needs you on top, limits at its foot.

One `ScrollView` that draws lines itself: a hundred agents whose timers tick cost a few lines a second, not a hundred
widgets. Order is held for two seconds after a selection, so that nothing jumps under the cursor.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar, Final, NamedTuple

from textual import events
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.core.attention import Group, order
from tui.core.clock import Now
from tui.core.query import parse
from tui.ui import look
from tui.ui.fit import text
from tui.ui.look import AgentRow, View
from tui.ui.paint import Painter
from tui.ui.widgets.agent_rows import Scale, caption, folded_caption, limit_lines, one_line_row, row_lines

HOLD_S: Final = 2.0
"""Seconds after a selection during which no row changes its place."""

_CROWD: Final = 12
"""More agents than this have one line each, in groups."""
_FLAT_FROM: Final = 60
"""Columns from which few one-line rows need no captions."""
_LIMITS_FROM: Final = 30
"""Rows of the list from which the limits stand at its foot."""
_SIDES: Final = 3
"""Cells of a row that are not text: edge, padding left and right."""
_OVER: Final = "\0over"
"""Stands for the caption of finished agents where an id would."""


class _Line(NamedTuple):
    content: Content
    id: str = ""
    """The agent that the line belongs to; empty for captions and gaps."""


class AgentList(ScrollView, can_focus=False, inherit_bindings=False):
    """Rows of agents in groups.

    Attributes:
        row_lines: Lines of a row, 1 to 3; None: as room and number allow.
        budget: Spent and allowed today, shown with the limits.
    """

    ALLOW_SELECT: ClassVar[bool] = False

    class Selected(Message):
        """An agent was chosen with the pointer."""

        def __init__(self, agent_list: AgentList, agent_id: str) -> None:
            super().__init__()
            self.agent_list = agent_list
            self.agent_id = agent_id

        @property
        def control(self) -> AgentList:
            """The list."""
            return self.agent_list

    class Activated(Selected):
        """An agent was chosen twice in a row: open it."""

    def __init__(self, *, glyphs: str = "unicode", id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.row_lines: int | None = None
        self.budget: tuple[Decimal, Decimal] | None = None
        self.glyphs = glyphs
        self._painter = Painter(self)
        self._views: Sequence[View] = ()
        self._now = Now(0.0, 0.0)
        self._selected: str | None = None
        self._filter = ""
        self._unfolded = False
        self._by_need = True
        self._held_until = 0.0
        self._places: list[tuple[Group, list[str]]] = []
        self._lines: list[_Line] = []

    # -- what it shows -------------------------------------------------------------------------------------------------

    @property
    def selected(self) -> str | None:
        """Id of the selected agent."""
        return self._selected

    @property
    def shown(self) -> list[str]:
        """Ids in the order in which they stand, folded ones left out."""
        return list(dict.fromkeys(line.id for line in self._lines if line.id and line.id != _OVER))

    @property
    def filter_text(self) -> str:
        """What narrows the list, in the language of `tui.core.query`."""
        return self._filter

    @filter_text.setter
    def filter_text(self, words: str) -> None:
        if words != self._filter:
            self._filter = words
            self._held_until = 0.0
            self._rebuild()

    def set_agents(self, views: Sequence[View], now: Now, *, by_need: bool = True) -> None:
        """Show these agents as they are now; only lines that changed are drawn again.

        Args:
            views: The agents, filtered or not.
            now: The moment.
            by_need: Put them in groups, what needs you on top; False: in the order given, without captions.
        """
        self._views = views
        self._by_need = by_need
        self._now = now
        self._rebuild()

    def select(self, agent_id: str | None) -> None:
        """Select another agent, bring it into view, and hold the order for a moment."""
        if agent_id == self._selected:
            return
        self._held_until = self._now.mono + HOLD_S
        self._selected = agent_id
        self._rebuild()
        self._bring_into_view()

    def toggle_over(self) -> None:
        """Fold or unfold the finished agents."""
        self._unfolded = not self._unfolded
        self._rebuild()

    # -- places --------------------------------------------------------------------------------------------------------

    def _rows(self) -> list[AgentRow]:
        rows = [look.row_of(view, self._now) for view in self._views]
        if self._by_need:
            rows = order(rows)
        if not self._filter:
            return rows
        query = parse(self._filter)
        return [row for row in rows if query.matches(row, said=look.headline(row, self._now))]

    def _place(self, rows: list[AgentRow]) -> list[tuple[Group, list[AgentRow]]]:
        if not self._by_need:
            return [(Group.RUNNING, rows)] if rows else []
        by_id = {row.id: row for row in rows}
        if self._now.mono < self._held_until and self._places:
            placed = [(group, [i for i in ids if i in by_id]) for group, ids in self._places]
            known = {i for _, ids in placed for i in ids}
        else:
            placed, known = [], set()
        groups: dict[Group, list[str]] = dict(placed)
        for row in rows:
            if row.id not in known:
                groups.setdefault(row.look.group, []).append(row.id)
        self._places = [(group, groups[group]) for group in Group if groups.get(group)]
        return [(group, [by_id[i] for i in ids]) for group, ids in self._places]

    # -- lines ---------------------------------------------------------------------------------------------------------

    def _rebuild(self) -> None:
        if not self.size.width:
            return
        before, anchor = self._lines, self._offset_of_selected()
        self._lines = self._make_lines()
        size = Size(self.size.width, len(self._lines))
        if size != self.virtual_size:
            self.virtual_size = size
        if len(before) != len(self._lines):
            self.refresh()
        else:
            for y, (old, new) in enumerate(zip(before, self._lines, strict=True)):
                if old.id != new.id or not old.content.is_same(new.content):
                    self.refresh_line(y)
        if anchor is not None and 0 <= anchor < self.size.height:
            self._keep_selected_at(anchor)

    def _make_lines(self) -> list[_Line]:
        rows = self._rows()
        groups = self._place(rows)
        width = max(1, self.size.width - _SIDES)
        highest = max((max(look.activity(row.status, self._now)) for row in rows), default=0)
        scale = Scale(width, self._now, highest, self.glyphs)
        head = self._filter_lines(len(rows), width)
        foot = self._foot(rows, scale)
        for lines in self._densities(len(rows)):
            body = self._body(groups, lines, scale)
            if len(head) + len(body) + (len(foot) + 1 if foot else 0) <= self.size.height:
                break
        all_lines = head + body
        spare = self.size.height - len(all_lines) - len(foot)
        if foot and spare > 0:
            all_lines += [_Line(Content(""))] * spare + foot
        return all_lines

    def _densities(self, number: int) -> Sequence[int]:
        if self.size.width >= _FLAT_FROM or number > _CROWD or self._filter:
            return (1,)
        if self.row_lines is not None:
            return (self.row_lines,)
        return (3, 2) if self.size.height >= 40 else (2,)

    def _body(self, groups: list[tuple[Group, list[AgentRow]]], lines: int, scale: Scale) -> list[_Line]:
        number = sum(len(rows) for _, rows in groups)
        crowded = number > _CROWD or bool(self._filter)
        captions = self._by_need and (lines > 1 or crowded or self.size.width < _FLAT_FROM)
        longest = max((len(row.status.name) for _, rows in groups for row in rows), default=0)
        found: list[_Line] = []
        for group, rows in groups:
            if captions and found:
                found.append(_Line(Content("")))
            if group is Group.OVER and crowded and not self._filter:
                folded = not self._unfolded and not any(row.id == self._selected for row in rows)
                found.append(_Line(folded_caption(group.value, len(rows), scale.width, folded=folded), _OVER))
                if folded:
                    continue
            elif captions:
                found.append(_Line(caption(group.value, str(len(rows)), scale.width)))
            for index, row in enumerate(rows):
                if lines == 3 and index:
                    found.append(_Line(Content("")))
                contents = [one_line_row(row, scale, longest)] if lines == 1 else row_lines(row, lines, scale)
                found += [_Line(content, row.id) for content in contents]
        return found

    def _filter_lines(self, found: int, width: int) -> list[_Line]:
        if not self._filter:
            return []
        line = caption(f"/{self._filter}", f"{found} of {len(self._views)}", width)
        return [_Line(line), _Line(Content(""))]

    def _foot(self, rows: list[AgentRow], scale: Scale) -> list[_Line]:
        if self.size.height < _LIMITS_FROM or self.size.width >= _FLAT_FROM:
            return []
        limits = look.limits_of(rows, self._now)
        lines = [_Line(content) for content in limit_lines(limits, self.budget, scale)]
        return [*lines, _Line(Content(""))] if lines else []

    # -- drawing -------------------------------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """Draw one line of the viewport."""
        index = y + self.scroll_offset.y
        width = self.size.width
        if index >= len(self._lines):
            return self._painter.blank(width)
        line = self._lines[index]
        if line.id and line.id == self._selected:
            edge = text("▌", "$primary") + Content(" ") + line.content
            return self._painter.strip(edge, width, "on $select")
        return self._painter.strip(Content("  ") + line.content, width)

    def on_resize(self) -> None:
        """Lay the rows out for the new size."""
        self._rebuild()

    def notify_style_update(self) -> None:
        """Draw anew when the theme changes."""
        super().notify_style_update()
        self.refresh()

    # -- place of the selection ----------------------------------------------------------------------------------------

    def _span_of_selected(self) -> tuple[int, int] | None:
        ys = [y for y, line in enumerate(self._lines) if line.id and line.id == self._selected]
        return (ys[0], ys[-1]) if ys else None

    def _offset_of_selected(self) -> int | None:
        span = self._span_of_selected()
        return span[0] - self.scroll_offset.y if span else None

    def _keep_selected_at(self, offset: int) -> None:
        span = self._span_of_selected()
        if span is not None and span[0] - self.scroll_offset.y != offset:
            self.scroll_to(y=span[0] - offset, animate=False, force=True)
            self._bring_into_view()

    def _bring_into_view(self) -> None:
        span = self._span_of_selected()
        if span is None:
            return
        # The caption above the first row comes along, so that its group is known.
        first = 0 if span[0] <= 2 else span[0]
        region = Region(0, first, self.size.width, span[1] - first + 1)
        self.scroll_to_region(region, animate=False, force=True)

    # -- pointer -------------------------------------------------------------------------------------------------------

    def on_click(self, event: events.Click) -> None:
        """Select the row under the pointer; twice opens it."""
        index = event.y + self.scroll_offset.y
        agent_id = self._lines[index].id if 0 <= index < len(self._lines) else ""
        if not agent_id:
            return
        event.stop()
        if agent_id == _OVER:
            self.toggle_over()
            return
        self.select(agent_id)
        self.post_message((self.Activated if event.chain == 2 else self.Selected)(self, agent_id))
