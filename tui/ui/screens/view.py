"""One agent's views beside its pane, one behind each tab of its zoom; `tui.ui.tabs` has what stands in them."""

from __future__ import annotations

from collections import deque
from typing import ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from tui.client.prices import pricer
from tui.core.facts import Event
from tui.core.turns import TurnMeter
from tui.ui.page_search import PageSearch
from tui.ui.ports import Subscription
from tui.ui.screens.page import AgentPage, of_main
from tui.ui.tabs.base import Stage, Tab
from tui.ui.tabs.files import FilesTab
from tui.ui.tabs.pages import LogTab, UsageTab, WhyTab
from tui.ui.tabs.raw import RawTab
from tui.ui.tabs.settings import SettingsTab
from tui.ui.widgets.footer import FooterItem
from tui.ui.widgets.lines import LinePage, LineStrip
from tui.ui.widgets.tabs import TABS

EVENTS_MAX: Final = 5_000
_KEYS: Final = {"v": "raw", "l": "events", "d": "files", "u": "usage", "w": "why"}
_KINDS: Final[dict[str, type[Tab]]] = {
    "raw": RawTab,
    "events": LogTab,
    "files": FilesTab,
    "usage": UsageTab,
    "settings": SettingsTab,
    "why": WhyTab,
}


class ViewScreen(AgentPage):
    """One view of an agent.

    Args:
        agent_id: The agent.
        tab: Which page first.
    """

    where = "in an agent's views"
    moves = frozenset(("move(1)", "move(-1)"))
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab,right", "turn(1)", "next view", id="view.next"),
        Binding("shift+tab,left", "turn(-1)", "previous view", id="view.previous"),
        *(
            Binding(key, f"open('{name}')", name, tooltip=f"{name}; again: back", id=f"view.{name}")
            for key, name in _KEYS.items()
        ),
        Binding("down,j", "move(1)", "next", tooltip="line down, next", id="view.down"),
        Binding("up,k", "move(-1)", "previous", tooltip="line up, previous", id="view.up"),
        Binding("enter,space", "fold", "unfold", tooltip="unfold, fold; else a page down", id="view.fold"),
        Binding("a", "fold_all", "all", tooltip="unfold all, fold all", id="view.fold-all"),
        Binding("slash", "search", "search", tooltip="find words on the page", id="view.search"),
        Binding("n", "again(1)", "next", tooltip="next line found", id="view.again"),
        Binding("N", "again(-1)", "previous", tooltip="line found before", id="view.again-back"),
        Binding("c", "copy", "copy", tooltip="copy what is chosen, else the page", id="view.copy"),
        of_main("agent.wrong"),
        of_main("agent.cancel"),
        of_main("agent.resume"),
    ]

    def __init__(self, agent_id: str, tab: str) -> None:
        super().__init__(agent_id)
        self.tab = tab
        self.page = LinePage(classes="page")
        self.found = LineStrip(classes="search")
        self.search = PageSearch()
        self._events: deque[Event] = deque(maxlen=EVENTS_MAX)
        self.meter = TurnMeter()
        self._subscription: Subscription | None = None
        self._pages: dict[str, Tab] = {}

    def compose(self) -> ComposeResult:
        """Tabs, band, page."""
        yield from self.around()
        yield self.page
        yield self.found
        yield self.footer
        yield self.corner

    def on_mount(self) -> None:
        """Look at the agent's events."""
        self.page.can_focus = False
        self.app.run_task(self._watch())
        self.set_interval(1.0, self._second)
        self.call_after_refresh(self.show_page)

    async def _watch(self) -> None:
        view = self.view
        if view is not None:
            self.meter.price = await pricer(self.app.paths, view.status.cwd)
        if self.is_mounted and view is not None:
            self._subscription = self.app.fleet.link(self.agent_id).watch_events(self._on_events)

    def on_unmount(self) -> None:
        """Look no more."""
        if self._subscription is not None:
            self._subscription.close()
        self.shown.close()

    def on_resize(self) -> None:
        """Lines are laid out for the width."""
        self.call_after_refresh(self._keep_page)

    @property
    def scroller(self) -> LinePage:
        """The page."""
        return self.page

    def another(self, agent_id: str) -> ViewScreen:
        """Return the same view of another agent."""
        return ViewScreen(agent_id, self.tab)

    @property
    def shown(self) -> Tab:
        """What stands behind the open tab."""
        if self.tab not in self._pages:
            self._pages[self.tab] = _KINDS[self.tab](
                Stage(self.app, self.agent_id, self._events, self.meter, self._changed)
            )
        return self._pages[self.tab]

    def _on_events(self, found: list[Event]) -> None:
        self._events.extend(event for event in found if event.seq)
        self.meter.feed(found)
        if self.shown.follows:
            at_end = self.page.is_vertical_scroll_end
            self.page.rewrite()
            if at_end and self.shown.at_end:
                self.page.scroll_end(animate=False)

    def _changed(self) -> None:
        if self.is_mounted:
            self.page.rewrite()
            self.tick()

    # -- what it shows -------------------------------------------------------------------------------------------------

    def show_page(self) -> None:
        """Show the open page from its top; a log from its end."""
        if self.view is None:
            if self.is_current:
                self.dismiss()
            return
        self.shown.open()
        self.tick()
        self.page.write(self._write)
        if self.shown.at_end:
            self.page.scroll_end(animate=False)
        else:
            self.page.scroll_home(animate=False)
        self._show_footer()

    def _keep_page(self) -> None:
        self.tick()
        self.page.write(self._write)

    def _show_footer(self) -> None:
        if self.search.entry is not None:
            items = [FooterItem("enter", "go there", "search_key('enter')")]
            items.append(FooterItem("esc", "drop it", "search_key('escape')"))
        elif self.search.is_on:
            items = self.items("again(1)", "again(-1)", "leave")
        else:
            items = self.items("leave", "turn(1)", *self.shown.keys, "search", "copy", "next_agent(1)")
        self.show_keys(items)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Lines are gone to while words are looked for, things unfolded where there are any, a step cancelled that is announced."""
        if action == "again":
            return self.search.is_on
        if action == "fold_all":
            return "fold_all" in self.shown.keys
        if action == "cancel_step":
            return self.view is not None and self.view.status.ladder is not None
        return True

    def tick(self) -> None:
        """Draw what stands around the page as it is now."""
        view = self.view
        if view is not None:
            self.show_around(view, self.tab, {name: page.count for name, page in self._pages.items()})

    def _second(self) -> None:
        self.tick()
        self.shown.second()
        if self.shown.ticks:
            self.page.rewrite()

    def _write(self, width: int) -> list[Content]:
        if self.view is None:
            return []
        lines = self.search.apply(self.shown.lines(width), int(self.page.scroll_offset.y))
        self.found.show([self.search.strip(max(20, self.size.width))] if self.search.is_on else [])
        return lines

    # -- keys ----------------------------------------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        """Type what is looked for."""
        if self.search.entry is None:
            return
        event.stop()
        event.prevent_default()
        self._type(event.key, event.character)

    def action_search_key(self, key: str) -> None:
        """A key of the line in which words are typed was clicked in the footer."""
        self._type(key, None)

    def _type(self, key: str, character: str | None) -> None:
        if self.search.key(key, character):
            self.shown.search(self.search.words)
        self._searched()

    def _searched(self) -> None:
        self.page.rewrite()
        self._stand()
        self._show_footer()

    def _stand(self) -> None:
        """Bring the line found into view."""
        if (line := self.search.line) is not None:
            self._bring(line)

    def _bring(self, line: int) -> None:
        height, top = self.page.scrollable_content_region.height, self.page.scroll_offset.y
        if not top <= line < top + height - 1:
            self.page.scroll_to(y=max(0, line - height // 3), animate=False)

    def action_search(self) -> None:
        """Type words to look for."""
        self.search.open()
        self._searched()

    def action_again(self, by: int) -> None:
        """Go to the next or previous line found."""
        if self.search.go(by) is not None:
            self.page.rewrite()
            self._stand()

    def action_move(self, by: int) -> None:
        """Select another thing of the page, or scroll."""
        if self.shown.move(by):
            self.page.rewrite()
            self._bring(self.shown.place)
        else:
            self.page.scroll_relative(y=by, animate=False)

    def action_fold(self) -> None:
        """Unfold what is selected; where nothing can be, a page down."""
        if self.shown.place < 0:
            self.action_scroll_pages(1)
        else:
            self.shown.fold()
            self.page.rewrite()

    def action_fold_all(self) -> None:
        """Unfold everything, or fold it."""
        self.shown.fold(everything=True)
        self.page.rewrite()

    def on_line_page_pressed(self, message: LinePage.Pressed) -> None:
        """A line was clicked: what stands there is selected and unfolded."""
        if self.shown.press(message.line):
            self.page.rewrite()

    def action_copy(self) -> None:
        """Copy what is selected, or the page."""

        async def copy() -> None:
            written = "\n".join(line.plain.rstrip() for line in self.page.lines)
            self.app.copy(await self.shown.copied() or written)

        self.app.run_task(copy())

    def action_leave(self) -> None:
        """Drop the search; without one back to the dashboard."""
        if self.search.is_on:
            self.search.drop()
            self.shown.search("")
            self._searched()
        else:
            self.dismiss()

    def action_turn(self, by: int) -> None:
        """Open the next view; beyond the last one is the pane itself."""
        index = (TABS.index(self.tab) + by) % len(TABS)
        if TABS[index] == "pane":
            self.dismiss()
        else:
            self.action_open(TABS[index])

    def action_open(self, name: str) -> None:
        """Open a view; the same key again goes back."""
        if name == self.tab:
            self.dismiss()
        else:
            self.shown.close()
            self.shown.search("")
            self.search.drop()
            self.tab = name
            self.show_page()

    def action_save_moment(self) -> None:
        """Save what is known now."""
        self.app.main.action_save_moment()

    def action_cancel_step(self) -> None:
        """Cancel the announced step."""
        self.app.main.action_cancel_step()

    def action_resume(self) -> None:
        """Resume the session; asks where that ends a run."""
        self.dismiss()
        self.app.main.action_resume()
