"""What was spent as rows of a table, one per day and agent: for spreadsheets and scripts. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from decimal import Decimal
from typing import Final, NamedTuple

from tui.core.ledger import Day, Ledger
from tui.core.spending import Span
from tui.core.text import one_line

FORMULA: Final = ("=", "+", "-", "@")
"""A spreadsheet takes a cell that begins so for a formula. Source: OWASP "CSV Injection"."""


class SpendRow(NamedTuple):
    """What one agent used on one day; the fields are the columns."""

    date: str
    agent: str
    id: str
    project: str
    runtime: str
    model: str
    """The last one of that day."""
    turns: int
    input: int
    output: int
    cache_read: int
    cache_write: int
    reasoning: int
    total: int
    cost_usd: Decimal | None
    source: str
    """`reported`, `computed`, `estimated`, `none`; empty: it was not noted yet."""


def spend_rows(ledgers: Iterable[Ledger], span: Span | None = None) -> list[SpendRow]:
    """Return what was used, the oldest day first; days on which nothing was used are left out.

    Args:
        ledgers: All of them.
        span: The days; None: all that are known.
    """
    found = [
        _row(ledger, date, day)
        for ledger in ledgers
        for date, day in ledger.days.items()
        if (span is None or date in span.days) and (day.usage.total or day.usage.cost_usd or day.turns)
    ]
    return sorted(found, key=lambda row: (row.date, row.agent, row.id))


def _row(ledger: Ledger, date: str, day: Day) -> SpendRow:
    usage = day.usage
    texts = (ledger.name, ledger.id, ledger.project, ledger.runtime, day.model or ledger.model)
    agent, agent_id, project, runtime, model = (one_line(each) for each in texts)
    return SpendRow(
        date=date,
        agent=agent,
        id=agent_id,
        project=project,
        runtime=runtime,
        model=model,
        turns=day.turns,
        input=usage.input,
        output=usage.output,
        cache_read=usage.cache_read,
        cache_write=usage.cache_write,
        reasoning=usage.reasoning,
        total=usage.total,
        cost_usd=usage.cost_usd,
        source=day.source,
    )


def as_csv(rows: Iterable[SpendRow]) -> str:
    """Return rows as CSV with a line of headings (RFC 4180, lines end in LF); money is exact, unknown money is empty.

    A text that a spreadsheet would run as a formula gets an apostrophe before it.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(SpendRow._fields)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return out.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    said = str(value)
    return f"'{said}" if isinstance(value, str) and said.startswith(FORMULA) else said
