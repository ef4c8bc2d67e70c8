"""`fork`: a new agent with a copy of another's session."""

from __future__ import annotations

import sys

import click

from tui.cli.context import complete_agent, find_paths, read_views, resolve, with_fleet
from tui.core.errors import SpecError


@click.command()
@click.argument("agent", metavar="ID", shell_complete=complete_agent)
@click.option("--name", default="", help="What to call the new one; by default after the other.")
@click.option("-p", "--prompt", default="", help="What to go on with; - reads stdin.")
def fork(agent: str, name: str, prompt: str) -> None:
    """Begin a new agent with a copy of another's session, and print its id. The other one goes on untouched."""
    paths = find_paths()
    views = read_views(paths)
    origin = resolve(views, agent)
    if name and any(view.name == name for view in views):
        raise SpecError(f"There is an agent called {name!r} already.", "Take another name.")
    wanted = sys.stdin.read().rstrip("\n") if prompt == "-" else prompt
    click.echo(
        with_fleet(paths, [origin.id], "fork", lambda fleet: fleet.fork(origin.id, name=name, prompt=wanted))
    )
