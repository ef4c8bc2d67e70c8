"""What a headless agent said and did, as a page that follows its end.

One `ScrollView` for any number of events; how high they are and how they are drawn knows `Page`. What is above the viewport
and turns out higher than was thought is corrected without moving what is seen.
"""

from __future__ import annotations

from typing import ClassVar, Final

from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.core.clock import Now
from tui.core.facts import Event
from tui.ui import look
from tui.ui.beat import CALM_S, Beat
from tui.ui.fit import EMPTY
from tui.ui.look import View
from tui.ui.paint import Painter
from tui.ui.widgets.direct import Direct
from tui.ui.widgets.thumb import NO_THUMB, move
from tui.ui.widgets.timeline_frame import Frame
from tui.ui.widgets.timeline_item import Item, Kind
from tui.ui.widgets.timeline_items import Timeline
from tui.ui.widgets.timeline_page import Page
from tui.ui.widgets.timeline_rail import RAIL, RAIL_FROM, RAIL_SPACE, rail_lines
from tui.ui.widgets.timeline_render import is_foldable, item_lines

_SLICE: Final = 2_000
"""Events taken in one go."""
_BREATH_S: Final = 0.005
"""Between two slices: what else waits in the loop goes first."""
_DIFFS_FROM: Final = 20
"""Rows from which diffs show their first hunk."""
_RIGHT: Final = 1
"""Cells of padding at the right, where the scrollbar stands."""


class TimelineView(ScrollView, Direct, can_focus=False, inherit_bindings=False):
    """The events of one agent.

    Args:
        beat: What it is drawn with; its own one if it stands alone.

    Attributes:
        rail: Draw the side rail where there is room; needs `show`.
    """

    ALLOW_SELECT: ClassVar[bool] = False

    def __init__(
        self,
        *,
        rail: bool = False,
        glyphs: str = "unicode",
        id: str | None = None,  # noqa: A002
        beat: Beat | None = None,
    ) -> None:
        super().__init__(id=id)
        self._beat = beat or Beat()
        self.rail = rail
        self._glyphs = glyphs
        self._painter = Painter(self)
        self._timeline = Timeline()
        self._page = Page(self._frame, self._draw)
        self._page.begin(self._timeline.items)
        self._shape = (0, False, False)
        self._thumb = NO_THUMB
        self._theme = ""
        self._now = Now(0.0, 0.0)
        self._view: View | None = None
        self._rail: list[Content] = []
        self._following = True
        self._waiting: set[int] = set()
        self._incoming: list[Event] = []
        self._draining = False

    # -- what it is given ----------------------------------------------------------------------------------------------

    @property
    def timeline(self) -> Timeline:
        """The items, for those who want to search or copy them."""
        return self._timeline

    @property
    def following(self) -> bool:
        """It stays at the end as events arrive."""
        return self._following

    def clear(self) -> None:
        """Forget everything: another agent follows."""
        self._timeline = Timeline()
        self._page.begin(self._timeline.items)
        self._waiting.clear()
        self._incoming.clear()
        self._following = True
        self._view = None
        self._rail = []
        self._lay_out()
        self.refresh()

    def feed(self, events: list[Event]) -> None:
        """Take events in order; known ones are passed over.

        A long log is taken in slices, so that keys stay live; streams are laid out and drawn with the beat.
        """
        self._incoming += events
        if not self._draining:
            self._drain()

    def _drain(self) -> None:
        events, self._incoming = self._incoming[:_SLICE], self._incoming[_SLICE:]
        self._draining = bool(self._incoming) and self.is_attached
        if self._draining:
            self.set_timer(_BREATH_S, self._drain)
        if events:
            self._now = Now(self._now.mono, max(self._now.wall, events[-1].at))
        changed = self._timeline.feed(events)
        if not changed:
            return
        self._waiting |= changed
        if self.is_attached:
            self._beat.ask(self, CALM_S)

    def show(self, view: View, now: Now) -> None:
        """Take the agent's status for the side rail, and the moment for what is running. Once a second is enough."""
        self._view = view
        self.tick(now)

    def tick(self, now: Now) -> None:
        """Let timers of running items go on."""
        self._now = now
        live = [i for i in range(max(0, len(self._page) - 200), len(self._page)) if self._ticks(i)]
        for index in live:
            self._timeline.items[index].touch()
            self._page.measure(index)
        if live:
            self.refresh()
        self._move_bar()
        self._update_rail()

    def _ticks(self, index: int) -> bool:
        item = self._timeline.items[index]
        if item.kind is Kind.LIMIT:
            return item.ended > self._now.wall and index == len(self._page) - 1
        return item.live and item.kind in (Kind.TOOL, Kind.THINKING)

    # -- moving about --------------------------------------------------------------------------------------------------

    def toggle_folds(self) -> None:
        """Unfold what is folded in view; if nothing is, fold it."""
        first, last = self._in_view()
        found = [i for i in range(first, last) if is_foldable(self._timeline.items[i])]
        unfold = any(not self._timeline.items[i].unfolded for i in found)
        for index in found:
            self._set_fold(index, unfold)
        self._lay_out()
        self.refresh()

    def turn(self, by: int) -> None:
        """Go to the next (1) or previous (-1) turn."""
        starts = [turn.item for turn in self._timeline.turns if turn.item < len(self._page)]
        tops = [self._page.heights.top(index) for index in starts]
        here = self.scroll_offset.y
        later = [y for y in tops if y > here + 1]
        earlier = [y for y in tops if y < here]
        if by > 0:
            self.scroll_to(y=later[0] if later else self.max_scroll_y, animate=False)
        elif earlier:
            self.scroll_to(y=earlier[-1], animate=False)

    def to_end(self) -> None:
        """Go to the end and stay there."""
        self._following = True
        self._lay_out()

    def on_click(self, event: events.Click) -> None:
        """Fold or unfold the item under the pointer."""
        index, _ = self._page.heights.find(event.y + self.scroll_offset.y)
        if index < len(self._page) and is_foldable(self._timeline.items[index]):
            event.stop()
            self._set_fold(index, not self._timeline.items[index].unfolded)
            self._lay_out()
            self.refresh()

    def _set_fold(self, index: int, unfolded: bool) -> None:
        item = self._timeline.items[index]
        item.unfolded = unfolded
        item.touch()
        self._page.measure(index)
        if index + 1 < len(self._page):
            self._page.measure(index + 1)

    # -- layout --------------------------------------------------------------------------------------------------------

    def _frame(self) -> Frame:
        width = self.size.width - _RIGHT
        if self._has_rail():
            width -= RAIL_SPACE
        return Frame(max(12, width), self._now.wall, self._glyphs, diffs=self.size.height >= _DIFFS_FROM)

    def _has_rail(self) -> bool:
        return self.rail and self._view is not None and self.size.width >= RAIL_FROM

    def draw(self) -> None:
        """Lay out and draw what was fed since the last time."""
        if not self.size.width or not self._waiting:
            return
        changed, self._waiting = self._waiting, set()
        known = len(self._page)
        self._page.grow()
        first, last = self._in_view()
        for index in changed:
            if index < known:
                if first <= index < last or self._following:
                    self._page.measure(index)
                else:
                    self._page.estimate(index)
        self._lay_out()
        self._update_rail()
        self.refresh()

    def _lay_out(self) -> None:
        """Set the size of the page, with true heights round the viewport, and follow the end."""
        if not self.size.width:
            return
        y, height = self.scroll_offset.y, self.size.height
        if self._following:
            self._page.measure_end(2 * height)
        elif grown := self._page.measure_around(y, height):
            self._set_page(Size(self.size.width, self._page.total))
            self.scroll_to(y=y + grown, animate=False, force=True)
        size = Size(self.size.width, self._page.total)
        if size != self.virtual_size:
            self._set_page(size)
        if self._following:
            self.scroll_to(y=max(0, size.height - self.size.height), animate=False, force=True)
        self._move_bar(drawn=not self._following)

    def _set_page(self, size: Size) -> None:
        """Take another size of the page.

        The property lays out the whole screen anew and draws all of it, ten times a second where an agent works; that is
        needed only where the scroll bar appears or goes.
        """
        was, height = self.virtual_size, self.size.height
        if was.width != size.width or (was.height > height) != (size.height > height):
            self.virtual_size = size
            return
        self.set_reactive(TimelineView.virtual_size, size)

    def _move_bar(self, *, drawn: bool = True) -> None:
        """Tell the scroll bar where the page is; while the end is followed it is drawn once a second."""
        if self.show_vertical_scrollbar:
            page, y = self.virtual_size.height, self.scroll_y
            self._thumb = move(self.vertical_scrollbar, self._thumb, page, y, drawn=drawn)

    def _in_view(self) -> tuple[int, int]:
        return self._page.between(self.scroll_offset.y, self.size.height)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Follow the end only while it is in view."""
        if round(new_value) != round(old_value):
            was, self._following = self._following, round(new_value) + self.size.height >= self._page.total
            self._move_bar(drawn=not (was and self._following))
            if not self._following and self.is_attached:
                self.call_next(self._settle)
        super().watch_scroll_y(old_value, new_value)

    def _settle(self) -> None:
        if not self._following:
            self._lay_out()

    def on_resize(self) -> None:
        """Lay out for the new width."""
        frame = self._frame()
        shape = (frame.width, frame.diffs, self._has_rail())
        if shape != self._shape:
            self._shape = shape
            self._waiting.clear()
            self._page.begin(self._timeline.items)
            self.refresh()
        self.draw()
        self._lay_out()
        self._update_rail()

    def notify_style_update(self) -> None:
        """Draw anew when the theme changes."""
        super().notify_style_update()
        if self.is_attached and self.app.theme != self._theme:
            self._theme = self.app.theme
            self._page.cache.clear()
        self.refresh()

    # -- drawing -------------------------------------------------------------------------------------------------------

    def _draw(self, item: Item, frame: Frame, gap: int) -> list[Strip]:
        width = frame.width if self._has_rail() else frame.width + _RIGHT
        return [self._painter.strip(line, width) for line in self._lines(item, frame, gap)]

    def _lines(self, item: Item, frame: Frame, gap: int) -> list[Content]:
        return [Content("")] * gap + item_lines(item, frame)

    def _update_rail(self) -> None:
        if not self._has_rail() or self._view is None:
            return
        lines = rail_lines(self._timeline, look.row_of(self._view, self._now), self._now, RAIL)
        same = len(lines) == len(self._rail) and all(
            old.is_same(new) for old, new in zip(self._rail, lines, strict=True)
        )
        if not same:
            self._rail = lines
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw one line of the viewport."""
        return self.lines(range(y, y + 1))[0]

    def lines(self, ys: range) -> list[Strip]:
        """Draw lines of the viewport: the page, and the rail that does not scroll."""
        width = self.size.width
        strips = self._page.lines(ys.start + self.scroll_offset.y, len(ys))
        blank = self._painter.blank(width)
        strips = [strip if strip.cell_length else blank for strip in strips]
        strips += [blank] * (len(ys) - len(strips))
        if not self._has_rail():
            return strips  # narrower than anything can be drawn in: they are cut
        page = self._frame().width
        gap = Content(" " * (RAIL_SPACE - RAIL - 1))
        rail = (self._rail[y] if y < len(self._rail) else EMPTY for y in ys)
        right = (self._painter.strip(gap + line, width - page) for line in rail)
        return [
            Strip.join([strip.crop(0, page), beside]) for strip, beside in zip(strips, right, strict=True)
        ]
