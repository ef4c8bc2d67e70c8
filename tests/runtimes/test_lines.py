from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from tui.core.facts import Oversized
from tui.runtimes.lines import START_BYTES, LineSplitter

LIMIT = 20


def split(chunks: list[bytes], limit: int = LIMIT) -> list[bytes | Oversized]:
    splitter = LineSplitter(limit)
    lines = [line for chunk in chunks for line in splitter.feed(chunk)]
    return [*lines, *splitter.finish()]


def cut(data: bytes, places: list[int]) -> list[bytes]:
    edges = sorted({0, len(data), *(place % (len(data) + 1) for place in places)})
    return [data[a:b] for a, b in itertools.pairwise(edges)]


def test_line_ends_of_terminals_are_stripped() -> None:
    assert split([b"one\r\ntwo\nthree\r\r\n\r\nfour"]) == [b"one", b"two", b"three", b"", b"four"]


def test_a_return_inside_a_line_stays() -> None:
    assert split([b"10%\r20%\r\n"]) == [b"10%\r20%"]


def test_a_line_over_the_limit_is_one_fact_and_the_stream_goes_on() -> None:
    long = b"x" * (LIMIT + 1)
    told = split([long + b"\nnext\n"])
    assert told == [Oversized(size_bytes=LIMIT + 1, start="x" * (LIMIT + 1)), b"next"]
    assert split([b"x" * LIMIT + b"\n"]) == [b"x" * LIMIT]


def test_the_bytes_of_a_long_line_are_not_kept() -> None:
    splitter = LineSplitter(1000)
    for _ in range(1000):
        assert splitter.feed(b"y" * 1000) == []
    assert sum(map(len, splitter._parts)) == START_BYTES
    (told,) = splitter.feed(b"\n")
    assert isinstance(told, Oversized)
    assert told.size_bytes == 1_000_000


def test_the_start_of_a_long_line_is_inert() -> None:
    (told,) = split([b"\x1b[31mred\x1b[0m \xff \x00" + b"z" * 100])
    assert isinstance(told, Oversized)
    assert told.start.startswith("red � z")


@given(
    st.lists(st.sampled_from([b"a", b"\r", b"\n", b"{", b"\xc3\xa9", b"0123456789"])),
    st.lists(st.integers(0, 999)),
)
def test_the_lines_do_not_depend_on_the_chunks(pieces: list[bytes], places: list[int]) -> None:
    data = b"".join(pieces)
    assert split(cut(data, places)) == split([data])


@given(st.binary(max_size=200), st.lists(st.integers(0, 999)))
def test_nothing_is_lost_below_the_limit(data: bytes, places: list[int]) -> None:
    lines = split(cut(data, places), limit=1000)
    expected = [line.rstrip(b"\r") for line in data.split(b"\n")]
    if data == b"" or data.endswith(b"\n"):
        expected.pop()
    assert lines == expected
