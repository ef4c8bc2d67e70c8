"""The fleet's page: what all agents spent, limits, budgets, and what happened while nobody looked."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import ClassVar, Final

import msgspec
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
from tui.ui.screens.page import Page
from tui.ui.widgets.lines import LinePage, LineStrip

READ_S: Final = 3.0
"""How often the ledgers are read while the page is open."""


class FleetScreen(Page):
    """What the whole fleet spent."""

    where = "on the fleet's page"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab,right", "range(1)", "range", tooltip="today, week, month", id="fleet.range"),
        Binding(
            "shift+tab,left", "range(-1)", "range before", tooltip="the range before", id="fleet.range-before"
        ),
        *(
            Binding(key, f"group('{key}')", f"by {word}", tooltip=f"by {word} first", id=f"fleet.by-{word}")
            for key, (_, word) in GROUPS.items()
        ),
        Binding("u", "agent", "this agent", tooltip="the selected agent's own usage", id="fleet.agent"),
        Binding("d,e", "read", "digest read", tooltip="the digest is read", id="fleet.read"),
        Binding("space", "waiting", "next", tooltip="the first that needs you", id="fleet.waiting"),
        Binding("c", "copy", "copy", tooltip="copy the page", id="fleet.copy"),
        Binding("s", "save", "save CSV", tooltip="save all days as CSV", id="fleet.save"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.tabs = LineStrip(classes="tabs")
        self.page = LinePage(classes="page")
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
        yield self.corner

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
        self.show_header()
        self.tabs.show([self._tabs(max(20, self.size.width))])
        self.page.rewrite()
        groups = tuple(f"group('{key}')" for key in GROUPS)
        by = [
            msgspec.structs.replace(item, label="by agent, project, runtime, model", short="group by")
            for item in self.items(groups)
        ]
        self.show_keys(
            [*self.items("leave", "range(1)"), *by, *self.items("read", "agent", "waiting", "copy", "save")],
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is not there cannot be read, nobody can be gone to who does not wait."""
        if action == "read":
            return self.app.main.away.digest is not None
        if action == "waiting":
            return bool(self.app.main.agents.waiting())
        if action == "agent":
            return self.app.main.agents.view is not None
        return True

    @property
    def scroller(self) -> LinePage:
        """The page."""
        return self.page

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
