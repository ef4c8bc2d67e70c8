"""What is marked, found and moved to in lines of text: cells, glyphs, words, soft wraps, matches."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.core.errors import AgentTuiError, HostUnreachable
from tui.protocol.screen import History
from tui.ui import finder, moving, searching
from tui.ui.celltext import columns, glyph_span, part, word_at, words
from tui.ui.line_entry import Did, LineEntry
from tui.ui.marking import Kind, Marked, Spot, Text, whole_lines
from tui.ui.outside import command, whole_text
from tui.ui.reading import Texts, read
from tui.ui.searching import Found, Match, ignores_case, problem

LINES = [
    Text("one two/three.py"),
    Text("日本 e\u0301 👨‍👩‍👧 x"),
    Text("wrapped li", True),
    Text("ne ends"),
    Text("last   "),
]


def cut(anchor: tuple[int, int], head: tuple[int, int], kind: Kind = Kind.CHARACTERS) -> str:
    return Marked(Spot(*anchor), Spot(*head), kind).cut(0, LINES, 20)


# -- cells -------------------------------------------------------------------------------------------------------------


def test_parts_take_whole_glyphs() -> None:
    text = LINES[1].text
    assert part(text, 1, 2) == "日"
    assert part(text, 0, 4) == "日本"
    assert part(text, 5, 6) == "e\u0301"
    assert glyph_span(text, 8) == (7, 9)
    assert part(text, *glyph_span(text, 8)) == "👨‍👩‍👧"
    assert columns(text, 3, 5) == (5, 6)


@given(
    st.text(st.characters(exclude_categories=["C", "Z"]), max_size=20), st.integers(0, 30), st.integers(0, 30)
)
def test_no_part_is_longer_than_its_line_and_the_whole_is_the_line(text: str, start: int, stop: int) -> None:
    assert part(text, start, stop) in text
    assert part(text, 0, cell_len(text) + 1) == text


def test_words_are_what_one_copies() -> None:
    assert [LINES[0].text[a:b] for a, b in words(LINES[0].text)] == ["one", "two/three.py"]
    assert word_at("see https://x.org/a?b=1 now", 10) == (4, 23)
    assert word_at("a  b", 1) == (1, 2)


# -- marking -----------------------------------------------------------------------------------------------------------


def test_characters_from_one_spot_to_another_either_way_round() -> None:
    assert cut((0, 4), (0, 6)) == cut((0, 6), (0, 4)) == "two"
    assert cut((0, 14), (1, 1)) == "py\n日"


def test_soft_wraps_are_joined_and_real_ends_are_not() -> None:
    assert cut((2, 0), (4, 19)) == "wrapped line ends\nlast"
    assert cut((2, 0), (3, 0), Kind.LINES) == "wrapped line ends"


def test_words_grow_to_their_ends() -> None:
    assert cut((0, 5), (0, 9), Kind.WORDS) == "two/three.py"
    assert cut((0, 1), (0, 6), Kind.WORDS) == "one two/three.py"


def test_a_block_takes_the_same_columns_of_each_line() -> None:
    assert cut((3, 5), (2, 3), Kind.BLOCK) == "ppe\nend"
    assert cut((0, 1), (1, 1), Kind.BLOCK) == "n\n日"


def test_columns_of_a_line() -> None:
    marked = Marked(Spot(5, 3), Spot(4, 7))
    assert [marked.columns(n, 10) for n in (4, 5, 6)] == [(7, 10), (0, 4), None]
    assert Marked(Spot(1, 0), Spot(1, 0), Kind.LINES).columns(1, 10) == (0, 10)


def test_a_whole_line_is_all_its_rows() -> None:
    texts = Texts(10, LINES)
    assert whole_lines(12, texts.at) == whole_lines(13, texts.at) == (12, 13)
    assert whole_lines(10, texts.at) == (10, 10)


# -- moving ------------------------------------------------------------------------------------------------------------


def test_words_are_walked_over_the_ends_of_lines_and_back() -> None:
    at = Texts(0, LINES).at
    there = [Spot(0, 0)]
    while (spot := moving.next_word(there[-1], at)).line < 3:
        there.append(spot)
    assert there == [
        Spot(0, 0),
        Spot(0, 4),
        Spot(1, 0),
        Spot(1, 5),
        Spot(1, 7),
        Spot(1, 10),
        Spot(2, 0),
        Spot(2, 8),
    ]
    back = [there[-1]]
    while len(back) < len(there):
        back.append(moving.word_before(back[-1], at))
    assert back == there[::-1]
    assert moving.word_before(Spot(0, 0), at) == Spot(0, 0)
    assert moving.next_word(Spot(4, 2), at) == Spot(4, 3)


def test_glyphs_are_walked_as_wholes() -> None:
    at = Texts(0, LINES).at
    assert moving.sideways(Spot(1, 0), 1, at, 20) == Spot(1, 2)
    assert moving.sideways(Spot(1, 2), -1, at, 20) == Spot(1, 0)
    assert moving.sideways(Spot(1, 19), 1, at, 20) == Spot(1, 19)


def test_prompts_beside() -> None:
    assert moving.prompt_beside(5, -1, [1, 5, 9]) == 1
    assert moving.prompt_beside(5, 1, [1, 5, 9]) == 9
    assert moving.prompt_beside(9, 1, [1, 5, 9]) is None


# -- searching ---------------------------------------------------------------------------------------------------------


def test_capitals_count_only_where_they_are_meant() -> None:
    assert ignores_case("error")
    assert ignores_case(r"\Sfoo\W")
    assert not ignores_case("Error")


@pytest.mark.parametrize("pattern", ["(", "[a", "a{2,1}", "*", "(?P<n>", "a" * 2000])
def test_a_bad_expression_says_why(pattern: str) -> None:
    assert problem(pattern)
    with pytest.raises(AgentTuiError):
        asyncio.run(searching.find(pattern, 0, LINES))


def test_matches_lie_in_rows_even_when_their_line_is_wrapped() -> None:
    texts, wrapped = [t.text for t in LINES], [t.wrapped for t in LINES]
    assert finder.find("o", False, texts, wrapped) == [(0, 0, 0, 1), (0, 6, 0, 7)]
    assert finder.find("line", False, texts, wrapped) == [(2, 8, 3, 2)]
    assert finder.find("^ne", False, texts, wrapped) == []
    assert finder.find("x*", False, texts, wrapped) == [(1, 12, 1, 13)]


async def test_a_search_runs_in_a_process_of_its_own() -> None:
    matches = await searching.find("LINE|last", 100, LINES)
    assert matches == [Match(104, 0, 104, 4)]
    matches = await searching.find("line|last", 100, LINES)
    assert matches == [Match(102, 8, 103, 2), Match(104, 0, 104, 4)]


async def test_an_expression_that_takes_for_ever_is_given_up_and_stops_nothing(monkeypatch: Any) -> None:
    monkeypatch.setattr(searching, "FIND_S", 0.3)
    beats = 0

    async def beat() -> None:
        nonlocal beats
        while True:
            await asyncio.sleep(0.01)
            beats += 1

    heart = asyncio.create_task(beat())
    with pytest.raises(AgentTuiError, match="takes longer"):
        await searching.find(r"(a+)+$", 0, [Text("a" * 60 + "!")])
    heart.cancel()
    assert beats > 3


def test_found_walks_round_and_counts() -> None:
    found = Found("x", [Match(1, 2, 1, 3), Match(5, 0, 6, 2), Match(9, 4, 9, 5)])
    assert found.count == "3 matches"
    assert found.step(-1, 7, 0) == Match(5, 0, 6, 2)
    assert found.count == "2/3"
    assert found.step(-1, 5, 0) == Match(1, 2, 1, 3)
    assert found.step(-1, 1, 2) == Match(9, 4, 9, 5)
    assert found.step(1, 9, 4) == Match(1, 2, 1, 3)
    assert found.on(5, "abc") == [((0, 3), False)]
    assert found.on(6, "abc") == [((0, 2), False)]
    assert found.on(1, "日本x") == [((4, 5), True)]
    assert found.on(2, "abc") == []
    assert Found("x", []).count == "no match"


# -- reading -----------------------------------------------------------------------------------------------------------


class Host:
    """Has lines, and gives up the oldest between two questions."""

    def __init__(self, lines: int, *, lost: int = 0, plain: bool = True) -> None:
        self.lines, self.lost, self.plain = lines, lost, plain
        self.asked = 0

    async def history(self, first: int, count: int, *, plain: bool = False) -> History:
        self.asked += 1
        oldest = self.lost if self.asked > 2 else 0
        numbers = range(oldest, self.lines)[first : first + count]
        texts = [f"line {n}" for n in numbers] if plain and self.plain else []
        return History(first, [], [False] * len(numbers), [], self.lines - oldest, self.lines, texts, [3])


async def test_all_lines_are_read_in_pieces() -> None:
    texts = await read(Host(5000), 0, 5000, LINES)
    assert (texts.first, len(texts.lines), texts.prompts) == (0, 5005, [3])
    assert texts.at(4999) == Text("line 4999")
    assert texts.at(5000) == LINES[0]


async def test_lines_that_are_given_up_meanwhile_leave_the_later_ones() -> None:
    texts = await read(Host(5000, lost=2500), 0, 5000, LINES)
    assert texts.first == 2500
    assert texts.at(2500) == Text("line 2500")


async def test_a_host_that_is_gone_leaves_the_screen() -> None:
    class Gone:
        async def history(self, first: int, count: int, *, plain: bool = False) -> History:
            raise HostUnreachable("gone")

    texts = await read(Gone(), 0, 500, LINES)
    assert (texts.first, texts.lines) == (500, LINES)
    assert (await read(None, 0, 500, LINES)).first == 500


# -- the line that is typed --------------------------------------------------------------------------------------------


def test_a_line_is_edited() -> None:
    line = LineEntry()
    for character in "foo bar":
        line.key("x", character)
    line.key("ctrl+w", "\x17")
    assert line.text == "foo "
    line.key("home", None)
    line.key("delete", None)
    line.key("right", None)
    line.key("é", "é")
    assert line.text == "oéo "
    line.paste("a\nb")
    assert line.text == "oéa bo "
    assert line.key("alt+x", "x") is Did.NOTHING
    assert line.key("ctrl+u", "\x15") is Did.CHANGED
    assert line.text == "o "
    assert line.key("ctrl+k", None) is Did.CHANGED
    assert line.key("backspace", "\x7f") is Did.LEFT
    assert line.key("enter", "\r") is Did.DONE
    assert line.key("escape", "\x1b") is Did.LEFT


# -- other programs ----------------------------------------------------------------------------------------------------


def test_the_users_own_programs_come_first() -> None:
    assert command("editor", {"VISUAL": "code -w", "EDITOR": "vi"}) == ["code", "-w"]
    assert command("editor", {"EDITOR": "vi"}) == ["vi"]
    assert command("pager", {"PATH": "/nowhere"}) is None
    with pytest.raises(ValueError, match="quotation"):
        command("pager", {"PAGER": "less '"})


def test_a_file_has_whole_lines() -> None:
    assert whole_text(Texts(0, [*LINES[2:], Text(""), Text("")])) == "wrapped line ends\nlast\n"
