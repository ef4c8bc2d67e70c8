"""Keys, mouse and pastes: what the child gets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.terminal.terminals import Terminal
from tui.terminal.keys import KeyModes, encode_key
from tui.terminal.mouse import MouseEvent, MouseModes, encode_mouse
from tui.terminal.paste import encode_paste

LEGACY = KeyModes()
APPLICATION = KeyModes(application_cursor=True)
OTHER_1 = KeyModes(modify_other_keys=1)
OTHER_2 = KeyModes(modify_other_keys=2)
KITTY = KeyModes(kitty_flags=1)


@pytest.mark.parametrize(
    ("key", "character", "modes", "sent"),
    [
        ("a", "a", LEGACY, "a"),
        ("A", "A", LEGACY, "A"),
        ("grinning_face", "😀", LEGACY, "😀"),
        ("é", "é", LEGACY, "é"),
        ("full_stop", ".", LEGACY, "."),
        ("space", " ", LEGACY, " "),
        ("up", None, LEGACY, "\x1b[A"),
        ("up", None, APPLICATION, "\x1bOA"),
        ("ctrl+up", None, APPLICATION, "\x1b[1;5A"),
        ("shift+left", None, LEGACY, "\x1b[1;2D"),
        ("alt+ctrl+shift+right", None, LEGACY, "\x1b[1;8C"),
        ("super+down", None, LEGACY, "\x1b[1;9B"),
        ("home", None, LEGACY, "\x1b[H"),
        ("end", None, APPLICATION, "\x1bOF"),
        ("shift+home", None, LEGACY, "\x1b[1;2H"),
        ("insert", None, LEGACY, "\x1b[2~"),
        ("delete", None, LEGACY, "\x1b[3~"),
        ("pageup", None, LEGACY, "\x1b[5~"),
        ("ctrl+pagedown", None, LEGACY, "\x1b[6;5~"),
        ("f1", None, LEGACY, "\x1bOP"),
        ("f4", None, LEGACY, "\x1bOS"),
        ("shift+f1", None, LEGACY, "\x1b[1;2P"),
        ("f5", None, LEGACY, "\x1b[15~"),
        ("f6", None, LEGACY, "\x1b[17~"),
        ("f11", None, LEGACY, "\x1b[23~"),
        ("f12", None, LEGACY, "\x1b[24~"),
        ("ctrl+f5", None, LEGACY, "\x1b[15;5~"),
        ("f3", None, KITTY, "\x1b[13~"),
        ("f1", None, KITTY, "\x1b[P"),
        ("f13", None, KITTY, "\x1b[57376u"),
        ("enter", "\r", LEGACY, "\r"),
        ("enter", "\r", KeyModes(newline=True), "\r\n"),
        ("tab", "\t", LEGACY, "\t"),
        ("shift+tab", None, LEGACY, "\x1b[Z"),
        ("escape", "\x1b", LEGACY, "\x1b"),
        ("backspace", "\x7f", LEGACY, "\x7f"),
        ("ctrl+backspace", None, LEGACY, "\x08"),
        ("alt+backspace", None, LEGACY, "\x1b\x7f"),
        ("alt+enter", None, LEGACY, "\x1b\r"),
        ("shift+enter", None, LEGACY, "\x1b\r"),
        ("ctrl+enter", None, LEGACY, "\x1b\r"),
        ("shift+space", " ", LEGACY, " "),
        ("ctrl+a", "\x01", LEGACY, "\x01"),
        ("ctrl+a", None, LEGACY, "\x01"),
        ("ctrl+z", None, LEGACY, "\x1a"),
        ("ctrl+j", None, LEGACY, "\n"),
        ("ctrl+i", None, LEGACY, "\t"),
        ("ctrl+shift+a", None, LEGACY, "\x01"),
        ("ctrl+@", "\x00", LEGACY, "\x00"),
        ("ctrl+@", "\x00", KITTY, "\x1b[32;5u"),
        ("backspace", "\x08", LEGACY, "\x08"),
        ("backspace", "\x08", KITTY, "\x7f"),
        ("super+c", None, LEGACY, ""),
        ("ctrl+at", None, LEGACY, "\x00"),
        ("ctrl+space", None, LEGACY, "\x00"),
        ("ctrl+2", None, LEGACY, "\x00"),
        ("ctrl+backslash", "\x1c", LEGACY, "\x1c"),
        ("ctrl+right_square_bracket", "\x1d", LEGACY, "\x1d"),
        ("ctrl+5", None, LEGACY, "\x1d"),
        ("ctrl+circumflex_accent", None, LEGACY, "\x1e"),
        ("ctrl+underscore", "\x1f", LEGACY, "\x1f"),
        ("ctrl+slash", None, LEGACY, "\x1f"),
        ("ctrl+minus", None, LEGACY, "\x1f"),
        ("ctrl+1", None, LEGACY, "1"),
        ("alt+a", "a", LEGACY, "\x1ba"),
        ("alt+a", None, LEGACY, "\x1ba"),
        ("alt+shift+a", None, LEGACY, "\x1bA"),
        ("alt+A", None, LEGACY, "\x1bA"),
        ("alt+1", None, LEGACY, "\x1b1"),
        ("alt+full_stop", None, LEGACY, "\x1b."),
        ("alt+left_square_bracket", None, LEGACY, "\x1b["),
        ("alt+ctrl+a", None, LEGACY, "\x1b\x01"),
        ("alt+space", None, LEGACY, "\x1b "),
        ("plus", "+", LEGACY, "+"),
        ("ctrl+plus", None, LEGACY, "+"),
        ("+", "+", LEGACY, "+"),
        ("left_shift", None, LEGACY, ""),
        ("caps_lock", None, KITTY, ""),
        ("menu", None, LEGACY, ""),
        ("unheard_of_key", None, LEGACY, ""),
        ("escape", "\x1b", KITTY, "\x1b[27u"),
        ("ctrl+a", "\x01", KITTY, "\x1b[97;5u"),
        ("ctrl+shift+a", None, KITTY, "\x1b[97;6u"),
        ("alt+a", None, KITTY, "\x1b[97;3u"),
        ("alt+shift+a", None, KITTY, "\x1b[97;4u"),
        ("super+a", None, KITTY, "\x1b[97;9u"),
        ("ctrl+i", None, KITTY, "\x1b[105;5u"),
        ("ctrl+at", None, KITTY, "\x1b[64;5u"),
        ("ctrl+space", None, KITTY, "\x1b[32;5u"),
        ("shift+enter", None, KITTY, "\x1b[13;2u"),
        ("ctrl+enter", None, KITTY, "\x1b[13;5u"),
        ("shift+tab", None, KITTY, "\x1b[9;2u"),
        ("ctrl+backspace", None, KITTY, "\x1b[127;5u"),
        ("enter", None, KITTY, "\r"),
        ("tab", None, KITTY, "\t"),
        ("backspace", "\x7f", KITTY, "\x7f"),
        ("a", "a", KITTY, "a"),
        ("A", "A", KITTY, "A"),
        ("shift+space", " ", KITTY, " "),
        ("up", None, KITTY, "\x1b[A"),
        ("ctrl+up", None, KITTY, "\x1b[1;5A"),
        ("shift+enter", None, OTHER_2, "\x1b[27;2;13~"),
        ("ctrl+enter", None, OTHER_1, "\x1b[27;5;13~"),
        ("ctrl+a", None, OTHER_1, "\x01"),
        ("ctrl+a", None, OTHER_2, "\x1b[27;5;97~"),
        ("ctrl+shift+a", None, OTHER_2, "\x1b[27;6;65~"),
        ("alt+a", None, OTHER_2, "\x1b[27;3;97~"),
        ("ctrl+1", None, OTHER_1, "\x1b[27;5;49~"),
        ("shift+tab", None, OTHER_2, "\x1b[Z"),
        ("a", "a", OTHER_2, "a"),
        ("escape", None, OTHER_2, "\x1b"),
        ("enter", None, OTHER_2, "\r"),
    ],
)
def test_key(key, character, modes, sent):
    assert encode_key(key, character, modes) == sent.encode()


@given(
    st.text(max_size=20), st.none() | st.text(max_size=3), st.sampled_from([LEGACY, OTHER_1, OTHER_2, KITTY])
)
def test_any_key_gives_bytes(key, character, modes):
    assert isinstance(encode_key(key, character, modes), bytes)


def test_the_child_decides_how_keys_are_sent():
    terminal = Terminal().feed("\x1b[?1h\x1b[>1u\x1b[>4;2m\x1b=\x1b[20h")
    assert terminal.emulator.key_modes == KeyModes(True, True, True, 2, 1)


SGR = MouseModes(tracking=1000, sgr=True)
DRAG = MouseModes(tracking=1002, sgr=True)
ALL = MouseModes(tracking=1003, sgr=True)
X10 = MouseModes(tracking=1000)


@pytest.mark.parametrize(
    ("event", "modes", "sent"),
    [
        (MouseEvent("press", 1, 0, 0), MouseModes(), b""),
        (MouseEvent("press", 1, 0, 0), SGR, b"\x1b[<0;1;1M"),
        (MouseEvent("release", 1, 4, 9), SGR, b"\x1b[<0;5;10m"),
        (MouseEvent("press", 2, 0, 0), SGR, b"\x1b[<1;1;1M"),
        (MouseEvent("press", 3, 0, 0, shift=True, alt=True, ctrl=True), SGR, b"\x1b[<30;1;1M"),
        (MouseEvent("press", 4, 0, 0), SGR, b""),
        (MouseEvent("wheel_up", 0, 2, 3), SGR, b"\x1b[<64;3;4M"),
        (MouseEvent("wheel_down", 0, 2, 3, ctrl=True), SGR, b"\x1b[<81;3;4M"),
        (MouseEvent("wheel_right", 0, 2, 3), SGR, b"\x1b[<67;3;4M"),
        (MouseEvent("move", 1, 2, 3), SGR, b""),
        (MouseEvent("move", 1, 2, 3), DRAG, b"\x1b[<32;3;4M"),
        (MouseEvent("move", 0, 2, 3), DRAG, b""),
        (MouseEvent("move", 0, 2, 3), ALL, b"\x1b[<35;3;4M"),
        (MouseEvent("press", 1, 300, 3), SGR, b"\x1b[<0;301;4M"),
        (MouseEvent("press", 1, 0, 0), X10, b"\x1b[M !!"),
        (MouseEvent("release", 1, 0, 0), X10, b"\x1b[M#!!"),
        (MouseEvent("press", 1, 222, 0), X10, b"\x1b[M \xff!"),
        (MouseEvent("press", 1, 223, 0), X10, b""),
        (MouseEvent("press", 1, 0, 0), MouseModes(tracking=9), b"\x1b[M !!"),
        (MouseEvent("release", 1, 0, 0), MouseModes(tracking=9), b""),
        (MouseEvent("dance", 1, 0, 0), ALL, b""),
        (MouseEvent("wheel_up"), MouseModes(alternate=True), b"\x1b[A" * 3),
        (MouseEvent("wheel_down"), MouseModes(alternate=True, application_cursor=True), b"\x1bOB" * 3),
        (MouseEvent("wheel_up"), MouseModes(alternate=True, wheel_keys=False), b""),
        (MouseEvent("wheel_up"), MouseModes(), b""),
    ],
)
def test_mouse(event, modes, sent):
    assert encode_mouse(event, modes) == sent


def test_the_child_decides_which_mouse_events_it_gets():
    terminal = Terminal()
    assert terminal.emulator.mouse_modes == MouseModes(0, False, False, True, False)
    terminal.feed("\x1b[?1002;1006h\x1b[?1049h\x1b[?1h\x1b[?1007l")
    assert terminal.emulator.mouse_modes == MouseModes(1002, True, True, False, True)
    assert terminal.feed("\x1b[?1003h").emulator.modes.mouse == 1003
    assert terminal.feed("\x1b[?1003l").emulator.modes.mouse == 0


@pytest.mark.parametrize(
    ("text", "bracketed", "sent"),
    [
        ("a\nb\r\nc\rd\te", False, b"a\rb\rc\rd\te"),
        ("a\nb", True, b"\x1b[200~a\rb\x1b[201~"),
        ("a\x1b[201~rm -rf /\n", True, b"\x1b[200~arm -rf /\r\x1b[201~"),
        ("\x1b[20\x1b[201~1~x", True, b"\x1b[200~x\x1b[201~"),
        ("\x1b[31mred\x03\x04\x00\x9b", True, b"\x1b[200~[31mred\x1b[201~"),
        ("日本", True, b"\x1b[200~" + "日本".encode() + b"\x1b[201~"),
        ("\ud800", False, b"?"),
    ],
)
def test_paste(text, bracketed, sent):
    assert encode_paste(text, bracketed=bracketed) == sent


@given(st.text(alphabet=st.sampled_from("\x1b[201~20ab\r\n\x00\x9b"), max_size=60))
def test_a_paste_cannot_leave_its_bracket(text):
    sent = encode_paste(text, bracketed=True)
    assert sent.startswith(b"\x1b[200~")
    assert sent.endswith(b"\x1b[201~")
    assert b"\x1b" not in sent[6:-6]
