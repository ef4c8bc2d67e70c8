"""What all pages over the dashboard share: how they scroll and are left, their help, and what works there of the dashboard's keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.scroll_view import ScrollView
from textual.widget import Widget

from tui.ui import keymap
from tui.ui.look import View
from tui.ui.screens.keyed import Bound
from tui.ui.screens.leaving import LeftOnce
from tui.ui.sizes import HEIGHT_CLASSES
from tui.ui.widgets.band import PaneBand
from tui.ui.widgets.footer import FooterItem, FooterLine
from tui.ui.widgets.header import DashboardHeader
from tui.ui.widgets.lines import LineStrip
from tui.ui.widgets.tabs import tab_line
from tui.ui.widgets.toast_corner import ToastCorner


def of_main(name: str, action: str = "", told: str = "") -> Binding:
    """Return a binding of the dashboard for a page: with the same id, so that the user's own key for it works there, too.

    Args:
        name: Id in `tui.ui.keymap`.
        action: What it is called on the page, if it is another method.
        told: What the help says, if it does something a little different.
    """
    entry = keymap.BY_ID[name]
    return Binding(entry.keys, action or entry.action, entry.label, tooltip=told or entry.help, id=name)


SHARED: Final[tuple[Binding, ...]] = (
    Binding("escape,q", "leave", "back", tooltip="back to the dashboard", id="page.back"),
    of_main("ask.inbox", "inbox"),
    of_main("app.palette"),
    of_main("app.help", "page_help", "these keys"),
    of_main("app.mouse"),
    of_main("app.redraw"),
    of_main("app.suspend"),
    Binding("down,j", "scroll_lines(1)", "down", tooltip="line down", id="page.down"),
    Binding("up,k", "scroll_lines(-1)", "up", tooltip="line up", id="page.up"),
    Binding("pagedown", "scroll_pages(1)", "page down", id="page.page-down"),
    Binding("pageup,backspace", "scroll_pages(-1)", "page up", id="page.page-up"),
    Binding("home,g", "to_end('top')", "top", id="page.top"),
    Binding("end,G", "to_end('bottom')", "bottom", id="page.bottom"),
)
"""What every page has, in this order at the end of its help."""


class Page(LeftOnce[None], inherit_bindings=False):
    """A page over the dashboard."""

    AUTO_FOCUS = None
    VERTICAL_BREAKPOINTS = HEIGHT_CLASSES
    BINDINGS: ClassVar[list[BindingType]] = list(SHARED)
    where: ClassVar[str] = ""
    """What its help calls it: `in the inbox`."""
    moves: ClassVar[frozenset[str]] = frozenset()
    """Actions that only move about the page: the palette does not offer them."""

    def __init__(self) -> None:
        super().__init__()
        self.header = DashboardHeader(glyphs=self.app.settings.dashboard.glyphs.value)
        self.footer = FooterLine()
        self.corner = ToastCorner()

    def bound(self, node: DOMNode | None = None) -> list[Bound]:
        """Return what keys do now: first what this page alone does."""
        shared = {binding.action for binding in SHARED}
        return sorted(super().bound(node), key=lambda each: each.action in shared)

    @property
    def scroller(self) -> ScrollView:
        """What the keys scroll."""
        raise NotImplementedError

    def show_header(self) -> None:
        """Count the fleet's states as the dashboard does."""
        self.header.show(list(self.app.fleet.agents.values()), self.app.clock.now())

    def show_keys(self, items: Sequence[FooterItem]) -> None:
        """Name keys in the footer, with the dashboard's own at the right."""
        self.footer.show(items, right=self.items("app.command_palette", "page_help"))

    # -- keys ----------------------------------------------------------------------------------------------------------

    def action_scroll_lines(self, by: int) -> None:
        """Scroll by a line."""
        self.scroller.scroll_relative(y=by, animate=False)

    def action_scroll_pages(self, by: int) -> None:
        """Scroll by a page."""
        self.scroller.scroll_relative(y=by * max(1, self.scroller.size.height - 1), animate=False)

    def action_to_end(self, end: str) -> None:
        """Scroll to an end."""
        if end == "top":
            self.scroller.scroll_home(animate=False)
        else:
            self.scroller.scroll_end(animate=False)

    def action_page_help(self) -> None:
        """Show the keys of this page."""
        from tui.ui.screens.page_help import PageHelp

        self.app.push_screen(PageHelp(self.where, self.bound()))

    def action_leave(self) -> None:
        """Back to the dashboard."""
        self.dismiss()

    def action_inbox(self) -> None:
        """Open all that wait, in this page's place."""
        self.dismiss()
        self.app.main.action_inbox()

    def action_mouse(self) -> None:
        """Leave the mouse to the terminal, for its own selection, or take it back."""
        self.app.main.action_mouse()

    def action_redraw(self) -> None:
        """Draw everything anew."""
        self.app.redraw()


class AgentPage(Page):
    """A page about one agent, under its tabs and its band.

    Args:
        agent_id: The agent.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("z", "leave", "back", id="page.unzoom"),
        of_main("go.below", "next_agent(1)", "next agent"),
        of_main("go.above", "next_agent(-1)", "agent before"),
        of_main("agent.prompt"),
    ]

    def __init__(self, agent_id: str) -> None:
        super().__init__()
        self.agent_id = agent_id
        self.tabs = LineStrip(classes="tabs")
        self.band = PaneBand(glyphs=self.app.settings.dashboard.glyphs.value)

    @property
    def view(self) -> View | None:
        """The agent as it is now."""
        return self.app.fleet.agents.get(self.agent_id)

    def around(self) -> Sequence[Widget]:
        """Return what stands over the page."""
        return self.header, self.tabs, self.band

    def show_around(self, view: View, tab: str, counts: dict[str, int | None] | None = None) -> None:
        """Draw what stands over the page as it is now."""
        self.show_header()
        shown = self.app.main.agents.shown
        place = shown.index(self.agent_id) + 1 if self.agent_id in shown else 0
        where = f"{place} of {len(shown)}"
        self.tabs.show([tab_line(tab, view, where, max(20, self.size.width), counts)])
        self.band.show(view, self.app.clock.now(), selected=True, zoomed=True)

    def another(self, agent_id: str) -> AgentPage | None:
        """Return the same page of another agent; None: it has no such page."""
        raise NotImplementedError

    def action_next_agent(self, by: int) -> None:
        """Select the next agent, and look at the same page of it."""
        main = self.app.main
        main.action_go(by)
        if main.agents.selected is not None:
            self.look_at(main.agents.selected)

    def look_at(self, agent_id: str) -> None:
        """Show the same page of another agent; where it has none, its pane."""
        if agent_id == self.agent_id or self.is_left:
            return
        page = self.another(agent_id)
        if page is None:
            self.dismiss()
        else:
            self.is_left = True
            self.app.switch_screen(page)

    def action_prompt(self) -> None:
        """Write a prompt for this agent."""
        self.app.main.action_prompt()
