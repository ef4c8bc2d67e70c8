"""The end of a race: one racer's changes into the folder, the others ended, their working trees removed; nothing is lost."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Protocol

import msgspec

from tui.client.view import Contact
from tui.core.commands import AnyCommand, Kill
from tui.core.errors import AgentTuiError
from tui.core.lifecycle import OVER
from tui.core.racing import Race, Racer
from tui.system import racefile, worktrees
from tui.system.paths import Paths

END_S: Final = 40.0
"""So long racers may take to end: two grace periods and a margin."""


class Ending(Protocol):
    """What is asked of a fleet to end racers."""

    @property
    def agents(self) -> Mapping[str, Any]:
        """Every agent by id."""
        ...

    async def command(self, agent_id: str, command: AnyCommand) -> None:
        """Ask an agent's host."""
        ...


async def keep(paths: Paths, race: Race, racer: Racer) -> tuple[Race, Path]:
    """Put a racer's changes into the folder, all or none, and return the race and the patch that did it.

    Raises:
        AgentTuiError: They do not fit into the folder as it is now; the patch is kept and named.
    """
    return await asyncio.to_thread(_keep, paths, race, racer)


def _keep(paths: Paths, race: Race, racer: Racer) -> tuple[Race, Path]:
    patch = racefile.patch_of(paths, race, racer)
    if not racer.removed:
        worktrees.write_patch(Path(racer.worktree), race.commit, patch)
    try:
        worktrees.apply(race.cwd, patch)
    except AgentTuiError as error:
        raise AgentTuiError(error.sentence, f"They are in {patch}.") from error
    kept = racefile.change_race(paths, race, lambda now: msgspec.structs.replace(now, kept=racer.agent_id))
    return kept, patch


async def end(fleet: Ending, ids: Sequence[str]) -> None:
    """Kill agents and wait until nothing of them is left.

    Raises:
        AgentTuiError: One runs on.
    """
    alive = [agent_id for agent_id in ids if _runs(fleet, agent_id)]
    await asyncio.gather(*(fleet.command(agent_id, Kill()) for agent_id in alive))
    until = asyncio.get_running_loop().time() + END_S
    while left := [agent_id for agent_id in alive if _runs(fleet, agent_id)]:
        if asyncio.get_running_loop().time() > until:
            raise AgentTuiError(f"{', '.join(left)} still run.", "Nothing was removed.")
        await asyncio.sleep(0.05)


def _runs(fleet: Ending, agent_id: str) -> bool:
    view = fleet.agents.get(agent_id)
    return view is not None and view.contact != Contact.LOST and view.status.lifecycle not in OVER


async def clear(paths: Paths, race: Race, racers: Iterable[Racer]) -> Race:
    """Remove working trees of racers that run no more; their changes are kept as patches, their own commits as branches.

    Raises:
        AgentTuiError: One cannot be removed.
    """
    return await asyncio.to_thread(_clear, paths, race, list(racers))


def _clear(paths: Paths, race: Race, racers: Sequence[Racer]) -> Race:
    for racer in racers:
        tree = Path(racer.worktree)
        if not tree.is_dir():
            continue
        worktrees.write_patch(tree, race.commit, racefile.patch_of(paths, race, racer))
        own = worktrees.commits_of_its_own(tree, race.commit)
        worktrees.remove(race.cwd, tree, racer.branch, race.commit, keep_branch=own)
        race = racefile.change_race(paths, race, functools.partial(_without, racer=racer))
    return race


def _without(race: Race, racer: Racer) -> Race:
    gone = msgspec.structs.replace(racer, removed=True)
    return msgspec.structs.replace(race, racers=[gone if each == racer else each for each in race.racers])
