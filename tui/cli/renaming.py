"""`rename`: another name for an agent."""

from __future__ import annotations

import click

from tui.cli.context import complete_agent, find_paths, read_views, resolve, settled, with_fleet
from tui.client.fleet import Fleet
from tui.core.text import one_line


@click.command()
@click.argument("agent", metavar="ID", shell_complete=complete_agent)
@click.argument("name")
def rename(agent: str, name: str) -> None:
    """Call an agent otherwise; its id, sessions, queue, log and recordings stay."""
    paths = find_paths()
    view = resolve(read_views(paths), agent)

    async def act(fleet: Fleet) -> None:
        await fleet.rename(view.id, name)
        await settled(paths, fleet, [view.id])

    with_fleet(paths, [view.id], "rename", act)
    click.echo(f"{one_line(view.name)} is called {name} now.")
