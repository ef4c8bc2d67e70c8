"""What keys do to the screen: selection, filter, order, layout, scrolling. A part of the main screen."""

from __future__ import annotations

from typing import Final

from tui.core.attention import RowState
from tui.core.spec import Mode
from tui.ui.agents import state_of
from tui.ui.layout import Arrangement
from tui.ui.screens.acts import Acts
from tui.ui.screens.ordering import Ordering
from tui.ui.screens.races import Races
from tui.ui.screens.shaping import Shaping
from tui.ui.widgets.agent_list import AgentList

SEEN_AFTER_S: Final = 3.0
"""A finished agent counts as seen when it was selected this long."""


class Moves(Acts, Shaping, Ordering, Races):
    """Actions on the screen, over those on agents."""

    # -- selection -----------------------------------------------------------------------------------------------------

    def select(self, agent_id: str | None) -> None:
        """Select an agent; what was open for another closes."""
        if agent_id is None or agent_id == self.agents.selected:
            return
        self._see(leaving=True)
        self.agents.selected = agent_id
        now = self.now()
        self.agents.hold(now.mono)
        self._chosen_at = now.mono
        self.strip_awaited = None
        if self.strip is not None and self.strip.agent_id != agent_id:
            self.strip = None
        self.sync()

    def on_agent_list_selected(self, message: AgentList.Selected) -> None:
        """A row was clicked."""
        self.app.release_keyboard()
        self.select(message.agent_id)

    def on_agent_list_activated(self, message: AgentList.Activated) -> None:
        """A row was clicked twice."""
        self.select(message.agent_id)
        self.action_enter()

    def created(self, agent_id: str) -> None:
        """Select an agent that was just made."""
        self.agents.update(self.app.fleet.agents, self.now())
        if agent_id in self.agents.shown:
            self.select(agent_id)
        else:
            self.set_filter("")
            self.select(agent_id)

    def _see(self, *, leaving: bool = False) -> None:
        view = self.agents.view
        if view is None or not self._chosen_at or state_of(view) is not RowState.DONE:
            return
        if leaving or (self.app.app_focus and self.now().mono - self._chosen_at >= SEEN_AFTER_S):
            self.app.fleet.mark_seen(view.status.id)

    def action_go(self, by: int) -> None:
        """Select the agent above or below."""
        self.select(self.agents.step(by))
        self._chosen_at = self._chosen_at or self.now().mono

    def action_go_to(self, end: str) -> None:
        """Select the first or the last agent."""
        if self.agents.shown:
            self.select(self.agents.shown[0 if end == "first" else -1])

    def action_pick(self, number: int) -> None:
        """Choose an option of the open strip, or select an agent by the number beside its row; without a list by its pane."""
        listed = self.slots if self.board.numbers_panes else self.agents.panes
        if self.strip is not None and self.strip.choice(str(number)) is not None:
            self.choose(str(number))
        elif number <= len(listed):
            self.select(listed[number - 1])

    def action_go_pane(self, by: int) -> None:
        """Select the agent in the next pane; in a timeline unfold what is folded."""
        pane = self.board.pane_of(self.agents.selected)
        if by > 0 and pane is not None and pane.shows_timeline:
            pane.timeline.toggle_folds()
        elif len(self.slots) > 1:
            index = self.slots.index(self.agents.selected) if self.agents.selected in self.slots else -by
            self.select(self.slots[(index + by) % len(self.slots)])
        else:
            self.action_go(by)

    def action_go_side(self, x: int, y: int) -> None:
        """Select the agent in the pane beside this one."""
        pane = self.board.pane_of(self.agents.selected)
        beside = self.board.beside(pane, x, y) if pane is not None else None
        if beside is not None:
            self.select(beside.agent_id)
        elif len(self.slots) < 2:
            self.action_go(x + y)

    def action_waiting(self, by: int) -> None:
        """Select who needs the user next, with the answers open."""
        here = self.agents.selected
        unopened = here in self.agents.waiting() and (self.strip is None or self.strip.agent_id != here)
        agent_id = here if unopened else self.agents.next_waiting(by)
        if agent_id is None:
            self.app.say("Nobody needs you.")
            return
        if self.agents.section_of(agent_id) is None:
            self.set_filter("")
        self.select(agent_id)
        self.open_strip()

    # -- layout --------------------------------------------------------------------------------------------------------

    def action_more(self) -> None:
        """Give the announced step more time, or have one more pane."""
        if not self.postpone():
            self.action_panes(1)

    def action_zoom(self) -> None:
        """Show the selected agent alone, or go back."""
        self._zoomed_for_typing = False
        self.board.zoom(self.board.arrangement is not Arrangement.ZOOM)
        self.sync()

    def shows_timeline(self, agent_id: str) -> bool:
        """True if an agent's pane shows its timeline."""
        view = self.agents.views.get(agent_id)
        by_mode = view is not None and view.status.mode is Mode.STREAM
        return self._timeline.get(agent_id, by_mode)

    def action_turn_view(self) -> None:
        """Show the timeline instead of the terminal, or the other way round."""
        agent_id = self.agents.selected
        if agent_id is not None:
            self._timeline[agent_id] = not self.shows_timeline(agent_id)
            self.sync()

    def action_back(self) -> None:
        """Close what is open: an error's sentence, field, strip, marks, filter, zoom."""
        if self.app.toasts.has_errors:
            self.app.dismiss_toasts()
        elif self.filter_field.display:
            self.close_filter(keep=False)
        elif self.strip is not None:
            self.strip = None
            self.sync()
        elif self.tour.is_on:
            self.tour.end()
        elif self.agents.marked:
            self.agents.unmark()
            self.sync()
        elif self.agents.filter:
            self.set_filter("")
        elif self.board.arrangement is Arrangement.ZOOM:
            self.action_zoom()

    # -- timelines ------------------------------------------------------------------------------------------------------

    def action_turn(self, by: int) -> None:
        """Go to the previous or next turn of the selected agent's timeline."""
        pane = self.board.pane_of(self.agents.selected)
        if pane is not None and pane.shows_timeline:
            pane.timeline.turn(by)
