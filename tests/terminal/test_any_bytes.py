"""What holds for any output at all, cut anywhere, at any size."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.terminal.terminals import Terminal

GLYPHS = st.sampled_from(
    [
        "a", "Z", " ", "é", "e\u0301", "日", "한", "｡", "─", "😀", "❤", "❤️", "⚠️", "👍🏽", "☝🏽", "🇩", "🇩🇪", "👩‍💻", "❤️‍🔥",
        "\u0301", "\ufe0f", "\u200d", "🏽", "\u200b", "\u202e", "\u0e33", "क्‍ष", "\U00100000", "\ufffd", "1️⃣", "🏴\U000e0067\U000e007f",
    ]
)  # fmt: skip
TEXT = st.lists(GLYPHS, max_size=12).map("".join)
CONTROL = st.sampled_from([*"\x00\x05\x07\x08\t\n\x0b\x0c\r\x0e\x0f\x18\x1a\x7f", "\r\n", "\x85", "\x9b"])
NUMBER = st.one_of(
    st.just(""), st.integers(0, 12).map(str), st.sampled_from(["38", "48", "58", "255", "65535", "99999999"])
)
CSI = st.builds(
    "\x1b[{}{}{}{}".format,
    st.sampled_from(["", "", "", "", "?", ">", "=", "<"]),
    st.lists(NUMBER, max_size=4).flatmap(lambda n: st.sampled_from([";".join(n), ":".join(n)])),
    st.sampled_from(["", "", "", "", "", "!", " ", "$", "'", '"']),
    st.sampled_from(list("@ABCDEFGHIJKLMPSTXZ`abcdefghjklmnpqrstux}~")),
)
MODES = st.builds(
    "\x1b[{}{}".format,
    st.sampled_from(
        ["4", "20", "?1", "?3", "?5", "?6", "?7", "?25", "?47", "?1047", "?1048", "?1049", "?2004", "?2026"]
    ),
    st.sampled_from("hl"),
)
ESC = st.sampled_from(
    [*(f"\x1b{c}" for c in "78DEHMcNZ=>"), "\x1b#8", "\x1b(0", "\x1b(B", "\x1b)0", "\x1b%G", "\x1b", "\x1b["]
)
STRINGS = st.builds(
    "\x1b{}{}{}".format,
    st.sampled_from(["]0;", "]2;", "]8;;http://a/", "]8;;", "]9;4;1;", "]133;A", "]11;?", "]4;1;?", "]52;c;", "P$q", "P+q", "_G", "^", "X"]),
    st.sampled_from(["", "m", "r", "title", "aGk=", "x\ny", "日本", "a\x1b[1mb"]),
    st.sampled_from(["\x07", "\x1b\\", "\x1b", "\x18", ""]),
)  # fmt: skip
PIECE = st.one_of(TEXT, TEXT, TEXT, CONTROL, CSI, CSI, MODES, ESC, STRINGS)
OUTPUT = st.lists(PIECE, max_size=25).map("".join)
SIZES = st.tuples(st.integers(1, 12), st.integers(1, 5))


@settings(max_examples=300, deadline=None)
@given(SIZES, OUTPUT, st.randoms(use_true_random=False))
def test_any_cut_gives_the_same(size, output, rng):
    whole = Terminal(*size)
    data = output.encode()
    whole.emulator.feed(data)
    whole.check()
    cut = Terminal(*size)
    at = 0
    while at < len(data):
        length = rng.choice((1, 1, 1, 2, 3, 5, 8, 13))
        cut.emulator.feed(data[at : at + length])
        at += length
    assert cut.state() == whole.state()


@settings(max_examples=200, deadline=None)
@given(SIZES, st.binary(max_size=300))
def test_random_bytes_keep_the_screen_whole(size, data):
    terminal = Terminal(*size)
    terminal.emulator.feed(data)
    terminal.check()
    terminal.feed("\x18\x1bc", "k")
    assert terminal.text == ["k"]


@settings(max_examples=200, deadline=None)
@given(SIZES, st.lists(st.one_of(OUTPUT, st.tuples(st.integers(1, 30), st.integers(1, 12))), max_size=12))
def test_resizing_keeps_the_screen_whole(size, steps):
    terminal = Terminal(*size)
    for step in steps:
        if isinstance(step, str):
            terminal.feed(step)
        else:
            terminal.resize(*step)
        terminal.check()


@settings(max_examples=30, deadline=None)
@given(OUTPUT, st.lists(st.tuples(st.integers(1, 500), st.integers(1, 200)), max_size=6))
def test_resize_storms(output, sizes):
    terminal = Terminal(80, 24)
    for size in sizes:
        terminal.feed(output)
        terminal.resize(*size)
    terminal.check()
