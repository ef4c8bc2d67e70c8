"""Order, selection and panes as values."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.fake_fleet import MONO, WALL, moods, view
from tui.client.view import AgentView
from tui.core.activity import Activity
from tui.core.clock import Now
from tui.ui.agents import Agents, GroupBy, Sort
from tui.ui.announce import Announcer, line
from tui.ui.slots import fill_slots

NOW = Now(MONO, WALL)


def fleet(*names: str) -> dict[str, object]:
    return {name: view(name) for name in names}


def replaced(given: AgentView, **fields: object) -> AgentView:
    return msgspec.structs.replace(given, status=msgspec.structs.replace(given.status, **fields))


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


def test_pinned_agents_have_panes_before_others() -> None:
    shown = ["a", "b", "c", "d"]
    assert fill_slots(["a", "b"], shown, "a", 2, {"d"}) == ["a", "d"]
    assert fill_slots(["a", "d"], shown, "b", 2, {"d"}) == ["b", "d"]
    assert fill_slots([], shown, "a", 1, {"d"}) == ["a"]


def sections(agents: Agents) -> list[tuple[str, list[str]]]:
    return [(section.title, list(section.ids)) for section in agents.sections]


def test_groups_stand_by_name_and_who_has_none_last() -> None:
    agents = Agents()
    agents.group = GroupBy.TAG
    tagged = {"a": view("a", tags=["web", "urgent"]), "b": view("b"), "c": view("c", tags=["api"])}
    agents.update(tagged, NOW)
    assert sections(agents) == [("api", ["c"]), ("web", ["a"]), ("no tag", ["b"])]
    agents.group = GroupBy.RUNTIME
    agents.resort(NOW)
    assert sections(agents) == [("claude", ["a", "b", "c"])]
    agents.group = GroupBy.NONE
    agents.resort(NOW)
    assert sections(agents) == [("", ["a", "b", "c"])]


def test_pinned_agents_stand_on_top_and_hidden_ones_are_folded_away() -> None:
    agents = Agents()
    agents.update(fleet("a", "b", "c"), NOW)
    agents.selected = "b"
    assert agents.turn_pinned(["c"])
    assert agents.turn_hidden(["b"])
    agents.resort(NOW)
    assert sections(agents) == [("pinned", ["c"]), ("running", ["a"]), ("hidden", ["b"])]
    assert (agents.shown, agents.panes, agents.selected) == (["c", "a"], ["c", "a"], "c")
    agents.selected = "b"  # asked for by name: it is seen as long as it is selected
    agents.resort(NOW)
    assert (agents.shown, agents.selected) == (["c", "a", "b"], "b")
    agents.filter = "is:hidden"
    agents.resort(NOW)
    assert agents.shown == ["b"]
    assert not agents.turn_hidden(["b"])


def test_a_folded_section_is_walked_into_at_its_first_and_passed() -> None:
    agents = Agents()
    agents.group = GroupBy.PROJECT
    views = {name: view(name) for name in "abcd"}
    for name, project in zip("abcd", ("one", "two", "two", "zwei"), strict=True):
        views[name] = replaced(views[name], project=project)
    agents.update(views, NOW)
    agents.fold("project:two", True)
    agents.resort(NOW)
    assert (agents.shown, agents.panes) == (["a", "b", "d"], ["a", "d"])
    agents.selected = agents.step(1)
    assert (agents.selected, agents.panes) == ("b", ["a", "b", "d"])
    agents.selected = agents.step(1)
    assert (agents.selected, agents.panes) == ("d", ["a", "d"])


def test_marks_choose_whom_commands_are_for() -> None:
    agents = Agents()
    agents.update(fleet("a", "b", "c"), NOW)
    assert [v.status.id for v in agents.targets] == ["a"]
    agents.mark(["c", "b"])
    assert agents.marked == ["b", "c"]
    assert [v.status.id for v in agents.targets] == ["b", "c"]
    agents.update(fleet("a", "c"), NOW)
    assert agents.marked == ["c"]
    agents.mark(["c"])
    assert [v.status.id for v in agents.targets] == ["a"]


def test_nothing_is_worked_out_again_while_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    agents = Agents()
    views = fleet("a", "b")
    agents.update(views, NOW)
    worked: list[object] = []
    monkeypatch.setattr(agents, "_arrange", lambda *a, **k: worked.append(a))
    agents.update(views, Now(MONO + 60, WALL + 60))
    assert worked == []
    agents.update({**views, "a": view("a", headline="other")}, NOW)
    assert len(worked) == 1


STATES = st.sampled_from([Activity.WORKING, Activity.NEEDS_ANSWER, Activity.IDLE, Activity.DONE])
STEPS = st.one_of(
    st.tuples(st.just("put"), st.sampled_from("abcdef"), STATES),
    st.tuples(st.just("drop"), st.sampled_from("abcdef"), st.none()),
    st.tuples(
        st.sampled_from(["pin", "hide", "mark", "select", "fold"]), st.sampled_from("abcdef"), st.none()
    ),
    st.tuples(st.just("group"), st.sampled_from(list(GroupBy)), st.none()),
    st.tuples(st.just("sort"), st.sampled_from(list(Sort)), st.none()),
    st.tuples(st.just("filter"), st.sampled_from(["", "a", "is:hidden", "-is:pinned"]), st.none()),
    st.tuples(st.just("wait"), st.integers(0, 3), st.none()),
)


@given(st.lists(STEPS, max_size=25))
def test_every_agent_stands_in_one_section_whatever_happens(steps: list[tuple[str, object, object]]) -> None:
    agents, views, at = Agents(), {}, MONO
    for what, name, state in steps:
        agents.hold(at)
        match what:
            case "put":
                tags = ["t"] if name in "ab" else []
                views[name] = view(name, state, tags=tags)
            case "drop":
                views.pop(name, None)
            case "pin" | "hide" if name in agents.views:
                (agents.turn_pinned if what == "pin" else agents.turn_hidden)([name])
                agents.resort(Now(at, WALL))
            case "mark":
                agents.mark([name])
            case "select" if name in agents.shown:
                agents.selected = name
            case "fold" if (section := agents.section_of(name)) is not None:
                agents.fold(section.key, not section.folded)
                agents.resort(Now(at, WALL))
            case "group" | "sort" | "filter":
                setattr(agents, what, name)
                agents.resort(Now(at, WALL))
            case "wait":
                at += name
        agents.update(views, Now(at, WALL))
        ids = [agent_id for section in agents.sections for agent_id in section.ids]
        assert len(ids) == len(set(ids))
        assert set(ids) <= views.keys()
        if not agents.filter:
            assert set(ids) == views.keys()
        assert len(agents.shown) == len(set(agents.shown))
        assert set(agents.panes) <= set(agents.shown)
        assert agents.selected in agents.shown or (agents.selected is None and not agents.shown)
        assert set(agents.marked) <= views.keys()


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
