"""`notify`: how the user is told of agents, here and now, and a trial of it."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

import click

from tui.cli import output
from tui.cli.app import FAILED
from tui.cli.context import find_paths, find_settings
from tui.client import telling
from tui.core.clock import SystemClock
from tui.core.desktop import BELL, Way, choose, sequence
from tui.core.notify import NAMES, QUIETED, TELLABLE, Channel, Notify
from tui.core.settings import Settings
from tui.core.text import one_line


@click.command()
@click.option("--test", "trial", is_flag=True, help="Tell of nothing, in every way that is set up.")
def notify(trial: bool) -> None:
    """Say how you are told of agents: by which channels, of which states, and when not."""
    paths = find_paths()
    settings = find_settings(paths)
    way = choose(settings.notify.desktop, os.environ, telling.ask_tmux())
    if not trial:
        for line in _page(settings, way):
            click.echo(line)
        return
    if sys.stdout.isatty():
        click.echo(sequence(way, "test", "this is a test", "test") + BELL, nl=False)
        click.echo(f"desktop  {way.why}{', so the bell rings' if way.rings else ''}")
    else:
        click.echo("desktop  not tried: this is no terminal")
    own = settings.own_notify
    if not own.command:
        click.echo("command  none: [notify] command in your own config")
        return
    problem = telling.try_command(paths, own, str(Path.cwd()), SystemClock().now())
    click.echo(f"command  {problem or f'{shlex.join(own.command)}: done'}", err=bool(problem))
    click.get_current_context().exit(FAILED if problem else 0)


def _page(settings: Settings, way: Way) -> list[str]:
    notify, now = settings.notify, SystemClock().now()
    how = {
        Channel.TOAST: "in the dashboard",
        Channel.BELL: "the terminal's" if settings.dashboard.bell else "off: bell = false in [dashboard]",
        Channel.DESKTOP: f"{way.why}{', so the bell rings' if way.rings else ''}",
        Channel.COMMAND: _command(settings.own_notify),
    }
    pairs: list[tuple[str, str]] = []
    for channel in Channel:
        rules = settings.own_notify if channel is Channel.COMMAND else notify
        pairs += [(channel.value, how[channel]), ("", f"of {_states(rules, channel)}")]
        if channel in QUIETED and (hours := rules.quiet.get(channel)) is not None:
            is_now = ", now" if rules.is_quiet(channel, now.wall) else ""
            pairs.append(("", f"not from {_clock(hours.begin)} to {_clock(hours.end)}{is_now}"))
    pairs.append(("title", "the number that waits" if notify.title else "off"))
    width = max(len(name) for name, _ in pairs)
    return [f"{output.muted(name.ljust(width))}  {said}" for name, said in pairs]


def _command(own: Notify) -> str:
    if not own.command:
        return "none: [notify] command in your own config"
    return one_line(f"{shlex.join(own.command)}, at most {own.timeout_s:g} s, {own.at_once} at once")


def _states(notify: Notify, channel: Channel) -> str:
    told = [name for name, state in zip(NAMES, TELLABLE, strict=True) if notify.tells(channel, state)]
    return ", ".join(told) or "nothing"


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
