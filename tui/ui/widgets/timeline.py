"""What a headless agent said and did, as a page that follows its end.

One `ScrollView` for any number of events: items are measured only near the viewport, drawn only inside it, and their
strips are kept in a bounded cache. Further away a height is an estimate; what is above the viewport is corrected without
moving what is seen.
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
from tui.ui.look import View
from tui.ui.paint import Painter
from tui.ui.widgets.heights import Heights
from tui.ui.widgets.strip_cache import StripCache
from tui.ui.widgets.timeline_frame import Frame
from tui.ui.widgets.timeline_item import Item, Kind
from tui.ui.widgets.timeline_items import Timeline
from tui.ui.widgets.timeline_rail import RAIL, RAIL_FROM, RAIL_SPACE, rail_lines
from tui.ui.widgets.timeline_render import estimate, is_foldable, item_lines, needs_gap

LAYOUT_S: Final = 0.1
"""A stream lays the page out at most this often."""
_CACHED: Final = 6_000
"""Lines of items kept as strips."""
_SLICE: Final = 2_000
"""Events taken in one go."""
_BREATH_S: Final = 0.005
"""Between two slices: what else waits in the loop goes first."""
_DIFFS_FROM: Final = 20
"""Rows from which diffs show their first hunk."""
_RIGHT: Final = 1
"""Cells of padding at the right, where the scrollbar stands."""


class TimelineView(ScrollView, can_focus=False, inherit_bindings=False):
    """The events of one agent.

    Attributes:
        rail: Draw the side rail where there is room; needs `show`.
    """

    ALLOW_SELECT: ClassVar[bool] = False

    def __init__(self, *, rail: bool = False, glyphs: str = "unicode", id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.rail = rail
        self._glyphs = glyphs
        self._painter = Painter(self)
        self._timeline = Timeline()
        self._heights = Heights()
        self._shape = (0, False)
        self._theme = ""
        self._now = Now(0.0, 0.0)
        self._view: View | None = None
        self._rail: list[Content] = []
        self._cache = StripCache(_CACHED)
        self._following = True
        self._waiting: set[int] = set()
        self._throttled = False
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
        self._heights = Heights()
        self._cache.clear()
        self._waiting.clear()
        self._incoming.clear()
        self._following = True
        self._view = None
        self._rail = []
        self._lay_out()
        self.refresh()

    def feed(self, events: list[Event]) -> None:
        """Take events in order; known ones are passed over.

        A long log is taken in slices, so that keys stay live; streams are laid out ten times a second.
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
        if not self._throttled:
            self._take_changes()
            if self.is_attached:
                self._throttled = True
                self.set_timer(LAYOUT_S, self._after_pause)

    def show(self, view: View, now: Now) -> None:
        """Take the agent's status for the side rail, and the moment for what is running. Once a second is enough."""
        self._view = view
        self.tick(now)

    def tick(self, now: Now) -> None:
        """Let timers of running items go on."""
        self._now = now
        live = [i for i in range(max(0, len(self._heights) - 200), len(self._heights)) if self._ticks(i)]
        for index in live:
            self._timeline.items[index].touch()
            self._measure(index)
        if live:
            self.refresh()
        self._update_rail()

    def _ticks(self, index: int) -> bool:
        item = self._timeline.items[index]
        if item.kind is Kind.LIMIT:
            return item.ended > self._now.wall and index == len(self._heights) - 1
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
        starts = [turn.item for turn in self._timeline.turns if turn.item < len(self._heights)]
        tops = [self._heights.top(index) for index in starts]
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
        index, _ = self._heights.find(event.y + self.scroll_offset.y)
        if index < len(self._heights) and is_foldable(self._timeline.items[index]):
            event.stop()
            self._set_fold(index, not self._timeline.items[index].unfolded)
            self._lay_out()
            self.refresh()

    def _set_fold(self, index: int, unfolded: bool) -> None:
        item = self._timeline.items[index]
        item.unfolded = unfolded
        item.touch()
        self._measure(index)
        if index + 1 < len(self._heights):
            self._measure(index + 1)

    # -- layout --------------------------------------------------------------------------------------------------------

    def _frame(self) -> Frame:
        width = self.size.width - _RIGHT
        if self._has_rail():
            width -= RAIL_SPACE
        return Frame(max(12, width), self._now.wall, self._glyphs, diffs=self.size.height >= _DIFFS_FROM)

    def _has_rail(self) -> bool:
        return self.rail and self._view is not None and self.size.width >= RAIL_FROM

    def _after_pause(self) -> None:
        self._throttled = False
        if self._waiting:
            self._take_changes()
            self._throttled = True
            self.set_timer(LAYOUT_S, self._after_pause)

    def _take_changes(self) -> None:
        changed, self._waiting = self._waiting, set()
        if not self.size.width:
            return
        known = len(self._heights)
        frame = self._frame()
        for index in range(known, len(self._timeline.items)):
            self._heights.append(self._estimate(index, frame))
        first, last = self._in_view()
        for index in changed:
            if index < known:
                if first <= index < last or self._following:
                    self._measure(index)
                else:
                    self._heights.set(index, self._estimate(index, frame))
        self._lay_out()
        self._update_rail()
        self.refresh()

    def _estimate(self, index: int, frame: Frame) -> int:
        return estimate(self._timeline.items[index], frame) + self._gap(index)

    def _gap(self, index: int) -> int:
        items = self._timeline.items
        before = items[index - 1] if index else None
        return 1 if needs_gap(before, items[index], self._frame()) else 0

    def _measure(self, index: int) -> int:
        """Give an item its true height; returns by how much it grew."""
        return self._heights.set(index, len(self._strips(index)))

    def _lay_out(self) -> None:
        """Set the size of the page, with true heights round the viewport, and follow the end."""
        if not self.size.width:
            return
        if self._following:
            self._measure_end()
        else:
            self._measure_around()
        size = Size(self.size.width, self._heights.total)
        if size != self.virtual_size:
            self._set_page(size)
        if self._following:
            self.scroll_to(y=max(0, size.height - self.size.height), animate=False, force=True)

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
        if self.show_vertical_scrollbar:
            self.vertical_scrollbar.window_virtual_size = size.height

    def _measure_end(self) -> None:
        room = 2 * self.size.height
        for index in range(len(self._heights) - 1, -1, -1):
            self._measure(index)
            room -= self._heights[index]
            if room <= 0:
                break

    def _measure_around(self) -> None:
        """Measure a screen above and below; what grows above the viewport moves the viewport along."""
        y = self.scroll_offset.y
        first, _ = self._heights.find(max(0, y - self.size.height))
        top, _ = self._heights.find(y)
        grown = sum(self._measure(index) for index in range(first, min(top, len(self._heights))))
        index, room = top, 2 * self.size.height
        while index < len(self._heights) and room > 0:
            self._measure(index)
            room -= self._heights[index]
            index += 1
        if grown:
            self._set_page(Size(self.size.width, self._heights.total))
            self.scroll_to(y=y + grown, animate=False, force=True)

    def _in_view(self) -> tuple[int, int]:
        first, _ = self._heights.find(self.scroll_offset.y)
        last, _ = self._heights.find(self.scroll_offset.y + self.size.height - 1)
        return min(first, len(self._heights)), min(last + 1, len(self._heights))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Follow the end only while it is in view."""
        super().watch_scroll_y(old_value, new_value)
        if round(new_value) == round(old_value):
            return
        at_end = round(new_value) + self.size.height >= self._heights.total
        self._following = at_end
        if not at_end and self.is_attached:
            self.call_next(self._settle)

    def _settle(self) -> None:
        if not self._following:
            self._lay_out()

    def on_resize(self) -> None:
        """Lay out for the new width."""
        frame = self._frame()
        shape = (frame.width, frame.diffs)
        if shape != self._shape:
            self._shape = shape
            self._relayout()
        else:
            self._lay_out()
        self._update_rail()

    def _relayout(self) -> None:
        self._cache.clear()
        frame = self._frame()
        heights = Heights()
        for index in range(len(self._timeline.items)):
            heights.append(self._estimate(index, frame))
        self._heights = heights
        self._lay_out()
        self.refresh()

    def notify_style_update(self) -> None:
        """Draw anew when the theme changes."""
        super().notify_style_update()
        if self.is_attached and self.app.theme != self._theme:
            self._theme = self.app.theme
            self._cache.clear()
        self.refresh()

    # -- drawing -------------------------------------------------------------------------------------------------------

    def _strips(self, index: int) -> list[Strip]:
        item = self._timeline.items[index]
        frame = self._frame()
        gap = self._gap(index)
        key = (item.version, frame.width, gap, int(item.unfolded), int(frame.diffs))
        return self._cache.get(index, key, lambda: self._draw(item, frame, gap))

    def _draw(self, item: Item, frame: Frame, gap: int) -> list[Strip]:
        return [self._painter.strip(line, frame.width) for line in self._lines(item, frame, gap)]

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
        """Draw one line of the viewport: the page, and the rail that does not scroll."""
        width = self.size.width
        index, line = self._heights.find(y + self.scroll_offset.y)
        frame_width = self._frame().width
        strip = self._painter.blank(frame_width)
        if index < len(self._heights):
            strips = self._strips(index)
            if line < len(strips):
                strip = strips[line]
        if width <= frame_width:
            return strip.crop(0, width)  # narrower than anything can be drawn in
        if not self._has_rail():
            return Strip.join([strip, self._painter.blank(width - frame_width)])
        rail = self._rail[y] if y < len(self._rail) else Content("")
        gap = RAIL_SPACE - RAIL - 1
        right = self._painter.strip(Content(" " * gap) + rail, width - frame_width)
        return Strip.join([strip, right])
