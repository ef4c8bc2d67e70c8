"""`usage`: a table for people, CSV and JSON for the rest."""

from __future__ import annotations

import csv
import io
import time
from decimal import Decimal

from tests.cli.conftest import Cli
from tui.core.budget import date_of
from tui.core.ledger import Day, Ledger
from tui.core.usage import Usage
from tui.system.ledgerfile import write_ledger
from tui.system.paths import Paths, ensure


def spend(paths: Paths) -> str:
    today = date_of(time.time())
    ensure(paths)
    used = Usage(input=1_000, output=200, cache_read=30, cost_usd=Decimal("1.2345"))
    days = {"2020-01-02": Day(used, 1), today: Day(used, 2, "opus", "reported")}
    write_ledger(paths.state, Ledger(id="gone", name="gone", project="shop", runtime="codex", days=days))
    return today


def test_today_as_a_table(cli: Cli, paths: Paths) -> None:
    assert cli("usage").out == "Nothing was spent today.\n"
    spend(paths)
    [heads, row, total] = cli("usage").out.splitlines()
    assert heads.split() == ["agent", "tokens", "cost", "turns"]
    assert row.split() == ["gone", "1.23k", "$1.23", "2"]
    assert total.split() == ["all", "today", "1.23k", "$1.23", "2"]
    assert cli("usage", "--by", "project", "--range", "all").out.splitlines()[1].split() == [
        "shop",
        "2.46k",
        "$2.47",
        "3",
    ]


def test_every_day_for_scripts(cli: Cli, paths: Paths) -> None:
    today = spend(paths)
    rows = list(csv.DictReader(io.StringIO(cli("usage", "--csv").out)))
    assert [(row["date"], row["cost_usd"], row["source"]) for row in rows] == [
        ("2020-01-02", "1.2345", ""),
        (today, "1.2345", "reported"),
    ]
    [first, second] = cli("usage", "--json").objects
    assert (first["cost_usd"], second["model"], second["total"]) == (1.2345, "opus", 1_230)
    assert len(cli("usage", "--csv", "--range", "today").out.splitlines()) == 2
    assert cli("usage", "--csv", "--json").code == 2
