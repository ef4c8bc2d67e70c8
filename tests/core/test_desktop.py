"""Which sequence a terminal understands, and what it is sent."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.core.desktop import BELL, Tmux, Way, choose, read_tmux, sequence, title_text
from tui.core.notify import Desktop

OFF, AUTO = Desktop.OFF, Desktop.AUTO
KITTY = Tmux(passes=True, terminal="kitty(0.40.1) xterm-kitty")


@pytest.mark.parametrize(
    ("env", "kind"),
    [
        ({"TERM": "xterm-kitty"}, Desktop.OSC99),
        ({"TERM": "xterm-256color", "KITTY_WINDOW_ID": "1"}, Desktop.OSC99),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, Desktop.OSC777),
        ({"TERM": "xterm-256color", "WEZTERM_PANE": "0"}, Desktop.OSC777),
        ({"TERM": "xterm-ghostty"}, Desktop.OSC777),
        ({"TERM": "foot"}, Desktop.OSC777),
        ({"TERM": "rxvt-unicode-256color"}, Desktop.OSC777),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, Desktop.OSC9),
        ({"TERM": "xterm-256color", "LC_TERMINAL": "iTerm2"}, Desktop.OSC9),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "WarpTerminal"}, Desktop.OSC9),
        ({"TERM": "xterm-256color"}, None),
        ({"TERM": "linux"}, None),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"}, None),
        ({"TERM": "xterm-kitty", "STY": "1.pts"}, None),
        ({"TERM": "xterm-kitty", "ZELLIJ": "0"}, None),
    ],
)
def test_terminals_are_known_by_name_and_others_ring(env: dict[str, str], kind: Desktop | None) -> None:
    way = choose(AUTO, env, None)
    assert (way.kind, way.rings, way.wrapped) == (kind or OFF, kind is None, False)
    assert way.why


def test_what_is_wanted_wins_and_off_is_off() -> None:
    assert choose(Desktop.OSC9, {"TERM": "xterm-kitty"}, None).kind is Desktop.OSC9
    off = choose(OFF, {"TERM": "xterm-kitty"}, None)
    assert (off.kind, off.rings) == (OFF, False)
    assert sequence(off, "a", "b") == ""


def test_in_tmux_only_what_it_passes_on_to_the_terminal_around_it() -> None:
    env = {"TERM": "tmux-256color", "TERM_PROGRAM": "tmux", "TMUX": "/tmp/x,1,0", "WEZTERM_PANE": "stale"}
    assert choose(AUTO, env, KITTY)[:3] == (Desktop.OSC99, True, False)
    for silent in (None, KITTY._replace(passes=False)):
        way = choose(Desktop.OSC9, env, silent)
        assert way.rings
        assert "allow-passthrough" in way.why
        assert sequence(way, "a", "b") == BELL
    assert read_tmux("on\tkitty(0.40.1)\txterm-kitty\n") == KITTY
    assert read_tmux("1\t\txterm").passes
    assert not read_tmux("off\t\txterm").passes
    assert not read_tmux("").passes


def test_the_bytes() -> None:
    assert sequence(Way(Desktop.OSC9), "api", "done") == "\x1b]9;api: done\x07"
    assert sequence(Way(Desktop.OSC9), "4;1;50", "x") == "\x1b]9;agent-tui 4;1;50: x\x07"
    assert sequence(Way(Desktop.OSC777), "a;b", "c;d") == "\x1b]777;notify;a,b;c,d\x07"
    title, body = base64.b64encode(b"api").decode(), base64.b64encode("fertig ✓".encode()).decode()
    assert sequence(Way(Desktop.OSC99), "api", "fertig ✓", "api:1") == (
        f"\x1b]99;i=api-1:e=1:d=0;{title}\x1b\\\x1b]99;i=api-1:e=1:d=1:p=body;{body}\x1b\\"
    )
    assert sequence(Way(Desktop.OSC9, wrapped=True), "a", "b") == "\x1bPtmux;\x1b\x1b]9;a: b\x07\x1b\\"


@given(st.text(), st.text(max_size=2000), st.sampled_from([Desktop.OSC9, Desktop.OSC777, Desktop.OSC99]))
def test_nothing_an_agent_says_ends_or_begins_a_sequence(title: str, body: str, kind: Desktop) -> None:
    made = sequence(Way(kind), title, body, body)
    assert len(made.encode()) < 4096
    inner = made.removeprefix("\x1b]").removesuffix("\x07").removesuffix("\x1b\\")
    inner = inner.replace("\x1b\\\x1b]99;", "")
    assert not set(inner) & {chr(code) for code in (*range(32), *range(127, 160))}


def test_the_title() -> None:
    assert title_text(2, "shop-api") == "(2) agent-tui · shop-api"
    assert title_text(0, "shop\x1b]0;x\x07api\n") == "agent-tui · shopapi"
    assert title_text(0, "", ascii_only=True) == "agent-tui"
    assert title_text(1, "a", ascii_only=True) == "(1) agent-tui - a"
