"""The page of states says what the reducer does; each of its cells is an edge, tested by its name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tui.core.activity import Activity
from tui.core.lifecycle import Lifecycle
from tui.core.spec import Mode
from tui.core.table import FACTS, INPUTS, LIVES, MODES, STATES, believed, edge, life, renewed
from tui.core.votes import SILENT_S

PAGE = (Path(__file__).parents[2] / "docs" / "states.md").read_text(encoding="utf-8")


def cells(name: str) -> Iterator[tuple[str, str, str]]:
    """The cells of a table on the page: row, column, what stands there."""
    text = PAGE.split(f"<!-- {name}: made")[1].split(f"<!-- /{name}")[0]
    head, _, *lines = [[cell.strip(" `") for cell in line.split("|")[1:-1]] for line in text.splitlines()[1:]]
    for row, *rest in lines:
        for column, cell in zip(head[1:], rest, strict=True):
            yield row, column, cell


EDGES = [(mode, *cell) for mode, name in MODES.items() for cell in cells(f"facts, {name}")]


@pytest.mark.parametrize(("mode", "fact", "state", "after"), EDGES, ids=lambda each: str(each))
def test_edge(mode: Mode, fact: str, state: str, after: str) -> None:
    assert edge(mode, Activity(state), fact) == (state if after == "–" else after)


@pytest.mark.parametrize(("what", "before", "after"), list(cells("lives")), ids=lambda each: str(each))
def test_life(what: str, before: str, after: str) -> None:
    assert life(Lifecycle(before), what) == after


def test_the_page_has_every_edge() -> None:
    assert len(EDGES) == len(MODES) * len(FACTS) * len(STATES)
    assert len(list(cells("lives"))) == (len(INPUTS) - 1) * len(LIVES)


def test_the_page_is_up_to_date() -> None:
    assert renewed(PAGE) == PAGE, "run nox -s table"


def test_a_page_without_a_place_for_a_table_is_left_alone() -> None:
    with pytest.raises(ValueError, match="no place for the table"):
        renewed("a page\n")


@pytest.mark.parametrize("strong", [Activity.NEEDS_PERMISSION, Activity.NEEDS_ANSWER, Activity.IDLE])
@pytest.mark.parametrize("weak", [Activity.WORKING, Activity.IDLE])
def test_what_rests_or_waits_never_lapses(strong: Activity, weak: Activity) -> None:
    assert believed(strong, weak, 100 * SILENT_S) is strong
