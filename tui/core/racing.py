"""A race: one prompt to several runtimes, each in a working tree of its own; who finished first, and what each used. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

import msgspec

from tui.core.activity import Activity
from tui.core.changes import FileChange
from tui.core.clock import Now
from tui.core.lifecycle import OVER, Lifecycle
from tui.core.status import Status

RACE_VERSION: Final = 1
RACERS_MAX: Final = 8
"""More could not be read side by side."""


class Racer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One who runs."""

    agent_id: str = ""
    runtime: str
    model: str = ""
    """Empty: the CLI's own."""
    worktree: str
    """The working tree made for it."""
    branch: str
    removed: bool = False
    """Its working tree is gone; its changes are in its patch."""


class Race(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One race, as stored in `races/<name>/race.json`."""

    version: int = RACE_VERSION
    name: str
    """Also the tag of its racers."""
    prompt: str
    cwd: str
    """The folder that it is about."""
    commit: str
    """That folder as it was when the race began."""
    began_at: float
    """Wall clock, seconds since the epoch."""
    racers: list[Racer] = msgspec.field(default_factory=list)
    finished: dict[str, float] = msgspec.field(default_factory=dict)
    """When each racer finished first, by its id, as far as somebody looked: a later prompt does not undo it."""
    kept: str = ""
    """Id of the racer whose changes were put into the folder."""

    def racer(self, agent_id: str) -> Racer | None:
        """Return the racer that is this agent."""
        return next((each for each in self.racers if each.agent_id == agent_id), None)


class Work(NamedTuple):
    """What a racer changed."""

    files: int
    added: int
    removed: int
    changes: tuple[FileChange, ...] = ()
    """The first of them."""


class Standing(NamedTuple):
    """How one racer stands."""

    racer: Racer
    status: Status | None
    """None: the agent was forgotten."""
    place: int
    """1 for who finished first; 0: it has not finished, or failed."""
    took_s: float
    """From the beginning of the race until it finished, or until now."""
    work: Work | None
    """None: not known yet."""

    @property
    def tokens(self) -> int:
        """All tokens that it used."""
        return self.status.usage.total if self.status is not None else 0

    @property
    def cost_usd(self) -> Decimal | None:
        """What it cost; None: not known."""
        return self.status.usage.cost_usd if self.status is not None else None


_RESTS: Final = frozenset({Activity.DONE, Activity.IDLE})


def finished_at(status: Status) -> float:
    """Return when a racer finished its work well, seconds since the epoch; 0 if it has not."""
    if status.lifecycle is Lifecycle.EXITED:
        return status.lifecycle_since.wall
    if status.lifecycle in OVER or not status.turns or status.activity not in _RESTS:
        return 0.0
    return status.activity_since.wall


def is_over(status: Status) -> bool:
    """True if a racer runs no more, or waits with its work done."""
    return status.lifecycle in OVER or finished_at(status) > 0


def finishes(race: Race, statuses: Mapping[str, Status]) -> dict[str, float]:
    """Return when each racer finished first, by its id; those that have not are missing."""
    now = {
        racer.agent_id: at
        for racer in race.racers
        if (status := statuses.get(racer.agent_id)) is not None and (at := finished_at(status))
    }
    return {**now, **race.finished}


def standings(
    race: Race, statuses: Mapping[str, Status], work: Mapping[str, Work], now: Now
) -> list[Standing]:
    """Return how a race stands: who finished first on top, then those that run, then those that failed.

    Args:
        race: The race.
        statuses: Of agents by id, others too; those that were forgotten are missing.
        work: What each changed, by id, as far as it is known.
        now: The present moment.
    """
    ends = {agent_id: at - race.began_at for agent_id, at in finishes(race, statuses).items()}
    order = sorted(ends, key=lambda agent_id: (ends[agent_id], agent_id))
    found = []
    for racer in race.racers:
        status = statuses.get(racer.agent_id)
        place = order.index(racer.agent_id) + 1 if racer.agent_id in ends else 0
        took = ends.get(racer.agent_id, _ran_s(race, status, now))
        found.append(Standing(racer, status, place, max(0.0, took), work.get(racer.agent_id)))
    return sorted(found, key=_rank)


def _ran_s(race: Race, status: Status | None, now: Now) -> float:
    if status is None:
        return 0.0
    until = status.lifecycle_since.wall if status.lifecycle in OVER else now.wall
    return until - race.began_at


def _rank(standing: Standing) -> tuple[int, int]:
    gone = standing.status is None or standing.status.lifecycle in OVER
    return (0 if standing.place else 2 if gone else 1, standing.place)


def free_name(wanted: str, taken: Sequence[str]) -> str:
    """Return a name that no other race has: `race`, `race-2` and so on."""
    if wanted not in taken:
        return wanted
    return next(name for n in range(2, len(taken) + 3) if (name := f"{wanted}-{n}") not in taken)
