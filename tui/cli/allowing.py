"""`allow`: more than its budget for an agent that used it up."""

from __future__ import annotations

from typing import Any

import click

from tui.cli.budgets import read_amount
from tui.cli.context import complete_agent
from tui.cli.steering import command_each
from tui.core.commands import Allow
from tui.core.limits import Kind


def _amount(kind: Kind) -> Any:
    def read(_: click.Context, __: click.Parameter, given: str | None) -> Any:
        return None if given is None else read_amount(kind, given)

    return read


@click.command()
@click.argument("agents", metavar="ID…", nargs=-1, required=True, shell_complete=complete_agent)
@click.option(
    "--tokens", metavar="N", callback=_amount(Kind.TOKENS), help="Tokens more, such as 20000 or 20k."
)
@click.option("--usd", metavar="X", callback=_amount(Kind.USD), help="Dollars more.")
@click.option("--turns", metavar="N", callback=_amount(Kind.TURNS), help="Turns more.")
@click.option(
    "--time", "time_s", metavar="T", callback=_amount(Kind.TIME), help="Time more, such as 30m or 2h."
)
@click.option("--off", "unbounded", is_flag=True, help="No bound from now on.")
def allow(agents: tuple[str, ...], unbounded: bool, **given: Any) -> None:
    """Let an agent that used its budget up go on. Without a figure: as much again."""
    more = {name: value for name, value in given.items() if value is not None}
    if unbounded and more:
        raise click.UsageError("Either amounts or --off.")
    command_each(agents, "allow", Allow(unbounded=unbounded, **more), "may use more")
