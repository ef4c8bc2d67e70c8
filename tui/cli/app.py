"""Dispatch: which module has which command, and how errors become a sentence and an exit code.

Exit codes: 0 fine · 1 it failed, one sentence on stderr · 2 usage · 130 interrupted.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import click

from tui.core.errors import AgentTuiError

if TYPE_CHECKING:
    from tui.ui.opening import Opening

FAILED: Final = 1
USAGE: Final = 2
INTERRUPTED: Final = 130

COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "run": ("starting", "Start an agent and print its id."),
    "race": ("racing", "Give one prompt to several runtimes, each in a git worktree of its own."),
    "races": (
        "racing",
        "Tell how a race stands, the newest by default; keep one racer's changes, remove the worktrees.",
    ),
    "up": ("starting", "Start everything in the config."),
    "ls": ("listing", "List all agents, those that need you first."),
    "show": ("listing", "Tell all that is known of an agent, with the evidence."),
    "wrong": ("wrong", "Save what is known of an agent now because its state is wrong."),
    "attach": ("dashboard", "Open the dashboard on one agent."),
    "send": ("talking", "Give an agent a prompt, or type into it."),
    "answer": ("answering", "Answer what an agent asks."),
    "screen": ("talking", "Print an agent's screen as text."),
    "interrupt": ("steering", "Stop the turn, keep the agent."),
    "kill": ("steering", "End agents, with every process below them."),
    "restart": ("steering", "Begin anew: the original prompt, a fresh session."),
    "rename": ("renaming", "Call an agent otherwise; its id, sessions, queue, log and recordings stay."),
    "allow": ("allowing", "Let an agent that used its budget up go on."),
    "resume": ("steering", "Go on with the recorded session."),
    "fork": ("forking", "Begin a new agent with a copy of another's session."),
    "usage": ("spending", "Tell what all agents spent, by the day."),
    "wait": ("waiting", "Wait until agents reach a state."),
    "logs": ("logs", "Print an agent's event log."),
    "replay": ("replay", "Play an agent's recording again."),
    "rm": ("removing", "Forget agents that are over, with their recordings."),
    "sweep": ("sweeping", "End what lost hosts left behind; asks before."),
    "config": ("config", "Show the config in force here, and where each value comes from."),
    "notify": ("notify", "Say how you are told of agents, and try it with --test."),
    "reset": ("mending", "Put a terminal right that was left in odd modes."),
    "doctor": ("doctor", "Check what agents need, and say how to mend what is wrong."),
}
"""Name → module of this package (with a command of that name, `_` for `-`) and what it does."""


class _Commands(click.Group):
    """Imports a command's module when it is wanted; lists them without."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"tui.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0] if args else ""
        if name and name not in COMMANDS and not name.startswith("-"):
            import difflib

            near = difflib.get_close_matches(name, COMMANDS, n=1)
            ctx.fail(f"There is no command {name!r}." + (f" Did you mean {near[0]}?" if near else ""))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


def _print_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from tui import __version__

        click.echo(f"agent-tui {__version__}")
        ctx.exit()


@click.group(
    cls=_Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Without a command: the dashboard. An ID is an id, a unique beginning of one, or a name.",
)
@click.option("--demo", is_flag=True, help="A simulated fleet: real terminals, no API key, no network.")
@click.option("--agents", type=click.IntRange(1, 100), metavar="N", help="With --demo: how many agents.")
@click.option("--keep", is_flag=True, help="With --demo: leave the agents and their files when it closes.")
@click.option("--tour", is_flag=True, help="Be shown around, step by step; with --demo over its agents.")
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Print the version.",
)
@click.pass_context
def cli(ctx: click.Context, demo: bool, agents: int | None, keep: bool, tour: bool) -> None:
    """Run, watch and steer coding agents from one terminal."""
    if not demo and (agents is not None or keep):
        raise click.UsageError("--agents and --keep belong to --demo.")
    if demo and ctx.invoked_subcommand:
        raise click.UsageError("--demo takes no command.")
    if tour and ctx.invoked_subcommand:
        raise click.UsageError("--tour takes no command.")
    if ctx.invoked_subcommand is None:
        from tui.cli.dashboard import open_dashboard, open_demo

        opening = ctx.obj
        if demo:
            ctx.exit(open_demo(agents, keep=keep, tour=tour, opening=opening))
        ctx.exit(open_dashboard(tour=tour, opening=opening))


def run(args: Sequence[str], opening: Opening | None = None) -> int:
    """Run the command line and return its exit code.

    Args:
        args: Without the program's name.
        opening: The dashboard's process, if it was begun; it is ended if it was not wanted.
    """
    with opening or contextlib.nullcontext():
        return _run(args, opening)


def _run(args: Sequence[str], opening: Opening | None) -> int:
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            # A terminal that is not UTF-8 shows `?` instead of ending us.
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # a real stream has it
    try:
        code: Any = cli.main(list(args), prog_name="agent-tui", standalone_mode=False, obj=opening)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.UsageError as error:
        error.show()
        return USAGE
    except click.ClickException as error:
        click.echo(error.format_message(), err=True)
        return FAILED
    except AgentTuiError as error:
        for each in error.all():
            click.echo(sentence(each), err=True)
        return FAILED
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read has enough. Python would complain about it once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def sentence(error: AgentTuiError) -> str:
    """Return an error as one inert line."""
    from tui.core.text import one_line

    return one_line(str(error), limit=2_000)
