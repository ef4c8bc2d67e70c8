"""`run` and `up`: agents from the command line and from the config."""

from __future__ import annotations

import asyncio
import sys
import time
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
import msgspec

from tui.cli.app import FAILED, sentence
from tui.cli.budgets import read_budget
from tui.cli.context import find_paths, find_settings, read_views, with_fleet
from tui.cli.steering import queued_or
from tui.client.view import AgentView
from tui.core.errors import AgentTuiError, SpecError
from tui.core.limits import OnRateLimit, RestartPolicy
from tui.core.settings import AgentSettings, Settings
from tui.core.spec import Channel, Mode, Step
from tui.core.text import one_line
from tui.system.paths import Paths
from tui.system.slotlimits import read_limits

if TYPE_CHECKING:
    from tui.client.fleet import Fleet

TOGETHER: Final = 8
"""Hosts that `up` starts at the same time."""


def _money(_: click.Context, __: click.Parameter, given: str | None) -> Decimal | None:
    """Read an exact amount."""
    if given is None:
        return None
    try:
        amount = Decimal(given.removeprefix("$"))
    except InvalidOperation:
        raise click.BadParameter(f"{given!r} is no amount.") from None
    if not amount.is_finite() or amount <= 0:
        raise click.BadParameter("The budget is more than 0.")
    return amount


def _variables(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> dict[str, str] | None:
    pairs = [each.partition("=") for each in given]
    if any(not name or not equals for name, equals, _ in pairs):
        raise click.BadParameter("NAME=VALUE is expected.")
    return {name: value for name, _, value in pairs} or None


def _steps(_: click.Context, __: click.Parameter, given: str | None) -> list[Step] | None:
    if given is None:
        return None
    try:
        return [Step(name.strip()) for name in given.split(",")]
    except ValueError as error:
        raise click.BadParameter(f"{error}; steps: {', '.join(Step)}.") from None


@click.command(context_settings={"allow_interspersed_args": False})
@click.option("--name", help="What to call it; by default its folder or program.")
@click.option("--runtime", help="Which agent CLI: claude-code, codex, … By default the config's.")
@click.option(
    "--mode", type=click.Choice([str(mode) for mode in Mode]), help="Headless with events, or its own screen."
)
@click.option(
    "--channel",
    type=click.Choice([str(channel) for channel in Channel]),
    help="How a headless agent is spoken with: control lets it ask and be answered.",
)
@click.option("--cwd", help="Folder to run in; by default this one.")
@click.option("-p", "--prompt", help="What to do; - reads stdin.")
@click.option("--model", help="Which model, in the CLI's own names.")
@click.option("--system-prompt", help="Added to or instead of the CLI's system prompt, as it supports.")
@click.option("--fresh-prompt", help="Prompt of the fresh session if the old one cannot be resumed.")
@click.option(
    "--arg", "args", multiple=True, metavar="ARG", help="A further argument for the CLI. May be repeated."
)
@click.option(
    "--env", multiple=True, metavar="NAME=VALUE", callback=_variables, help="A variable. May be repeated."
)
@click.option(
    "--tag", "tags", multiple=True, metavar="TAG", help="A word to group and filter by. May be repeated."
)
@click.option(
    "--priority",
    type=click.IntRange(-1000, 1000),
    metavar="N",
    help="Where agents wait for a slot, higher ones go first; 0 by default.",
)
@click.option("--max-turns", type=click.IntRange(min=1), metavar="N", help="Turns at most.")
@click.option("--max-budget-usd", callback=_money, metavar="USD", help="Dollars at most.")
@click.option(
    "--budget",
    metavar="BOUNDS",
    callback=read_budget,
    help="Over all its runs: tokens=20000,usd=2.5,turns=30,time=1h, and at_limit=kill to end it instead of asking.",
)
@click.option(
    "--restart",
    type=click.Choice([str(each) for each in RestartPolicy]),
    help="Another run when one ended by itself, after a back-off.",
)
@click.option(
    "--on-rate-limit",
    type=click.Choice([str(each) for each in OnRateLimit]),
    help="wait: a headless run that a provider's limit ended goes on when that is reset.",
)
@click.option(
    "--inactivity-timeout",
    "inactivity_timeout_s",
    type=click.FloatRange(min=0),
    metavar="S",
    help="Seconds without progress before the ladder begins; 0: never.",
)
@click.option(
    "--on-inactive",
    metavar="STEPS",
    callback=_steps,
    help="notify, interrupt, resume, restart, kill; comma-separated.",
)
@click.option("--attach", is_flag=True, help="Open the dashboard on it.")
@click.argument("command", metavar="[-- COMMAND…]", nargs=-1, type=click.UNPROCESSED)
def run(attach: bool, **given: Any) -> None:
    """Start an agent and print its id."""
    paths = find_paths()
    settings = _settings(paths)
    wanted = _wanted(given)
    if wanted.prompt and wanted.command and wanted.runtime in (None, "command"):
        raise click.UsageError("A command takes no --prompt: agent-tui send types into it.")
    if wanted.name and any(view.name == wanted.name for view in read_views(paths)):
        raise SpecError(
            f"There is an agent called {wanted.name!r} already.",
            "Take another name, or agent-tui rm the old one.",
        )
    agent_id = with_fleet(paths, (), "run", lambda fleet: fleet.create(_draft(settings, wanted)))
    click.echo(agent_id)
    if attach:
        from tui.cli.dashboard import open_dashboard

        click.get_current_context().exit(open_dashboard(agent_id))


def _settings(paths: Paths, file: str = "") -> Settings:
    """Return the settings in force, told to the hosts."""
    from tui.client.told import publish
    from tui.system.paths import ensure

    settings = find_settings(paths, file)
    ensure(paths)
    publish(paths, settings)
    return settings


def _wanted(given: dict[str, Any]) -> AgentSettings:
    if given["prompt"] == "-":
        given["prompt"] = sys.stdin.read().rstrip("\n")
    command, args, tags = (list(given.pop(name)) or None for name in ("command", "args", "tags"))
    mode, channel = given.pop("mode"), given.pop("channel")
    given["restart"] = RestartPolicy(given["restart"]) if given["restart"] else None
    given["on_rate_limit"] = OnRateLimit(given["on_rate_limit"]) if given["on_rate_limit"] else None
    return AgentSettings(
        **given,
        command=command,
        args=args,
        tags=tags,
        mode=Mode(mode) if mode else None,
        channel=Channel(channel) if channel else None,
    )


def _draft(settings: Settings, wanted: AgentSettings, project: str = "") -> Any:
    from tui.client.launch import draft

    here = msgspec.structs.replace(wanted, cwd=wanted.cwd or settings.defaults.cwd or str(Path.cwd()))
    made = draft(settings, here, said="agent" if wanted in settings.agents else "given")
    return msgspec.structs.replace(made, project=project) if project else made


@click.command()
@click.argument("file", metavar="[FILE]", required=False, type=click.Path(dir_okay=False))
def up(file: str | None) -> None:
    """Start everything in the config; what runs already is left alone.

    An agent that was lost goes on with its session; one that is over begins anew, with the settings that stand there now.
    """
    from tui.client.renaming import by_config_name

    paths = find_paths()
    settings = _settings(paths, file or "")
    if not settings.agents:
        where = settings.files[-1] if settings.files else "agent-tui.toml"
        raise AgentTuiError(
            f"There is no [[agent]] in {where}.", "Each [[agent]] is one agent; name, runtime, prompt."
        )
    known = by_config_name(paths, read_views(paths))
    # Where they stand in a queue they begin one by one, in the order of the file.
    gate = asyncio.Semaphore(1 if read_limits(paths.state) else TOGETHER)

    async def one(fleet: Fleet, own: AgentSettings) -> tuple[str, bool]:
        async with gate:
            try:
                said = await _bring_up(fleet, paths, settings, own, known.get(own.name or ""))
            except AgentTuiError as error:
                return f"{own.name}: {sentence(error)}", False
            return f"{own.name}: {said}", True

    async def every(fleet: Fleet) -> list[tuple[str, bool]]:
        return await asyncio.gather(*(one(fleet, own) for own in settings.agents))

    ids = [view.id for own in settings.agents if (view := known.get(own.name or ""))]
    results = with_fleet(paths, ids, "up", every)
    for text, fine in results:
        click.echo(one_line(text, limit=2_000), err=not fine)
    click.get_current_context().exit(0 if all(fine for _, fine in results) else FAILED)


async def _bring_up(
    fleet: Fleet, paths: Paths, settings: Settings, own: AgentSettings, old: AgentView | None
) -> str:
    from tui.client import launch
    from tui.core.commands import Restart, Resume
    from tui.core.lifecycle import Lifecycle

    draft = _draft(settings, own, settings.project)
    if old is None:
        return await queued_or(fleet, await fleet.create(draft), None, "started")
    if not old.over:
        return "runs already"
    await asyncio.to_thread(launch.update, paths, old.id, draft)
    lost = old.contact == "lost" or old.status.lifecycle is Lifecycle.LOST
    if lost and old.status.session_id:
        await fleet.command(old.id, Resume(asked_at=time.time()))
        return await queued_or(fleet, old.id, old, "resumed")
    await fleet.command(old.id, Restart(asked_at=time.time()))
    return await queued_or(fleet, old.id, old, "restarted")
