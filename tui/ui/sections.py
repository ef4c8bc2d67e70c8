"""In which order agents stand, and in which sections of the list: rules over rows, no state. Pure."""

from __future__ import annotations

import enum
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from tui.core.attention import Group, order
from tui.ui.look import AgentRow

CROWD: Final = 12
"""More agents than this are calm lines, and those that are over are folded."""

PINNED: Final = "pinned"
HIDDEN: Final = "hidden"
OVER: Final = f"state:{Group.OVER.value}"


class Sort(enum.StrEnum):
    """What the list is ordered by; the value is said when it changes."""

    NEED = "by need"
    NAME = "by name"
    COST = "by cost"
    AGE = "newest first"


class GroupBy(enum.StrEnum):
    """What the sections of the list have in common, in the order of the key that walks them."""

    STATE = "state"
    PROJECT = "project"
    RUNTIME = "runtime"
    TAG = "tag"
    NONE = "none"


class Section(NamedTuple):
    """Agents that stand together."""

    key: str
    """Names it among all, for folding."""
    title: str
    """Empty: it has no caption."""
    ids: tuple[str, ...]
    """All of it, in order."""
    folded: bool = False
    can_fold: bool = False
    """It is folded by itself or was by hand: its caption says how it stands."""
    waiting: int = 0
    """Of them that need the user."""
    cost: Decimal | None = None
    """In dollars, of all of them; None: nothing is known, or it is not told."""

    def visible(self, selected: str | None) -> tuple[str, ...]:
        """Return the agents that have a row: of a folded section only the selected one."""
        if not self.folded:
            return self.ids
        return (selected,) if selected in self.ids and selected is not None else ()


class Place(NamedTuple):
    """Where an agent belongs."""

    rank: tuple[int, int, str]
    """Orders the sections."""
    key: str
    title: str


_STATES: Final = {group: place for place, group in enumerate(Group)}
_SORTS: Final[dict[Sort, Callable[[AgentRow], tuple[float | str, ...]]]] = {
    Sort.NAME: lambda row: (row.status.name.casefold(), row.status.id),
    Sort.COST: lambda row: (-float(row.status.usage.cost_usd or 0), row.status.id),
    Sort.AGE: lambda row: (-row.status.created_at, row.status.id),
}
_NAMELESS: Final = {GroupBy.PROJECT: "no project", GroupBy.TAG: "no tag", GroupBy.RUNTIME: "no runtime"}


def ranked(rows: Iterable[AgentRow], sort: Sort) -> list[AgentRow]:
    """Return rows in order."""
    key = _SORTS.get(sort)
    return sorted(rows, key=key) if key is not None else order(rows)


def in_force(group: GroupBy, sort: Sort) -> GroupBy:
    """Return what the list is really grouped by: states are the order by need, and go with it."""
    return GroupBy.NONE if group is GroupBy.STATE and sort is not Sort.NEED else group


def place_of(row: AgentRow, group: GroupBy, pinned: Collection[str], hidden: Collection[str]) -> Place:
    """Return the section that an agent belongs to; one with several tags stands under its first."""
    if row.id in hidden:
        return Place((2, 0, ""), HIDDEN, HIDDEN)
    if row.id in pinned:
        return Place((0, 0, ""), PINNED, PINNED)
    match group:
        case GroupBy.STATE:
            seen = row.look.group
            return Place((1, _STATES[seen], ""), f"state:{seen.value}", seen.value)
        case GroupBy.NONE:
            return Place((1, 0, ""), "all", "")
        case GroupBy.PROJECT:
            name = row.status.project
        case GroupBy.RUNTIME:
            name = row.runtime
        case GroupBy.TAG:
            name = row.status.tags[0] if row.status.tags else ""
    return Place((1, not name, name.casefold()), f"{group}:{name}", name or _NAMELESS[group])


def is_folded(key: str, count: int, folded: Mapping[str, bool]) -> bool:
    """Return whether a section is folded: as the user left it, else what is hidden, and what is over in a crowd.

    Args:
        key: The section's.
        count: Agents in all sections.
        folded: What the user folded and unfolded.
    """
    return folded.get(key, key == HIDDEN or (key == OVER and count > CROWD))


def make_section(
    place: Place, rows: Sequence[AgentRow], *, folded: bool, can_fold: bool, group: GroupBy
) -> Section:
    """Return a section of these rows.

    Money is told where it means something: states come and go, so their sum would.
    """
    told = folded or not place.key.startswith("state:")
    known = [row.status.usage.cost_usd for row in rows if row.status.usage.cost_usd is not None]
    waiting = 0 if group is GroupBy.STATE and not folded else sum(row.needs_you for row in rows)
    return Section(
        place.key,
        place.title,
        tuple(row.id for row in rows),
        folded,
        can_fold,
        waiting,
        sum(known, Decimal(0)) if told and known else None,
    )


def list_lines(sections: Sequence[Section], selected: str | None, *, captions: bool) -> int:
    """Return how many lines a list of one-line rows takes."""
    lines = sum(len(section.visible(selected)) for section in sections)
    titled = [s for s in sections if s.title and (captions or s.folded or s.key == HIDDEN)]
    return lines + len(titled) + (max(0, len(titled) - 1) if captions else 0)
