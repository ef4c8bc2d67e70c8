"""`logs`: the event log, for people and for scripts."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from tui.cli import records
from tui.cli.context import complete_agent, find_paths, read_views, resolve, settled, with_fleet
from tui.cli.eventlines import line
from tui.core.clock import SystemClock
from tui.core.facts import Event
from tui.system.eventlog import read_events

if TYPE_CHECKING:
    from tui.client.fleet import Fleet


@click.command()
@click.argument("agent", metavar="ID", shell_complete=complete_agent)
@click.option("-f", "--follow", is_flag=True, help="Go on until the agent is over.")
@click.option("-n", "--tail", type=click.IntRange(min=0), metavar="N", help="Only the last N events.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
def logs(agent: str, follow: bool, tail: int | None, as_json: bool) -> None:
    """Print an agent's event log."""
    paths = find_paths()
    view = resolve(read_views(paths), agent)
    if not follow:
        events: Iterable[Event] = read_events(paths.agent(view.id))
        if tail is not None:
            events = deque(events, maxlen=tail)
        for event in events:
            _print(event, as_json)
        return
    after = 0
    if tail is not None:
        last = deque((event.seq for event in read_events(paths.agent(view.id))), maxlen=tail + 1)
        after = last[0] if len(last) > tail else 0

    printed = after

    async def go_on(fleet: Fleet) -> None:
        def take(events: list[Event]) -> None:
            nonlocal printed
            for event in events:
                if event.seq > printed:
                    printed = event.seq
                    _print(event, as_json)

        # What is thrown while events are handed over is kept: a closed pipe must end us, not fill a log.
        failure: list[Exception] = []

        def guarded(events: list[Event]) -> None:
            try:
                take(events)
            except OSError as error:
                failure.append(error)

        watch = fleet.link(view.id).watch_events(guarded)
        while not failure and not (watch.up_to_date and fleet.agents[view.id].over):
            await asyncio.sleep(0.05)
            if view.id not in fleet.agents:
                break
        if failure:
            raise failure[0]
        if view.id in fleet.agents:
            # That it is over is told apart from its log: the last lines may still be on their way, and are in the file.
            await settled(paths, fleet, [view.id])
            take([event for event in read_events(paths.agent(view.id)) if event.seq > printed])

    with_fleet(paths, [view.id], "logs", go_on)


def _print(event: Event, as_json: bool) -> None:
    if as_json:
        click.echo(records.encode(event))
        return
    text = line(event, SystemClock().now().wall)
    if text is not None:
        click.echo(text)
