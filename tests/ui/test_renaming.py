"""F2: another name for the selected agent."""

from __future__ import annotations

from pathlib import Path

from tests.ui.fake_fleet import view
from tests.ui.opened import opened


async def test_the_old_name_is_marked_and_replaced_by_typing(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one"), view("two")]) as d:
        d.main.agents.turn_pinned(["one"])
        d.main.select("one")
        await d.press("f2", *"docs", "enter")
        await d.until(lambda: d.screen_name() == "MainScreen")
        assert d.fleet.agents["one"].status.name == "docs"
        assert d.selected == "one"
        await d.until(lambda: "docs" in d.text())
        assert d.main.agents.pinned == {"one"}


async def test_a_refusal_stays_with_the_name_and_escape_leaves_it(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")]) as d:
        d.fleet.refuse = "There is an agent called 'two' already."
        await d.press("f2", *"two", "enter")
        await d.until(lambda: "called 'two' already" in d.text())
        await d.press("escape")
        assert d.screen_name() == "MainScreen"
        assert d.fleet.agents["one"].status.name == "one"
