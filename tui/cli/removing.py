"""`rm`: forgetting agents that are over."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.cli.app import FAILED, sentence
from tui.cli.context import complete_agent, find_paths, read_views, resolve_all, with_fleet
from tui.client.view import AgentView
from tui.core import figures
from tui.core.clock import SystemClock
from tui.core.errors import AgentTuiError
from tui.core.text import one_line
from tui.system.paths import Paths

if TYPE_CHECKING:
    from tui.client.fleet import Fleet


def _age(ctx: click.Context, param: click.Parameter, value: str | None) -> float | None:
    """Return a time as people write it, in seconds: `7d`."""
    if value is None:
        return None
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([dhm])", value)
    if found is None:
        raise click.BadParameter(f"{value[:40]!r} is no time: write 7d, 12h or 30m.")
    return float(found[1]) * {"d": 86_400.0, "h": 3_600.0, "m": 60.0}[found[2]]


@click.command()
@click.argument("agents", metavar="ID…", nargs=-1, shell_complete=complete_agent)
@click.option(
    "--over",
    "finished",
    is_flag=True,
    help="Every agent that is done, exited or killed; not failed and lost ones.",
)
@click.option(
    "--older",
    metavar="TIME",
    callback=_age,
    help="With --over: those that ended longer ago, as 7d, 12h or 30m.",
)
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
def rm(agents: tuple[str, ...], finished: bool, older: float | None, yes: bool) -> None:
    """Forget agents that are over, with their event logs and recordings."""
    if finished == bool(agents):
        raise click.UsageError("Either IDs or --over.")
    if older is not None and not finished:
        raise click.UsageError("--older belongs to --over.")
    paths = find_paths()
    views = read_views(paths)
    chosen = (
        [view for view in views if _is_settled(view) and _ended_s(view) >= (older or 0.0)]
        if finished
        else resolve_all(views, agents)
    )
    running = [view for view in chosen if not view.over]
    if running:
        names = ", ".join(one_line(view.name) for view in running)
        raise AgentTuiError(f"Still running: {names}.", "Kill first: agent-tui kill ID")
    if not chosen:
        return
    if not yes:
        _ask(paths, chosen)

    async def remove(fleet: Fleet) -> list[str]:
        failures = []
        for view in chosen:
            try:
                await fleet.forget(view.id)
            except AgentTuiError as error:
                failures.append(sentence(error))
        return failures

    failures = with_fleet(paths, [view.id for view in chosen], "rm", remove)
    for failure in failures:
        click.echo(failure, err=True)
    click.get_current_context().exit(FAILED if failures else 0)


def _is_settled(view: AgentView) -> bool:
    from tui.core.attention import RowState

    return view.over and view.state not in (RowState.FAILED, RowState.LOST, RowState.DAMAGED)


def _ended_s(view: AgentView) -> float:
    status = view.status
    ended = status.exit.at if status.exit is not None and status.exit.at else status.lifecycle_since.wall
    return SystemClock().now().wall - ended


def _ask(paths: Paths, views: list[AgentView]) -> None:
    if not sys.stdin.isatty():
        raise AgentTuiError(
            "This deletes event logs and recordings and asks before.", "Without a terminal: -y."
        )
    total = sum(_size(paths.agent(view.id)) for view in views)
    names = ", ".join(one_line(view.name) for view in views[:10])
    more = f" and {len(views) - 10} more" if len(views) > 10 else ""
    click.echo(f"{names}{more}: their event logs and recordings ({figures.size(total)}) are deleted.")
    click.echo("The sessions of the CLIs themselves stay where those keep them.")
    if not click.confirm("Delete?", default=False):
        raise click.Abort


def _size(folder: Path) -> int:
    total = 0
    for root, _, files in os.walk(folder):
        for name in files:
            try:
                total += (Path(root) / name).lstat().st_size
            except OSError:
                continue
    return total
