"""Settings as values: defaults below, variables joined, keys by any name."""

from __future__ import annotations

import pytest

from tui.core.keynames import can_lead, canonical, variants
from tui.core.settings import AgentSettings, Dashboard, Settings
from tui.core.spec import Mode


def test_an_agents_own_settings_win_and_variables_are_joined() -> None:
    defaults = AgentSettings(runtime="codex", mode=Mode.STREAM, env={"A": "1", "B": "1"}, model="m")
    own = AgentSettings(name="docs", mode=Mode.INTERACTIVE, env={"B": "2"}, model="")
    merged = Settings(defaults=defaults).agent(own)
    assert merged.runtime == "codex"
    assert merged.mode is Mode.INTERACTIVE
    assert merged.env == {"A": "1", "B": "2"}
    assert merged.model == ""
    assert merged.prompt is None


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("ctrl+]", "ctrl+right_square_bracket"), ("ctrl+right_square_bracket", "ctrl+right_square_bracket"),
        ("Ctrl+Space", "ctrl+space"), ("ctrl+@", "ctrl+@"), ("F12", "f12"), ("?", "question_mark"),
        ("/", "slash"), ("+", "plus"), ("ctrl++", "ctrl+plus"), ("K", "K"), ("ctrl+K", "ctrl+k"), ("esc", "escape"),
        ("shift+ctrl+up", "ctrl+shift+up"), (":", "colon"), ("-", "minus"), ("ctrl+-", "ctrl+minus"),
        ("exclamation_mark", "exclamation_mark"), ("control+p", "ctrl+p"), ("ä", "ä"),
        ("", None), ("nonsense", None), ("ctrl+", None), ("ctrl+ctrl+a", None), ("f99", None), ("hyper", None),
    ],
)  # fmt: skip
def test_a_key_is_known_by_what_people_call_it(written: str, name: str | None) -> None:
    assert canonical(written) == name


def test_a_leader_is_one_key_under_all_its_names() -> None:
    assert Dashboard().leader_keys == {"ctrl+right_square_bracket", "ctrl+5"}
    assert Dashboard(leader="ctrl+space").leader_keys == {"ctrl+@", "ctrl+space", "ctrl+at", "ctrl+2"}
    assert variants("f12") == {"f12"}
    assert variants("nonsense") == frozenset()


@pytest.mark.parametrize(
    ("written", "can"),
    [("ctrl+]", True), ("f12", True), ("ctrl+space", True), ("a", False), ("enter", False), ("f", False),
     ("ctrl+c", False), ("ctrl+[", False), ("ctrl+m", False), ("no such key", False)],
)  # fmt: skip
def test_a_leader_is_no_key_that_is_typed(written: str, can: bool) -> None:
    assert can_lead(written) is can
