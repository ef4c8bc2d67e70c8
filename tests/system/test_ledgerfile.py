"""Ledgers on disk: kept apart from agents, read again only where they changed."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from tui.core.ledger import Day, Ledger
from tui.core.usage import Usage
from tui.system.ledgerfile import SPENT, Ledgers, read_ledger, write_ledger


def ledger(name: str, tokens: int) -> Ledger:
    return Ledger(
        id=name, name=name, days={"2025-01-01": Day(Usage(input=tokens, cost_usd=Decimal("0.1")), 1)}
    )


def test_what_is_written_is_read_by_its_owner_alone(tmp_path: Path) -> None:
    write_ledger(tmp_path, ledger("a", 5))
    assert read_ledger(tmp_path, "a") == ledger("a", 5)
    assert read_ledger(tmp_path, "b") is None
    path = tmp_path / SPENT / "a.json"
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_all_of_them_and_what_is_none_is_passed_over(tmp_path: Path) -> None:
    ledgers = Ledgers(tmp_path)
    assert ledgers.read() == []
    write_ledger(tmp_path, ledger("a", 5))
    write_ledger(tmp_path, ledger("b", 6))
    (tmp_path / SPENT / "torn.json").write_text('{"id": "to')
    (tmp_path / SPENT / "other.json").write_text('{"id": "a"}')
    assert sorted(each.id for each in ledgers.read()) == ["a", "b"]
    write_ledger(tmp_path, ledger("a", 9))
    assert {each.id: each.days["2025-01-01"].usage.input for each in ledgers.read()} == {"a": 9, "b": 6}
