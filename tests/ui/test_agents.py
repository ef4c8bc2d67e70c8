"""Order, selection and panes as values."""

from __future__ import annotations

from tests.ui.fake_fleet import MONO, WALL, moods, view
from tui.core.activity import Activity
from tui.core.clock import Now
from tui.ui.agents import Agents, Sort, fill_slots
from tui.ui.announce import Announcer, line

NOW = Now(MONO, WALL)


def fleet(*names: str) -> dict[str, object]:
    return {name: view(name) for name in names}


def test_who_needs_you_stands_first() -> None:
    agents = Agents()
    agents.update({v.id: v for v in moods()}, NOW)
    assert agents.shown[:2] == ["flaky-tests", "docs"]
    assert agents.selected == "flaky-tests"
    assert agents.waiting() == ["flaky-tests", "docs"]


def test_steps_stop_at_the_ends() -> None:
    agents = Agents()
    agents.update(fleet("a", "b", "c"), NOW)
    assert agents.step(-1) == "a"
    agents.selected = "c"
    assert agents.step(1) == "c"


def test_an_order_that_is_held_takes_new_ones_in_their_group() -> None:
    agents = Agents()
    agents.update(fleet("b", "c"), NOW)
    agents.hold(MONO)
    late = {**fleet("a", "b"), "c": view("c", Activity.NEEDS_ANSWER)}
    agents.update(late, NOW)
    assert agents.shown == ["b", "c", "a"]
    agents.update(late, Now(MONO + 2.1, WALL))
    assert agents.shown == ["c", "a", "b"]


def test_sorting_by_name() -> None:
    agents = Agents()
    agents.sort = Sort.NAME
    agents.update(fleet("c", "A", "b"), NOW)
    assert agents.shown == ["A", "b", "c"]


def test_a_filter_looks_at_names_states_and_words() -> None:
    agents = Agents()
    for words, found in (
        ("stall", ["migrate-db"]),
        ("opus", ["api-refactor"]),
        ("shop 2.4.0", ["changelog"]),
        ("state:stalled,limited -runtime:opencode", ["migrate-db"]),
    ):
        agents.filter = words
        agents.update({v.id: v for v in moods()}, NOW)
        assert agents.shown == found


def test_panes_keep_their_agents_and_the_least_gives_way_to_the_selected() -> None:
    shown = ["a", "b", "c", "d"]
    assert fill_slots([], shown, "a", 2) == ["a", "b"]
    assert fill_slots(["b", "a"], shown, "a", 2) == ["b", "a"]
    assert fill_slots(["a", "b"], shown, "d", 2) == ["a", "d"]
    assert fill_slots(["a", "b", "c"], shown, "c", 2) == ["a", "c"]
    assert fill_slots(["gone", "b"], shown, "b", 2) == ["b", "a"]
    assert fill_slots(["a"], shown, "a", 0) == []


def test_news_are_told_once() -> None:
    announcer = Announcer()
    one = view("one")
    asks = view("one", Activity.NEEDS_PERMISSION, headline="run  rm")
    assert announcer.news({"one": asks}) == []
    assert announcer.news({"one": one}) == []
    assert announcer.news({"one": asks}) == [asks]
    assert announcer.news({"one": asks}) == []
    assert line(asks).plain == "! one permission: run rm"
    assert line(asks, key="space").plain == "! one permission: run rm  space"
