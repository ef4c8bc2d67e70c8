"""The agents as the dashboard holds them: their order, the one that is selected, and which have a pane.

Pure; holds ids and frozen views. The order is kept still for a moment after a key, so that no row moves under the cursor.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from typing import Final

from tui.core.attention import LOOK, Group, RowState, order, row_state
from tui.core.clock import Now
from tui.core.lifecycle import ALIVE
from tui.core.query import parse
from tui.ui import look
from tui.ui.look import LOST, AgentRow, View

HOLD_S: Final = 2.0
"""Rows keep their places this long after a key."""


class Sort(enum.StrEnum):
    """What the list is ordered by; the value is said when it changes."""

    NEED = "by need"
    NAME = "by name"
    COST = "by cost"
    AGE = "newest first"


def state_of(view: View) -> RowState:
    """Return the state that a view shows."""
    return row_state(view.status, seen=view.seen, contact_lost=view.contact == LOST)


def needs_you(view: View) -> bool:
    """True while the agent waits for the user."""
    return LOOK[state_of(view)].group is Group.NEEDS_YOU


def is_alive(view: View) -> bool:
    """True while it has a child, as far as is known."""
    return view.status.lifecycle in ALIVE and view.contact != LOST


_GROUPS: Final = {group: place for place, group in enumerate(Group)}
_SORTS: Final[dict[Sort, Callable[[AgentRow], tuple[float | str, ...]]]] = {
    Sort.NAME: lambda row: (row.status.name.casefold(), row.status.id),
    Sort.COST: lambda row: (-float(row.status.usage.cost_usd or 0), row.status.id),
    Sort.AGE: lambda row: (-row.status.created_at, row.status.id),
}


class Agents:
    """All agents, in the order they are shown."""

    def __init__(self) -> None:
        self.views: dict[str, View] = {}
        self.shown: list[str] = []
        """Ids in order, after the filter."""
        self.selected: str | None = None
        self.filter = ""
        self.sort = Sort.NEED
        self._held_until = 0.0
        self._groups: dict[str, int] = {}
        """The group that each agent stands in, held with its place."""

    def hold(self, now: float) -> None:
        """A key was pressed: keep rows where they are for a moment."""
        self._held_until = now + HOLD_S

    def update(self, views: Mapping[str, View], now: Now) -> None:
        """Take the fleet as it is."""
        self.views = dict(views)
        rows = [look.row_of(view, now) for view in views.values()]
        query = parse(self.filter)
        rows = self._ranked([row for row in rows if query.matches(row, said=look.headline(row, now))])
        groups = {row.id: _GROUPS[row.look.group] for row in rows}
        before = self.shown
        self.shown = [row.id for row in rows]
        if now.mono < self._held_until and self.sort is Sort.NEED:
            groups.update(
                {agent_id: self._groups[agent_id] for agent_id in groups if agent_id in self._groups}
            )
            places = {agent_id: place for place, agent_id in enumerate(before)}
            self.shown.sort(key=lambda agent_id: (groups[agent_id], places.get(agent_id, len(places))))
        self._groups = groups
        if self.selected not in groups:
            self.selected = self._neighbour(before) if self.shown else None

    def resort(self, now: Now) -> None:
        """Order anew, whatever is held."""
        self._held_until = 0.0
        self.update(self.views, now)

    def _ranked(self, rows: list[AgentRow]) -> list[AgentRow]:
        key = _SORTS.get(self.sort)
        return sorted(rows, key=key) if key is not None else order(rows)

    def _neighbour(self, before: list[str]) -> str:
        """Return who takes the place of a selected agent that is gone."""
        if self.selected in before:
            index = before.index(self.selected)
            for agent_id in (*before[index + 1 :], *reversed(before[:index])):
                if agent_id in self.shown:
                    return agent_id
        return self.shown[0]

    @property
    def view(self) -> View | None:
        """The selected agent."""
        return self.views.get(self.selected) if self.selected is not None else None

    def ordered(self) -> list[View]:
        """Return the agents in order."""
        return [self.views[agent_id] for agent_id in self.shown]

    def step(self, by: int) -> str | None:
        """Return the agent `by` places further, stopping at the ends."""
        if not self.shown:
            return None
        if self.selected not in self.shown:
            return self.shown[0]
        index = self.shown.index(self.selected) + by
        return self.shown[min(max(0, index), len(self.shown) - 1)]

    def waiting(self) -> list[str]:
        """Return the ids of all that need the user, the longest-waiting first, whatever is filtered out."""
        never = Now(0.0, 0.0)  # order looks at moments, not at timers
        return [
            row.id for row in order(look.row_of(view, never) for view in self.views.values()) if row.needs_you
        ]

    def next_waiting(self, by: int) -> str | None:
        """Return who is next among those that wait, round and round; from elsewhere the longest-waiting."""
        waiting = self.waiting()
        if not waiting:
            return None
        if self.selected not in waiting:
            return waiting[0 if by > 0 else -1]
        return waiting[(waiting.index(self.selected) + by) % len(waiting)]


def fill_slots(slots: list[str], shown: list[str], selected: str | None, count: int) -> list[str]:
    """Return which agents have a pane, keeping those that have one in their place.

    The selected agent always has one: if there is no room, the pane that matters least gives way.

    Args:
        slots: Agents in panes so far, in pane order.
        shown: All agents in order of need.
        selected: The selected one.
        count: Number of panes.
    """
    if count <= 0:
        return []
    kept = [agent_id for agent_id in slots if agent_id in shown]
    rank = {agent_id: place for place, agent_id in enumerate(shown)}
    while len(kept) > count:
        kept.remove(max((a for a in kept if a != selected), key=rank.__getitem__, default=kept[-1]))
    kept += [agent_id for agent_id in shown if agent_id not in kept][: count - len(kept)]
    if selected in rank and selected not in kept and kept:
        kept[kept.index(max(kept, key=rank.__getitem__))] = selected
    return kept
