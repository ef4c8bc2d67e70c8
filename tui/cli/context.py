"""What the commands share: folders, settings, finding the agent that is meant, a fleet for one command."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import click

from tui.core.clock import SystemClock
from tui.core.settings import Settings
from tui.system.paths import Paths, paths_from_env

if TYPE_CHECKING:
    from tui.client.fleet import Fleet
    from tui.client.view import AgentView

T = TypeVar("T")

SETTLED_S: Final = 3.0


def find_paths() -> Paths:
    """Return the folders in force, and log to a file among them from now on."""
    paths = paths_from_env()
    _log_to(paths.log / "agent-tui.log")
    return paths


@functools.cache
def _log_to(path: Path) -> None:
    from tui.host import logs

    logs.set_up(path)


def find_settings(paths: Paths, file: str = "") -> Settings:
    """Return the settings in force here, or those of a named file.

    Raises:
        ConfigError: A config file is wrong.
    """
    from tui.client.catalog import runtime_names
    from tui.system import config

    if file:
        return config.load_file(paths, Path(file), runtime_names())
    return config.load(paths, Path.cwd(), runtime_names())


def read_views(paths: Paths) -> list[AgentView]:
    """Return all agents as their files tell.

    Raises:
        StoreError: The folder of agents may not be read.
    """
    from tui.client.folders import read_all

    return list(read_all(paths, SystemClock().now()))


def resolve(views: Collection[AgentView], wanted: str) -> AgentView:
    """Return the one agent that is meant.

    Raises:
        AgentNotFound: There is none, or more than one.
    """
    from tui.client.names import resolve as resolve_name

    found = resolve_name(wanted, [(view.id, view.name) for view in views])
    return next(view for view in views if view.id == found)


def resolve_all(views: Collection[AgentView], wanted: Sequence[str]) -> list[AgentView]:
    """Return the agents that are meant, each once, in order.

    Raises:
        AgentNotFound: One of them is not there, or not clear.
    """
    return list({view.id: view for view in (resolve(views, each) for each in wanted)}.values())


def with_fleet(paths: Paths, ids: Collection[str], what: str, act: Callable[[Fleet], Awaitable[T]]) -> T:
    """Run a coroutine with a fleet of these agents alone.

    Args:
        paths: Where they are.
        ids: The agents.
        what: The command, for the hosts' logs.
        act: Gets the fleet once it is started.
    """
    import asyncio

    from tui.client.fleet import Fleet

    async def main() -> T:
        fleet = Fleet(paths, clock=SystemClock(), client=f"agent-tui {what}", only=ids)
        await fleet.start()
        try:
            return await act(fleet)
        finally:
            await fleet.close()

    return asyncio.run(main())


async def settled(paths: Paths, fleet: Fleet, ids: Collection[str]) -> None:
    """Wait until the files tell what the hosts told, so that the next command sees what this one said; at most seconds."""
    import asyncio

    from tui.client.folders import read_view

    def on_disk(agent_id: str) -> bool:
        told = fleet.agents.get(agent_id)
        if told is None:
            return True
        if told.over:
            return told.contact != "live"  # its host has written all and left
        found = read_view(paths, agent_id, SystemClock().now())
        return found is not None and found.status.activity_since.mono >= told.status.activity_since.mono

    end = asyncio.get_running_loop().time() + SETTLED_S
    while asyncio.get_running_loop().time() < end:
        if all(on_disk(agent_id) for agent_id in ids):
            return
        await asyncio.sleep(0.01)


def complete_agent(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Return the ids and names that begin so, for the shell."""
    try:
        views = read_views(paths_from_env())
    except Exception:  # noqa: BLE001 - a completion that fails must not write into the user's command line
        return []
    names = {name for view in views for name in (view.id, view.name)}
    return sorted(name for name in names if name.startswith(incomplete))
