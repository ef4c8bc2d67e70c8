"""What dashboards get: frames of changed rows, and parts of the scrollback."""

from __future__ import annotations

import msgspec

from tests.terminal.terminals import Terminal
from tui.protocol.screen import BOLD, CellStyle, Frame, Run, WinSize
from tui.terminal.frames import FrameSource, history


def test_the_first_frame_is_complete_and_the_next_ones_hold_what_changed():
    terminal = Terminal(10, 3).feed("one\r\ntwo")
    source = FrameSource(terminal.emulator)
    first = source.frame()
    assert first.complete
    assert first.seq == 1
    assert first.size == WinSize(3, 10)
    assert first.lines == {0: [Run("one", 3, 0)], 1: [Run("two", 3, 0)], 2: []}
    assert source.frame() is None
    terminal.feed("\x1b[1m!")
    second = source.frame()
    assert not second.complete
    assert second.seq == 2
    assert second.lines == {1: [Run("two", 3, 0), Run("!", 1, 1)]}
    assert second.styles == [CellStyle(), CellStyle(attrs=BOLD)]
    assert second.cursor.x == 4


def test_painting_the_same_again_is_no_change():
    terminal = Terminal(10, 3).feed("one\x1b[31mtwo\x1b[m")
    source = FrameSource(terminal.emulator)
    source.frame()
    terminal.feed("\x1b[2J\x1b[Hone\x1b[31mtwo\x1b[m")
    assert source.frame() is None


def test_a_frame_tells_title_modes_cursor_and_history():
    terminal = Terminal(10, 2)
    source = FrameSource(terminal.emulator)
    source.frame()
    for output, check in [
        ("\x1b]0;t\x07", lambda frame: frame.title == "t"),
        ("\x1b[?2004h", lambda frame: frame.modes.bracketed_paste),
        ("\x1b[?25l", lambda frame: not frame.cursor.visible),
        ("\n\n\n", lambda frame: (frame.history, frame.history_pushed) == (2, 2)),
        ("\x1b[3J", lambda frame: (frame.history, frame.history_pushed) == (0, 2)),
        ("\x1b]4;1;#010203;200;rgb:ff/0/0\x07", lambda frame: frame.colours == {1: 0x010203, 200: 0xFF0000}),
        (
            "\x1b]104;1\x07\x1b]10;#fff;#000\x07",
            lambda f: f.colours == {200: 0xFF0000, 256: 0xF0F0F0, 257: 0},
        ),
        ("\x1bc", lambda frame: frame.colours == {}),
    ]:
        frame = terminal.feed(output) and source.frame()
        assert frame.lines == {}
        assert check(frame)


def test_a_held_back_screen_gives_no_frame_unless_forced():
    terminal = Terminal(10, 2)
    source = FrameSource(terminal.emulator)
    source.frame()
    terminal.feed("\x1b[?2026hab")
    assert source.frame() is None
    assert source.frame(force=True).lines == {0: [Run("ab", 2, 0)]}
    terminal.feed("c")
    assert source.frame() is None
    terminal.feed("\x1b[?2026l")
    assert source.frame().lines == {0: [Run("abc", 3, 0)]}


def test_a_newcomer_sees_a_held_back_screen():
    terminal = Terminal(10, 2).feed("\x1b[?2026hab")
    assert FrameSource(terminal.emulator).frame().complete


def test_full_frames_on_request_and_after_a_resize():
    terminal = Terminal(10, 2).feed("ab")
    source = FrameSource(terminal.emulator)
    source.frame()
    assert source.frame(force_full=True).complete
    terminal.resize(10, 4)
    frame = source.frame()
    assert frame.complete
    assert list(frame.lines) == [0, 1, 2, 3]


def test_sources_do_not_disturb_each_other():
    terminal = Terminal(10, 2)
    slow, fast = FrameSource(terminal.emulator), FrameSource(terminal.emulator)
    slow.frame()
    for text in "abc":
        terminal.feed(text)
        fast.frame()
    assert slow.frame().lines == {0: [Run("abc", 3, 0)]}
    assert fast.frame() is None


def test_frames_rebuild_the_screen():
    terminal = Terminal(30, 5)
    source = FrameSource(terminal.emulator)
    shown: dict[int, list] = {}
    for step in (
        "a日⚠️\x1b[4mb",
        "\x1b[3;3H\x1b[44m\x1b[K",
        "\x1b[2S",
        "\x1b[?1049hx",
        "\x1b[?1049l",
        "\x1b[2;1H\x1b[L" * 3,
    ):
        frame = terminal.feed(step) and source.frame()
        frame = msgspec.msgpack.decode(msgspec.msgpack.encode(frame), type=Frame)
        for y, line in frame.lines.items():
            shown[y] = [(run.text, run.cells, frame.styles[run.style]) for run in line]
        for y in range(5):
            line, styles = terminal.emulator.line(y)
            assert shown[y] == [(run.text, run.cells, styles[run.style]) for run in line]


def test_styles_that_are_used_again_do_not_show_in_old_rows():
    terminal = Terminal(10, 2).feed("\x1b[38;2;1;2;3mx\x1b[m")
    source = FrameSource(terminal.emulator)
    source.frame()
    for n in range(6000):
        terminal.feed(f"\x1b[H\x1b[38;2;9;{n >> 8};{n & 255}mx\x1b[m")
    frame = source.frame()
    run = frame.lines[0][0]
    assert frame.styles[run.style] == terminal.style(0)


def test_clusters_that_are_used_again_do_not_show_in_old_rows():
    terminal = Terminal(10, 2)
    source = FrameSource(terminal.emulator)
    terminal.feed("e\u0301")
    source.frame()
    marks = [chr(point) for point in range(0x300, 0x340)]
    for base in "abcdefgh":
        terminal.feed("".join(f"\r{base}{one}{two}" for one in marks for two in marks))
    frame = source.frame()
    assert frame.lines[0][0].text == terminal.glyph(0) == "h\u033f\u033f"


def test_damage():
    terminal = Terminal(10, 4)
    assert terminal.emulator.take_damage() == "all"
    assert terminal.emulator.take_damage() == set()
    terminal.feed("a\r\n\r\nb")
    assert terminal.emulator.take_damage() == {0, 2}
    terminal.resize(11, 4)
    assert terminal.emulator.take_damage() == "all"


def test_scrollback_in_parts():
    terminal = Terminal(10, 2, history_lines=5).feed(
        "".join(f"\x1b[{30 + n % 8}mline {n}\r\n" for n in range(20))
    )
    part = history(terminal.emulator, 1, 2)
    assert part.first == 1
    assert part.history == 5
    assert part.history_pushed == 19
    assert [line[0].text for line in part.lines] == ["line 15", "line 16"]
    assert [part.styles[line[0].style].fg for line in part.lines] == [7, 0]
    assert part.wrapped == [False, False]
    assert history(terminal.emulator, 99, 5).lines == []
    assert len(history(terminal.emulator, -5, 99).lines) == 5


def test_scrollback_keeps_styles_links_wide_glyphs_and_wraps():
    line = "\x1b]8;;http://a/\x07日\x1b]8;;\x07\x1b[4:3;58;5;9m⚠️\x1b[0;48;2;1;2;3m \x1b[mabcdefghij"
    terminal = Terminal(10, 2).feed(line)
    shown, styles = terminal.emulator.line(0)
    before = [(run.text, run.cells, styles[run.style]) for run in shown]
    terminal.feed("\r\n\n")
    part = history(terminal.emulator, 0, 1)
    assert [(run.text, run.cells, part.styles[run.style]) for run in part.lines[0]] == before
    assert part.wrapped == [True]


def test_a_region_at_the_top_feeds_the_scrollback_and_others_do_not():
    assert Terminal(10, 4).feed("a\r\nb\x1b[1;3r\x1b[3;1H\n").history == ["a"]
    assert Terminal(10, 4).feed("a\r\nb\x1b[2;4r\x1b[4;1H\n").history == []
    assert Terminal(10, 4).feed("a\r\nb\x1b[T\x1b[L\x1b[M\x1b[H\x1bM").history == []
    assert Terminal(10, 4).feed("a\r\nb\x1b[2J").history == []
    assert Terminal(10, 4).feed("a\r\nb\x1b[4;1H\n\x1b[3J").history == []


def test_the_scrollback_of_coloured_text_fits_its_budget():
    import tracemalloc

    words = [
        "The",
        "agent",
        "changed",
        "three",
        "files",
        "and",
        "ran",
        "the",
        "tests",
        "again,",
        "and",
        "all",
        "of",
        "them",
        "passed",
        "this",
        "time.",
        "It",
        "took",
        "a",
        "while,",
        "though",
    ]
    terminal = Terminal(120, 10, history_lines=10_000)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for n in range(10_050):
        colours = (
            f"\x1b[38;2;{n & 255};{m * 9 & 255};{n >> 8}m{word} \x1b[m" for m, word in enumerate(words)
        )
        terminal.feed("".join(colours) + "\r\n")
    used = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert len(terminal.emulator.scrollback) == 10_000
    assert used < 6 * 2**20
