"""Spending as rows: one per day and agent."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

from tests.core.test_spending import FLEET, WALL
from tui.core.ledger import Day, Ledger
from tui.core.spending import Span
from tui.core.spendrows import SpendRow, as_csv, spend_rows
from tui.core.usage import Usage


def test_a_row_per_day_and_agent_the_oldest_first() -> None:
    found = [(row.date, row.agent, row.cost_usd) for row in spend_rows(FLEET)]
    assert found == [
        ("2025-11-02", "b", 7),
        ("2025-11-08", "c", 5),
        ("2025-11-13", "a", 2),
        ("2025-11-14", "a", 1),
        ("2025-11-14", "b", 3),
    ]
    today = spend_rows(FLEET, Span.ending(WALL, "today"))
    assert [(row.agent, row.input, row.total, row.turns) for row in today] == [
        ("a", 10, 10, 1),
        ("b", 10, 10, 1),
    ]


def test_a_day_knows_its_model_and_source_where_they_were_noted() -> None:
    used = Usage(output=3)
    days = {"2025-11-13": Day(used), "2025-11-14": Day(used, 1, "old", "computed"), "2025-11-15": Day()}
    rows = spend_rows([Ledger(id="a", name="a", model="new", days=days)])
    assert [(row.model, row.source, row.cost_usd) for row in rows] == [
        ("new", "", None),
        ("old", "computed", None),
    ]


def test_hostile_names_are_one_inert_line_and_no_formula() -> None:
    name = '=HYPERLINK("http://x","a")\x1b[31m\nb'
    ledger = Ledger(
        id="a",
        name=name,
        project="-1+1",
        model="@m",
        days={"2025-11-14": Day(Usage(input=-0, cost_usd=Decimal("0.1")), 1)},
    )
    [heads, cells] = list(csv.reader(io.StringIO(as_csv(spend_rows([ledger])))))
    row = dict(zip(heads, cells, strict=True))
    assert tuple(heads) == SpendRow._fields
    assert row["agent"] == '\'=HYPERLINK("http://x","a") b'
    assert (row["project"], row["model"], row["cost_usd"]) == ("'-1+1", "'@m", "0.1")
