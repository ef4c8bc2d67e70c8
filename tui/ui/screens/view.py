"""One agent's views beside its pane, one behind each tab of its zoom; `tui.ui.tabs` has what stands in them."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from tui.client.prices import pricer
from tui.core.facts import Event
from tui.core.turns import TurnMeter
from tui.ui.look import View
from tui.ui.page_search import PageSearch
from tui.ui.ports import Subscription
from tui.ui.screens.leaving import LeftOnce
from tui.ui.screens.page_help import BINDING as HELP
from tui.ui.screens.page_help import PageHelp
from tui.ui.sizes import HEIGHT_CLASSES
from tui.ui.tabs.base import Stage, Tab
from tui.ui.tabs.files import FilesTab
from tui.ui.tabs.pages import LogTab, UsageTab, WhyTab
from tui.ui.tabs.raw import RawTab
from tui.ui.tabs.settings import SettingsTab
from tui.ui.widgets.band import PaneBand
from tui.ui.widgets.footer import FooterItem, FooterLine
from tui.ui.widgets.header import DashboardHeader
from tui.ui.widgets.lines import LinePage, LineStrip
from tui.ui.widgets.tabs import TABS, tab_line
from tui.ui.widgets.toast_corner import ToastCorner

if TYPE_CHECKING:
    from tui.ui.app import DashboardApp

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


class ViewScreen(LeftOnce[None], inherit_bindings=False):
    """A page about one agent.

    Args:
        agent_id: The agent.
        tab: Which page first.
    """

    app: DashboardApp
    AUTO_FOCUS = None
    VERTICAL_BREAKPOINTS = HEIGHT_CLASSES
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,z", "leave", "back", id="view.back"),
        Binding("tab,right", "turn(1)", "next view", id="view.next"),
        Binding("shift+tab,left", "turn(-1)", "previous view", id="view.previous"),
        Binding("down,j", "move(1)", "line down, next", show=False),
        Binding("up,k", "move(-1)", "line up, previous", show=False),
        Binding("enter,space", "fold", "unfold", show=False),
        Binding("a", "fold_all", "unfold all, fold all", show=False),
        Binding("slash", "search", "search", id="view.search"),
        Binding("n", "again(1)", "next line found", show=False),
        Binding("N", "again(-1)", "line found before", show=False),
        Binding("c", "copy", "copy", id="view.copy"),
        Binding("pagedown", "scroll_pages(1)", "page down", show=False),
        Binding("pageup,backspace", "scroll_pages(-1)", "page up", show=False),
        Binding("home,g", "to_end('top')", "top", show=False),
        Binding("end,G", "to_end('bottom')", "bottom", show=False),
        HELP,
        Binding("W", "save_moment", "this is wrong", id="view.wrong"),
        Binding("x", "cancel_step", "cancel the step", show=False),
        Binding("r", "resume", "resume its session", show=False),
        *(Binding(key, f"open('{name}')", name, show=False) for key, name in _KEYS.items()),
    ]

    def __init__(self, agent_id: str, tab: str) -> None:
        super().__init__()
        self.agent_id = agent_id
        self.tab = tab
        self.header = DashboardHeader(glyphs="unicode")
        self.tabs = LineStrip(classes="tabs")
        self.band = PaneBand()
        self.page = LinePage(classes="page")
        self.found = LineStrip(classes="search")
        self.footer = FooterLine()
        self.search = PageSearch()
        self._events: deque[Event] = deque(maxlen=EVENTS_MAX)
        self.meter = TurnMeter()
        self._subscription: Subscription | None = None
        self._pages: dict[str, Tab] = {}

    def compose(self) -> ComposeResult:
        """Tabs, band, page."""
        yield self.header
        yield self.tabs
        yield self.band
        yield self.page
        yield self.found
        yield self.footer
        yield ToastCorner()

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
    def view(self) -> View | None:
        """The agent as it is now."""
        return self.app.fleet.agents.get(self.agent_id)

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
            items = [FooterItem("enter", "go there"), FooterItem("esc", "drop it")]
        elif self.search.is_on:
            items = [FooterItem("n", "next", "again(1)"), FooterItem("N", "previous", "again(-1)")]
            items.append(FooterItem("esc", "drop the search", "leave"))
        else:
            items = [FooterItem("esc", "back", "leave"), FooterItem("tab", "next view", "turn(1)")]
            items += [*self.shown.keys, FooterItem("/", "search", "search"), FooterItem("c", "copy", "copy")]
        self.footer.show(items, right=[FooterItem("?", "help", "page_help")])

    def tick(self) -> None:
        """Draw what stands around the page as it is now."""
        view = self.view
        if view is None:
            return
        now = self.app.clock.now()
        self.header.show(list(self.app.fleet.agents.values()), now)
        shown = self.app.main.agents.shown
        place = shown.index(self.agent_id) + 1 if self.agent_id in shown else 0
        counts = {name: page.count for name, page in self._pages.items()}
        where = f"{place} of {len(shown)}"
        self.tabs.show([tab_line(self.tab, view, where, max(20, self.size.width), counts)])
        self.band.show(view, now, selected=True, zoomed=True)

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
        if self.search.key(event.key, event.character):
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

    def action_page_help(self) -> None:
        """Show the keys of this page."""
        self.app.push_screen(PageHelp("in an agent's views", self))

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

    def action_scroll_pages(self, by: int) -> None:
        """Scroll by a page."""
        self.page.scroll_relative(y=by * max(1, self.page.size.height - 1), animate=False)

    def action_to_end(self, end: str) -> None:
        """Scroll to an end."""
        if end == "top":
            self.page.scroll_home(animate=False)
        else:
            self.page.scroll_end(animate=False)

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

    def on_footer_line_pressed(self, message: FooterLine.Pressed) -> None:
        """A key in the footer was clicked."""
        self.app.call_later(self.app.run_action, message.action, self)
