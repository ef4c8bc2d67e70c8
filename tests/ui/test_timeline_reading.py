"""Reading a timeline: words are found in it, folded or not, and blocks are copied from it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.fake_fleet import WALL, view
from tests.ui.opened import Opened, opened
from tui.core import facts as f
from tui.core.activity import Source
from tui.core.facts import AnyFact, Event
from tui.core.spec import Mode
from tui.ui import clipboard
from tui.ui.widgets.timeline_blocks import Block, blocks_of, fences, places
from tui.ui.widgets.timeline_items import Timeline

PROSE = "Two ways:\n\n```python\nprint('one')\n```\n\nor\n\n```\necho two\n```\n\nDone."
STORY: list[AnyFact] = [
    f.TurnStarted(prompt="show me"),
    f.Text(text=PROSE, block="1"),
    f.ToolCalled(call_id="1", name="Bash", title="ls -l"),
    f.ToolFinished(call_id="1", output="\n".join(f"file {n}" for n in range(40)) + "\nneedle in the hay"),
    *(f.Text(text=f"paragraph {n}", block=f"p{n}") for n in range(60)),
]


def events(facts: list[AnyFact] = STORY) -> list[Event]:
    return [
        Event(seq=n, at=WALL - 600 + n, run=1, source=Source.STREAM, fact=fact)
        for n, fact in enumerate(facts, 1)
    ]


def prepare(fleet: Any) -> None:
    fleet.link("one").events = events()


@pytest.fixture
def copied(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []

    async def send(app: object, text: str) -> None:
        found.append(text)

    monkeypatch.setattr(clipboard, "send", send)
    return found


async def open_reader(d: Opened, key: str) -> Any:
    await d.press("z")
    await d.until(lambda: "paragraph 59" in d.text())
    await d.press(key)
    await d.until(lambda: d.screen_name() == "TimelineScreen" and "paragraph" in d.text())
    return d.app.screen


async def test_words_are_found_also_where_they_are_folded_away(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one", mode=Mode.STREAM)], prepare=prepare) as d:
        screen = await open_reader(d, "slash")
        await d.until(lambda: screen.entry is not None)
        await d.press(*"NEEdle", "enter")
        await d.until(lambda: "needle in the hay" in d.text())
        assert "1 of 1 entry" in d.text()
        await d.press("slash", *["backspace"] * 6, *"paragraph 5", "enter")
        await d.until(lambda: "of 11 entries" in d.text())
        here = screen.timeline.here
        await d.press("n")
        assert screen.timeline.here == (here + 1) % 11
        await d.press("escape")
        assert "entries" not in d.text()
        await d.press("escape")
        assert d.screen_name() == "MainScreen"


async def test_blocks_are_marked_and_copied(tmp_path: Path, copied: list[str]) -> None:
    async with opened(tmp_path, [view("one", mode=Mode.STREAM)], prepare=prepare) as d:
        screen = await open_reader(d, "c")
        await d.until(lambda: screen.timeline.block is not None)
        assert screen.timeline.block.text == "ls -l"  # the newest code
        await d.press("up")
        assert "copy code, 8 characters" in d.text()
        await d.press("enter")
        await d.until(lambda: copied)
        assert copied == ["echo two"]
        await d.press("c", "up", "up")
        await d.press("c")
        await d.until(lambda: len(copied) == 2)
        assert copied[1] == "print('one')"


async def test_without_a_zoom_the_filter_stays_the_filter(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one", mode=Mode.STREAM)], prepare=prepare) as d:
        await d.press("slash")
        assert d.main.filter_field.display
        assert d.screen_name() == "MainScreen"


def test_code_in_prose_is_found_as_it_stands_there() -> None:
    assert fences(PROSE) == [Block("python", "print('one')", True), Block("code", "echo two", True)]
    assert fences("~~~sh\n```\nx\n```\n~~~") == [Block("sh", "```\nx\n```", True)]
    assert fences("```\nnever closed") == [Block("code", "never closed", True)]
    assert fences("no `code` at all") == []


def test_what_each_entry_has_to_copy() -> None:
    timeline = Timeline()
    timeline.feed(events(STORY[:4]))
    kinds = [[block.kind for block in blocks_of(item)] for item in timeline.items]
    assert kinds == [["prompt"], ["python", "code"], ["command", "output"]]
    assert len(places(timeline.items)) == 5


@given(st.text(alphabet="`~ab\n ", max_size=60))
def test_any_text_has_blocks_of_its_own_lines(source: str) -> None:
    lines = source.split("\n")
    for block in fences(source):
        assert all(line in lines for line in block.text.split("\n"))
