"""Keys, pastes, bursts and garbage through the installed dashboard in a real terminal, down to the agent's own bytes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.conftest import marked
from tests.e2e.conftest import User
from tests.e2e.key_table import (
    ALT,
    CONTROL,
    CURSOR,
    FUNCTION,
    HOME_END,
    KEYPAD,
    NAMED,
    NOTHING,
    TABLE,
    TEXT,
)
from tests.e2e.keyboard import LEADER, TypedTo
from tests.waiting import wait_until
from tui.terminal.paste import encode_paste
from tui.ui.keyparser import REPLY_PATIENCE_S

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TypedTo]:
    """One dashboard and one agent for all tests that leave both alive."""
    folder = tmp_path_factory.mktemp("keys")
    with marked(folder), ExitStack() as stack, TypedTo(User(folder, stack), folder) as found:
        yield found


@pytest.fixture
def typed(shared: TypedTo) -> TypedTo:
    shared.begin_anew()
    return shared


def test_every_key_reaches_the_agent_as_it_asked_for_it(typed: TypedTo) -> None:
    wrong = typed.types([(row.sent, row.legacy) for row in TABLE])
    assert not wrong, wrong
    assert typed.types((sent, b"") for sent in NOTHING) == []
    assert typed.types((sent, sent) for sent, _ in CURSOR) == []
    assert typed.types((application, normal) for normal, application in CURSOR) == []
    typed.say(b"\x1b[?1h")
    assert typed.types([*CURSOR, *HOME_END]) == []
    wrong = typed.types((row.sent, row.legacy) for row in FUNCTION)
    assert not wrong, wrong
    typed.say(b"\x1b[?1l\x1b[>1u")
    wrong = typed.types((row.sent, row.kitty) for row in TABLE)
    assert not wrong, wrong
    typed.say(b"\x1b[<u\x1b[>4;2m")
    wrong = typed.types((row.sent, row.other or row.legacy) for row in [*TEXT, *CONTROL, *NAMED, *ALT])
    assert not wrong, wrong


def test_lone_escapes_and_openers_come_after_a_moment(typed: TypedTo) -> None:
    rows = [(b"\x1b" + c, b"\x1b" + c) for c in (b"", b"[", b"]", b"O", b"P", b"_", b"^", b"X", b"\x1b")]
    assert typed.types(rows, batch=1) == []


def test_a_key_cut_at_any_byte_is_the_same_key(user: User, tmp_path: Path) -> None:
    with TypedTo(user, tmp_path, ESCDELAY="5000") as typed:  # no machine is too slow for that
        # All rows, with and without pauses: tests/ui/test_keyparser.py. Here what a real terminal and the threads add.
        for row in [*TEXT[::3], *CONTROL[::6], *NAMED[::2], *ALT[::6], *FUNCTION[::31], *KEYPAD[::6]]:
            cuts = range(1, len(row.sent))
            wanted = row.legacy * len(cuts)
            start = len(typed.got())
            typed.write(*(piece for cut in cuts for piece in (row.sent[:cut], row.sent[cut:])))
            assert typed.until_got(len(wanted), start) == wanted, row
        for sent in NOTHING[::3]:
            cuts = range(1, len(sent))
            start = len(typed.got())
            typed.write(*(piece for cut in cuts for piece in (sent[:cut], sent[cut:], b"x")))
            assert typed.until_got(len(cuts), start) == b"x" * len(cuts), sent


def test_ten_thousand_random_bursts_and_the_next_key_arrives(user: User, tmp_path: Path) -> None:
    with TypedTo(user, tmp_path) as typed:
        burst_and_go_on(typed)


def burst_and_go_on(typed: TypedTo) -> None:
    seeded = random.Random(8)
    for _ in range(10_000):
        burst = seeded.randbytes(seeded.randint(1, 10)).replace(LEADER, b"\x1b")
        typed.write_some(burst)
    # Whatever was begun is over: a paste, a string.
    typed.write(b"\x1b\\\x07\x1b[201~")
    typed.until_quiet(REPLY_PATIENCE_S + 0.5)
    start = len(typed.got())
    typed.write(b"x")
    assert typed.until_got(1, start) == b"x"
    assert len(typed.got()) > 20_000


def test_a_paste_of_8_mb_arrives_whole_and_harmless(typed: TypedTo) -> None:
    typed.say(b"\x1b[?2004h")
    line = b"line \x1b[31m of\x00 it \xff\xfe\x9b2J\r\n\x1b]0;x\x07\ttab\n"
    data = line * (8_000_000 // len(line))
    start = len(typed.got())
    typed.terminal.send(b"\x1b[200~")
    typed.write(data)
    typed.write(b"\x1b[201~")
    typed.terminal.until(b"Paste into raw?")
    typed.terminal.until_quiet()
    typed.terminal.send(b"p")
    text = data.decode(errors="replace")
    wanted = encode_paste(text, bracketed=True)
    found = typed.until_got(len(wanted), start, within_s=30)
    assert (found[:200], found[-200:], len(found)) == (wanted[:200], wanted[-200:], len(wanted))
    assert found == wanted
    inside = found.removeprefix(b"\x1b[200~").removesuffix(b"\x1b[201~")
    assert not set(inside) & {0, 7, 10, 27}
    start = len(typed.got())
    typed.write(b"x")
    assert typed.until_got(1, start) == b"x"


def test_what_follows_the_leader_in_one_burst_never_leaks(typed: TypedTo) -> None:
    start = len(typed.got())
    typed.write(b"a" + LEADER + b"n")
    typed.terminal.until(b"New agent")
    typed.terminal.until_quiet()
    typed.write(b"\x1b")
    assert typed.until_got(2, start, within_s=0.5) == b"a"
    typed.take()
    start = len(typed.got())
    typed.write(b"a" + LEADER + LEADER + b"b")
    assert typed.until_got(3, start) == b"a" + LEADER + b"b"


def test_a_kill_confirmed_before_it_could_be_read_kills_nobody(user: User, tmp_path: Path) -> None:
    with TypedTo(user, tmp_path) as typed:
        kill_too_soon(typed)


def kill_too_soon(typed: TypedTo) -> None:
    typed.write(LEADER + b"KyK")
    typed.terminal.until(b"Kill raw?")
    typed.terminal.until_quiet()
    assert typed.user.rows()["raw"]["lifecycle"] == "running"
    typed.write(b"y")
    typed.user.becomes("raw", lifecycle="killed")


def test_mouse_and_focus_reach_an_agent_that_asked_and_alt_keeps_the_mouse(typed: TypedTo) -> None:
    typed.say(b"\x1b[?1002h\x1b[?1006h")
    left, top = typed.origin()

    def mouse(code: int, x: int, y: int, final: bytes = b"M") -> bytes:
        return f"\x1b[<{code};{x};{y}".encode() + final

    def rows(*events: tuple[int, int, int, bytes]) -> list[tuple[bytes, bytes]]:
        return [(mouse(c, x + left, y + top, f), mouse(c, x, y, f)) for c, x, y, f in events]

    press, release = b"M", b"m"
    found = rows(
        (0, 3, 2, press), (32, 4, 2, press), (0, 5, 3, release), (2, 1, 1, press), (2, 1, 1, release)
    )
    found += rows(
        (64, 7, 7, press), (65, 7, 7, press), (1, 2, 2, press), (1, 2, 2, release), (68, 7, 7, press)
    )
    wrong = typed.types(found)
    assert not wrong, wrong
    for kept in (8, 16):
        drag = [(kept, 3, 2, press), (kept + 32, 6, 2, press), (kept, 6, 2, release)]
        assert typed.types([(b"".join(sent for sent, _ in rows(*drag)), b"")]) == []
    assert typed.types([(mouse(128, left + 1, top + 1) + mouse(129, left + 1, top + 1), b"")]) == []
    assert not typed.asked_for(1003)
    typed.say(b"\x1b[?1003h")
    wait_until(lambda: typed.asked_for(1003))
    moves = rows((35, 3, 2, press), (35, 4, 2, press), (39, 5, 2, press))
    assert typed.types(moves) == []
    typed.write(LEADER)
    wait_until(lambda: not typed.asked_for(1003))  # every move only while that agent has the keyboard
    assert typed.asked_for(1002)
    typed.take()
    wait_until(lambda: typed.asked_for(1003))
    typed.say(b"\x1b[?1003l\x1b[?1002h")
    wait_until(lambda: not typed.asked_for(1003))
    typed.say(b"\x1b[?1002l\x1b[?1000h\x1b[?1006l")
    assert (
        typed.types(
            [
                (mouse(0, left + 3, top + 2), b"\x1b[M\x20\x23\x22"),
                (mouse(0, left + 3, top + 2, b"m"), b"\x1b[M\x23\x23\x22"),
            ]
        )
        == []
    )
    typed.say(b"\x1b[?1000l\x1b[?1049h")
    assert (
        typed.types(
            [(mouse(64, left + 3, top + 2), b"\x1b[A" * 3), (mouse(65, left + 3, top + 2), b"\x1b[B" * 3)]
        )
        == []
    )
    typed.say(b"\x1b[?1007l")
    assert typed.types([(mouse(64, left + 3, top + 2), b"")]) == []
    start = len(typed.got())
    typed.say(b"\x1b[?1049l\x1b[?1004h")
    assert b"\x1b[I" in typed.got(start)
    assert typed.types([(b"\x1b[O", b"\x1b[O"), (b"\x1b[I", b"\x1b[I"), (LEADER, b"\x1b[O")]) == []
