"""One agent's views beside its pane: events, files, usage, why. The same tabs as in zoom."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen

from tui.core.facts import Event
from tui.ui.look import View
from tui.ui.pages.files import files_lines
from tui.ui.pages.log import log_lines
from tui.ui.pages.usage import usage_lines
from tui.ui.pages.why import why_lines
from tui.ui.ports import Subscription
from tui.ui.screens.page_help import BINDING as HELP
from tui.ui.screens.page_help import PageHelp
from tui.ui.sizes import HEIGHT_CLASSES
from tui.ui.widgets.band import PaneBand
from tui.ui.widgets.footer import FooterItem, FooterLine
from tui.ui.widgets.header import DashboardHeader
from tui.ui.widgets.lines import LinePage, LineStrip
from tui.ui.widgets.tabs import TABS, tab_line
from tui.ui.widgets.toast_corner import ToastCorner

if TYPE_CHECKING:
    from tui.ui.app import DashboardApp

EVENTS_MAX: Final = 5_000
_FOLLOWED: Final = ("events", "files")
_KEYS: Final = {"l": "events", "d": "files", "u": "usage", "w": "why"}


class ViewScreen(Screen[None], inherit_bindings=False):
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
        Binding("down,j", "scroll_lines(1)", "line down", show=False),
        Binding("up,k", "scroll_lines(-1)", "up", show=False),
        Binding("pagedown,space", "scroll_pages(1)", "page down", show=False),
        Binding("pageup,backspace", "scroll_pages(-1)", "page up", show=False),
        Binding("home", "to_end('top')", "top", show=False),
        Binding("end,G", "to_end('bottom')", "bottom", show=False),
        HELP,
        Binding("W", "save_moment", "this is wrong", id="view.wrong"),
        Binding("x", "cancel_step", "cancel the step", show=False),
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
        self.footer = FooterLine()
        self._events: deque[Event] = deque(maxlen=EVENTS_MAX)
        self._subscription: Subscription | None = None

    def compose(self) -> ComposeResult:
        """Tabs, band, page."""
        yield self.header
        yield self.tabs
        yield self.band
        yield self.page
        yield self.footer
        yield ToastCorner()

    def on_mount(self) -> None:
        """Look at the agent's events."""
        self.page.can_focus = False
        self._subscription = self.app.fleet.link(self.agent_id).watch_events(self._on_events)
        self.set_interval(1.0, self.tick)
        self.call_after_refresh(self.show_page)

    def on_unmount(self) -> None:
        """Look no more."""
        if self._subscription is not None:
            self._subscription.close()

    def on_resize(self) -> None:
        """Lines are laid out for the width."""
        self.call_after_refresh(self.show_page)

    @property
    def view(self) -> View | None:
        """The agent as it is now."""
        return self.app.fleet.agents.get(self.agent_id)

    def _on_events(self, found: list[Event]) -> None:
        self._events.extend(event for event in found if event.seq)
        if self.tab in _FOLLOWED:
            at_end = self.page.is_vertical_scroll_end
            self.page.rewrite()
            if at_end and self.tab == "events":
                self.page.scroll_end(animate=False)

    def show_page(self) -> None:
        """Show the open page from its top; a log from its end."""
        view = self.view
        if view is None:
            if self.is_current:
                self.dismiss()
            return
        self.tick()
        self.page.write(self._write)
        if self.tab == "events":
            self.page.scroll_end(animate=False)
        else:
            self.page.scroll_home(animate=False)
        keys = [("esc", "back", "leave"), ("tab", "next view", "turn(1)"), ("↑ ↓", "scroll", "")]
        keys += [("W", "this is wrong", "save_moment")] if self.tab == "why" else []
        self.footer.show([FooterItem(*key) for key in keys], right=[FooterItem("?", "help", "page_help")])

    def tick(self) -> None:
        """A second passed."""
        view = self.view
        if view is None:
            return
        now = self.app.clock.now()
        self.header.show(list(self.app.fleet.agents.values()), now)
        shown = self.app.main.agents.shown
        place = shown.index(self.agent_id) + 1 if self.agent_id in shown else 0
        self.tabs.show([tab_line(self.tab, view, f"{place} of {len(shown)}", max(20, self.size.width))])
        self.band.show(view, now, selected=True, zoomed=True)
        if self.tab in ("why", "usage"):
            self.page.rewrite()

    def _write(self, width: int) -> list[Content]:
        view, now = self.view, self.app.clock.now()
        if view is None:
            return []
        match self.tab:
            case "why":
                return why_lines(view, now, width)
            case "usage":
                return usage_lines(list(self.app.fleet.agents.values()), view, now, width)
            case "files":
                return files_lines(self._events, now, width, view.status.cwd)
            case _:
                return log_lines(self._events, now, width)

    def action_page_help(self) -> None:
        """Show the keys of this page."""
        self.app.push_screen(PageHelp("in an agent's views", self))

    def action_leave(self) -> None:
        """Back to the dashboard."""
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
            self.tab = name
            self.show_page()

    def action_scroll_lines(self, by: int) -> None:
        """Scroll by a line."""
        self.page.scroll_relative(y=by, animate=False)

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

    def on_footer_line_pressed(self, message: FooterLine.Pressed) -> None:
        """A key in the footer was clicked."""
        self.app.call_later(self.app.run_action, message.action, self)
