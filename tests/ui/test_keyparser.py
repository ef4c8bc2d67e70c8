"""Bytes from terminals to keys and pastes: legacy and kitty columns, any cut, any garbage."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual import events
from textual.app import App, ComposeResult
from textual.message import Message

from tests.e2e.key_table import CURSOR, NOTHING, TABLE
from tui.ui import keyparser
from tui.ui.keyparser import ESCAPE_DELAY_S, PASTE_PATIENCE_S, REPLY_PATIENCE_S, InputDecoder, PasteCut
from tui.ui.screens.prompt import PromptArea


class Clocked:
    """A decoder with the parser's clock in hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch | None = None) -> None:
        self.decoder = InputDecoder()
        self.now = 100.0

    def feed(self, *pieces: bytes) -> list[Message]:
        return [message for piece in pieces for message in self.decoder.feed(piece, self.now)]

    def later(self, seconds: float) -> list[Message]:
        self.now += seconds
        parser = self.decoder._parser
        if parser._timeout_time is not None:
            parser._timeout_time -= seconds + 1
        found = list(self.decoder.tick(self.now))
        if parser._timeout_time is not None:
            parser._timeout_time -= seconds + 1
        return found + list(self.decoder.tick(self.now))


def keys(messages: list[Message]) -> list[tuple[str, str | None]]:
    return [(m.key, m.character) for m in messages if isinstance(m, events.Key)]


def pastes(messages: list[Message]) -> list[str]:
    return [m.text for m in messages if isinstance(m, events.Paste)]


LEGACY = [
    (b"a", "a", "a"),
    (b"A", "A", "A"),
    ("é".encode(), "é", "é"),
    ("日".encode(), "日", "日"),
    (b"\x01", "ctrl+a", "\x01"),
    (b"\t", "tab", "\t"),
    (b"\r", "enter", "\r"),
    (b"\n", "ctrl+j", "\n"),
    (b"\x7f", "backspace", "\x7f"),
    (b"\x00", "ctrl+@", "\x00"),
    (b"\x1d", "ctrl+right_square_bracket", "\x1d"),
    (b"\x1c", "ctrl+backslash", "\x1c"),
    (b"\x1b[Z", "shift+tab", None),
    (b"\x1b[A", "up", None),
    (b"\x1b[1;8A", "alt+ctrl+shift+up", None),
    (b"\x1b[3~", "delete", None),
    (b"\x1bOP", "f1", None),
    # what the stock parser loses
    (b"\x1ba", "alt+a", None),
    (b"\x1bb", "alt+b", None),
    (b"\x1bf", "alt+f", None),
    (b"\x1bA", "alt+shift+a", None),
    (b"\x1b1", "alt+1", None),
    (b"\x1b0", "alt+0", None),
    (b"\x1b-", "alt+minus", None),
    (b"\x1b.", "alt+full_stop", None),
    (b"\x1b,", "alt+comma", None),
    (b"\x1b/", "alt+slash", None),
    (b"\x1b;", "alt+semicolon", None),
    (b"\x1b ", "alt+space", None),
    (b"\x1b\r", "alt+enter", None),
    (b"\x1b\x7f", "alt+backspace", None),
    (b"\x1b\t", "alt+tab", None),
    (b"\x1b\x01", "alt+ctrl+a", None),
]

KITTY = [
    (b"\x1b[97;;97u", "a", "a"),
    (b"\x1b[97;2;65u", "A", "A"),
    (b"\x1b[97:65;2;65u", "A", "A"),
    (b"\x1b[97:65;2u", "A", "A"),
    (b"\x1b[97;5u", "ctrl+a", None),
    (b"\x1b[97;6u", "ctrl+shift+a", None),
    (b"\x1b[93;5u", "ctrl+right_square_bracket", None),
    (b"\x1b[13u", "enter", "\r"),
    (b"\x1b[13;2u", "shift+enter", None),
    (b"\x1b[13;3u", "alt+enter", None),
    (b"\x1b[97;3u", "alt+a", None),
    (b"\x1b[97;3;97u", "alt+a", None),
    (b"\x1b[113;3;64u", "at", "@"),
    (b"\x1b[113;;64u", "at", "@"),
    (b"\x1b[27;5;13~", "ctrl+enter", None),
    (b"\x1b[1;5:1A", "ctrl+up", None),
    (b"\x1b[27u", "escape", None),
]


@pytest.mark.parametrize(("data", "key", "character"), LEGACY + KITTY)
def test_one_key(data: bytes, key: str, character: str | None) -> None:
    [(found, said)] = keys(Clocked().feed(data))
    assert found == key
    assert said == character or key in ("enter", "escape")


@pytest.mark.parametrize(("data", "key", "character"), LEGACY + KITTY)
def test_a_key_cut_at_any_byte_is_the_same_key(data: bytes, key: str, character: str | None) -> None:
    for cut in range(1, len(data)):
        found = keys(Clocked().feed(data[:cut], data[cut:]))
        assert [name for name, _ in found] == [key], cut


@pytest.mark.parametrize("pause_s", [0.0, ESCAPE_DELAY_S / 2])
def test_every_row_of_the_table_cut_at_any_byte_is_the_same_key(pause_s: float) -> None:
    sequences = [*(row.sent for row in TABLE), *NOTHING, *(each for pair in CURSOR for each in pair)]
    assert len(sequences) > 500
    for data in sequences:
        whole = InputDecoder()
        wanted = keys([*whole.feed(data, 0.0), *whole.feed(b"x", 0.0)])
        for cut in range(1, len(data)):
            decoder = InputDecoder()
            found = list(decoder.feed(data[:cut], 0.0))
            if pause_s:
                found += decoder.tick(pause_s)
            found += [*decoder.feed(data[cut:], pause_s), *decoder.feed(b"x", pause_s)]
            assert keys(found) == wanted, (data, cut)


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"\x1b[1;2R", "shift+f3"),
        (b"\x1b[1;8R", "alt+ctrl+shift+f3"),
        (b"\x1b[25~", "f13"),
        (b"\x1b[34;2~", "shift+f20"),
        (b"\x1b[20;30R", "<ignore>"),
    ],
)
def test_function_keys_that_look_like_something_else(data: bytes, key: str) -> None:
    assert [name for name, _ in keys(Clocked().feed(data))] == [key]


@pytest.mark.parametrize(
    "reply", [b"\x1b]11;rgb:0f0f/1111/1717\x1b\\", b"\x1b]4;1;x\x07", b"\x1bP>|XTerm(388)\x1b\\"]
)
def test_a_reply_that_comes_late_and_in_pieces_types_nothing(reply: bytes) -> None:
    for cut in range(1, len(reply)):
        terminal = Clocked()
        found = terminal.feed(reply[:cut])
        terminal.now += ESCAPE_DELAY_S / 2
        found += terminal.decoder.tick(terminal.now)
        assert keys(found + terminal.feed(reply[cut:], b"x")) == [("x", "x")], cut
    terminal = Clocked()
    terminal.feed(reply[:-2])
    assert keys(terminal.later(REPLY_PATIENCE_S)) == []
    assert keys(terminal.feed(b"x")) == [("x", "x")]


@pytest.mark.parametrize("release", [b"\x1b[97;1:3u", b"\x1b[1;1:3A", b"\x1b[57441;2:3u"])
def test_releases_are_no_keys(release: bytes) -> None:
    assert keys(Clocked().feed(release, b"x")) == [("x", "x")]


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x1b[9999999u",
        b"\x1b[99999999999999999999u",
        b"\x1b[:::u",
        b"\x1b[97;999999999999999u",
        b"\x1b[?6c",
        b"\x1b[>0;276;0c",
        b"\x1b[?997;1n",
        b"\x1b[6;24;12t",
        b"\x1b]11;rgb:0f0f/1111/1717\x1b\\",
        b"\x1b]11;rgb:0f0f/1111/1717\x07",
        b"\x1bP>|XTerm(388)\x1b\\",
        b"\x1b[<128;3;3M",
        b"\xff",
        b"\xc3",
    ],
)
def test_garbage_types_nothing_and_ends_nothing(garbage: bytes) -> None:
    found = keys(Clocked().feed(garbage, b"x"))
    assert found[-1] == ("x", "x")
    assert all(name in ("x", "�", "replacement_character") for name, _ in found)


def test_escape_alone_is_a_key_after_its_delay() -> None:
    terminal = Clocked()
    assert keys(terminal.feed(b"\x1b")) == []
    assert terminal.decoder.waiting
    assert keys(terminal.later(ESCAPE_DELAY_S)) == [("escape", "\x1b")]
    assert not terminal.decoder.waiting


@pytest.mark.parametrize("opener", "[]OP")
def test_alt_with_the_start_of_a_sequence_comes_after_the_delay(opener: str) -> None:
    terminal = Clocked()
    terminal.feed(b"\x1b" + opener.encode())
    [(name, character)] = keys(terminal.later(ESCAPE_DELAY_S))
    assert name.startswith("alt+")
    assert character is None


def test_a_paste_is_whole_with_escapes_and_all() -> None:
    text = "one\x1b[31mtwo\x1b]0;x\x07\r\nthree\x1b[200~"
    found = Clocked().feed(b"a\x1b[200~" + text.encode() + b"\x1b[201~b")
    assert pastes(found) == [text]
    assert keys(found) == [("a", "a"), ("b", "b")]


def test_a_paste_cut_at_any_byte_is_whole() -> None:
    data = b"a\x1b[200~\xe6\x97\xa5\x1b[1mx\x1b[201~\x1b[A"
    for cut in range(1, len(data)):
        found = Clocked().feed(data[:cut], data[cut:])
        assert pastes(found) == ["日\x1b[1mx"], cut
        assert [name for name, _ in keys(found)] == ["a", "up"], cut


def test_an_empty_paste_is_an_event() -> None:
    assert pastes(Clocked().feed(b"\x1b[200~\x1b[201~")) == [""]


def test_a_paste_without_an_end_is_over_after_a_while() -> None:
    terminal = Clocked()
    terminal.feed(b"\x1b[200~half")
    assert pastes(terminal.later(PASTE_PATIENCE_S / 2)) == []
    assert pastes(terminal.later(PASTE_PATIENCE_S)) == ["half"]
    assert keys(terminal.feed(b"x")) == [("x", "x")]


def test_bad_utf8_in_a_paste_is_replaced() -> None:
    assert pastes(Clocked().feed(b"\x1b[200~a\xff\xfeb\x1b[201~")) == ["a��b"]


def test_a_paste_that_is_too_long_is_cut_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyparser, "PASTE_MAX", 100)
    found = Clocked().feed(b"\x1b[200~" + b"x" * 60, b"y" * 60, b"\x1b[201~")
    assert pastes(found) == ["x" * 60 + "y" * 40]
    assert [m.dropped for m in found if isinstance(m, PasteCut)] == [20]


def test_mouse_and_focus_pass() -> None:
    found = Clocked().feed(b"\x1b[<0;5;7M\x1b[<0;5;7m\x1b[<65;1;1M\x1b[I\x1b[O")
    assert [type(m).__name__ for m in found] == [
        "MouseDown",
        "MouseUp",
        "MouseScrollDown",
        "AppFocus",
        "AppBlur",
    ]
    assert (found[0].x, found[0].y) == (4, 6)


def test_the_back_button_is_no_left_click() -> None:
    assert Clocked().feed(b"\x1b[<128;5;7M\x1b[<129;5;7M") == []


@settings(max_examples=300, deadline=None)
@given(st.lists(st.binary(max_size=40), max_size=8))
def test_any_bytes_leave_it_alive(pieces: list[bytes]) -> None:
    terminal = Clocked()
    terminal.feed(*pieces)
    terminal.later(PASTE_PATIENCE_S + 1)
    terminal.later(1)
    assert keys(terminal.feed(b"\x1b[201~", b"x"))[-1:] == [("x", "x")]


@pytest.mark.parametrize("typed", ["👩\u200d🔧", "می\u200cخواهم", "🏴\U000e0067\U000e0062\U000e007f"])
def test_what_joins_glyphs_is_text_that_a_field_takes(typed: str) -> None:
    found = Clocked().feed(typed.encode())
    assert "".join(m.character or "" for m in found if isinstance(m, events.Key) and m.is_printable) == typed


@pytest.mark.parametrize("typed", ["\u200b", "\u202e", "\ufeff", "\x01"])
def test_what_only_hides_or_turns_text_is_not(typed: str) -> None:
    assert not [m for m in Clocked().feed(typed.encode()) if isinstance(m, events.Key) and m.is_printable]


async def test_an_emoji_of_several_typed_into_the_composer_is_one_glyph() -> None:
    class Composer(App[None]):
        def compose(self) -> ComposeResult:
            yield PromptArea()

    app = Composer()
    async with app.run_test(size=(40, 5)) as pilot:
        area = app.query_one(PromptArea)
        area.focus()
        await pilot.pause()
        for message in Clocked().feed("a👩\u200d🔧b".encode()):
            app.post_message(message)
        await pilot.pause()
        assert area.text == "a👩\u200d🔧b"
        assert area.cursor_screen_offset.x - area.content_region.x == 4  # cells: 1, 2, 1
