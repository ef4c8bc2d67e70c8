"""`replay`: an agent's recording played again, through our own emulator, so that nothing it printed reaches the terminal raw."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from tui.cli.context import complete_agent, find_paths, read_views, resolve
from tui.core.errors import AgentTuiError
from tui.system.castfile import CastEvent, cast_events
from tui.system.paths import Paths


@click.command()
@click.argument("agent", metavar="ID", shell_complete=complete_agent)
@click.option("--speed", type=click.FloatRange(0.1, 1_000), default=1.0, show_default=True, metavar="X")
@click.option(
    "--idle",
    type=click.FloatRange(min=0.05),
    default=2.0,
    show_default=True,
    metavar="S",
    help="Longest silence, in seconds; longer ones are cut to it.",
)
@click.option("--run", type=click.IntRange(min=1), metavar="N", help="Begin with this run.")
@click.option("--text", is_flag=True, help="Print the screen that it ends with, as text.")
@click.option("--cast", is_flag=True, help="Write the recording as one asciicast, for other players.")
def replay(agent: str, speed: float, idle: float, run: int | None, text: bool, cast: bool) -> None:
    """Play an agent's recording again.

    Keys: space stops, ←→ move, + − speed, [ ] runs, q leaves.
    """
    if text and cast:
        raise click.UsageError("Either --text or --cast.")
    paths = find_paths()
    view = resolve(read_views(paths), agent)
    events = _events(paths, view.id, view.name, run)
    if cast:
        _write_cast(events, view.name)
        return
    from tui.cli.player import Player, last_text, play

    if text or not (sys.stdin.isatty() and sys.stdout.isatty()):
        for line in last_text(events):
            click.echo(line)
        return
    play(Player(events, name=view.name, speed=speed, idle_s=idle))


def _events(paths: Paths, agent_id: str, name: str, run: int | None) -> list[CastEvent]:
    folder: Path = paths.agent(agent_id)
    events = list(cast_events(folder))
    if not any(event.kind == "o" for event in events):
        raise AgentTuiError(f"{name} has no recording.", "record_bytes = 0 in its settings means none.")
    if run is None:
        return events
    start = next((n for n, e in enumerate(events) if e.kind == "m" and e.data == f"run {run}"), None)
    if start is None:
        kept = ", ".join(e.data.removeprefix("run ") for e in events if e.kind == "m")
        raise AgentTuiError(
            f"The recording of {name} has no run {run}.", f"It holds: {kept or 'none marked'}."
        )
    size = next((e for e in reversed(events[:start]) if e.kind == "r"), None)
    return [*([CastEvent(events[start].at, "r", size.data)] if size else []), *events[start:]]


def _write_cast(events: list[CastEvent], name: str) -> None:
    import msgspec

    first = next(event for event in events if event.kind == "o")
    sizes = (event.size for event in events if event.kind == "r")
    size = next((size for size in sizes if size is not None), None)
    rows, cols = (size.rows, size.cols) if size else (40, 120)
    header = {"version": 2, "width": cols, "height": rows, "timestamp": int(first.at), "title": name}
    out = sys.stdout.buffer
    out.write(msgspec.json.encode(header) + b"\n")
    for event in events:
        if event.at >= first.at or event.kind == "o":
            out.write(
                msgspec.json.encode([round(max(0.0, event.at - first.at), 6), event.kind, event.data]) + b"\n"
            )
    out.flush()
