"""The agents as the dashboard holds them: their order, the one that is selected, and which have a pane.

Pure; holds ids and frozen views. The order is kept still for a moment after a key, so that no row moves under the cursor.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from tui.core.attention import LOOK, Group, RowState, order, row_state
from tui.core.lifecycle import ALIVE
from tui.core.status import Status

if TYPE_CHECKING:
    from tui.client.fleet import AgentView

HOLD_S: Final = 2.0
"""Rows keep their places this long after a key."""


class Sort(enum.StrEnum):
    """What the list is ordered by; the value is said when it changes."""

    NEED = "by need"
    NAME = "by name"
    COST = "by cost"
    AGE = "newest first"


class Ranked(NamedTuple):
    """A view with the state that it shows."""

    view: AgentView
    state: RowState

    @property
    def status(self) -> Status:
        """What is known of the agent."""
        return self.view.status


def state_of(view: AgentView) -> RowState:
    """Return the state that a view shows."""
    return row_state(view.status, seen=view.seen, contact_lost=view.contact.name == "LOST")


def needs_you(view: AgentView) -> bool:
    """True while the agent waits for the user."""
    return LOOK[state_of(view)].group is Group.NEEDS_YOU


def is_alive(view: AgentView) -> bool:
    """True while it has a child, as far as is known."""
    return view.status.lifecycle in ALIVE and view.contact.name != "LOST"


_SORTS: Final[dict[Sort, Callable[[Ranked], tuple[float | str, ...]]]] = {
    Sort.NAME: lambda row: (row.status.name.casefold(), row.status.id),
    Sort.COST: lambda row: (-float(row.status.usage.cost_usd or 0), row.status.id),
    Sort.AGE: lambda row: (-row.status.created_at, row.status.id),
}


class Agents:
    """All agents, in the order they are shown."""

    def __init__(self) -> None:
        self.views: dict[str, AgentView] = {}
        self.shown: list[str] = []
        """Ids in order, after the filter."""
        self.selected: str | None = None
        self.filter = ""
        self.sort = Sort.NEED
        self._held_until = 0.0

    def hold(self, now: float) -> None:
        """A key was pressed: keep rows where they are for a moment."""
        self._held_until = now + HOLD_S

    def update(self, views: Mapping[str, AgentView], now: float) -> None:
        """Take the fleet as it is.

        Args:
            views: All agents.
            now: Monotonic seconds.
        """
        self.views = dict(views)
        matching = [view for view in views.values() if self._matches(view)]
        ranked = self._ranked(matching)
        if now < self._held_until:
            places = {agent_id: place for place, agent_id in enumerate(self.shown)}
            ranked.sort(key=lambda agent_id: places.get(agent_id, len(places)))
        before = self.shown
        self.shown = ranked
        if self.selected not in ranked:
            self.selected = self._neighbour(before) if ranked else None

    def resort(self) -> None:
        """Order anew, whatever is held."""
        self._held_until = 0.0
        self.update(self.views, 0.0)

    def _ranked(self, views: Iterable[AgentView]) -> list[str]:
        rows = [Ranked(view, state_of(view)) for view in views]
        key = _SORTS.get(self.sort)
        rows = sorted(rows, key=key) if key is not None else order(rows)
        return [row.view.id for row in rows]

    def _matches(self, view: AgentView) -> bool:
        words = self.filter.casefold().split()
        if not words:
            return True
        status = view.status
        look = LOOK[state_of(view)]
        text = " ".join(
            (status.name, status.id, status.runtime, status.model, status.branch, status.project, look.word)
        )
        text = f"{text} {look.group.value} {status.headline}".casefold()
        return all(word in text for word in words)

    def _neighbour(self, before: list[str]) -> str:
        """Return who takes the place of a selected agent that is gone."""
        if self.selected in before:
            index = before.index(self.selected)
            for agent_id in (*before[index + 1 :], *reversed(before[:index])):
                if agent_id in self.shown:
                    return agent_id
        return self.shown[0]

    @property
    def view(self) -> AgentView | None:
        """The selected agent."""
        return self.views.get(self.selected) if self.selected is not None else None

    def ordered(self) -> list[AgentView]:
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
        rows = [Ranked(view, state_of(view)) for view in self.views.values() if needs_you(view)]
        return [row.view.id for row in order(rows)]

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
