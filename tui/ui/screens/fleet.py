"""The fleet's page: what all agents spent, limits, budgets, and what happened while nobody looked."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from tui.client.spending import Spending, with_present
from tui.core import spending
from tui.core.ledger import Ledger
from tui.core.spending import RANGES, Span
from tui.ui import look
from tui.ui.fit import ALWAYS, EMPTY, Piece, fit, text
from tui.ui.pages.fleet import GROUPS, Bound, Facts, fleet_lines
from tui.ui.screens.leaving import LeftOnce
from tui.ui.screens.page_help import BINDING as HELP
from tui.ui.screens.page_help import PageHelp
from tui.ui.sizes import HEIGHT_CLASSES
from tui.ui.widgets.footer import FooterItem, FooterLine
from tui.ui.widgets.header import DashboardHeader
from tui.ui.widgets.lines import LinePage, LineStrip
from tui.ui.widgets.toast_corner import ToastCorner

if TYPE_CHECKING:
    from tui.ui.app import DashboardApp

READ_S: Final = 3.0
"""How often the ledgers are read while the page is open."""


class FleetScreen(LeftOnce[None], inherit_bindings=False):
    """What the whole fleet spent."""

    app: DashboardApp
    AUTO_FOCUS = None
    VERTICAL_BREAKPOINTS = HEIGHT_CLASSES
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "back", id="fleet.back"),
        Binding("tab,right", "range(1)", "today, week, month", id="fleet.range"),
        Binding("shift+tab,left", "range(-1)", "the range before", show=False),
        *(
            Binding(key, f"group('{key}')", f"by {word} first", show=False)
            for key, (_, word) in GROUPS.items()
        ),
        Binding("u", "agent", "the selected agent's own usage", id="fleet.agent"),
        Binding("d,e", "read", "the digest is read", id="fleet.read"),
        Binding("space", "waiting", "the first that needs you", id="fleet.waiting"),
        Binding("c", "copy", "copy the page", id="fleet.copy"),
        Binding("s", "save", "save all days as CSV", id="fleet.save"),
        Binding("down,j", "scroll_lines(1)", "down", show=False),
        Binding("up,k", "scroll_lines(-1)", "up", show=False),
        Binding("pagedown", "scroll_pages(1)", "page down", show=False),
        Binding("pageup,backspace", "scroll_pages(-1)", "page up", show=False),
        Binding("home", "to_end('top')", "top", show=False),
        Binding("end,G", "to_end('bottom')", "bottom", show=False),
        HELP,
    ]

    def __init__(self) -> None:
        super().__init__()
        self.header = DashboardHeader(glyphs="unicode")
        self.tabs = LineStrip(classes="tabs")
        self.page = LinePage(classes="page")
        self.footer = FooterLine()
        self._range = RANGES[0]
        self._first = "a"
        self._spending: Spending | None = None
        self._ledgers: list[Ledger] = []
        self._busy = False

    def compose(self) -> ComposeResult:
        """Header, ranges, page."""
        yield self.header
        yield self.tabs
        yield self.page
        yield self.footer
        yield ToastCorner()

    def on_mount(self) -> None:
        """Read the ledgers, and again from time to time."""
        self.page.can_focus = False
        self._spending = Spending(self.app.paths.state)
        self._read()
        self.page.write(self._write)
        self.app.main.away.opened()
        self.set_interval(1.0, self.tick)
        self.set_interval(READ_S, self._read)
        self.call_after_refresh(self.tick)

    def on_resize(self) -> None:
        """Lines are laid out for the width."""
        self.call_after_refresh(self.tick)

    def _read(self) -> None:
        async def read() -> None:
            try:
                if self._spending is not None:
                    self._ledgers = await self._spending.read()
            finally:
                self._busy = False
            if self.is_mounted:
                self.tick()

        if not self._busy:
            self._busy = True
            self.app.run_task(read())

    # -- what it shows -------------------------------------------------------------------------------------------------

    def tick(self) -> None:
        """Draw everything as it is now."""
        if not self.is_mounted:
            return
        self.header.show(list(self.app.fleet.agents.values()), self.app.clock.now())
        self.tabs.show([self._tabs(max(20, self.size.width))])
        self.page.rewrite()
        digest = self.app.main.away.digest
        items = [FooterItem("esc", "back", "leave"), FooterItem("tab", "range", "range(1)")]
        items.append(FooterItem("a p r m", "by agent, project, runtime, model", short="group by"))
        items += [FooterItem("d", "digest read", "read")] if digest is not None else []
        items += [FooterItem("u", "this agent", "agent"), FooterItem("c", "copy", "copy")]
        items.append(FooterItem("s", "save CSV", "save"))
        self.footer.show(items, right=[FooterItem("?", "help", "page_help")])

    def _tabs(self, width: int) -> Content:
        tabs = EMPTY.join(
            text(f"{name}   ", "bold $primary" if name == self._range else "$foreground-muted")
            for name in RANGES
        )
        return fit(
            [Piece(ALWAYS, Content("  ") + tabs)], [Piece(1, text("all agents ", "$foreground-muted"))], width
        )

    def _write(self, width: int) -> list[Content]:
        now = self.app.clock.now()
        views = list(self.app.fleet.agents.values())
        ledgers = with_present(self._ledgers, (view.status for view in views), now.wall)
        rows = [look.row_of(view, now) for view in views]
        bounds = self._bounds(ledgers, now.wall)
        digest = self.app.main.away.digest
        return fleet_lines(Facts(ledgers, rows, bounds, self._range, self._first, digest), now, width)

    def _bounds(self, ledgers: list[Ledger], wall: float) -> list[Bound]:
        """Return the budgets of the day; those of a project count what agents in its folder spent."""
        span = Span.ending(wall, "today")
        found = []
        for place, budget in self.app.settings.budgets.items():
            if budget is None or budget.usd_per_day is None:
                continue
            inside = {
                agent_id
                for agent_id, view in self.app.fleet.agents.items()
                if not place or Path(place) in (Path(view.status.cwd), *Path(view.status.cwd).parents)
            }
            mine = [each for each in ledgers if not place or each.id in inside]
            used = spending.total(mine, span).cost_usd or Decimal(0)
            found.append(Bound(Path(place).name if place else "all agents", used, budget.usd_per_day))
        return found

    # -- keys ----------------------------------------------------------------------------------------------------------

    def action_range(self, by: int) -> None:
        """Show another range of days."""
        self._range = RANGES[(RANGES.index(self._range) + by) % len(RANGES)]
        self.tick()

    def action_group(self, key: str) -> None:
        """Let another grouping stand first."""
        self._first = key
        self.tick()
        self.page.scroll_home(animate=False)

    def action_agent(self) -> None:
        """Look at what the selected agent used."""
        self.dismiss()
        self.app.main.action_view("usage")

    def action_read(self) -> None:
        """The digest was read."""
        self.app.main.away.done()
        self.tick()

    def action_waiting(self) -> None:
        """Go to who needs the user."""
        self.dismiss()
        self.app.main.action_waiting(1)

    def action_copy(self) -> None:
        """Copy the page."""
        self.app.copy("\n".join(line.plain.rstrip() for line in self.page.lines))

    def action_save(self) -> None:
        """Save what was spent as a file."""
        from tui.ui.exporting import export_usage

        self.app.run_task(export_usage(self.app))

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

    def action_page_help(self) -> None:
        """Show the keys of this page."""
        self.app.push_screen(PageHelp("on the fleet's page", self))

    def action_leave(self) -> None:
        """Back to the dashboard."""
        self.dismiss()

    def on_footer_line_pressed(self, message: FooterLine.Pressed) -> None:
        """A key in the footer was clicked."""
        if message.action:
            self.app.call_later(self.app.run_action, message.action, self)
