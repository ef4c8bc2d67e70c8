"""The table of prices: whoever finds it torn, foreign or gone finds it empty; two writers lose nothing."""

from __future__ import annotations

import threading
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from tui.core.prices import ModelPrice, Override, Price, Rate
from tui.system.pricefile import Table, installed, read_table, signature, update_table

LINE = ModelPrice(price=Price(input=Rate(Decimal("0.1"))), context_window=7)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "prices.json"


def table(**models: ModelPrice | None) -> Table:
    return Table(models={name: msgspec.Raw(msgspec.json.encode(line)) for name, line in models.items()})


def test_what_is_written_is_read(path: Path) -> None:
    update_table(path, lambda _: table(m=LINE, unknown=None))
    found = read_table(path)
    assert found.price("m", "/") == LINE
    assert "unknown" in found.models
    assert found.price("unknown", "/") is None
    assert found.price("other", "/") is None
    assert b'"usd":"0.1"' in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b'{"version": 2}',
        b'{"models": 3}',
        b'{"version":1,"models":{"m":',
        b" " * 5_000_000,
    ],
)
def test_a_torn_or_foreign_file_is_an_empty_table_and_is_replaced(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    assert read_table(path) == Table()
    update_table(path, lambda found: table(m=LINE) if found == Table() else None)
    assert read_table(path).price("m", "/") == LINE


def test_a_line_that_cannot_be_read_hides_no_other(path: Path) -> None:
    path.write_bytes(
        b'{"models": {"a": {"price": 3}, "b": {"context_window": 7}, "c": {"price": {"input": {"usd": "x"}}}}}'
    )
    found = read_table(path)
    assert [found.price(name, "/") for name in "abc"] == [None, ModelPrice(context_window=7), None]


def test_a_missing_folder_or_file_is_an_empty_table(path: Path) -> None:
    assert read_table(path) == read_table(path / "none") == Table()
    assert signature(path) == (0, 0, 0)


def test_a_link_is_not_written_through(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_text("mine")
    path.symlink_to(target)
    update_table(path, lambda _: table(m=LINE))
    assert target.read_text() == "mine"
    assert not path.is_symlink()


def test_the_nearest_projects_figures_lie_over_the_users() -> None:
    found = msgspec.structs.replace(
        table(m=LINE),
        overrides={
            "": {"m": Override(output=Decimal(2), context_window=8), "own": Override(context_window=1)},
            "/w/shop": {"m": Override(output=Decimal(3))},
            "/w": {"m": Override(output=Decimal(4))},
        },
    )
    rate = Rate(Decimal("0.1"))

    def expected(usd: int) -> ModelPrice:
        return ModelPrice(price=Price(input=rate, output=Rate(Decimal(usd))), context_window=8)

    assert found.price("m", "/w/shop/api") == expected(3)
    assert found.price("m", "/w/shopping") == expected(4)
    assert found.price("m", "/elsewhere") == expected(2)
    assert found.price("own", "/w/shop") == ModelPrice(context_window=1)


def test_writers_at_once_lose_nothing(path: Path) -> None:
    def add(name: str) -> None:
        update_table(path, lambda found: Table(models={**found.models, name: msgspec.Raw(b"null")}))

    threads = [threading.Thread(target=add, args=(str(n),)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(read_table(path).models) == {str(n) for n in range(20)}
    assert {file.name for file in path.parent.iterdir()} == {"prices.json", ".prices.json.lock"}


def test_the_installed_list_is_told_apart_without_loading_it() -> None:
    size, _, changed = installed().partition("-")
    assert int(size) > 10_000
    assert int(changed) > 0
