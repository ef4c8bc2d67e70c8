"""The one table of keys."""

from __future__ import annotations

from pathlib import Path

from textual.binding import Binding

from tests.ui.fake_fleet import view
from tests.ui.opened import opened
from tui.core.activity import Activity
from tui.core.settings import Settings
from tui.ui import keymap
from tui.ui.keyboard import Keyboard, is_ignorable
from tui.ui.screens.main import MainScreen


def test_every_binding_has_an_id_of_its_own() -> None:
    ids = [entry.id for entry in keymap.TABLE]
    assert len(ids) == len(set(ids))
    assert all(isinstance(b, Binding) and b.id for b in keymap.bindings())


def test_every_action_exists() -> None:
    for entry in keymap.TABLE:
        name = entry.action.split("(")[0]
        if not name.startswith("app."):
            assert hasattr(MainScreen, f"action_{name}"), name


def test_no_key_has_two_meanings() -> None:
    assert keymap.problems({}) == []


def test_a_users_clash_and_unknown_names_are_told() -> None:
    assert keymap.problems({"agent.kill": "q"}) == ["keys.agent.kill: q is already app.quit, and stays so."]
    assert keymap.problems({"agent.fly": "f9"}) == ["keys.agent.fly: no such action."]


def test_a_key_that_another_action_keeps_is_not_taken_from_it() -> None:
    assert keymap.usable({"agent.kill": "space"}) == {}
    assert keymap.usable({"agent.kill": keymap.UNBOUND}) == {"agent.kill": keymap.UNBOUND}
    assert keymap.usable({"agent.kill": "f8,space"}) == {"agent.kill": "f8"}
    swapped = {"agent.kill": "space", "go.next": "f8"}
    assert keymap.usable(swapped) == swapped


def test_nothing_is_bound_that_only_new_terminals_can_send_or_that_is_a_reflex() -> None:
    keys = {key for entry in keymap.TABLE for key in entry.keys.split(",")}
    assert keys.isdisjoint(
        {"ctrl+c", "ctrl+b", "ctrl+a", "ctrl+s", "f11", "shift+f3", "ctrl+enter", "shift+enter"}
    )
    assert not any(key.startswith(("alt+", "super+", "ctrl+shift+")) for key in keys)


def test_labels() -> None:
    assert keymap.key_label("ctrl+right_square_bracket") == "ctrl+]"
    assert keymap.entry_label(keymap.BY_ID["app.help"]) == "?"
    assert keymap.entry_label(keymap.BY_ID["agent.kill"], {"agent.kill": "f8,x"}) == "F8"
    assert keymap.entry_label(keymap.BY_ID["agent.kill"], {"agent.kill": keymap.UNBOUND}) == ""


def test_the_leader_has_all_its_names() -> None:
    keyboard = Keyboard("ctrl+]")
    assert keyboard.label == "ctrl+]"
    assert keyboard.is_leader("ctrl+right_square_bracket")
    assert keyboard.is_leader("ctrl+5")
    assert not keyboard.is_leader("ctrl+6")


def test_lone_modifiers_are_no_keys() -> None:
    assert is_ignorable("left_shift")
    assert is_ignorable("caps_lock")
    assert not is_ignorable("a")


async def test_the_footer_names_no_key_that_stays_with_another_action(tmp_path: Path) -> None:
    settings = Settings(keys={"agent.kill": "q"})
    async with opened(tmp_path, [view("one", Activity.WORKING)], settings=settings) as d:
        assert "q kill" not in d.text()
        assert "K kill" in d.text()
