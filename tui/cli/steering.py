"""`kill`, `interrupt`, `restart`, `resume`: one command for any number of agents, each answered on its own line."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Final

import click
import msgspec

from tui.cli.app import FAILED, sentence
from tui.cli.context import (
    complete_agent,
    find_paths,
    find_settings,
    read_views,
    resolve_all,
    settled,
    with_fleet,
)
from tui.client.folders import read_view
from tui.client.view import AgentView
from tui.core.clock import SystemClock
from tui.core.commands import AnyCommand, Interrupt, Kill, Restart, Resume
from tui.core.cutoff import is_cut_off
from tui.core.errors import AgentTuiError, ConfigError
from tui.core.lifecycle import ALIVE, Lifecycle
from tui.core.text import one_line

if TYPE_CHECKING:
    from tui.client.fleet import Fleet

KILL_MARGIN_S: Final = 10.0
"""Added to the grace periods when waiting for a killed agent."""
_GRACES: Final = 3
"""SIGINT, SIGTERM and SIGKILL each get one."""
_STOP_WAIT_S: Final = 5.0
_STARTS_S: Final = 2.0
"""A host that was just started tells how it stands."""
TOGETHER: Final = 4
"""Hosts that `resume` starts at the same time."""

_NOBODY: Final = {
    "running": "No agent runs.",
    "lost": "There is nothing to resume: no agent was ended by a crash or a shutdown.",
}
"""What is said where `--all` means none."""

_IDS = click.argument("agents", metavar="ID…", nargs=-1, shell_complete=complete_agent)


def _chosen(views: Sequence[AgentView], wanted: Sequence[str], everyone: bool, among: str) -> list[AgentView]:
    if everyone and wanted:
        raise click.UsageError("Either IDs or --all.")
    if not everyone and not wanted:
        raise click.UsageError(
            "Which agent? Give an ID." if not among else "Which agent? Give an ID, or --all."
        )
    if not everyone:
        return resolve_all(views, wanted)
    return sorted((view for view in views if _belongs(view, among)), key=_last_active, reverse=True)


def _last_active(view: AgentView) -> float:
    status = view.status
    return max(status.last_byte.wall, status.last_progress.wall, status.lifecycle_since.wall)


def _belongs(view: AgentView, among: str) -> bool:
    if among == "running":
        return not view.over
    if view.status.lifecycle is Lifecycle.QUEUED:
        return view.contact == "lost"  # it never came to its turn, with a session or without
    return bool(view.status.session_id) and _is_cut_off(view)


def _is_cut_off(view: AgentView) -> bool:
    """Killed and finished agents are not woken by --all; what a crash or a shutdown took is what it is for."""
    return view.over and (view.contact == "lost" or is_cut_off(view.status))


def _tell_of_those_without_a_session(views: Sequence[AgentView]) -> None:
    """What cannot be resumed is at least named: running its program again is for its user to decide."""
    for view in views:
        queued = view.status.lifecycle is Lifecycle.QUEUED
        if _is_cut_off(view) and not view.status.session_id and not queued:
            click.echo(f"{one_line(view.name)}: has no session; agent-tui restart {view.id} begins anew")


def _each(
    views: Sequence[AgentView],
    what: str,
    act: Callable[[Fleet, AgentView], Awaitable[str]],
    together: int = 0,
) -> int:
    """Do something with the agents, in their order; say what came of it, failures on stderr.

    Args:
        views: The agents.
        what: Names it, for the hosts' logs.
        act: Does it, and returns what to say.
        together: With how many at the same time; 0: with all.
    """

    async def one(fleet: Fleet, view: AgentView, gate: asyncio.Semaphore) -> tuple[str, bool]:
        async with gate:
            try:
                if view.id not in fleet.agents:
                    raise AgentTuiError(f"{view.name} is gone.")
                return await act(fleet, view), True
            except AgentTuiError as error:
                return sentence(error), False

    async def every(fleet: Fleet) -> list[tuple[str, bool]]:
        # Killing waits for grace periods: there all go at once. A start costs a processor a moment.
        gate = asyncio.Semaphore(together or max(1, len(views)))
        results = await asyncio.gather(*(one(fleet, view, gate) for view in views))
        await settled(paths, fleet, [view.id for view in views])
        return results

    paths = find_paths()
    results = with_fleet(paths, [view.id for view in views], what, every) if views else []
    for text, fine in results:
        click.echo(text, err=not fine)
    return 0 if all(fine for _, fine in results) else FAILED


def _command(command: AnyCommand, said: str) -> Callable[[Fleet, AgentView], Awaitable[str]]:
    async def act(fleet: Fleet, view: AgentView) -> str:
        await fleet.command(view.id, command)
        return f"{one_line(view.name)}: {said}"

    return act


def command_each(wanted: Sequence[str], what: str, command: AnyCommand, said: str) -> None:
    """Give one command to the agents named."""
    _run(wanted, what, _command(command, said))


def _run(
    wanted: Sequence[str],
    what: str,
    act: Callable[[Fleet, AgentView], Awaitable[str]],
    *,
    everyone: bool = False,
    among: str = "",
    together: int = 0,
) -> None:
    found = read_views(find_paths())
    views = _chosen(found, wanted, everyone, among)
    if not views:
        click.echo(_NOBODY[among])
    if everyone and among == "lost":
        _tell_of_those_without_a_session(found)
    click.get_current_context().exit(_each(views, what, act, together))


@click.command()
@_IDS
@click.option("--all", "everyone", is_flag=True, help="Every agent that runs.")
@click.option("--no-wait", is_flag=True, help="Do not wait until nothing of it is left.")
def kill(agents: tuple[str, ...], everyone: bool, no_wait: bool) -> None:
    """End agents, with every process below them: SIGINT, then SIGTERM, then SIGKILL."""

    async def act(fleet: Fleet, view: AgentView) -> str:
        await fleet.command(view.id, Kill())
        if no_wait:
            return f"{one_line(view.name)}: is being killed"
        spec = fleet.spec_of(view.id).spec
        wait_s = (spec.stop_wait_s if spec else _STOP_WAIT_S) * _GRACES + KILL_MARGIN_S
        end = time.monotonic() + wait_s
        while not fleet.agents[view.id].over:
            if time.monotonic() > end:
                raise AgentTuiError(
                    f"{view.name} still runs after {wait_s:.0f} s.", "agent-tui show tells more."
                )
            await asyncio.sleep(0.02)
        status = fleet.agents[view.id].status
        return f"{one_line(view.name)}: {one_line(status.exit.reason) if status.exit else status.lifecycle}"

    _run(agents, "kill", act, everyone=everyone, among="running")


@click.command()
@_IDS
@click.option("--all", "everyone", is_flag=True, help="Every agent that runs.")
def interrupt(agents: tuple[str, ...], everyone: bool) -> None:
    """Stop the turn, keep the agent."""
    _run(agents, "interrupt", _command(Interrupt(), "interrupted"), everyone=everyone, among="running")


def _begin(command: Restart | Resume, said: str) -> Callable[[Fleet, AgentView], Awaitable[str]]:
    """Begin a run, or wait for a slot: whoever is asked first stands first."""

    async def act(fleet: Fleet, view: AgentView) -> str:
        await fleet.command(view.id, msgspec.structs.replace(command, asked_at=time.time()))
        return f"{one_line(view.name)}: {await queued_or(fleet, view.id, view, said)}"

    return act


async def queued_or(fleet: Fleet, agent_id: str, before: AgentView | None, said: str) -> str:
    """Return what became of an agent that was to begin: its place in the queue, or what is said where it runs.

    Args:
        fleet: Knows it.
        agent_id: The agent.
        before: As it was; None: it was made just now.
        said: `started`, `resumed`.
    """
    # What a host that was killed told last may stand there until its successor has told something.
    left = before.status.host_pid if before is not None and before.over else 0
    runs = before.status.runs if before is not None else 0
    end = time.monotonic() + _STARTS_S
    while time.monotonic() < end:
        # One that was made just now is none of those that this fleet looks at.
        view = fleet.agents.get(agent_id) or read_view(find_paths(), agent_id, SystemClock().now())
        if view is None:
            break
        if view.status.host_pid != left:
            if view.status.queue_place:
                return f"queued #{view.status.queue_place}"
            if view.status.lifecycle in ALIVE or view.status.runs != runs:
                break
        await asyncio.sleep(0.01)
    return said


def _tell_limits() -> bool:
    """Tell hosts what the config allows now; return whether it bounds how many run at once."""
    from tui.client.told import publish
    from tui.system.paths import ensure
    from tui.system.slotlimits import read_limits

    paths = find_paths()
    ensure(paths)
    try:
        publish(paths, find_settings(paths))
    except ConfigError as error:
        click.echo(sentence(error), err=True)  # what was told before holds
    return bool(read_limits(paths.state))


_NOW = click.option("--now", is_flag=True, help="Do not wait for a free slot (max_running).")


@click.command()
@_IDS
@_NOW
def restart(agents: tuple[str, ...], now: bool) -> None:
    """Begin anew: the original prompt, a fresh session. A running agent is ended first."""
    _tell_limits()
    _run(agents, "restart", _begin(Restart(now=now), "restarted"))


@click.command()
@_IDS
@click.option(
    "--all",
    "everyone",
    is_flag=True,
    help="Every agent that a crash or a shutdown ended, the one that was active last first.",
)
@click.option("-p", "--prompt", default="", help="What to go on with.")
@click.option(
    "--at-most",
    type=click.IntRange(min=1),
    metavar="N",
    help="How many of them may run at once; the others wait for their turn.",
)
@_NOW
def resume(agents: tuple[str, ...], everyone: bool, prompt: str, at_most: int | None, now: bool) -> None:
    """Go on with the recorded session; one that waits for a free slot starts with --now."""
    bounded = _tell_limits() or at_most
    # One by one where they stand in a queue: the order is theirs then, not that of the processor.
    _run(
        agents,
        "resume",
        _begin(Resume(prompt=prompt, at_most=at_most or 0, now=now), "resumed"),
        everyone=everyone,
        among="lost",
        together=1 if bounded else TOGETHER,
    )
