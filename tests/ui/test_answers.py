"""Answers: only while their strip is open and readable, and only to the request that was shown."""

from __future__ import annotations

import contextvars
import math
import re
from pathlib import Path

import pytest

from tests.ui.fake_fleet import FakeFleet, request, view
from tests.ui.opened import Opened, opened
from tui.core import facts as f
from tui.core.activity import Activity, Source
from tui.core.commands import Answer, Verdict
from tui.core.status import Request
from tui.ui.answers import DEAF_S, OpenStrip, choices, shown


async def open_strip(d: Opened, key: str = "space") -> None:
    await d.press(key)
    await d.until(lambda: d.main.strip is not None and d.main.strip.shown_at < math.inf)


@pytest.mark.parametrize(
    ("key", "verdict"), [("y", Verdict.ALLOW), ("n", Verdict.DENY), ("a", Verdict.ALLOW_ALWAYS)]
)
async def test_permission(tmp_path: Path, key: str, verdict: Verdict) -> None:
    async with opened(tmp_path) as d:
        await open_strip(d)
        assert d.selected == "flaky-tests"
        await d.press(key)
        assert d.fleet.commands == [("flaky-tests", Answer(request_id="r1", verdict=verdict))]
        assert d.screen_name() == "MainScreen"


async def test_a_double_tap_on_the_key_that_opens_it_gives_no_consent(tmp_path: Path) -> None:
    async with opened(tmp_path) as d:
        await open_strip(d, "a")
        await d.press("a")
        assert d.fleet.commands == []
        await d.press("y")
        assert d.fleet.commands == [("flaky-tests", Answer(request_id="r1", verdict=Verdict.ALLOW))]


async def test_without_a_strip_the_keys_mean_other_things(tmp_path: Path) -> None:
    async with opened(tmp_path) as d:
        await d.press("n")
        assert d.fleet.commands == []
        assert d.screen_name() == "NewAgentScreen"


async def test_yes_opens_the_answers_first_and_twice_is_no_consent(tmp_path: Path) -> None:
    async with opened(tmp_path) as d:
        await d.press("y")
        await d.until(lambda: d.main.strip is not None and d.main.strip.shown_at < math.inf)
        await d.press("y")
        assert d.fleet.commands == []
        await d.press("escape", "a")
        await d.until(lambda: d.main.strip is not None and d.main.strip.shown_at < math.inf)
        await d.press("y")
        assert d.fleet.commands == [("flaky-tests", Answer(request_id="r1", verdict=Verdict.ALLOW))]


@pytest.mark.parametrize("inbox", [False, True])
async def test_an_answer_that_kills_asks_before(tmp_path: Path, inbox: bool) -> None:
    options = ["20,000 tokens more", "no bound", "kill it"]
    asked = request("Budget used up", permission=False, tool="budget", options=options)
    async with opened(tmp_path, [view("spent", Activity.NEEDS_ANSWER, request=asked)]) as d:
        await d.press("exclamation_mark" if inbox else "a")
        screen = d.app.screen
        await d.until(lambda: screen.strip is not None and screen.strip.shown_at < math.inf)
        for leave in (True, False):
            await d.press("3")
            assert d.screen_name() == "ConfirmScreen"
            assert d.fleet.commands == []
            question = d.app.screen
            await d.until(lambda q=question: q.shown_at < math.inf)
            await d.press("escape" if leave else "3")
        await d.until(lambda: d.fleet.commands)
        assert d.fleet.commands == [
            ("spent", Answer(request_id="r1", verdict=Verdict.CHOOSE, choice=3)),
        ]


async def test_a_key_in_one_burst_with_the_strip_answers_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path) as d:
        d.burst("space", "y", "n", "a", "1")
        await d.until(lambda: d.main.strip is not None and d.main.strip.shown_at < math.inf)
        assert d.fleet.commands == []
        assert d.screen_name() == "MainScreen"
        assert d.selected == "flaky-tests"
        await d.press("y")
        assert len(d.fleet.commands) == 1


async def test_a_denial_with_a_reason(tmp_path: Path) -> None:
    async with opened(tmp_path) as d:
        await open_strip(d, "a")
        await d.press("e", *"no rm", "enter")
        answer = Answer(request_id="r1", verdict=Verdict.DENY, text="no rm")
        assert d.fleet.commands == [("flaky-tests", answer)]


async def test_an_option_by_its_number_and_own_words(tmp_path: Path) -> None:
    async with opened(tmp_path) as d:
        d.main.select("docs")
        await open_strip(d, "a")
        await d.press("2")
        assert d.fleet.commands == [("docs", Answer(request_id="q1", verdict=Verdict.CHOOSE, choice=2))]
        d.fleet.change("docs", request=None)
        await d.until(lambda: d.main.strip is None)
        d.fleet.change(
            "docs", request=Request(request_id="q2", permission=False, title="Which?", answerable=True)
        )
        await d.until(lambda: d.main.agents.views["docs"].status.request)
        await open_strip(d, "a")
        await d.press("e", *"v3", "enter")
        assert d.fleet.commands[1:] == [("docs", Answer(request_id="q2", verdict=Verdict.CHOOSE, text="v3"))]


async def test_space_walks_those_that_wait_longest_first(tmp_path: Path) -> None:
    async with opened(tmp_path) as d:
        d.main.select("bench")
        await open_strip(d)
        assert d.selected == "flaky-tests"
        await open_strip(d)
        assert d.selected == "docs"
        await open_strip(d)
        assert d.selected == "flaky-tests"
        await open_strip(d, "backspace")
        assert d.selected == "docs"


async def test_a_strip_whose_request_is_gone_says_so_and_takes_no_key(tmp_path: Path) -> None:
    async with opened(tmp_path) as d:
        await open_strip(d)
        d.fleet.change("flaky-tests", request=None, activity=Activity.WORKING)
        await d.until(lambda: d.main.strip is not None and d.main.strip.gone_at is not None)
        await d.until(lambda: "already answered" in d.text())
        d.burst("y", "n", "a", "e")
        await d.until(lambda: d.main.strip is None)
        assert d.fleet.commands == []
        assert d.screen_name() == "MainScreen"


async def test_another_request_of_the_same_agent_is_not_answered_by_the_old_strip(tmp_path: Path) -> None:
    async with opened(tmp_path) as d:
        await open_strip(d)
        d.fleet.change("flaky-tests", request=request("git push --force", request_id="r2"))
        await d.until(lambda: d.main.strip is not None and d.main.strip.gone_at is not None)
        await d.press("y")
        assert d.fleet.commands == []


async def test_what_cannot_be_answered_from_here_points_to_its_own_screen(tmp_path: Path) -> None:
    asks = view("one", Activity.NEEDS_PERMISSION, request=request(answerable=False))
    async with opened(tmp_path, [asks]) as d:
        await open_strip(d)
        assert "answer on its own screen" in d.text()
        await d.press("y")
        assert d.fleet.commands == []
        await d.press("enter", "y")
        assert d.fleet.link("one").keys() == ["y"]


async def test_a_state_that_comes_before_its_request_opens_the_answers_once_it_is_there(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path, [view("one", Activity.NEEDS_PERMISSION)]) as d:
        await d.press("space")
        assert d.main.strip is None
        d.fleet.change("one", request=request())
        await d.until(lambda: d.main.strip is not None)
        assert "allow once" in d.text()


async def test_answers_that_were_awaited_do_not_open_once_the_user_is_elsewhere(tmp_path: Path) -> None:
    waits = [view("one", Activity.NEEDS_PERMISSION), view("two")]
    async with opened(tmp_path, waits) as d:
        await d.press("space", "j", "k")
        d.fleet.change("one", request=request())
        await d.until(lambda: d.main.agents.view.status.request is not None)
        d.main.tick()
        assert d.main.strip is None


async def test_nobody_waits(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")]) as d:
        await d.press("space", "a")
        assert d.main.strip is None
        assert any("Nobody needs you" in toast for toast in d.toasts())


async def test_the_inbox_shows_detail_and_answers_one_after_the_other(tmp_path: Path) -> None:
    async with opened(tmp_path) as d:
        await d.press("exclamation_mark")
        await d.until(lambda: d.app.screen.strip is not None and d.app.screen.strip.shown_at < math.inf)
        assert "--count 50 tests/test_clock.py" in d.text()
        await d.press("y")
        assert d.fleet.commands == [("flaky-tests", Answer(request_id="r1", verdict=Verdict.ALLOW))]
        d.fleet.change("flaky-tests", request=None, activity=Activity.WORKING)
        await d.until(lambda: d.app.screen.selected == "docs")
        await d.until(lambda: d.app.screen.strip is not None and d.app.screen.strip.shown_at < math.inf)
        await d.press("3")
        assert d.fleet.commands[1:] == [("docs", Answer(request_id="q1", verdict=Verdict.CHOOSE, choice=3))]
        d.fleet.change("docs", request=None, activity=Activity.WORKING)
        await d.until(lambda: d.screen_name() == "MainScreen")


async def test_the_inbox_shows_what_stood_before_and_what_was_decided(tmp_path: Path) -> None:
    def prepare(fleet: FakeFleet) -> None:
        link = fleet.link("flaky-tests")
        link.events = [
            f.Event(
                seq=1,
                at=1.0,
                source=Source.STREAM,
                run=1,
                fact=f.Text(text="I take the **clock** as an argument."),
            ),
            f.Event(
                seq=2,
                at=2.0,
                source=Source.STREAM,
                run=1,
                fact=f.Text(text="of a sub-agent", parent="t1"),
            ),
        ]

    async with opened(tmp_path, prepare=prepare) as d:
        await d.press("exclamation_mark")
        await d.until(lambda: d.app.screen.strip is not None and d.app.screen.strip.shown_at < math.inf)
        assert "last words" in d.text()
        assert "I take the clock as an argument." in d.text()
        assert "of a sub-agent" not in d.text()
        await d.until(lambda: "its screen" in d.text())
        assert "as text" in d.text()
        await d.press("n")
        d.fleet.change("flaky-tests", request=None, activity=Activity.WORKING)
        await d.until(lambda: d.app.screen.selected == "docs")
        await d.until(lambda: "you answered" in d.text())
        assert re.search(r"flaky-tests .*denied", d.text())


async def test_an_inbox_that_was_left_leaves_nothing_else(tmp_path: Path) -> None:
    asks = view("one", Activity.NEEDS_PERMISSION, request=request())
    async with opened(tmp_path, [asks]) as d:
        await d.press("exclamation_mark")
        inbox = d.app.screen
        d.fleet.change("one", request=None, activity=Activity.WORKING)
        await d.until(lambda: d.screen_name() == "MainScreen")
        inbox.follow()  # its timer, due before it was taken down
        assert d.screen_name() == "MainScreen"


async def test_a_screen_that_was_left_takes_no_other_off_when_it_hears_late_that_it_is_shown(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as d:
        await d.press("exclamation_mark")
        inbox = d.app.screen
        await d.press("escape")
        await d.press("question_mark")
        assert d.screen_name() == "HelpScreen"
        inbox.on_screen_resume()
        await d.pilot.pause()
        assert d.screen_name() == "HelpScreen"


@pytest.mark.parametrize("over", ["colon", "f1"])
async def test_an_inbox_that_empties_under_something_else_goes_when_that_has_gone(
    tmp_path: Path, over: str
) -> None:
    asks = view("one", Activity.NEEDS_PERMISSION, request=request())
    async with opened(tmp_path, [asks]) as d:
        await d.press("exclamation_mark")
        inbox = d.app.screen
        await d.press(over)
        above = d.app.screen
        assert above is not inbox
        d.fleet.change("one", request=None, activity=Activity.WORKING)
        await d.until(lambda: inbox.is_left)
        assert d.app.screen is above
        await d.press("escape")
        await d.until(lambda: d.screen_name() == "MainScreen")


async def test_the_inbox_opens_the_agent(tmp_path: Path) -> None:
    async with opened(tmp_path) as d:
        await d.press("exclamation_mark", "down", "o")
        assert d.screen_name() == "MainScreen"
        assert d.selected == "docs"


def test_a_strip_is_deaf_until_it_is_seen_and_after_it_is_gone() -> None:
    strip = OpenStrip("one", request())
    assert strip.is_deaf(5.0)
    strip.shown_at = 4.0
    assert strip.is_deaf(3.9)
    assert not strip.is_deaf(4.1)
    assert not strip.follow(request(), 5.0)
    assert not strip.follow(None, 6.0)
    assert strip.is_deaf(6.1)
    assert strip.follow(None, 6.0 + DEAF_S)


def test_a_request_that_comes_back_does_not_wake_the_strip() -> None:
    strip = OpenStrip("one", request())
    strip.shown_at = 0.0
    strip.follow(None, 1.0)
    strip.follow(request(), 1.1)
    assert strip.is_deaf(1.2)


def test_choices_of_a_permission_with_options() -> None:
    keys = [choice.key for choice in choices(request(options=["Yes", "No"]))]
    assert keys == ["y", "n", "e", "a", "1", "2"]


CODEX = ["Yes, proceed", "Yes, and don't ask again for `pytest`", "No, and tell Codex what to do differently"]


@pytest.mark.parametrize(
    ("options", "seen"),
    [
        ([], ["y allow once", "n deny", "e deny, say why", "a allow always"]),
        (["Yes", "No"], ["y allow once", "n deny", "e deny, say why"]),
        (CODEX, ["y allow once", "n deny", "e deny, say why", "a allow always for `pytest`"]),
        (
            ["Yes", "Yes, allow all edits during this session (shift+tab)", "No"],
            [
                "y allow once",
                "n deny",
                "e deny, say why",
                "a Yes, allow all edits during this session (shift+tab)",
            ],
        ),
        (
            ["Allow once", "Allow in this folder", "Always allow", "No, stop"],
            ["y allow once", "n deny", "e deny, say why", "a Always allow", "2 Allow in this folder"],
        ),
    ],
)
def test_what_means_the_same_is_shown_once(options: list[str], seen: list[str]) -> None:
    given = request(options=options)
    assert [f"{choice.key} {choice.label}" for choice in shown(given)] == seen


def test_what_is_not_shown_answers_nothing() -> None:
    strip = OpenStrip("one", request(options=CODEX))
    assert [strip.choice(key) for key in "123"] == [None] * 3
    assert strip.choice("a") is not None


async def test_a_number_that_the_strip_does_not_show_goes_to_that_agent(tmp_path: Path) -> None:
    asked = request(options=CODEX)
    async with opened(
        tmp_path, [view("one", Activity.NEEDS_PERMISSION, request=asked), view("two")], size=(80, 24)
    ) as d:
        await open_strip(d)
        assert d.selected == "one"
        await d.press("2")
        assert (d.selected, d.fleet.commands) == ("two", [])


async def test_the_strip_says_each_answer_once(tmp_path: Path) -> None:
    asked = request(options=CODEX)
    async with opened(tmp_path, [view("one", Activity.NEEDS_PERMISSION, request=asked)]) as d:
        await open_strip(d)
        await d.until(lambda: "a allow always for `pytest`" in d.text())
        assert "Yes, proceed" not in d.text()


async def test_a_change_from_outside_the_app_can_start_its_timers(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """What a watcher's thread or a socket calls knows nothing of the app that it calls."""
    async with opened(tmp_path) as d:
        await open_strip(d, "a")
        contextvars.Context().run(d.fleet.change, "flaky-tests", request=None)
        await d.until(lambda: d.main.strip is None)
    assert "LookupError" not in caplog.text
