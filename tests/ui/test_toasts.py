"""What is said in passing: never over what one types, at most two at once, only what is still true."""

from __future__ import annotations

from pathlib import Path

from textual.content import Content

from tests.ui.fake_fleet import request, view
from tests.ui.opened import Opened, opened
from tui.core.activity import Activity
from tui.core.clock import Now
from tui.ui.toasts import SHOWN_S, Severity, Toast, Toasts
from tui.ui.widgets.toast_corner import ToastCorner, ToastLine

T0 = Now(100.0, 1_763_127_000.0)
SIX = ("one", "two", "three", "four", "five", "six")


def later(seconds: float) -> Now:
    return Now(T0.mono + seconds, T0.wall + seconds)


def said(words: str, severity: Severity = Severity.INFORMATION, *, true: bool = True) -> Toast:
    return Toast(Content(words), severity, T0, lambda: true)


def words(toasts: Toasts, now: Now, *, hidden: bool = False) -> list[str]:
    return [shown.line.plain for shown in toasts.shown(now, hidden=hidden)]


def test_a_sentence_goes_after_a_while() -> None:
    toasts = Toasts()
    toasts.add(said("done"))
    assert words(toasts, T0) == ["done"]
    assert words(toasts, later(SHOWN_S - 0.1)) == ["done"]
    assert words(toasts, later(SHOWN_S)) == []


def test_an_error_stays_until_it_is_dismissed() -> None:
    toasts = Toasts()
    toasts.add(said("broken", Severity.ERROR))
    assert words(toasts, T0) == words(toasts, later(3_600)) == ["broken"]
    assert toasts.has_errors
    toasts.dismiss()
    assert words(toasts, later(3_601)) == []


def test_two_at_once_and_the_rest_counted() -> None:
    toasts = Toasts()
    for name in ("a", "b", "c", "d"):
        toasts.add(said(name, Severity.WARNING if name == "a" else Severity.INFORMATION))
    first, second = toasts.shown(T0, hidden=False)
    assert (first.line.plain, first.more) == ("a", None)
    assert second.line.plain == "d"
    assert second.more is not None
    assert second.more.plain.startswith("and 2 more since ")


def test_the_same_sentence_is_told_once() -> None:
    toasts = Toasts()
    toasts.add(said("a"))
    assert words(toasts, T0) == ["a"]
    toasts.add(said("a"))
    assert words(toasts, later(3)) == ["a"]
    assert words(toasts, later(SHOWN_S + 1)) == ["a"], "its time began anew"


def test_what_waited_is_shown_afterwards_for_its_whole_time() -> None:
    toasts = Toasts()
    toasts.add(said("begun"))
    assert words(toasts, T0) == ["begun"]
    toasts.add(said("true"))
    assert words(toasts, later(1), hidden=True) == []
    assert words(toasts, later(1_000), hidden=True) == []
    assert words(toasts, later(2_000)) == ["true", "begun"]
    assert words(toasts, later(2_000 + SHOWN_S)) == []


def test_what_is_no_longer_true_is_not_told() -> None:
    toasts = Toasts()
    toasts.add(said("was", true=False))
    assert words(toasts, T0) == []
    holds = [True]
    toasts.add(Toast(Content("holds"), Severity.WARNING, T0, lambda: holds[0]))
    assert words(toasts, T0) == ["holds"]
    holds[0] = False
    assert words(toasts, later(1)) == []


# -- on the screen -----------------------------------------------------------------------------------------------------


def lines(d: Opened) -> list[ToastLine]:
    rack = d.main.query_one(ToastCorner)
    return [line for line in rack.query(ToastLine) if rack.display and line.display]


def asks(d: Opened, name: str) -> None:
    d.fleet.change(name, activity=Activity.NEEDS_PERMISSION, request=request(request_id=name))


async def test_nothing_is_laid_over_what_one_types(tmp_path: Path) -> None:
    async with opened(tmp_path, [view(name) for name in SIX]) as d:
        await d.press("enter")
        assert d.app.keyboard.owner is not None
        asks(d, "two")
        await d.pilot.pause()
        d.main.tick()
        await d.pilot.pause()
        assert lines(d) == []
        assert "! 1 needs you" in d.text()
        await d.press("ctrl+right_square_bracket")
        await d.until(lambda: lines(d))
        assert "! two permission" in d.text()


async def test_nothing_is_laid_over_a_dialog(tmp_path: Path) -> None:
    async with opened(tmp_path, [view(name) for name in SIX]) as d:
        asks(d, "three")
        await d.until(lambda: lines(d))
        await d.press("p")
        assert d.screen_name() == "ComposerScreen"
        await d.until(lambda: not lines(d))
        asks(d, "two")
        await d.pilot.pause()
        assert lines(d) == []
        d.fleet.change("two", activity=Activity.WORKING, request=None)  # answered by somebody else meanwhile
        await d.press("escape")
        await d.until(lambda: lines(d))
        assert [message.split()[1] for message in d.toasts()] == ["three"]


async def test_at_most_two_and_the_rest_in_one_line(tmp_path: Path) -> None:
    async with opened(tmp_path, [view(name) for name in SIX]) as d:
        for name in SIX:  # of the selected one, which is in view, nothing is said
            asks(d, name)
        await d.until(lambda: "and 3 more since " in d.text())
        assert len(lines(d)) == 2
        assert all(line.region.bottom <= 35 for line in lines(d)), "the footer stays free"


async def test_esc_dismisses_an_error(tmp_path: Path) -> None:
    async with opened(tmp_path) as d:
        d.app.say("That went wrong.", severity="error")
        await d.until(lambda: lines(d))
        await d.press("escape")
        assert lines(d) == []


async def test_a_long_or_hostile_name_keeps_to_its_line(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one"), view("two")]) as d:
        d.app.say("[/] [bold]x " * 40, severity="warning")
        await d.until(lambda: lines(d))
        await d.pilot.pause()
        assert lines(d)[0].region.height == 3
        assert "[/] [bold]x" in d.text()


async def test_the_inbox_is_told_of_no_request_that_it_shows(tmp_path: Path) -> None:
    async with opened(tmp_path, [view(name) for name in SIX]) as d:
        asks(d, "one")
        await d.until(lambda: "1 needs you" in d.text())
        await d.press("exclamation_mark")
        await d.until(lambda: d.screen_name() == "InboxScreen")
        d.app.dismiss_toasts()
        asks(d, "two")
        await d.until(lambda: "! 2 need you" in d.text())
        corner = d.app.screen.query_one(ToastCorner)
        assert not corner.display
        assert corner.styles.margin.bottom == 4


async def test_on_a_low_terminal_no_sentence_lies_over_an_agents_screen(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one"), view("two")], size=(80, 24)) as d:
        d.app.say("One. ")
        d.app.say("Two. ")
        await d.until(lambda: "Two." in d.text())
        pane = d.main.board.panes[0].region
        assert all(line.region.bottom <= pane.y for line in lines(d))
        await d.press("z")
        d.main.tick()
        await d.pilot.pause()
        shown = lines(d)
        assert len(shown) == 1
        assert shown[0].region.bottom <= d.main.board.panes[0].region.y
