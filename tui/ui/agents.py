"""The agents as the dashboard holds them: order, sections, the selected one, what is pinned, hidden, marked and folded.

The only owner of all that; pure, holds ids and frozen views. The order is kept still for a moment after a key, so that no
row moves under the cursor. What did not change is not worked out again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from tui.core.attention import LOOK, Group, RowState, order, row_state
from tui.core.clock import Now
from tui.core.lifecycle import ALIVE
from tui.core.query import parse
from tui.ui import look
from tui.ui.look import LOST, AgentRow, View
from tui.ui.sections import (
    CROWD,
    HIDDEN,
    OVER,
    GroupBy,
    Place,
    Section,
    Sort,
    in_force,
    is_folded,
    make_section,
    place_of,
    ranked,
)

__all__ = ["Agents", "GroupBy", "Listing", "Sort", "is_alive", "needs_you", "state_of"]

HOLD_S: Final = 2.0
"""Rows keep their places this long after a key."""


def state_of(view: View) -> RowState:
    """Return the state that a view shows."""
    return row_state(view.status, seen=view.seen, contact_lost=view.contact == LOST)


def needs_you(view: View) -> bool:
    """True while the agent waits for the user."""
    return LOOK[state_of(view)].group is Group.NEEDS_YOU


def is_alive(view: View) -> bool:
    """True while it has a child, as far as is known."""
    return view.status.lifecycle in ALIVE and view.contact != LOST


class Listing(NamedTuple):
    """What the list shows, as it is now."""

    sections: tuple[Section, ...]
    views: Mapping[str, View]
    rows: Mapping[str, AgentRow]
    """As of the last change of each: their timers stand still."""
    marked: frozenset[str]
    filter: str
    captions: bool
    """Sections are named even where there is little room."""
    number: int
    """Agents that the filter lets through, hidden ones too."""
    version: int
    """Another one whenever an agent, its place or its section is another."""


class Agents:
    """All agents, in the order they are shown."""

    def __init__(self) -> None:
        self.views: dict[str, View] = {}
        self.sections: tuple[Section, ...] = ()
        self.shown: list[str] = []
        """Ids in the order in which they are walked: every row, and the first of what is folded."""
        self.panes: list[str] = []
        """Those that may have a pane: all but what is folded, and the selected one."""
        self._selected: str | None = None
        self.filter = ""
        self.sort = Sort.NEED
        self.group = GroupBy.STATE
        self.pinned: set[str] = set()
        self.hidden: set[str] = set()
        self.folded: dict[str, bool] = {}
        """Sections that were folded or unfolded by hand."""
        self._marked: dict[str, None] = {}
        self._held_until = 0.0
        self._was_held = False
        self._stale = True
        self._places: dict[str, tuple[Place, int]] = {}
        """Where each agent stands, held with its section."""
        self._rows: dict[str, AgentRow] = {}
        self._all: list[AgentRow] | None = []
        self._waiting: list[str] | None = []
        """Made when they are asked for, kept until an agent changes."""
        self.running = 0
        """Those that have a child."""
        self._matched: list[AgentRow] = []
        self._version = 0

    # -- what there is -------------------------------------------------------------------------------------------------

    def hold(self, now: float) -> None:
        """A key was pressed: keep rows where they are for a moment."""
        self._held_until = now + HOLD_S

    def update(self, views: Mapping[str, View], now: Now) -> None:
        """Take the fleet as it is."""
        held = now.mono < self._held_until
        if self._take(views, now) or self._stale or (self._was_held and not held):
            self._stale, self._was_held = False, held
            self._version += 1
            self._arrange(now, held=held)

    def resort(self, now: Now) -> None:
        """Order anew, whatever is held."""
        self._held_until = 0.0
        self._stale = True
        self.update(self.views, now)

    def _take(self, views: Mapping[str, View], now: Now) -> bool:
        """Take what changed; False if nothing did."""
        changed = [view for agent_id, view in views.items() if self.views.get(agent_id) is not view]
        if not changed and len(views) == len(self.views):
            return False
        for gone in self.views.keys() - views.keys():
            self._rows.pop(gone, None)
            self._marked.pop(gone, None)
        for view in changed:
            self._rows[view.status.id] = look.row_of(view, now)
        self.views = dict(views)
        self._all = self._waiting = None
        self.running = sum(is_alive(view) for view in views.values())
        return True

    def _arrange(self, now: Now, *, held: bool) -> None:
        query = parse(self.filter)
        rows = [
            row
            for row in self._rows.values()
            if not self.filter or query.matches(row, self._marks(row.id), said=look.headline(row, now))
        ]
        rows = self._matched = ranked(rows, self.sort)
        group = in_force(self.group, self.sort)
        places = {row.id: place_of(row, group, self.pinned, self.hidden) for row in rows}
        if held:
            known = {agent_id: at for agent_id, at in self._places.items() if agent_id in places}
            places.update({agent_id: at[0] for agent_id, at in known.items()})
            rows = sorted(rows, key=lambda row: known[row.id][1] if row.id in known else len(self._places))
        rows = sorted(rows, key=lambda row: places[row.id].rank)
        self._places = {row.id: (places[row.id], at) for at, row in enumerate(rows)}
        self._divide(rows, names_hidden=query.names("hidden"))

    def _marks(self, agent_id: str) -> frozenset[str]:
        marks = (("pinned", self.pinned), ("hidden", self.hidden), ("marked", self._marked))
        return frozenset(name for name, ids in marks if agent_id in ids)

    def _divide(self, rows: list[AgentRow], *, names_hidden: bool) -> None:
        by_place: dict[Place, list[AgentRow]] = {}
        for row in rows:
            by_place.setdefault(self._places[row.id][0], []).append(row)
        group = in_force(self.group, self.sort)
        found = []
        for place, inside in by_place.items():
            folded = is_folded(place.key, len(rows), self.folded)
            if self.filter:
                folded = place.key == HIDDEN and not names_hidden
            can_fold = (
                place.key in self.folded or place.key == HIDDEN or (place.key == OVER and len(rows) > CROWD)
            )
            found.append(make_section(place, inside, folded=folded, can_fold=can_fold, group=group))
        self.sections = tuple(found)
        if self._selected not in self._places:
            self._selected = self._neighbour(self.shown)
        self._walk()

    def _walk(self) -> None:
        selected = self._selected
        self.shown, self.panes = [], []
        for section in self.sections:
            seen = section.visible(selected)
            self.panes += seen
            # Who walks into a folded section stands on its first; what is hidden is passed by.
            self.shown += seen or (section.ids[:1] if section.key != HIDDEN else ())

    def _neighbour(self, before: list[str]) -> str | None:
        """Return who takes the place of a selected agent that is gone or out of sight."""
        was, self._selected = self._selected, None
        self._walk()
        if was in before:
            index = before.index(was)
            for agent_id in (*before[index + 1 :], *reversed(before[:index])):
                if agent_id in self.shown and agent_id not in self.hidden:
                    return agent_id
        return next((agent_id for agent_id in self.shown if agent_id != was), None)

    @property
    def listing(self) -> Listing:
        """What the list shows."""
        captions = in_force(self.group, self.sort) not in (GroupBy.STATE, GroupBy.NONE)
        marked = frozenset(self._marked)
        return Listing(
            self.sections,
            self.views,
            self._rows,
            marked,
            self.filter,
            captions,
            len(self._matched),
            self._version,
        )

    @property
    def rows(self) -> list[AgentRow]:
        """All agents as of their last change, whatever is filtered out; another list whenever one changed."""
        if self._all is None:
            self._all = list(self._rows.values())
        return self._all

    @property
    def view(self) -> View | None:
        """The selected agent."""
        return self.views.get(self.selected) if self.selected is not None else None

    # -- selection -----------------------------------------------------------------------------------------------------

    @property
    def selected(self) -> str | None:
        """The selected agent's id."""
        return self._selected

    @selected.setter
    def selected(self, agent_id: str | None) -> None:
        self._selected = agent_id
        self._walk()

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
        if self._waiting is None:
            self._waiting = [row.id for row in order(row for row in self._rows.values() if row.needs_you)]
        return self._waiting

    def next_waiting(self, by: int) -> str | None:
        """Return who is next among those that wait, round and round; from elsewhere the longest-waiting."""
        waiting = self.waiting()
        if not waiting:
            return None
        if self.selected not in waiting:
            return waiting[0 if by > 0 else -1]
        return waiting[(waiting.index(self.selected) + by) % len(waiting)]

    # -- marks ---------------------------------------------------------------------------------------------------------

    @property
    def marked(self) -> list[str]:
        """Ids of the marked agents, in the order they are shown; those out of sight last."""
        if not self._marked:
            return []
        places = {agent_id: place for place, agent_id in enumerate(self._places)}
        return sorted(self._marked, key=lambda agent_id: places.get(agent_id, len(places)))

    @property
    def targets(self) -> list[View]:
        """Whom a command is for: the marked agents, or the selected one."""
        if self._marked:
            return [self.views[agent_id] for agent_id in self.marked if agent_id in self.views]
        return [self.view] if self.view is not None else []

    def mark(self, ids: Iterable[str], *, on: bool | None = None) -> None:
        """Mark agents or take the mark away; None: the other way round."""
        for agent_id in ids:
            if agent_id in self.views and (on if on is not None else agent_id not in self._marked):
                self._marked[agent_id] = None
            else:
                self._marked.pop(agent_id, None)

    def unmark(self) -> None:
        """Mark nobody."""
        self._marked.clear()

    # -- what the list looks like --------------------------------------------------------------------------------------

    def turn_pinned(self, ids: list[str]) -> bool:
        """Pin agents, or unpin them if all of them are; returns whether they are now. Call `resort` then."""
        return _turn(self.pinned, ids)

    def turn_hidden(self, ids: list[str]) -> bool:
        """Hide agents, or show them again if all of them are; returns whether they are now. Call `resort` then."""
        before, goes = self.shown, self._selected in ids
        hidden = _turn(self.hidden, ids)
        if hidden and goes and self.folded.get(HIDDEN, True):
            self.shown = [
                agent_id for agent_id in before if agent_id not in ids or agent_id == self._selected
            ]
            self.selected = self._neighbour(self.shown)
        return hidden

    def fold(self, key: str, folded: bool) -> None:
        """Fold or unfold a section. Call `resort` then."""
        self.folded[key] = folded

    def section_of(self, agent_id: str | None) -> Section | None:
        """Return the section in which an agent stands."""
        return next((section for section in self.sections if agent_id in section.ids), None)


def _turn(found: set[str], ids: list[str]) -> bool:
    if all(agent_id in found for agent_id in ids):
        found.difference_update(ids)
        return False
    found.update(ids)
    return True
