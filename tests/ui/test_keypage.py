"""docs/keys.md says what the keymap and the screens say; the vim-like map has no conflict."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ui.fake_fleet import view
from tests.ui.opened import opened
from tui.core.settings import Dashboard, Keymap, Settings
from tui.ui.keymap import BY_ID, TABLE, problems, usable
from tui.ui.keymaps import KEYMAPS
from tui.ui.keypage import BEGIN, END, FOREIGN, actions, only_by, renewed
from tui.ui.live import user_keys

PAGE = (Path(__file__).parents[2] / "docs" / "keys.md").read_text(encoding="utf-8")


def test_the_page_says_what_the_code_does() -> None:
    assert renewed(PAGE) == PAGE, "run nox -s table"
    assert "## All actions" in renewed(f"a\n{BEGIN}old\n{END}b\n")


def test_a_page_without_marks_is_left_alone() -> None:
    with pytest.raises(ValueError, match="nothing between"):
        renewed("a page\n")


def test_every_action_is_on_the_page() -> None:
    assert {row[0].strip("`") for row in actions()} == {entry.id for entry in TABLE}


def test_no_default_is_only_on_a_key_that_a_program_around_takes() -> None:
    for program in FOREIGN:
        if program.around and not program.mend:
            assert only_by(program.keys) == [], program.name
    zellij = next(program for program in FOREIGN if program.name == "zellij")
    lost = only_by(zellij.keys)
    assert lost, "the table would have nothing to say of it"
    assert all("in the composer" in each for each in lost)


async def test_an_agent_gets_every_key_of_other_programs_but_the_leader(tmp_path: Path) -> None:
    keys = sorted({key for program in FOREIGN if not program.around for key in program.keys})
    leader = "ctrl+right_square_bracket"
    assert leader in keys
    async with opened(tmp_path, [view("one")]) as d:
        await d.press("enter")
        d.burst(*(key for key in keys if key != leader))
        await d.until(lambda: len(d.fleet.link("one").keys()) == len(keys) - 1)
        assert set(d.fleet.link("one").keys()) == set(keys) - {leader}
        assert d.app.keyboard.owner == "one"
        d.burst(leader, leader)
        await d.until(lambda: d.fleet.link("one").keys()[-1] == leader)


@pytest.mark.parametrize("name", list(Keymap))
def test_a_keymap_has_no_conflict_and_no_unknown_action(name: Keymap) -> None:
    preset = dict(KEYMAPS[name])
    assert problems(preset) == []
    assert usable(preset) == preset
    assert set(preset) <= set(BY_ID)


def test_own_keys_lie_over_the_chosen_keymap() -> None:
    settings = Settings(dashboard=Dashboard(keymap=Keymap.VIM), keys={"go.type": "f5", "look.log": ""})
    found = user_keys(settings)
    assert found["go.type"] == "f5"
    assert found["look.log"] == "f35"
    assert found["go.last"] == KEYMAPS[Keymap.VIM]["go.last"]


async def test_the_vim_like_map_is_in_force(tmp_path: Path) -> None:
    settings = Settings(dashboard=Dashboard(keymap=Keymap.VIM))
    async with opened(tmp_path, [view("one"), view("two")], settings=settings) as d:
        await d.press("G")
        assert d.selected == "two"
        await d.press("i", "x")
        assert d.fleet.link("two").keys() == ["x"]
        assert "i" in d.main.footer.render().plain
