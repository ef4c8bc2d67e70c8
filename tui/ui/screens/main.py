"""The dashboard's one screen: list, panes, header, footer; what is selected, laid out and open.

What keys do stands in `tui.ui.screens.typing`, `reading`, `moves` and `acts`.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Input

from tui.core.clock import Now
from tui.ui import footing, keymap
from tui.ui.agents import Agents
from tui.ui.answers import OpenStrip
from tui.ui.away import Away
from tui.ui.before import Decisions
from tui.ui.compositing import RowCompositor
from tui.ui.desk import DeskKeeper
from tui.ui.layout import Arrangement, PaneKind, Rect
from tui.ui.screens.keyed import Keyed
from tui.ui.screens.typing import Typing
from tui.ui.sizes import HEIGHT_CLASSES, TALL_FROM
from tui.ui.slots import fill_slots
from tui.ui.standing import Standing
from tui.ui.told_colours import remember_colours
from tui.ui.tour import TourGuide
from tui.ui.widgets.agent_list import NUMBERED, AgentList
from tui.ui.widgets.board import Board
from tui.ui.widgets.copy_mode import CopyTerminal
from tui.ui.widgets.first_run import FirstRun
from tui.ui.widgets.footer import FooterItem, FooterLine
from tui.ui.widgets.header import DashboardHeader
from tui.ui.widgets.pane import Pane
from tui.ui.widgets.tabs import tab_line
from tui.ui.widgets.toast_corner import ToastCorner

if TYPE_CHECKING:
    from tui.ui.app import DashboardApp

TICK_S: Final = 1.0
_TWO_SENTENCES: Final = 4
"""Rows that two sentences take, each with a gap over it."""


class MainScreen(Typing, Keyed[None], inherit_bindings=False):
    """List, panes, header and footer."""

    app: DashboardApp
    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = keymap.bindings()
    VERTICAL_BREAKPOINTS = HEIGHT_CLASSES

    def __init__(
        self, folder: Path, *, glyphs: str = "unicode", leader: str = "ctrl+]", once: bool = False
    ) -> None:
        super().__init__(id="main")
        self.desk = DeskKeeper(self, folder)
        self._compositor = RowCompositor()
        self.agents = Agents()
        self.header = DashboardHeader(glyphs=glyphs)
        self.agent_list = AgentList(glyphs=glyphs)
        self.board = Board(self.agent_list, glyphs=glyphs, leader=leader, once=once)
        self.first_run = FirstRun()
        self.filter_field = Input(placeholder="words, state:failed, tag:web, -name:docs", id="filter")
        self.footer = FooterLine()
        self.corner = ToastCorner()
        self.strip: OpenStrip | None = None
        self.strip_awaited: str | None = None
        """Agent that is known to ask, while what it asks is not: its answers open as soon as they can."""
        self.decisions = Decisions()
        self.standing = Standing(self)
        self.tour = TourGuide(self)
        self.away = Away(self)
        self.slots: list[str] = []
        self._places: list[str] = []
        """Agents in columns and grid: they keep their panes while others come and go."""
        self._timeline: dict[str, bool] = {}
        self._chosen_at = 0.0
        self._sync_asked = False
        self._zoomed_for_typing = False
        self._started = False
        self._covered = False

    def compose(self) -> ComposeResult:
        """Header on top, footer at the bottom."""
        yield self.header
        yield self.tour.line
        yield self.board
        yield self.first_run
        yield self.filter_field
        yield self.footer
        yield self.corner

    def on_mount(self) -> None:
        """Begin to tick."""
        self.filter_field.display = False
        self.board.display = False
        self.agent_list.wanted = self.app.settings.dashboard.row
        # After `fg` the terminal is ours again and empty.
        self.app.app_resume_signal.subscribe(self, lambda _: self.app.redraw())
        self.set_interval(TICK_S, self.tick)
        state = self.app.paths.state
        remember_colours(state, self.app.theme)
        self.app.theme_changed_signal.subscribe(self, lambda theme: remember_colours(state, theme.name))
        self.desk.restore()
        self.app.look_first()

    def on_unmount(self) -> None:
        """Remember when somebody was here last."""
        self.away.close()

    def on_screen_suspend(self) -> None:
        """Another screen hides everything: the hosts need send nothing."""
        self.app.show_toasts()
        self.tour.look()
        if not self.app.screen.is_modal:
            self._covered = True
            for pane in self.board.panes:
                pane.rest()

    def on_screen_resume(self) -> None:
        """It is seen again."""
        self.app.show_toasts()
        self._covered = False
        if self._started:
            self.sync()
            self.return_keyboard()

    def dress(self, glyphs: str, leader: str, *, once: bool = False) -> None:
        """Draw with other characters, and name another leader."""
        self.header.glyphs = self.agent_list.glyphs = glyphs
        self.board.dress(glyphs, leader, once=once)
        self.sync()

    # -- what is shown -------------------------------------------------------------------------------------------------

    def now(self) -> Now:
        """Return the present moment."""
        return self.app.clock.now()

    def apply(self) -> None:
        """Take the fleet as it is now."""
        self._started = True
        self.agents.update(self.app.fleet.agents, self.now())
        self.standing.follow()
        self.follow_strip()
        self.check_typing()
        self.sync()

    def tick(self) -> None:
        """A second passed: timers, strips, toasts, what was seen."""
        self.app.show_toasts()
        if not self._started:
            return
        if self.app.rescuer and os.getppid() != self.app.rescuer:
            self.app.exit(None, 143)
        self.agents.update(self.app.fleet.agents, self.now())
        self.follow_strip()
        self.check_typing()
        self._see()
        self.sync()

    def sync(self) -> None:
        """Bring panes and figures up to date, once for all that changed meanwhile."""
        if not self._sync_asked:
            self._sync_asked = True
            self.call_next(self._sync)

    async def _sync(self) -> None:
        self._sync_asked = False
        self.app.notifier.follow()
        if self._covered:
            return
        empty = not self.app.fleet.agents
        self.board.display = not empty
        self.first_run.display = empty and self._started
        if self.first_run.display and not self.first_run.asked:
            self.first_run.asked = True
            self.app.run_task(self.app.find_runtimes())
        self.board.count(self.agents, self.app.size)
        if self.app.keyboard.owner is None:
            self.board.suggest(*self.app.size, self.agents.running)
        else:
            self._make_room_to_type()
        plan = self.board.plan()
        selected = self.agents.selected
        if self.board.arrangement in (Arrangement.LIST, Arrangement.ZOOM):
            slots = [selected] if selected and plan.panes else []
        else:
            agents = self.agents
            self._places = fill_slots(self._places, agents.panes, selected, len(plan.panes), agents.pinned)
            slots = self._places
        if len(slots) != len(self.board.panes) or self.board.needs_layout(plan):
            self.board.relayout()
        self.slots = slots
        panes = await self.board.hold(len(slots))
        for agent_id, pane, place in zip(slots, panes, plan.panes, strict=False):
            self._fill(pane, agent_id, plan.kind, place)
        self.show_all()

    def _fill(self, pane: Pane, agent_id: str, kind: PaneKind, place: Rect) -> None:
        view = self.agents.views.get(agent_id)
        if view is not None:
            focused, typed = agent_id == self.agents.selected, agent_id == self.app.keyboard.owner
            fps = self.app.rates.of(kind, focused=focused and self.app.app_focus, typed=typed)
            link = self.app.fleet.link(agent_id)
            pane.look_at(view, link, kind, place, timeline=self.shows_timeline(agent_id), fps=fps)

    def show_all(self) -> None:
        """Draw list, header, panes and footer as they are now."""
        now = self.now()
        self.agent_list.show(self.agents.listing, now, self.agents.selected)
        self.header.show_rows(self.agents.rows, now)
        owner = self.app.keyboard.owner
        zoomed = self.board.arrangement is Arrangement.ZOOM
        for pane in self.board.panes:
            view = self.agents.views.get(pane.agent_id or "")
            if view is not None:
                strip = (
                    self.strip if self.strip is not None and self.strip.agent_id == pane.agent_id else None
                )
                pane.refresh_view(
                    view,
                    now,
                    selected=pane.agent_id == self.agents.selected,
                    typing=pane.agent_id == owner,
                    strip=strip,
                    zoomed=zoomed,
                )
        self._number_panes()
        self._place_toasts()
        if zoomed and self.agents.view is not None:
            place = self.agents.shown.index(self.agents.selected or "") + 1
            where = f"← →   zoom · {place} of {len(self.agents.shown)}"
            self.board.tabs.show([tab_line("pane", self.agents.view, where, self.board.size.width)])
        self.board.say_more(f"{footing.key_of('look.layout', self.app.user_keys)} next layout")
        self.tour.look()
        self.show_footer()

    def _number_panes(self) -> None:
        """Where there is no list, number keys go by panes, and those say so."""
        for place, pane in enumerate(self.board.panes, start=1):
            pane.band.number(str(place) if self.board.numbers_panes and place <= NUMBERED else "")

    def _place_toasts(self) -> None:
        """Where there is little height a sentence stands over our own lines, not over what an agent shows."""
        now, top = self.board.plan(), self.board.region.y
        if self.size.height >= TALL_FROM or now.kind is PaneKind.TILE:
            self.corner.end_at(None)
        elif now.tabs is not None:
            self.corner.end_at(top + now.tabs.y + now.tabs.height, most=1)
        elif now.agent_list is not None and now.panes and now.panes[0].y >= now.agent_list.bottom:
            self.corner.end_at(top + now.panes[0].y, most=2 if now.panes[0].y >= _TWO_SENTENCES else 1)
        else:
            self.corner.end_at(None)

    @property
    def reader(self) -> CopyTerminal | None:
        """The terminal that is in copy mode."""
        focused = self.focused
        return focused if isinstance(focused, CopyTerminal) and focused.copying else None

    def leave_field(self) -> None:
        """Take the focus from whatever has it."""
        self.set_focus(None)

    def show_footer(self) -> None:
        """Name the keys that work now."""
        keys = self.app.user_keys
        board = self.app.keyboard
        right = footing.items(footing.RIGHT, keys)
        chip = None
        pane = self.board.pane_of(board.owner) if board.owner is not None else None
        self.app.set_motion(pane is not None and pane.terminal.wants_motion)
        if board.owner is not None:
            view = self.agents.views.get(board.owner)
            chip = f"keys go to {view.status.name if view else board.owner}"
            found, right = footing.typing_items(board, pane.terminal if pane is not None else None, keys), []
        elif board.lent_by is not None:
            chip, found, right = footing.lent_items(board, self.agents.views.get(board.lent_by), keys)
        elif (reader := self.reader) is not None:
            chip, found, right = footing.reader_items(reader, keys)
        elif self.strip is not None:
            found = footing.strip_items(self.strip)
        elif marked := self.agents.marked:
            chip, found = footing.marked_items(len(marked), keys)
        elif not self.app.fleet.agents:
            found = self.first_run.items()
        else:
            ids = footing.board_ids(self.agents.view, len(self.agents.waiting()))
            found = footing.items(ids, keys, footing.board_labels(self.agents.view))
        if not self.app.mouse_on:
            found = [FooterItem(keymap.key_in_words("app.mouse"), "mouse to us", "mouse"), *found]
        self.footer.show(found, chip, right)

    # -- what widgets say ------------------------------------------------------------------------------------------------

    def on_pane_pressed(self, message: Pane.Pressed) -> None:
        """A pane was clicked: keys stay with its agent, or come back from another."""
        if self.app.keyboard.owner not in (None, message.pane.agent_id):
            self.app.release_keyboard()
        self.select(message.pane.agent_id)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the list while typing."""
        if event.input is self.filter_field:
            # What stands there now: an older change of a burst must not be written back.
            self.set_filter(self.filter_field.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keep the filter, leave the field."""
        if event.input is self.filter_field:
            self.close_filter(keep=True)

    def on_board_replanned(self) -> None:
        """The terminal has another size."""
        self.sync()
