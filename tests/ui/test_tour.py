"""The tour: it goes on when its step was done, and ends when asked."""

from __future__ import annotations

from pathlib import Path

from tests.ui.fake_fleet import moods, view
from tests.ui.opened import Opened, opened
from tui.core.settings import Settings
from tui.ui.touring import STEPS, Seen, Tour

SEEN = Seen(agents=2, selected="a", waiting=1, strip=False, typing=False, zoomed=False, screen="MainScreen")


def said(d: Opened) -> str:
    return next((line.strip() for line in d.text().splitlines() if line.startswith(" tour ")), "")


def test_a_step_is_done_by_doing_it_and_what_cannot_be_tried_is_passed_by() -> None:
    tour = Tour(lambda name: name)
    tour.look(SEEN)
    assert (tour.place, tour.words) == ((1, len(STEPS)), "go.down selects the next agent")
    tour.look(SEEN)
    assert tour.place[0] == 1
    tour.look(SEEN._replace(selected="b", waiting=0))
    assert tour.words.startswith("go.type")
    for step in ({"typing": True}, {}, {"zoomed": True}, {"screen": "ViewScreen"}, {"screen": "HelpScreen"}):
        assert not tour.is_over
        tour.look(SEEN._replace(selected="b", **step))
    assert (tour.is_over, tour.words) == (True, "")


def test_a_step_whose_key_was_taken_away_is_left_out() -> None:
    tour = Tour(lambda name: "" if name == "go.down" else name)
    tour.look(SEEN)
    assert tour.place == (1, len(STEPS) - 1)
    assert "go.next" in tour.words


async def test_it_follows_what_is_done_on_a_small_terminal(tmp_path: Path) -> None:
    async with opened(tmp_path, moods(), size=(80, 24)) as d:
        d.main.select(d.main.agents.waiting()[0])
        d.main.action_tour()
        await d.pilot.pause()
        assert said(d).startswith("tour 1 of 8  ↓ selects the next agent")
        assert "esc ends the tour" in said(d)
        await d.press("j")
        assert "space goes to who needs you" in said(d)
        await d.press("space")
        assert "y allows, n denies, esc lets it wait" in said(d)
        await d.press("escape")
        assert "enter types into the agent" in said(d)
        d.main.select("api-refactor")
        await d.press("enter")
        await d.until(lambda: "takes the keyboard back" in said(d))
        assert "ctrl+]" in said(d)
        await d.press("ctrl+right_square_bracket")
        assert "z shows this agent alone" in said(d)
        await d.press("z")
        assert "w tells why" in said(d)
        await d.press("w")
        await d.until(lambda: d.screen_name() == "ViewScreen")
        await d.press("escape")
        await d.until(lambda: ": finds every action" in said(d))
        assert d.main.tour.is_on
        await d.press("question_mark", "escape")
        await d.until(lambda: not d.main.tour.is_on)
        assert said(d) == ""
        assert any("That was the tour." in sentence for sentence in d.toasts())


async def test_escape_ends_it_and_keys_are_the_users_own(tmp_path: Path) -> None:
    settings = Settings(keys={"go.down": "ctrl+n"})
    async with opened(tmp_path, [view("one"), view("two")], settings=settings) as d:
        d.main.action_tour()
        await d.pilot.pause()
        assert "ctrl+n selects the next agent" in said(d)
        await d.press("escape")
        assert (said(d), d.main.tour.is_on) == ("", False)


async def test_the_palette_begins_it_and_without_agents_it_says_so(tmp_path: Path) -> None:
    async with opened(tmp_path, []) as d:
        assert "be shown around" in d.text()
        d.main.action_tour()
        assert d.toasts() == ["The tour goes over agents: there are none yet."]
    async with opened(tmp_path, [view("one"), view("two")]) as d:
        await d.press("colon", *"tour", "enter")
        await d.until(lambda: said(d).startswith("tour 1 of"))


async def test_what_the_command_line_asked_for_begins_once_there_are_agents(tmp_path: Path) -> None:
    async with opened(tmp_path, []) as d:
        d.main.tour.wanted = True
        d.fleet.put(view("one"))
        d.fleet.put(view("two"))
        await d.until(lambda: said(d).startswith("tour 1 of"))
