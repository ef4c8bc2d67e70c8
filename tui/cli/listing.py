"""`ls` and `show`: what is known of agents, from their files alone."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from tui.cli import demos, output, records
from tui.cli.context import complete_agent, find_paths, read_views, resolve
from tui.client.folders import with_spec
from tui.client.view import AgentView
from tui.core import figures
from tui.core.amounts import told
from tui.core.attention import LOOK, RowState, order, row_timer
from tui.core.clock import Now, SystemClock
from tui.core.lifecycle import Lifecycle
from tui.core.text import one_line
from tui.core.triage import stall_words, working_words


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
def ls(as_json: bool) -> None:
    """List all agents, those that need you first."""
    paths = find_paths()
    views, now = order(read_views(paths)), SystemClock().now()
    if as_json:
        for view in views:
            click.echo(records.encode(records.record(view, now)))
    elif views:
        width = output.width()
        for line in table(views, now, width, heads=width is not None):
            click.echo(line)
    else:
        click.echo("There are no agents. Start one: agent-tui run -- COMMAND", err=True)
        for root in demos.running(Path(tempfile.gettempdir())):
            click.echo(f"A demo runs, apart from your agents: {demos.command(root, 'ls')}", err=True)


def table(views: list[AgentView], now: Now, limit: int | None, *, heads: bool = False) -> list[str]:
    """Return a line per agent, none wider than `limit` cells, below a line of headings where they are wanted."""
    marks = output.marks()
    named = any(view.name != view.id for view in views)
    rows = [_row(view, now, marks, named=named) for view in views]
    lines = []
    if heads:
        rows.insert(0, ["", "id", "name" if named else "", "state", "time", "tokens", "cost", "context"])
    rows = output.columns(rows, right=frozenset({4, 5, 6, 7}))
    if heads:
        line = _line(rows.pop(0), named=named)
        lines.append(output.muted((line if limit is None else output.cut(line, limit)).rstrip()))
    for view, row in zip(views, rows, strict=True):
        look = LOOK[view.state]
        head = _head(row, named=named)
        rest = "  ".join(row[4:8])
        headline = _headline(view, now)
        if limit is not None:
            used = output.cells(head) + output.cells(row[3]) + output.cells(rest) + 6
            headline = output.cut(headline, max(0, limit - used))
        painted = output.paint(head, look.colour, bold=look.bold)
        state = output.paint(row[3], look.colour, bold=look.bold)
        lines.append(f"{painted}  {state}  {rest}  {output.muted(headline)}".rstrip())
    return lines


def _head(row: list[str], *, named: bool) -> str:
    return f"{row[0]} {row[1]}" + (f"  {row[2]}" if named else "")


def _line(row: list[str], *, named: bool) -> str:
    return f"{_head(row, named=named)}  {row[3]}  {'  '.join(row[4:8])}"


def _row(view: AgentView, now: Now, marks: figures.Marks, *, named: bool) -> list[str]:
    status, look = view.status, LOOK[view.state]
    timer = row_timer(status, view.state, now)
    source = status.usage_source
    return [
        look.glyph if marks is figures.UNICODE else look.ascii,
        view.id,
        one_line(view.name, limit=40) if named else "",
        look.word,
        timer.text,
        figures.tokens(status.usage.total, source=source, marks=marks),
        figures.money(status.usage.cost_usd, source=status.cost_source, marks=marks),
        figures.context(status.context_tokens, status.context_window) or marks.none,
    ]


def _headline(view: AgentView, now: Now) -> str:
    status = view.status
    said = status.headline
    if view.state in (RowState.STALLED, RowState.LOOPING):
        said = stall_words(status.triage, status.ladder_note, said, now)
    elif view.state in (RowState.WORKING, RowState.LIMITED):
        said = working_words(status.triage, now, retries=status.retry is not None) or said
    if view.state is RowState.LOST and status.lifecycle is Lifecycle.QUEUED:
        return "its host ended before its turn came; agent-tui resume starts it"
    if view.state is RowState.QUEUED and status.queue_place:
        return f"#{status.queue_place} · waits for a free slot"
    budget = told(status.budget_notice) if status.budget_notice and not view.over else ""
    silent = "" if status.recording or view.over else f"not recording: {status.recording_note}"
    return one_line(
        view.damaged
        or view.problem
        or budget
        or silent
        or status.note
        or (status.exit.reason if status.exit else "")
        or said
    )


@click.command()
@click.argument("agent", metavar="ID", shell_complete=complete_agent)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def show(agent: str, as_json: bool) -> None:
    """Tell all that is known of an agent: its state with the evidence, its usage by kind and source."""
    paths = find_paths()
    view, now = with_spec(paths, resolve(read_views(paths), agent)), SystemClock().now()
    if as_json:
        click.echo(records.encode(records.full_record(view, now)))
        return
    from tui.cli.page import page

    for line in page(paths, view, now):
        click.echo(line)
