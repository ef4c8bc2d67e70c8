"""Messages survive any cut of the byte stream; nonsense is refused without growing."""

from __future__ import annotations

import contextlib
import itertools

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.core import commands as c
from tui.core.activity import Source
from tui.core.errors import ProtocolError
from tui.core.facts import Event, Text
from tui.protocol import messages as m
from tui.protocol.framing import MESSAGE_MAX, client_framer, encode, host_framer
from tui.protocol.screen import CellStyle, Cursor, Frame, Modes, Run, WinSize

MESSAGES: list[m.ClientMessage] = [
    m.Hello(m.PROTOCOL, "test"),
    m.Subscribe(events_after=3, screen=True),
    m.Key("ctrl+a", "\x01"),
    m.Paste("text\n" * 10),
    m.Mouse("press", 1, 3, 4, ctrl=True),
    m.Focus(True),
    m.Resize(WinSize(24, 80)),
    m.Do(1, c.Answer(request_id="r", verdict=c.Verdict.DENY, text="no")),
    m.GetHistory(2, 0, 100),
    m.GetText(3),
]


@given(st.lists(st.sampled_from(MESSAGES), max_size=8), st.lists(st.integers(0, 400), max_size=10))
def test_any_cut_gives_the_same_messages(messages: list[m.ClientMessage], cuts: list[int]) -> None:
    stream = b"".join(encode(message) for message in messages)
    framer, got = host_framer(), []
    edges = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    for start, end in itertools.pairwise(edges):
        got += framer.feed(stream[start:end])
    assert got == messages


def test_a_frame_comes_through_whole() -> None:
    frame = Frame(
        seq=1,
        size=WinSize(2, 5),
        lines={0: [Run("日本", 4, 0)], 1: [Run("x", 1, 1)]},
        styles=[CellStyle(), CellStyle(fg=1, attrs=3, link="https://example.org")],
        cursor=Cursor(1, 1),
        modes=Modes(alternate=True, mouse=1003),
        title="t",
    )
    assert client_framer().feed(encode(frame)) == [frame]


def test_an_endless_message_is_refused_before_it_is_kept() -> None:
    with pytest.raises(ProtocolError, match="limit"):
        host_framer().feed((MESSAGE_MAX + 1).to_bytes(4, "big"))


@given(st.binary(max_size=200))
def test_random_bytes_are_refused_or_waited_for(data: bytes) -> None:
    framer = host_framer()
    with contextlib.suppress(ProtocolError):
        assert all(isinstance(message, m.ClientMessage) for message in framer.feed(data))
    framer = host_framer()
    assert framer.feed(encode(m.GetText(1))) == [m.GetText(1)]


def framed(value: object) -> bytes:
    body = msgspec.msgpack.encode(value)
    return len(body).to_bytes(4, "big") + body


def test_what_only_a_newer_client_knows_is_passed_over_or_refused_by_its_number() -> None:
    newer = framed({"type": "wave", "height": 3}) + framed({"type": "get_plot", "id": 7})
    newer += framed({"type": "do", "id": 8, "command": {"command": "dance"}})
    newer += framed({"type": "get_text", "id": 9, "colour": True})
    assert host_framer().feed(newer) == [
        m.Unknown("wave"),
        m.Unknown("get_plot", 7),
        m.Unknown("do", 8),
        m.GetText(9),
    ]


def test_what_only_a_newer_host_knows_is_passed_over_event_by_event() -> None:
    known = Event(seq=3, at=1.0, run=1, source=Source.STREAM, fact=Text(text="x", block="b"))
    event = msgspec.to_builtins(known)
    newer = {
        "type": "events",
        "events": [{**event, "seq": 2, "fact": {"fact": "danced"}}, {**event, "mood": 1}],
    }
    assert client_framer().feed(framed(newer) + framed({"type": "weather"})) == [
        m.Events([known]),
        m.Unknown("weather"),
    ]


@pytest.mark.parametrize("value", [{"type": "status", "status": {}}, {"type": 3}, {}, [1], "x"])
def test_a_message_that_has_to_be_understood_is_an_error(value: object) -> None:
    with pytest.raises(ProtocolError, match="could not be read"):
        client_framer().feed(framed(value))
