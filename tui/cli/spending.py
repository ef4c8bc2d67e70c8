"""`usage`: what all agents spent by the day, those that are forgotten included."""

from __future__ import annotations

from typing import Final

import click

from tui.cli import output, records
from tui.cli.context import find_paths, read_views
from tui.core import figures, spending
from tui.core.clock import SystemClock
from tui.core.ledger import Ledger
from tui.core.spending import RANGES, Span
from tui.core.text import one_line

_BY: Final = {
    "agent": "name",
    "project": "project",
    "runtime": "runtime",
    "model": "model",
}
_WHEN: Final = {"today": "today", "week": "in seven days", "month": "in thirty days"}


@click.command()
@click.option(
    "--range",
    "days",
    type=click.Choice([*RANGES, "all"]),
    help="Which days; today by default, all that are known for --csv and --json.",
)
@click.option("--by", type=click.Choice(list(_BY)), default="agent", help="What the table adds up.")
@click.option("--csv", "as_csv", is_flag=True, help="A line per day and agent, for spreadsheets.")
@click.option("--json", "as_json", is_flag=True, help="A JSON object per day and agent.")
def usage(days: str | None, by: str, as_csv: bool, as_json: bool) -> None:
    """Tell what all agents spent, by the day, forgotten ones included."""
    if as_csv and as_json:
        raise click.UsageError("Either --csv or --json.")
    from tui.client.spending import with_present
    from tui.system.ledgerfile import Ledgers

    paths, wall = find_paths(), SystemClock().now().wall
    statuses = [view.status for view in read_views(paths) if not view.damaged]
    ledgers = with_present(Ledgers(paths.state).read(), statuses, wall)
    wanted = days or ("all" if as_csv or as_json else "today")
    span = None if wanted == "all" else Span.ending(wall, wanted)
    if as_csv or as_json:
        _print_rows(ledgers, span, as_csv=as_csv)
        return
    known = span or Span(tuple(sorted({day for ledger in ledgers for day in ledger.days})))
    for line in _table(ledgers, known, by, _WHEN.get(wanted, "in all")):
        click.echo(line)


def _print_rows(ledgers: list[Ledger], span: Span | None, *, as_csv: bool) -> None:
    from tui.core import spendrows

    rows = spendrows.spend_rows(ledgers, span)
    if as_csv:
        click.echo(spendrows.as_csv(rows), nl=False)
        return
    for row in rows:
        click.echo(records.encode(row._asdict()))


def _table(ledgers: list[Ledger], span: Span, by: str, when: str) -> list[str]:
    marks = output.marks()
    found = spending.lines(ledgers, span, _BY[by])
    if not found:
        return [f"Nothing was spent {when}."]
    rows = [[by, "tokens", "cost", "turns"]]
    sums = spending.total(ledgers, span)
    for name, used, turns in [
        *found,
        spending.Line(f"all {when}", sums, sum(line.turns for line in found)),
    ]:
        cost = figures.money(used.cost_usd, marks=marks)
        rows.append([one_line(name, limit=40), figures.tokens(used.total, marks=marks), cost, f"{turns}"])
    lines = ["  ".join(row).rstrip() for row in output.columns(rows, right=frozenset({1, 2, 3}))]
    return [output.muted(lines[0]), *lines[1:]]
