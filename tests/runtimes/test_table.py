"""What the runtimes declare about themselves, against what their recordings show, and the page that says it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.real_cli.clis import CLIS
from tests.runtimes.test_recordings import RUNTIMES, TABLE
from tui.core.spec import Mode
from tui.core.usage import UsageSource
from tui.runtimes.registry import all_runtimes, get
from tui.runtimes.table import BEGIN, END, renewed

PAGE = Path(__file__).parents[2] / "docs" / "runtimes.md"


def test_the_page_says_what_the_runtimes_declare() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert renewed(page) == page, "run nox -s table"
    assert renewed(f"a\n{BEGIN}old\n{END}b\n").startswith(f"a\n{BEGIN}| Runtime |")


def test_a_page_without_marks_is_left_alone() -> None:
    with pytest.raises(ValueError, match="nothing between"):
        renewed("a page\n")


def test_every_mode_of_every_runtime_is_declared_on_one_line() -> None:
    for runtime in all_runtimes():
        if runtime.name == "demo":
            continue
        assert set(runtime.tells) == set(runtime.modes), runtime.name
        for tells in runtime.tells.values():
            assert tells.state
            # Money without tokens to compute it from would be a guess.
            assert tells.tokens or tells.money is UsageSource.NONE
            for words in (tells.state, tells.tokens, tells.silent):
                assert words.isprintable()
                assert "|" not in words


@pytest.mark.parametrize("cli", RUNTIMES)
def test_money_is_called_reported_where_a_recording_has_it(cli: str) -> None:
    costs = [usage.cost_usd for name, _, usage in TABLE if name == cli and usage.cost_usd]
    declared = get(RUNTIMES[cli]).tells[Mode.STREAM].money
    # Cline's recorded model had no price, which it says as 0.
    assert (declared is UsageSource.REPORTED) == (bool(costs) or cli == "cline")


@pytest.mark.parametrize("cli", RUNTIMES)
def test_the_version_that_is_named_is_the_one_that_the_tests_run(cli: str) -> None:
    assert get(RUNTIMES[cli]).tested == CLIS[cli].package.rpartition("@")[2]
