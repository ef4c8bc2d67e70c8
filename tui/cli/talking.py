"""`send` and `screen`: what goes into an agent, and what it shows."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import click

from tui.cli.app import FAILED
from tui.cli.context import complete_agent, find_paths, read_views, resolve, with_fleet
from tui.core.activity import Activity
from tui.core.commands import Prompt
from tui.core.errors import AgentTuiError, HostUnreachable
from tui.core.text import plain
from tui.protocol.messages import Key

if TYPE_CHECKING:
    from tui.client.fleet import Fleet

TAKEN_UP_S: Final = 2.0
"""`send` waits so long for an idle agent to take the prompt up, so that `wait --until idle` means the time after it."""
CONNECT_S: Final = 3.0

_RESTING: Final = (Activity.IDLE, Activity.DONE)


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("agent", metavar="ID", shell_complete=complete_agent)
@click.argument("text", metavar="[TEXT]", required=False)
@click.option(
    "--key",
    "keys",
    multiple=True,
    metavar="KEY",
    help="Press a key instead: enter, ctrl+c, y, … May be repeated.",
)
@click.option(
    "--when-idle", is_flag=True, help="Keep it until the agent rests; the command does not wait for that."
)
def send(agent: str, text: str | None, keys: tuple[str, ...], when_idle: bool) -> None:
    """Give an agent a prompt: typed into its terminal, or as its next headless turn.

    TEXT - is read from stdin. An agent that is over is resumed with it.
    """
    if (text is None) == (not keys):
        raise click.UsageError("Either TEXT or --key.")
    if keys and when_idle:
        raise click.UsageError("--when-idle is for TEXT: a key cannot wait.")
    if text == "-":
        text = sys.stdin.read().rstrip("\n")
    if text is not None and not text.strip():
        raise click.UsageError("The text is empty.")
    paths = find_paths()
    view = resolve(read_views(paths), agent)

    async def prompt(fleet: Fleet) -> None:
        before = fleet.agents[view.id].status
        await fleet.command(view.id, Prompt(text=text or "", when_idle=when_idle))
        if before.activity in _RESTING:
            await until(
                lambda: fleet.agents[view.id].status.activity_since != before.activity_since,
                TAKEN_UP_S,
            )

    async def press(fleet: Fleet) -> None:
        await _connected(fleet, view.id)
        link = fleet.link(view.id)
        for key in keys:
            link.send(_key(key))
        # An answer to a request that was sent after them proves that they arrived.
        await link.text()

    with_fleet(paths, [view.id], "send", press if keys else prompt)


@click.command()
@click.argument("agent", metavar="ID", shell_complete=complete_agent)
def screen(agent: str) -> None:
    """Print an agent's screen as text; of one that is over, the last it showed."""
    paths = find_paths()
    view = resolve(read_views(paths), agent)

    async def read(fleet: Fleet) -> list[str]:
        if not view.over:
            with contextlib.suppress(HostUnreachable):
                await _connected(fleet, view.id)
        return await fleet.link(view.id).text()

    lines = with_fleet(paths, [view.id], "screen", read)
    while lines and not lines[-1].strip():
        lines.pop()
    if not lines:
        click.echo(f"{view.name} has shown nothing.", err=True)
        click.get_current_context().exit(FAILED)
    for line in lines:
        click.echo(plain(line))


async def _connected(fleet: Fleet, agent_id: str) -> None:
    """Wait for a live host."""
    if fleet.agents[agent_id].over:
        raise AgentTuiError(f"{fleet.agents[agent_id].name} does not run.")
    await until(lambda: fleet.agents[agent_id].contact == "live" or fleet.agents[agent_id].over, CONNECT_S)
    view = fleet.agents[agent_id]
    if view.contact != "live":
        raise HostUnreachable(view.problem or f"The host of {view.name} does not answer.")


async def until(condition: Callable[[], bool], timeout_s: float) -> bool:
    """Wait for a condition; return whether it came to hold."""
    end = asyncio.get_running_loop().time() + timeout_s
    while not condition():
        if asyncio.get_running_loop().time() > end:
            return False
        await asyncio.sleep(0.02)
    return True


def _key(written: str) -> Key:
    from tui.core.keynames import canonical

    name = canonical(written)
    if name is None:
        raise click.UsageError(f"{written!r} is no key; such are enter, escape, ctrl+c, up, y.")
    return Key(name, written if len(written) == 1 else " " if name == "space" else None)
