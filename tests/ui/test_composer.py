"""The composer: whom a prompt goes to, when, what was sent before, templates, the editor, and what became of it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App

from tests.ui.fake_fleet import view
from tests.ui.opened import opened
from tui.core.activity import Activity
from tui.core.commands import Prompt
from tui.core.lifecycle import Lifecycle
from tui.core.settings import Settings
from tui.core.spec import Mode
from tui.ui import editing
from tui.ui.composing import expected
from tui.ui.prompts_sent import KEPT_MAX, LENGTH_MAX, Recall, keep_sent, sent_before


def card(d: Any) -> tuple[str, str]:
    screen = d.app.screen
    return tuple(screen.query_one(f"#{part}").render().plain.rstrip() for part in ("title", "foot"))


def fleet() -> list[Any]:
    return [view("one"), view("two", Activity.IDLE), view("three", mode=Mode.STREAM)]


async def test_a_prompt_waits_for_the_end_of_the_turn_where_that_is_wanted(tmp_path: Path) -> None:
    async with opened(tmp_path, fleet()) as d:
        d.main.select("one")
        await d.press("p", *"hi", "tab")
        title, foot = card(d)
        assert "when it rests" in title
        assert "tab at once" in foot
        await d.press("enter")
        assert d.fleet.commands == [("one", Prompt(text="hi", when_idle=True))]
        assert d.toasts() == ["one gets it when it rests."]


async def test_an_agent_that_rests_has_nothing_to_wait_for(tmp_path: Path) -> None:
    async with opened(tmp_path, fleet()) as d:
        d.main.select("two")
        await d.press("p", *"hi", "tab")
        assert "rests" not in "".join(card(d))
        await d.press("enter")
        assert d.fleet.commands == [("two", Prompt(text="hi"))]


async def test_all_that_the_filter_shows_get_it_with_a_receipt_for_each(tmp_path: Path) -> None:
    async with opened(tmp_path, fleet()) as d:
        await d.press("slash", *"t", "enter")
        assert sorted(d.main.agents.shown) == ["three", "two"]
        await d.press("p", *"stop", "ctrl+t")
        assert "2 that the filter shows" in card(d)[0]
        await d.press("enter")
        await d.until(lambda: d.screen_name() == "ReceiptScreen")
        assert sorted(d.fleet.commands) == [("three", Prompt(text="stop")), ("two", Prompt(text="stop"))]
        lines = [each.render().plain for each in d.app.screen.query("VerticalScroll Static")]
        assert sorted(lines) == ["✓ three  gets it after this turn", "✓ two    sent"]
        await d.press("escape")
        assert d.screen_name() == "MainScreen"


async def test_whoever_did_not_get_it_stands_first_with_the_reason(tmp_path: Path) -> None:
    async with opened(tmp_path, fleet()) as d:
        await d.press("slash", *"t", "enter", "p", *"x", "ctrl+t")
        d.fleet.refuse = "Its host does not answer."
        await d.press("enter")
        await d.until(lambda: d.screen_name() == "ReceiptScreen")
        assert d.app.screen.query_one("#title").render().plain.strip() == "sent to 0 agents, not to 2"
        first = d.app.screen.query("VerticalScroll Static").first().render().plain
        assert first.startswith("✗ ")
        assert "Its host does not answer." in first


async def test_the_arrows_bring_back_what_was_sent_and_what_was_begun(tmp_path: Path) -> None:
    async with opened(tmp_path, fleet()) as d:
        for words in ("first", "second"):
            await d.press("p", *words, "enter")
        await d.press("p", *"new", "up")
        assert d.app.screen.words == "second"
        await d.press("up", "up")
        assert d.app.screen.words == "first"
        await d.press("down", "down", "down")
        assert d.app.screen.words == "new"
        await d.press("ctrl+j", "x", "up")
        assert d.app.screen.words == "new\nx"  # within the lines an arrow is an arrow


async def test_a_template_is_put_where_the_cursor_is(tmp_path: Path) -> None:
    settings = Settings(templates={"tests": "Run the tests.", "review": "Read the diff.\nSay what is wrong."})
    async with opened(tmp_path, fleet(), settings=settings) as d:
        await d.press("p", *"ab", "left", "ctrl+o")
        assert d.screen_name() == "TemplateScreen"
        await d.press("down", "enter")
        assert d.app.screen.words == "aRead the diff.\nSay what is wrong.b"
        await d.press("ctrl+o", "escape")
        assert d.screen_name() == "ComposerScreen"


async def test_without_templates_nothing_is_offered(tmp_path: Path) -> None:
    async with opened(tmp_path, fleet()) as d:
        await d.press("p", "ctrl+o")
        assert d.screen_name() == "ComposerScreen"
        assert "templates" not in card(d)[1]


@pytest.mark.parametrize(
    ("program", "found"),
    [
        ("import sys; open(sys.argv[1], 'a').write('more\\n')", "draft\nmore"),
        ("import sys; sys.exit(3)", None),
    ],
)
async def test_the_editor_gives_the_text_back_or_leaves_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, found: str | None
) -> None:
    import contextlib

    script = tmp_path / "editor.py"
    script.write_text(program)
    monkeypatch.setenv("VISUAL", f"{sys.executable} {script}")
    monkeypatch.setattr(App, "suspend", lambda self: contextlib.nullcontext())
    async with opened(tmp_path, fleet()) as d:
        assert await editing.edit_text(d.app, "draft") == found
        if found is None:
            assert "the prompt is as it was" in d.toasts()[0]


async def test_where_no_terminal_can_be_left_the_words_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISUAL", sys.executable)
    async with opened(tmp_path, fleet()) as d:
        await d.press("p", *"keep", "ctrl+g")
        assert d.app.screen.words == "keep"


@pytest.mark.parametrize(
    ("agent", "when_idle", "words"),
    [
        (view("a"), False, "sent, into its turn"),
        (view("a"), True, "gets it when it rests"),
        (view("a", Activity.IDLE), True, "sent"),
        (view("a", mode=Mode.STREAM), False, "gets it after this turn"),
        (view("a", lifecycle=Lifecycle.EXITED), False, "resumes its session with it"),
    ],
)
def test_a_receipt_says_what_happens(agent: Any, when_idle: bool, words: str) -> None:
    assert expected(agent, when_idle=when_idle) == words


def test_what_was_sent_is_kept_once_and_within_bounds(tmp_path: Path) -> None:
    for number in range(KEPT_MAX + 5):
        keep_sent(tmp_path, f"prompt {number}")
    keep_sent(tmp_path, "prompt 100")
    keep_sent(tmp_path, "x" * (LENGTH_MAX + 1))
    kept = sent_before(tmp_path)
    assert len(kept) == KEPT_MAX
    assert kept[-1] == "prompt 100"
    assert kept.count("prompt 100") == 1
    assert (tmp_path / "prompts.json").stat().st_mode & 0o777 == 0o600
    (tmp_path / "prompts.json").write_text("{torn")
    assert sent_before(tmp_path) == []


@given(st.lists(st.text(max_size=3), max_size=5), st.lists(st.booleans(), max_size=30), st.text(max_size=3))
def test_what_was_begun_comes_back(earlier: list[str], steps: list[bool], begun: str) -> None:
    recall, shown = Recall(earlier), begun
    for up in steps:
        found = recall.older(shown) if up else recall.newer()
        shown = shown if found is None else found
    while (found := recall.newer()) is not None:
        shown = found
    assert shown == begun


async def test_enter_twice_sends_once_and_ends_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path, fleet()) as d:
        await d.press("p", *"hi")
        d.burst("enter", "enter", "enter")
        await d.until(lambda: d.fleet.commands != [])
        await d.pilot.pause()
        assert d.fleet.commands[0] == ("one", Prompt(text="hi"))
        assert len(d.fleet.commands) == 1
        assert d.app.is_running
