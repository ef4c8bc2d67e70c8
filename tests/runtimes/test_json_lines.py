from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.runtimes.reading import info
from tui.core.activity import Source
from tui.core.facts import LogLine, Text, Unparsed
from tui.runtimes.base import Observed
from tui.runtimes.json_lines import JsonReader, decode, strip_leading


class Line(msgspec.Struct):
    type: str = ""
    text: str | None = None


class Echo(JsonReader[Line]):
    """Tells each text."""

    def __init__(self) -> None:
        super().__init__(info(), msgspec.json.Decoder(Line))

    def event(self, event: Line) -> list[Observed]:
        return [(Source.STREAM, Text(text=event.text or ""))]


def one(line: bytes) -> Any:
    (observed,) = Echo().line(line)
    return observed[1]


@pytest.mark.parametrize(
    "before",
    [
        b"", b" ", b"\x00", b"\x1b[?25h", b"\x1b[31;1m\x1b[0m", b"\x1b]0;title\x07", b"\x1b]0;title\x1b\\", b"^C",
        b"^C\x1b[?2004l", b"\x1b7\x1b[r\x1b8", b"\x1b(B\x0f\x1b[>4m\x1b[<u", b"\x1bP+q4d73\x1b\\", b"\x07\x08\x7f",
    ],
)  # fmt: skip
def test_json_is_found_behind_what_a_terminal_puts_before_it(before: bytes) -> None:
    assert strip_leading(before + b'{"a":1}') == b'{"a":1}'
    assert one(before + b'{"text":"found"}') == Text(text="found")


@pytest.mark.parametrize("line", [b"", b"   ", b"\x1b[?25h\x1b[0m", b"\x00\x00", b"\x1b]0;\x07\x1b[?25h"])
def test_a_line_without_anything_to_read_is_no_fact(line: bytes) -> None:
    assert list(Echo().line(line)) == []


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (b"npm warn deprecated", "npm warn deprecated"),
        (b"\x1b[33mwarning\x1b[0m: {not json}", "warning: {not json}"),
        (b"[1, 2]", "[1, 2]"),
        (b'"a string"', '"a string"'),
        (b"caf\xc3\xa9 \xff", "café �"),
    ],
)
def test_what_is_no_json_is_log_text(line: bytes, text: str) -> None:
    assert one(line) == LogLine(text=text)


def test_broken_json_is_kept_in_short() -> None:
    fact = one(b'{"text": "cut of')
    assert isinstance(fact, Unparsed)
    assert fact.text == '{"text": "cut of'
    assert "truncated" in fact.reason


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (rb'{"text":"a \ud83d b"}', "a � b"),
        (rb'{"text":"\ude00"}', "�"),
        (rb'{"text":"\ud83d\ude00"}', "😀"),
        (rb'{"text":"\\ud83d"}', r"\ud83d"),
        (rb'{"text":"\\\ud83d\\"}', "\\�\\"),
        (b'{"text":"\xff\xfe"}', "��"),
        (b'{"text":"\xed\xa0\xbd"}', "���"),
        (rb'{"text":"a\u0000b"}', "a\0b"),
    ],
)
def test_text_that_is_no_unicode_costs_its_characters_not_its_line(line: bytes, text: str) -> None:
    assert decode(msgspec.json.Decoder(Line), line).text == text


@pytest.mark.parametrize("depth", [1_000, 10_000, 1_000_000])
def test_deep_nesting_is_no_crash(depth: int) -> None:
    fact = one(b'{"x":' + b"[" * depth + b"]" * depth + b"}")
    assert isinstance(fact, Text | Unparsed)


@pytest.mark.parametrize(
    "line", [b'{"text":"a\x00b"}', b'{"text":5}', b'{"text":', b"{}{}", b'{"text":"' + b"\xff" * 9]
)
def test_what_cannot_be_read_is_told_and_inert(line: bytes) -> None:
    fact = one(line)
    assert isinstance(fact, Unparsed)
    assert fact.text.isprintable()


def test_a_brace_alone_is_no_json_line() -> None:
    # Node dumps objects so, over many lines.
    assert one(b"  {") == LogLine(text="{")


@given(st.binary(max_size=300))
def test_any_bytes_are_read_without_an_error(line: bytes) -> None:
    for prefix in (b"", b"{", b'{"text":"'):
        assert len(list(Echo().line(prefix + line))) <= 1


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=100))
def test_any_text_in_json_comes_out_as_it_was(text: str) -> None:
    for line in (json.dumps({"text": text}), json.dumps({"text": text}, ensure_ascii=False)):
        assert one(line.encode()) == Text(text=text)
