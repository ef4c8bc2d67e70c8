"""Races: begun, looked at, and their winner's changes put into the folder.

Each racer gets a working tree of its own below the state folder, made from the folder as it is, uncommitted work included.
Before a working tree is removed its changes are written as a patch, so that nothing is lost.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from tui.client import launch
from tui.client.launch import Draft, slug
from tui.core.errors import AgentTuiError, SpecError
from tui.core.racing import RACERS_MAX, Race, Racer, Work, finishes, free_name
from tui.core.settings import AgentSettings, Settings
from tui.core.spec import Mode
from tui.core.status import Status
from tui.system import git, gitchanges, racefile, worktrees
from tui.system.configchecks import NAME_MAX
from tui.system.paths import Paths

DEFAULT_NAME: Final = "race"
LISTED_MAX: Final = 100
"""Files of one racer that are named."""
DEFAULT_RUNTIME: Final = Draft().runtime
Create = Callable[[Draft], Awaitable[str]]
"""Makes and starts an agent, returns its id."""


class Entrant(NamedTuple):
    """Who shall run."""

    runtime: str
    model: str = ""


class Wanted(NamedTuple):
    """A race as it is asked for."""

    prompt: str
    cwd: str
    entrants: Sequence[Entrant]
    name: str = ""
    mode: Mode | None = None
    """None: each runtime's own."""
    each: AgentSettings = AgentSettings()
    """What else holds for every racer."""


async def begin(paths: Paths, settings: Settings, wanted: Wanted, create: Create) -> Race:
    """Make a working tree for each, and start all of them.

    Args:
        paths: The folders.
        settings: The configuration, for the agents' defaults.
        wanted: What is asked for.
        create: How an agent is begun.

    Raises:
        AgentTuiError: One of them cannot be started; nothing is left of any working tree, and none runs.
    """
    race, drafts = await asyncio.to_thread(_prepare, paths, settings, wanted)
    started: list[str] = []
    racers = []
    try:
        for racer, draft in zip(race.racers, drafts, strict=True):
            started.append(await create(draft))
            racers.append(msgspec.structs.replace(racer, agent_id=started[-1]))
    except AgentTuiError as error:
        if not started:
            await asyncio.to_thread(_undo, race)
            raise
        # Those that run are not ended for one that does not.
        late = race.racers[len(started)]
        await asyncio.to_thread(_undo, msgspec.structs.replace(race, racers=race.racers[len(started) :]))
        begun = msgspec.structs.replace(race, racers=racers)
        await asyncio.to_thread(racefile.write_race, paths, begun)
        raise AgentTuiError(f"{late.runtime} did not start: {error.sentence}", "The others run.") from error
    begun = msgspec.structs.replace(race, racers=racers)
    await asyncio.to_thread(racefile.write_race, paths, begun)
    return begun


def _prepare(paths: Paths, settings: Settings, wanted: Wanted) -> tuple[Race, list[Draft]]:
    _judge(wanted)
    cwd = str(Path(wanted.cwd or ".").expanduser().absolute())
    repository = worktrees.repository_of(cwd)
    taken = [race.name for race in racefile.read_races(paths)]
    name = free_name(slug(wanted.name)[:18].strip("-") if wanted.name else DEFAULT_NAME, taken)
    folder = racefile.folder_of(paths, name)
    commit = worktrees.snapshot(cwd, f"{name}: the folder as the race began")
    racers, drafts = [], []
    for label, entrant in _labelled(wanted.entrants):
        tree = folder / label
        racers.append(
            Racer(
                runtime=entrant.runtime,
                model=entrant.model,
                worktree=str(tree),
                branch=f"race/{name}/{label}-{int(time.time()):x}",
            )
        )
        inside = tree / Path(cwd).resolve().relative_to(repository.top.resolve())
        drafts.append(_draft(settings, wanted, entrant, name, label, str(inside)))
    race = Race(name=name, prompt=wanted.prompt, cwd=cwd, commit=commit, began_at=time.time(), racers=racers)
    made: list[Racer] = []
    try:
        for racer, draft in zip(racers, drafts, strict=True):
            worktrees.add(cwd, Path(racer.worktree), racer.branch, commit)
            made.append(racer)
            launch.judge(draft)
    except BaseException:
        _undo(msgspec.structs.replace(race, racers=made))
        raise
    return race, drafts


def _judge(wanted: Wanted) -> None:
    if not wanted.prompt.strip():
        raise SpecError("A race needs a prompt.")
    if len(wanted.entrants) < 2:
        raise SpecError("A race needs two runtimes or more.", "The same one twice may run with two models.")
    if len(wanted.entrants) > RACERS_MAX:
        raise SpecError(f"At most {RACERS_MAX} can race.")


def _labelled(entrants: Sequence[Entrant]) -> Iterable[tuple[str, Entrant]]:
    used: dict[str, int] = {}
    for entrant in entrants:
        label = slug(f"{entrant.runtime}-{entrant.model}" if entrant.model else entrant.runtime)
        used[label] = used.get(label, 0) + 1
        yield (label if used[label] == 1 else f"{label}-{used[label]}"), entrant


def _draft(settings: Settings, wanted: Wanted, entrant: Entrant, name: str, label: str, inside: str) -> Draft:
    draft = launch.draft(
        _defaults_for(settings, entrant.runtime),
        msgspec.structs.replace(
            wanted.each,
            runtime=entrant.runtime,
            name=f"{name}-{label}"[:NAME_MAX],
            prompt=wanted.prompt,
            model=entrant.model or None,
            mode=wanted.mode,
            cwd=inside,
        ),
    )
    project = git.project_name(wanted.cwd)
    return msgspec.structs.replace(draft, tags=[*draft.tags, name], project=project)


def _defaults_for(settings: Settings, runtime: str) -> Settings:
    """Return the settings without the defaults that are in one CLI's own words, where another runs."""
    defaults = settings.defaults
    if runtime == (defaults.runtime or DEFAULT_RUNTIME):
        return settings
    plain = msgspec.structs.replace(defaults, model=None, args=None, command=None, channel=None)
    return msgspec.structs.replace(settings, defaults=plain)


def _undo(race: Race) -> None:
    for racer in race.racers:
        with contextlib.suppress(AgentTuiError):
            worktrees.remove(race.cwd, Path(racer.worktree), racer.branch, race.commit)


def races(paths: Paths) -> list[Race]:
    """Return all races, the newest first. Blocks: call it on a thread."""
    return racefile.read_races(paths)


def patch_of(paths: Paths, race: Race, racer: Racer) -> Path:
    """Return the file that a racer's changes are kept in."""
    return racefile.patch_of(paths, race, racer)


# -- looking at one ----------------------------------------------------------------------------------------------------


async def work_of(race: Race) -> dict[str, Work]:
    """Return what each racer changed, by its id; those whose working tree is gone are left out."""
    return await asyncio.to_thread(_work, race)


def _work(race: Race) -> dict[str, Work]:
    found = {}
    for racer in race.racers:
        if racer.removed or not Path(racer.worktree).is_dir():
            continue
        changes = gitchanges.look(racer.worktree, race.commit)
        if not changes.problem:
            files = changes.files
            added, removed = sum(each.added for each in files), sum(each.removed for each in files)
            found[racer.agent_id] = Work(len(files), added, removed, tuple(files[:LISTED_MAX]))
    return found


async def note_finishes(paths: Paths, race: Race, statuses: Mapping[str, Status]) -> Race:
    """Keep when racers finished first, where that is news; return the race."""
    found = finishes(race, statuses)
    if found == race.finished:
        return race

    def note(now: Race) -> Race:
        return msgspec.structs.replace(now, finished={**found, **now.finished})

    with contextlib.suppress(AgentTuiError):  # it is found again the next time
        return await asyncio.to_thread(racefile.change_race, paths, race, note)
    return note(race)
