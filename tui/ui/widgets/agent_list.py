"""The list of agents: sections of rows, what needs you on top, limits at its foot.

One `ScrollView` that draws lines itself. Where each line stands is worked out when the agents change; what it says only
for the lines in sight, and only those that say something else are drawn again. Order, sections and what is folded belong
to `tui.ui.agents`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import ClassVar, Final, NamedTuple

from textual import events
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.core.clock import Now
from tui.core.settings import ROW, Column
from tui.ui import look
from tui.ui.agents import Listing
from tui.ui.fit import EMPTY, text
from tui.ui.layout import LIST_LEAST
from tui.ui.look import View
from tui.ui.paint import Painter
from tui.ui.sections import CROWD, HIDDEN, Section
from tui.ui.ticking import moment_of, still_holds
from tui.ui.totals import limited
from tui.ui.widgets.agent_rows import Scale, caption, limit_lines, name_row, rail_row, row_lines
from tui.ui.widgets.captions import section_caption
from tui.ui.widgets.row_columns import one_line_row

_FLAT_FROM: Final = 60
"""Columns from which few one-line rows need no captions."""
_LIMITS_FROM: Final = 30
"""Rows of the list from which the limits stand at its foot."""
_SIDES: Final = 3
"""Cells of a row that are not text: edge, padding left and right."""
NUMBERED: Final = 9
"""So many rows have a key of their own."""
_NUMBER: Final = "$foreground-muted"
_NOTHING: Final = Listing((), {}, {}, frozenset(), "", captions=False, number=0, version=0)


class _Line(NamedTuple):
    """Where a line of an agent, of a caption or of nothing stands."""

    id: str = ""
    """The agent that the line belongs to."""
    part: int = 0
    """Which of its lines."""
    section: Section | None = None
    """Of a caption."""
    said: Content = EMPTY
    """Of all other lines."""
    number: str = ""
    """The key that selects it, on its first line; only the first nine have one."""
    hidden: bool = False
    """It was hidden, and is shown for the while."""


class _Drawn(NamedTuple):
    """A line on the screen and what it was drawn from."""

    content: Content
    rows: list[Content] | None
    """Compared by identity: the same list says the same."""
    source: tuple[_Line, bool, bool]


class AgentList(ScrollView, can_focus=False, inherit_bindings=False):
    """Rows of agents in sections.

    Attributes:
        budget: Spent and allowed today, shown with the limits.
        glyphs: `unicode` or `ascii`.
        names_only: There is room for nothing else.
        wanted: What rows tell, in this order.
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

    class Marked(Selected):
        """An agent was chosen with ctrl or alt held: mark it, or no longer."""

    class Folded(Message):
        """A section's caption was chosen: fold it, or unfold it."""

        def __init__(self, section: Section) -> None:
            super().__init__()
            self.section = section

    def __init__(self, *, glyphs: str = "unicode", id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.budget: tuple[Decimal, Decimal] | None = None
        self.glyphs = glyphs
        self.names_only = False
        self.wanted: tuple[Column, ...] = ROW
        self._painter = Painter(self)
        self._listing = _NOTHING
        self._now = Now(0.0, 0.0)
        self._selected: str | None = None
        self._lines: list[_Line] = []
        self._density = 1
        self._scale = Scale(1, self._now, 0)
        self._longest = 0
        """Characters of the longest name."""
        self._written: dict[str, tuple[View, Now, list[Content]]] = {}
        """Rows as they were said last, with what they were made from."""
        self._limited: tuple[int, list[look.AgentRow]] = (-1, [])
        """The version of the listing, and those in it that reported limits."""
        self._highest: tuple[int, int] = (-1, -1)
        """The version and the minute for which the scale was measured."""
        self._drawn: dict[int, _Drawn] = {}
        """Lines as they stand on the screen."""

    # -- what it shows -------------------------------------------------------------------------------------------------

    @property
    def selected(self) -> str | None:
        """Id of the selected agent."""
        return self._selected

    @property
    def shown(self) -> list[str]:
        """Ids in the order in which they stand, folded ones left out."""
        return list(dict.fromkeys(line.id for line in self._lines if line.id))

    def show(self, listing: Listing, now: Now, selected: str | None) -> None:
        """Show the agents as they are now; only lines that changed are drawn again."""
        moved = selected != self._selected
        self._listing, self._now, self._selected = listing, now, selected
        self._rebuild()
        if moved:
            self._bring_into_view()

    # -- lines ---------------------------------------------------------------------------------------------------------

    def _rebuild(self) -> None:
        if not self.size.width:
            return
        before, anchor = self._lines, self._offset_of_selected()
        self._measure()
        self._lines = self._lay_out()
        size = Size(self.size.width, len(self._lines))
        if size != self.virtual_size:
            self.virtual_size = size
        if len(before) != len(self._lines):
            self._drawn.clear()
            self.refresh()
        else:
            self._refresh_changed()
        if anchor is not None and 0 <= anchor < self.size.height:
            self._keep_selected_at(anchor)

    def _refresh_changed(self) -> None:
        for y in range(self.scroll_offset.y, min(self.scroll_offset.y + self.size.height, len(self._lines))):
            drawn, line = self._drawn.get(y), self._lines[y]
            rows = self._row(line.id) if line.id else None
            if drawn is not None and drawn.rows is rows and drawn.source == self._source(line):
                continue
            if drawn is None or not drawn.content.is_same(self._content(y)):
                self.refresh_line(y)
            else:
                self._drawn[y] = drawn._replace(rows=rows, source=self._source(line))

    def _measure(self) -> None:
        listing, now, before = self._listing, self._now, self._scale
        width, highest = max(1, self.size.width - _SIDES), before.highest
        seen = (listing.version, int(now.wall // 60))
        if seen != self._highest:
            self._highest = seen
            statuses = (listing.rows[agent_id].status for s in listing.sections for agent_id in s.ids)
            spent = (max(look.activity(status, now)) for status in statuses if status.minutes)
            highest = max(spent, default=0)
            longest = max((len(row.status.name) for row in listing.rows.values()), default=0)
            if longest != self._longest:
                self._longest = longest
                self._written.clear()
        self._scale = Scale(width, now, highest, self.glyphs, self.wanted)
        if self._scale._replace(now=before.now) != before:
            self._written.clear()

    @property
    def _is_rail(self) -> bool:
        return self.size.width < LIST_LEAST and not self.names_only

    def _lay_out(self) -> list[_Line]:
        if self.names_only or self._is_rail:
            self._density = 1
            return list(self._body(1, captions=False))
        head = self._filter_lines()
        foot = self._foot()
        body: list[_Line] = []
        for density in self._densities():
            self._density = density
            body = list(self._body(density, captions=self._has_captions(density)))
            if len(head) + len(body) + (len(foot) + 1 if foot else 0) <= self.size.height:
                break
        lines = head + body
        spare = self.size.height - len(lines) - len(foot)
        if foot and spare > 0:
            lines += [_Line()] * spare + foot
        return lines

    def _densities(self) -> Sequence[int]:
        if self.size.width >= _FLAT_FROM or self._listing.number > CROWD or self._listing.filter:
            return (1,)
        return (3, 2) if self.size.height >= 40 else (2,)

    def _has_captions(self, density: int) -> bool:
        listing = self._listing
        crowded = listing.number > CROWD or bool(listing.filter)
        return listing.captions or density > 1 or crowded or self.size.width < _FLAT_FROM

    def _body(self, density: int, *, captions: bool) -> Iterator[_Line]:
        begun, place = False, 0
        for section in self._listing.sections:
            hidden = section.key == HIDDEN
            told = section.folded or hidden  # what is hidden is never shown without that word over it
            has_caption = bool(section.title) and (captions or (told and not self.names_only))
            if begun and (captions or self._is_rail):
                yield _Line()
            if has_caption:
                yield _Line(section=section)
            for index, agent_id in enumerate(section.visible(self._selected)):
                if density == 3 and index:
                    yield _Line()
                place += 1
                for part in range(density):
                    number = str(place) if place <= NUMBERED and not part else ""
                    yield _Line(agent_id, part, number=number, hidden=hidden)
            begun = True

    def _filter_lines(self) -> list[_Line]:
        listing = self._listing
        if not listing.filter:
            return []
        found = f"{listing.number} of {len(listing.views)}"
        return [_Line(said=caption(f"/{listing.filter}", found, self._scale.width)), _Line()]

    def _foot(self) -> list[_Line]:
        if self.size.height < _LIMITS_FROM or self.size.width >= _FLAT_FROM:
            return []
        listing = self._listing
        if self._limited[0] != listing.version:
            rows = (listing.rows[agent_id] for section in listing.sections for agent_id in section.ids)
            self._limited = (listing.version, limited(rows, self._now))
        lines = limit_lines(look.limits_of(self._limited[1], self._now), self.budget, self._scale)
        return [*(_Line(said=line) for line in lines), _Line()] if lines else []

    # -- what they say -------------------------------------------------------------------------------------------------

    def _source(self, line: _Line) -> tuple[_Line, bool, bool]:
        """Return what a line is drawn from, beside the words of its row."""
        return line, line.id == self._selected, line.id in self._listing.marked

    def _content(self, index: int) -> Content:
        """Return a line with its edge and its mark, as wide as the list without its right padding."""
        line = self._lines[index]
        if not line.id:
            said = section_caption(line.section, self._scale.width) if line.section is not None else line.said
            if line.section is not None and self._is_rail:
                said = text("▸", "$foreground-muted")
            return Content(" " if self._is_rail else "  ") + said
        edge = text("▌", "$primary") if line.id == self._selected else text(line.number or " ", _NUMBER)
        marked = line.part == 0 and line.id in self._listing.marked
        mark = text("•" if self.glyphs != "ascii" else "+", "bold $primary") if marked else Content(" ")
        # Drawn between a new width and being laid out for it, a line may have no words yet.
        said = next(iter(self._row(line.id)[line.part :]), EMPTY)
        if line.hidden:
            said = said.stylize(_NUMBER)
        return edge + said + mark if self._is_rail else edge + mark + said

    def _row(self, agent_id: str) -> list[Content]:
        view = self._listing.views[agent_id]
        known = self._written.get(agent_id)
        is_known = known is not None and known[0] is view and self._density == len(known[2])
        if is_known and known is not None and still_holds(known[1], self._now):
            return known[2]
        now = moment_of(self._listing.rows[agent_id], self._now)
        if is_known and known is not None and known[1] == now:
            return known[2]
        row, scale = look.row_of(view, now), self._scale._replace(now=now)
        if self._is_rail:
            lines = [rail_row(row, scale)]
        elif self.names_only:
            lines = [name_row(row, scale)]
        elif self._density == 1:
            lines = [one_line_row(row, scale, self._longest)]
        else:
            lines = row_lines(row, self._density, scale)
        self._written[agent_id] = (view, now, lines)
        return lines

    # -- drawing -------------------------------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """Draw one line of the viewport."""
        index = y + self.scroll_offset.y
        width = self.size.width
        if index >= len(self._lines):
            return self._painter.blank(width)
        line, content = self._lines[index], self._content(index)
        rows = self._row(line.id) if line.id else None
        self._drawn[index] = _Drawn(content, rows, self._source(line))
        chosen = line.id and line.id == self._selected
        return self._painter.strip(content, width, "on $select" if chosen else "")

    def on_resize(self) -> None:
        """Lay the rows out for the new size."""
        self._drawn.clear()
        self._written.clear()
        self._rebuild()

    def notify_style_update(self) -> None:
        """Draw anew when the theme changes."""
        super().notify_style_update()
        self._drawn.clear()
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
        """Select the row under the pointer; twice opens it; with ctrl or alt it is marked."""
        index = event.y + self.scroll_offset.y
        line = self._lines[index] if 0 <= index < len(self._lines) else _Line()
        if line.section is not None and (line.section.folded or line.section.can_fold):
            event.stop()
            self.post_message(self.Folded(line.section))
        elif line.id:
            event.stop()
            if event.ctrl or event.meta:
                self.post_message(self.Marked(self, line.id))
            else:
                self.post_message((self.Activated if event.chain == 2 else self.Selected)(self, line.id))
