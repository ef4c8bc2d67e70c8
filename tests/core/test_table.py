"""The page of states says what the reducer does; each of its cells is an edge, tested by its name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from tui.core import facts as f
from tui.core.activity import STRENGTH, Activity, Source
from tui.core.lifecycle import Lifecycle
from tui.core.spec import Mode
from tui.core.table import (
    FACTS,
    INPUTS,
    LIVES,
    MODES,
    SOURCES,
    STATES,
    believed,
    edge,
    life,
    overrides,
    renewed,
)
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


@pytest.mark.parametrize("source", [each for each in STRENGTH if each is not Source.STREAM])
@pytest.mark.parametrize("mode", MODES)
def test_every_edge_is_the_same_whichever_source_is_the_strongest(mode: Mode, source: Source) -> None:
    """But for the bytes of a terminal, whose word for work lapses by itself (`BYTES_WORKING_S`) and which tell nothing else."""
    facts = [fact for fact in FACTS if fact != "something new on its screen"]
    differ = {
        (fact, state.value)
        for fact in facts
        for state in (Activity.UNKNOWN, Activity.WORKING, Activity.IDLE, Activity.NEEDS_ANSWER)
        if edge(mode, state, fact, source) is not edge(mode, state, fact)
    }
    assert differ == set()


@pytest.mark.parametrize("told", SOURCES)
@pytest.mark.parametrize("new", SOURCES)
def test_a_weaker_source_never_overrides_a_stronger_and_the_host_has_no_vote(
    told: Source, new: Source
) -> None:
    order = [*STRENGTH, Source.HOST]
    assert overrides(told, new) is (new is not Source.HOST and order.index(new) <= order.index(told))


def test_every_kind_of_fact_that_an_agent_can_tell_is_on_the_page() -> None:
    hosts = {
        f.RunStarted, f.SpawnFailed, f.RunExited, f.FellBack, f.HostLost, f.StateChanged, f.TreeSampled, f.LadderEnded, f.UserActed,
        f.StepAnnounced, f.StepTaken, f.StepCancelled, f.RunPlanned, f.BudgetChanged, f.RecordingChanged,
    }  # fmt: skip
    assert {type(fact) for fact in FACTS.values()} == set(get_args(f.AnyFact)) - hosts


def test_the_page_has_every_edge() -> None:
    assert len(EDGES) == len(MODES) * len(FACTS) * len(STATES)
    assert len(list(cells("lives"))) == (len(INPUTS) - 1) * len(LIVES)


def test_the_page_is_up_to_date() -> None:
    assert renewed(PAGE) == PAGE, "run nox -s table"


def test_a_page_without_a_place_for_a_table_is_left_alone() -> None:
    with pytest.raises(ValueError, match="nothing between"):
        renewed("a page\n")


@pytest.mark.parametrize("strong", [Activity.NEEDS_PERMISSION, Activity.NEEDS_ANSWER, Activity.IDLE])
@pytest.mark.parametrize("weak", [Activity.WORKING, Activity.IDLE])
def test_what_rests_or_waits_never_lapses(strong: Activity, weak: Activity) -> None:
    assert believed(strong, weak, 100 * SILENT_S) is strong
