"""Reading a timeline: searched, and blocks copied from it. It looks as in zoom, and keys mean what they mean to a reader."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from tui.core.facts import Event
from tui.ui.clipboard import size_words
from tui.ui.fit import ALWAYS, Piece, fit, text
from tui.ui.line_entry import Did, LineEntry
from tui.ui.look import View
from tui.ui.ports import Subscription
from tui.ui.screens.leaving import LeftOnce
from tui.ui.screens.page_help import BINDING as HELP
from tui.ui.screens.page_help import PageHelp
from tui.ui.sizes import HEIGHT_CLASSES
from tui.ui.widgets.band import PaneBand
from tui.ui.widgets.footer import FooterItem, FooterLine
from tui.ui.widgets.header import DashboardHeader
from tui.ui.widgets.lines import LineStrip
from tui.ui.widgets.tabs import tab_line
from tui.ui.widgets.timeline_reader import ReadingTimeline
from tui.ui.widgets.toast_corner import ToastCorner

if TYPE_CHECKING:
    from tui.ui.app import DashboardApp


class TimelineScreen(LeftOnce[None], inherit_bindings=False):
    """One agent's timeline, for a reader.

    Args:
        agent_id: The agent.
        search: Begin with words to look for; else with a block to copy.
        at: Lines from the top at which it was seen before; None: its end.
    """

    app: DashboardApp
    AUTO_FOCUS = None
    VERTICAL_BREAKPOINTS = HEIGHT_CLASSES
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,z", "leave", "drop what is marked or found; back", id="timeline.back"),
        Binding("slash", "search", "search", id="timeline.search"),
        Binding("n", "again(1)", "next found", show=False),
        Binding("N", "again(-1)", "found before", show=False),
        Binding("c", "mark", "mark a block; copy it", id="timeline.mark"),
        Binding("enter,y", "copy", "copy the block", id="timeline.copy"),
        Binding("down,j", "down(1)", "next block, or down", show=False),
        Binding("up,k", "down(-1)", "block before, or up", show=False),
        Binding("right_square_bracket", "turn(1)", "next turn", show=False),
        Binding("left_square_bracket", "turn(-1)", "turn before", show=False),
        Binding("tab", "fold", "unfold, fold", id="timeline.fold"),
        Binding("pagedown,space", "scroll_pages(1)", "page down", show=False),
        Binding("pageup,backspace", "scroll_pages(-1)", "page up", show=False),
        Binding("home,g", "to_end('top')", "top", show=False),
        Binding("end,G", "to_end('bottom')", "bottom", show=False),
        HELP,
    ]

    def __init__(self, agent_id: str, *, search: bool = False, at: int | None = None) -> None:
        super().__init__()
        self.agent_id = agent_id
        self._begin_with_search = search
        self._at = at
        self.header = DashboardHeader(glyphs="unicode")
        self.tabs = LineStrip(classes="tabs")
        self.band = PaneBand()
        self.timeline = ReadingTimeline()
        self.found = LineStrip(classes="search")
        self.footer = FooterLine()
        self.entry: LineEntry | None = None
        self._subscription: Subscription | None = None

    def compose(self) -> ComposeResult:
        """As in zoom."""
        yield self.header
        yield self.tabs
        yield self.band
        yield self.timeline
        yield self.found
        yield self.footer
        yield ToastCorner()

    def on_mount(self) -> None:
        """Take the events, then begin."""
        self._subscription = self.app.fleet.link(self.agent_id).watch_events(self._take)
        self.set_interval(1.0, self.tick)
        self.call_after_refresh(self._begin)

    def _take(self, found: list[Event]) -> None:
        self.timeline.feed(found)

    def _begin(self) -> None:
        self.tick()
        if self._at is not None:
            self.timeline.scroll_to(y=self._at, animate=False, force=True)
        # The lines around it have just taken their room.
        self.call_after_refresh(self.action_search if self._begin_with_search else self.action_mark)

    def on_unmount(self) -> None:
        """Look no more."""
        if self._subscription is not None:
            self._subscription.close()

    @property
    def view(self) -> View | None:
        """The agent as it is now."""
        return self.app.fleet.agents.get(self.agent_id)

    def tick(self) -> None:
        """Draw what stands around the timeline, and its clocks."""
        view, now = self.view, self.app.clock.now()
        if view is None:
            if self.is_current:
                self.dismiss()
            return
        self.header.show(list(self.app.fleet.agents.values()), now)
        shown = self.app.main.agents.shown
        place = shown.index(self.agent_id) + 1 if self.agent_id in shown else 0
        self.tabs.show([tab_line("pane", view, f"{place} of {len(shown)}", max(20, self.size.width))])
        self.band.show(view, now, selected=True, zoomed=True)
        self.timeline.show(view, now)
        self._say()

    def _say(self) -> None:
        """Say what is looked for or marked, and which keys work."""
        page, block = self.timeline, self.timeline.block
        searching = self.entry is not None or bool(page.words)
        self.found.show([self._search_line()] if searching else [])
        if self.entry is not None:
            items = [FooterItem("enter", "go there"), FooterItem("esc", "drop it")]
        elif block is not None:
            items = [FooterItem("enter", f"copy {block.kind}, {size_words(block.text)}", "copy", "copy")]
            items += [FooterItem("↑ ↓", "another"), FooterItem("esc", "unmark", "leave")]
        elif page.words:
            items = [FooterItem("n", "next", "again(1)"), FooterItem("N", "previous", "again(-1)")]
            items += [FooterItem("c", "copy block", "mark"), FooterItem("esc", "drop the search", "leave")]
        else:
            items = [FooterItem("esc", "back", "leave"), FooterItem("/", "search", "search")]
            items += [
                FooterItem("c", "copy block", "mark"),
                FooterItem("[ ]", "turn"),
                FooterItem("tab", "unfold", "fold"),
            ]
        self.footer.show(items, right=[FooterItem("?", "help", "page_help")])

    def _search_line(self) -> Content:
        entry, page = self.entry, self.timeline
        if entry is not None:
            at = entry.cursor
            shown = (
                text(entry.text[:at])
                + text(entry.text[at : at + 1] or " ", "reverse")
                + text(entry.text[at + 1 :])
            )
        else:
            shown = text(page.words)
        count = len(page.hits)
        told = f"{page.here + 1} of {count} entr{'ies' if count != 1 else 'y'}" if count else "nowhere"
        right = [Piece(1, text(f"{told if page.words else 'type what to look for'} ", "$foreground-muted"))]
        return fit([Piece(ALWAYS, text(" / ", "$primary") + shown)], right, max(20, self.size.width))

    # -- keys ----------------------------------------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        """Type what is looked for."""
        if self.entry is None:
            return
        event.stop()
        event.prevent_default()
        did = self.entry.key(event.key, event.character)
        words = "" if did is Did.LEFT else self.entry.text
        if did in (Did.LEFT, Did.DONE):
            self.entry = None
        if words != self.timeline.words:
            self.timeline.look_for(words)
        self._say()

    def action_search(self) -> None:
        """Type words to look for."""
        self.timeline.unmark()
        self.entry = LineEntry(self.timeline.words)
        self._say()

    def action_again(self, by: int) -> None:
        """Go to the next or previous entry with the words."""
        self.timeline.again(by)
        self._say()

    def action_mark(self) -> None:
        """Mark the newest code in view; copy it if one is marked."""
        if self.timeline.block is not None:
            self.action_copy()
        elif not self.timeline.mark():
            self.app.say("There is nothing to copy yet.")
        self._say()

    def action_copy(self) -> None:
        """Copy the block that is marked."""
        block = self.timeline.block
        if block is not None:
            self.app.copy(block.text)
            self.timeline.unmark()
            self._say()

    def action_down(self, by: int) -> None:
        """Mark the next or previous block; with none marked, scroll."""
        if self.timeline.block is not None:
            self.timeline.mark(by)
            self._say()
        else:
            self.timeline.scroll_relative(y=by, animate=False)

    def action_turn(self, by: int) -> None:
        """Go to the next or previous turn."""
        self.timeline.turn(by)

    def action_fold(self) -> None:
        """Unfold what is folded in view, or fold it."""
        self.timeline.toggle_folds()

    def action_scroll_pages(self, by: int) -> None:
        """Scroll by a page."""
        self.timeline.scroll_relative(y=by * max(1, self.timeline.size.height - 1), animate=False)

    def action_to_end(self, end: str) -> None:
        """Scroll to an end."""
        if end == "top":
            self.timeline.scroll_home(animate=False)
        else:
            self.timeline.to_end()

    def action_page_help(self) -> None:
        """Show the keys of this page."""
        self.app.push_screen(PageHelp("in a timeline", self))

    def action_leave(self) -> None:
        """Unmark, then drop the search, then back to the dashboard."""
        if self.timeline.marked is not None:
            self.timeline.unmark()
            self._say()
        elif self.timeline.words:
            self.timeline.look_for("")
            self._say()
        else:
            self.dismiss()

    def on_footer_line_pressed(self, message: FooterLine.Pressed) -> None:
        """A key in the footer was clicked."""
        if message.action:
            self.app.call_later(self.app.run_action, message.action, self)
