"""`sweep`: ending what lost hosts left behind."""

from __future__ import annotations

import asyncio
import sys

import click
import msgspec

from tui.cli import output, records
from tui.cli.app import FAILED
from tui.cli.context import find_paths
from tui.core.errors import AgentTuiError
from tui.core.figures import counted
from tui.core.text import one_line


@click.command()
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="Only list them, one JSON object a line.")
def sweep(yes: bool, as_json: bool) -> None:
    """End what lost hosts left behind; asks before.

    Lists the processes of agents that have no host any more.
    """
    from tui.client import orphans

    found = orphans.find(find_paths())
    if as_json:
        for each in found:
            click.echo(records.encode(msgspec.to_builtins(each)))
        return
    if not found:
        click.echo("No process of a lost agent runs.")
        return
    rows = [[str(each.pid), each.agent_id, one_line(each.command, limit=100)] for each in found]
    for row in output.columns(rows, right=frozenset({0})):
        click.echo("  ".join(row).rstrip())
    if not yes:
        if not sys.stdin.isatty():
            raise AgentTuiError("This ends processes and asks before.", "Without a terminal: -y.")
        if not click.confirm(f"End {counted(len(found), 'process', 'processes')}?", default=False):
            raise click.Abort
    left = asyncio.run(orphans.end(found))
    if left:
        pids = ", ".join(str(each.pid) for each in left)
        click.echo(f"Still running, although they were killed: {pids}.", err=True)
        click.get_current_context().exit(FAILED)
    click.echo(f"{counted(len(found), 'process', 'processes')} ended.")
