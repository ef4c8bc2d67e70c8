"""One agent's pane: its band, its terminal or timeline, the strips of what is announced and what it asks.

A pane in the layout resizes its agent, debounced; a preview or tile only looks. Strips lie between band and footer of the
pane and make the terminal's window smaller, never the agent's terminal.
"""

from __future__ import annotations

import time
from typing import Final

from textual import events
from textual.app import ComposeResult
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget

from tui.core.attention import RowState
from tui.core.clock import Now
from tui.core.facts import Event
from tui.protocol.messages import Focus, Resize
from tui.protocol.screen import Frame, WinSize
from tui.ui import look
from tui.ui.agents import is_alive
from tui.ui.answers import OpenStrip
from tui.ui.beat import Beat, tempo
from tui.ui.hurry import draw_now
from tui.ui.layout import EDGE_COLS, PaneKind, Rect, band_rows
from tui.ui.look import AgentRow, View
from tui.ui.notes import ladder_line, strip_lines
from tui.ui.notices import notice_lines
from tui.ui.ports import Link, Subscription
from tui.ui.ticking import moment_of, still_holds
from tui.ui.widgets.band import PaneBand
from tui.ui.widgets.copy_mode import CopyTerminal
from tui.ui.widgets.lines import LineStrip
from tui.ui.widgets.tile import TileBody
from tui.ui.widgets.timeline import TimelineView

RESIZE_DELAY_S: Final = 0.1
_ECHO_S: Final = 0.25
_ROOMY_FROM: Final = 10
"""Rows from which a notice has blank lines around it."""
_EDGES: Final = {
    RowState.PERMISSION: "-needs",
    RowState.ANSWER: "-needs",
    RowState.BUDGET: "-needs",
    RowState.STALLED: "-stalled",
    RowState.LOOPING: "-stalled",
    RowState.FAILED: "-failed",
    RowState.LOST: "-failed",
}


class Pane(Widget):
    """Shows one agent.

    Args:
        glyphs: `unicode` or `ascii`.
        leader: The key that gives the keyboard back, for people.
        once: It does so for one key only.
        beat: What it is drawn with.
    """

    ALLOW_SELECT = False

    class Pressed(Message):
        """The pane was clicked."""

        def __init__(self, pane: Pane) -> None:
            super().__init__()
            self.pane = pane

    def __init__(
        self,
        glyphs: str = "unicode",
        leader: str = "ctrl+]",
        *,
        once: bool = False,
        beat: Beat | None = None,
    ) -> None:
        super().__init__()
        self._beat = beat or Beat()
        self.agent_id: str | None = None
        self.kind = PaneKind.LIVE
        self._place = Rect(0, 0, 0, 0)
        self.link: Link | None = None
        self.shows_timeline = False
        self.band = PaneBand(glyphs=glyphs, leader=leader, once=once)
        self.notice = LineStrip(classes="notice")
        self.terminal = CopyTerminal()
        self.search = LineStrip(classes="search")
        self.timeline = TimelineView(glyphs=glyphs, beat=self._beat)
        self.tile = TileBody(glyphs=glyphs)
        self.ladder = LineStrip(classes="ladder")
        self.answers = LineStrip(classes="answers")
        self._view: View | None = None
        self._typing = False
        self._fps = 12
        self._echo_until = 0.0
        """Until when, by the monotonic clock, frames are taken for the answer to a key."""
        self._screen_sub: Subscription | None = None
        self._event_sub: Subscription | None = None
        self._resize_timer: Timer | None = None
        self._sent_size: WinSize | None = None
        self._wanted_size: WinSize | None = None
        self._has_events = False
        self._said: tuple[AgentRow, Now, OpenStrip | None] | None = None
        self._saying: tuple[object, ...] = ()
        """What the last words were made from, beside the moment."""
        self._moment = Now(0.0, 0.0)

    def compose(self) -> ComposeResult:
        """Band on top, strips at the bottom."""
        yield self.band
        yield self.notice
        yield self.terminal
        yield self.search
        yield self.timeline
        yield self.tile
        yield self.ladder
        yield self.answers

    # -- which agent, and how ------------------------------------------------------------------------------------------

    def look_at(
        self, view: View, link: Link, kind: PaneKind, place: Rect, *, timeline: bool, fps: int
    ) -> None:
        """Show an agent; does nothing where it is shown already.

        Args:
            view: The agent.
            link: The way to it.
            kind: What this pane may do to it.
            place: Where the pane is, or will be as soon as the screen is laid out.
            timeline: Its events instead of its terminal.
            fps: Frames a second at most.
        """
        self._view = view
        self._place = place
        if view.status.id != self.agent_id:
            self._let_go()
            self.agent_id, self.link = view.status.id, link
            self._sent_size = None
            self._has_events = False
            self.terminal.attach(link)
            self.timeline.clear()
        self.shows_timeline = timeline
        if kind is not self.kind:
            self.kind = kind
            self.set_class(kind is PaneKind.PREVIEW, "-preview")
            self.terminal.follow_text = kind is not PaneKind.LIVE
            self._sent_size = None
            self._fit_band()
        self._choose_body()
        self._subscribe(fps)
        self._follow_size()

    @property
    def shows_tile(self) -> bool:
        """There is no room for its terminal, or for what it asks: a few lines of ours stand for it."""
        asks = self._view is not None and self._view.status.request is not None
        return self.kind is PaneKind.TILE and (asks or not self.shows_timeline)

    def _choose_body(self) -> None:
        tile = self.shows_tile
        self.tile.display = tile
        self.terminal.display = not tile and not self.shows_timeline
        self.timeline.display = not tile and self.shows_timeline

    def _subscribe(self, fps: int) -> None:
        if self.link is None:
            return
        if self.shows_tile:
            self._let_go()
            return
        if self.shows_timeline:
            self._close_screen()
            if self._event_sub is None:
                self._event_sub = self.link.watch_events(self._on_events)
            return
        self._close_events()
        if self._screen_sub is None:
            self._screen_sub = self.link.watch_screen(self._on_frame, fps=fps)
        elif fps != self._fps:
            self._screen_sub.set_fps(fps)
        self._fps = fps

    def rest(self) -> None:
        """Nobody looks: ask for nothing until the next `look_at`."""
        self._let_go()

    def _let_go(self) -> None:
        self._close_screen()
        self._close_events()

    def _close_screen(self) -> None:
        if self._screen_sub is not None:
            self._screen_sub.close()
            self._screen_sub = None

    def _close_events(self) -> None:
        if self._event_sub is not None:
            self._event_sub.close()
            self._event_sub = None

    def on_unmount(self) -> None:
        """Nobody looks any more: the host sends nothing."""
        self._let_go()

    def expect_echo(self) -> None:
        """A key went to the agent: its next frames are drawn at once, and alone."""
        self._echo_until = time.monotonic() + _ECHO_S

    def _on_frame(self, frame: Frame) -> None:
        self.terminal.take(frame)
        if time.monotonic() < self._echo_until:
            self._beat.forget(self.terminal)
            self.terminal.draw()
            draw_now(self.terminal)
        else:
            self._beat.ask(self.terminal, tempo(self._fps))

    def _on_events(self, found: list[Event]) -> None:
        self._has_events = self._has_events or bool(found)
        self.timeline.feed(found)

    # -- size ----------------------------------------------------------------------------------------------------------

    def agent_size(self) -> WinSize:
        """Return the size that the agent's terminal has in this pane; strips take nothing from it."""
        _, _, width, height = self._place
        return WinSize(max(1, height - band_rows(width, height)), max(1, width - EDGE_COLS))

    def on_resize(self, event: events.Resize) -> None:
        """The band has one line in a small pane."""
        self._fit_band()
        self._write_strips()

    def _fit_band(self) -> None:
        self.band.styles.height = band_rows(*self.outer_size, self.kind)

    def _follow_size(self) -> None:
        size = self.agent_size()
        if size != self._wanted_size and self._resize_timer is not None:
            self._resize_timer.stop()  # it changes still: wait until it has settled
            self._resize_timer = None
        self._wanted_size = size
        if size != self._sent_size and self._resize_timer is None:
            self._resize_timer = self.set_timer(RESIZE_DELAY_S, self._send_size)

    def _send_size(self) -> None:
        self._resize_timer = None
        view = self._view
        if self.kind is not PaneKind.LIVE or self.shows_timeline or self.link is None or view is None:
            return
        size = self.agent_size()
        if is_alive(view) and size.cols > EDGE_COLS and size != self._sent_size:
            self._sent_size = size
            self.link.send(Resize(size))

    # -- what it says --------------------------------------------------------------------------------------------------

    def refresh_view(
        self, view: View, now: Now, *, selected: bool, typing: bool, strip: OpenStrip | None, zoomed: bool
    ) -> None:
        """Say how the agent is now; nothing is done where that is what was said last."""
        self._view = view
        content = self._has_events if self.shows_timeline else self.terminal.has_frame
        saying = (view, selected, typing, zoomed, strip, content, self.kind, self.shows_timeline, self.size)
        is_said = saying == self._saying and strip is None
        if is_said and still_holds(self._moment, now):
            return
        row = look.row_of(view, now)
        now = moment_of(row, now)
        row = look.row_of(view, now)
        if is_said and now == self._moment:
            return
        self._moment = now
        self._saying = saying
        self.band.show(view, now, selected=selected, typing=typing, zoomed=zoomed)
        self.set_class(selected, "-selected")
        self.set_class(typing, "-typing")
        for edge in set(_EDGES.values()):
            self.set_class(_EDGES.get(row.state) == edge, edge)
        self._choose_body()
        if self.shows_tile:
            self.tile.show(view, now, has_strip=strip is not None)
        elif self.shows_timeline:
            self.timeline.rail = zoomed
            self.timeline.show(view, now)
        self._said = (row, now, strip)
        self._write_strips()
        self.set_typing(typing)

    def _write_strips(self) -> None:
        width, height = self.size
        if self._said is None or not width:
            return
        row, now, strip = self._said
        has_content = self._has_events if self.shows_timeline else self.terminal.has_frame
        is_tile = self.kind is PaneKind.TILE
        roomy = height >= _ROOMY_FROM
        notice = notice_lines(row, now, width - 1, has_content=has_content, roomy=roomy)
        self.notice.show([] if is_tile else notice)
        line = ladder_line(row, now, width)
        self.ladder.show([] if line is None else [line])
        self.answers.show(
            [] if strip is None else strip_lines(strip, width, max(2, height // 2), head=not is_tile)
        )

    def set_typing(self, typing: bool) -> None:
        """Tell the agent's terminal whether it has the keyboard."""
        if typing == self._typing:
            return
        self._typing = self.terminal.typing = typing
        self.terminal.redraw()
        if self.link is not None:
            self.link.send(Focus(typing and self.app.app_focus))
        if typing:
            self.terminal.scroll_back(-self.terminal.back)
            self._sent_size = None  # another dashboard may have resized it since
            self._send_size()

    def tell_focus(self, focused: bool) -> None:
        """The terminal's window got or lost the focus while the agent has the keyboard."""
        if self.link is not None:
            self.link.send(Focus(focused))

    def scroll_pages(self, by: float) -> None:
        """Show older (below zero) or newer lines, in pages."""
        if self.shows_timeline:
            self.timeline.scroll_relative(y=by * max(1, self.timeline.size.height - 1), animate=False)
        else:
            self.terminal.scroll_back(round(-by * max(1, self.terminal.size.height - 1)))

    def on_copy_terminal_mode_changed(self) -> None:
        """A reader did something: the search has a line of its own."""
        self._write_search()
        self._say_reading()

    def on_terminal_view_scrolled(self) -> None:
        """The band says how far back."""
        self._say_reading()

    def _write_search(self) -> None:
        line = self.terminal.search_line(self.size.width)
        self.search.show([] if line is None else [line])

    def _say_reading(self) -> None:
        self.band.read(self.terminal.reading if self.terminal.display else "")

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """A click anywhere selects the agent; the edge is a border of the board."""
        if event.screen_x > self.region.x:
            self.post_message(self.Pressed(self))
