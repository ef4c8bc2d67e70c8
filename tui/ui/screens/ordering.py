"""What keys do to the list: filter, order, sections, what is pinned, hidden and marked. A part of the main screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from tui.ui.agents import GroupBy, Sort
from tui.ui.fit import text
from tui.ui.footing import key_of
from tui.ui.layout import Arrangement
from tui.ui.screens.parts import Part
from tui.ui.sections import HIDDEN, in_force
from tui.ui.toasts import SHOWN_S, Severity, Toast
from tui.ui.widgets.agent_list import AgentList
from tui.ui.widgets.tabs import TABS


class _Hid(NamedTuple):
    """What was hidden by the key before."""

    ids: tuple[str, ...]
    left: str | None
    """Who was selected after that."""
    until: float
    """Until when the same key takes it back, monotonic."""


class Ordering(Part):
    """Actions on the list."""

    _just_hid: _Hid | None = None

    def _resort(self) -> None:
        self.agents.resort(self.now())
        self.desk.changed()
        self.sync()

    # -- filter --------------------------------------------------------------------------------------------------------

    def set_filter(self, words: str) -> None:
        """Show only agents with these words."""
        self.agents.filter = words
        if self.filter_field.value != words:
            self.filter_field.value = words
        self.agents.resort(self.now())
        self.sync()

    def action_filter(self) -> None:
        """Type words that narrow the list."""
        self.filter_field.display = True
        self.set_focus(self.filter_field)
        self.app.show_toasts()
        self.show_footer()

    def close_filter(self, *, keep: bool) -> None:
        """Leave the field."""
        if not keep:
            self.set_filter("")
        self.filter_field.display = False
        self.leave_field()
        self.sync()

    # -- order and sections --------------------------------------------------------------------------------------------

    def action_sort(self) -> None:
        """Order by the next criterion."""
        sorts = list(Sort)
        self.agents.sort = sorts[(sorts.index(self.agents.sort) + 1) % len(sorts)]
        sort = self.agents.sort
        self._say_while(f"Sorted {sort.value}.", lambda: self.agents.sort is sort)
        self._resort()

    def action_group(self) -> None:
        """Group by the next criterion."""
        groups = list(GroupBy)
        agents = self.agents
        here = in_force(agents.group, agents.sort)
        agents.group = groups[(groups.index(here) + 1) % len(groups)]
        if in_force(agents.group, agents.sort) is not agents.group:
            agents.sort = Sort.NEED  # the states are that order
        group = agents.group
        said = "Not grouped." if group is GroupBy.NONE else f"Grouped by {group.value}."
        self._say_while(said, lambda: agents.group is group)
        self._resort()

    def _say_while(self, sentence: str, holds: Callable[[], bool]) -> None:
        """Say something until it is no longer so: a key pressed again and again says the last thing alone."""
        self.app.toasts.add(Toast(text(sentence), Severity.INFORMATION, self.app.clock.now(), holds))
        self.app.show_toasts()

    def action_fold(self, on: bool) -> None:
        """Fold the selected agent's section, or unfold it; over one agent alone lie its views instead."""
        if self.board.arrangement is Arrangement.ZOOM and self.agents.view is not None:
            self.app.main.action_view(TABS[-1] if on else TABS[1])
            return
        section = self.agents.section_of(self.agents.selected)
        if section is None or not section.title:
            self.app.say(f"There is nothing to fold: {self.key('list.group')} groups the list.")
        elif section.folded is not on:
            self.agents.fold(section.key, on)
            self._resort()

    def on_agent_list_folded(self, message: AgentList.Folded) -> None:
        """A caption was clicked."""
        self.agents.fold(message.section.key, not message.section.folded)
        self._resort()

    # -- pinned, hidden, marked ----------------------------------------------------------------------------------------

    def action_pin(self) -> None:
        """Keep the selected or marked agents on top and in panes, or no longer."""
        if ids := self._ids():
            self.agents.turn_pinned(ids)
            self._resort()

    def action_hide(self) -> None:
        """Take the selected or marked agents out of the list, or put them back; at once again: put them back."""
        hid = self._just_hid
        if hid is not None and hid.left == self.agents.selected and self.now().mono < hid.until:
            self._put_back(hid)
            return
        if not (ids := self._ids()):
            return
        if self.agents.turn_hidden(ids) and not self._shows_hidden:
            self.agents.unmark()
            until = self.now().mono + SHOWN_S
            hid = self._just_hid = _Hid(tuple(ids), self.agents.selected, until)
            back = f"{self.key('list.hide')} again puts back, {self.key('list.hidden')} shows what is hidden"
            self._say_while(f"Hid {self._who(ids)}: {back}.", lambda: self._just_hid is hid)
        self._resort()

    def _put_back(self, hid: _Hid) -> None:
        self._just_hid = None
        ids = [agent_id for agent_id in hid.ids if agent_id in self.agents.hidden]
        if ids:
            self.agents.turn_hidden(ids)
            self._resort()
            self.select(ids[0])
        self.app.show_toasts()

    def _who(self, ids: list[str]) -> str:
        return self.agents.views[ids[0]].status.name if len(ids) == 1 else f"{len(ids)} agents"

    @property
    def _shows_hidden(self) -> bool:
        return not self.agents.folded.get(HIDDEN, True)

    def action_hidden(self) -> None:
        """Show what is hidden, or hide it again."""
        if not self.agents.hidden:
            self.app.say(f"Nobody is hidden: {self.key('list.hide')} hides the selected agent.")
            return
        self.agents.fold(HIDDEN, self._shows_hidden)
        self._resort()

    def action_mark(self) -> None:
        """Mark the selected agent, or no longer: commands go to all marked ones."""
        if self.agents.selected is not None:
            self._mark(self.agents.selected)

    def on_agent_list_marked(self, message: AgentList.Marked) -> None:
        """A row was clicked with ctrl or alt held."""
        self._mark(message.agent_id)

    def _mark(self, agent_id: str) -> None:
        self.agents.mark([agent_id])
        self.sync()

    def _ids(self) -> list[str]:
        ids = [view.status.id for view in self.agents.targets]
        if not ids:
            self.app.say("No agent is selected.")
        return ids

    def key(self, name: str) -> str:
        """Return the key of an action, as the user has it."""
        return key_of(name, self.app.user_keys)
