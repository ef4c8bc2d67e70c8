"""Reading a timeline: searched, and blocks copied from it. It looks as in zoom, and keys mean what they mean to a reader."""

from __future__ import annotations

from typing import ClassVar

import msgspec
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from tui.core.facts import Event
from tui.ui.clipboard import size_words
from tui.ui.fit import ALWAYS, Piece, fit, text
from tui.ui.line_entry import Did, LineEntry
from tui.ui.ports import Subscription
from tui.ui.screens.page import AgentPage
from tui.ui.widgets.footer import FooterItem
from tui.ui.widgets.lines import LineStrip
from tui.ui.widgets.timeline_reader import ReadingTimeline


class TimelineScreen(AgentPage):
    """One agent's timeline, for a reader.

    Args:
        agent_id: The agent.
        search: Begin with words to look for; else with a block to copy.
        at: Lines from the top at which it was seen before; None: its end.
    """

    where = "in a timeline"
    moves = frozenset(("down(1)", "down(-1)"))
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "search", tooltip="find words, folded ones too", id="timeline.search"),
        Binding("n", "again(1)", "next", tooltip="next found", id="timeline.again"),
        Binding("N", "again(-1)", "previous", tooltip="found before", id="timeline.again-back"),
        Binding("c", "mark", "copy block", tooltip="mark a block; copy it", id="timeline.mark"),
        Binding("enter,y", "copy", "copy", tooltip="copy the block that is marked", id="timeline.copy"),
        Binding("down,j", "down(1)", "another", tooltip="next block, or down", id="timeline.down"),
        Binding("up,k", "down(-1)", "another before", tooltip="block before, or up", id="timeline.up"),
        Binding("left_square_bracket", "turn(-1)", "turn", tooltip="turn before", id="timeline.turn-back"),
        Binding("right_square_bracket", "turn(1)", "next turn", id="timeline.turn"),
        Binding("tab", "fold", "unfold", tooltip="unfold, fold", id="timeline.fold"),
        Binding("pagedown,space", "scroll_pages(1)", "page down", id="page.page-down"),
    ]

    def __init__(self, agent_id: str, *, search: bool = False, at: int | None = None) -> None:
        super().__init__(agent_id)
        self._begin_with_search = search
        self._at = at
        self.timeline = ReadingTimeline()
        self.found = LineStrip(classes="search")
        self.entry: LineEntry | None = None
        self._subscription: Subscription | None = None

    def compose(self) -> ComposeResult:
        """As in zoom."""
        yield from self.around()
        yield self.timeline
        yield self.found
        yield self.footer
        yield self.corner

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
    def scroller(self) -> ReadingTimeline:
        """The timeline."""
        return self.timeline

    def another(self, agent_id: str) -> TimelineScreen | None:
        """Return the timeline of another agent, where the dashboard shows one."""
        return TimelineScreen(agent_id) if self.app.main.shows_timeline(agent_id) else None

    def tick(self) -> None:
        """Draw what stands around the timeline, and its clocks."""
        view, now = self.view, self.app.clock.now()
        if view is None:
            if self.is_current:
                self.dismiss()
            return
        self.show_around(view, "pane")
        self.timeline.show(view, now)
        self._say()

    def _say(self) -> None:
        """Say what is looked for or marked, and which keys work."""
        page, block = self.timeline, self.timeline.block
        searching = self.entry is not None or bool(page.words)
        self.found.show([self._search_line()] if searching else [])
        if self.entry is not None:
            items = [FooterItem("enter", "go there", "search_key('enter')")]
            items.append(FooterItem("esc", "drop it", "search_key('escape')"))
        elif block is not None:
            copy = [
                msgspec.structs.replace(
                    item, label=f"copy {block.kind}, {size_words(block.text)}", short="copy"
                )
                for item in self.items("copy")
            ]
            items = [*copy, *self.items(("down(-1)", "down(1)"), "leave")]
        elif page.words:
            items = self.items("again(1)", "again(-1)", "mark", "leave")
        else:
            items = self.items("leave", "search", "mark", ("turn(-1)", "turn(1)"), "fold", "next_agent(1)")
        self.show_keys(items)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A block is copied that is marked, words are gone to that are looked for."""
        if action == "copy":
            return self.timeline.block is not None
        if action == "again":
            return bool(self.timeline.words)
        return True

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
        self._type(event.key, event.character)

    def action_search_key(self, key: str) -> None:
        """A key of the line in which words are typed was clicked in the footer."""
        self._type(key, None)

    def _type(self, key: str, character: str | None) -> None:
        if self.entry is None:
            return
        did = self.entry.key(key, character)
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

    def action_to_end(self, end: str) -> None:
        """Scroll to an end; from the lower one on it follows."""
        if end == "bottom":
            self.timeline.to_end()
        else:
            super().action_to_end(end)

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
