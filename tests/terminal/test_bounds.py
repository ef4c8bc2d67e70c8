"""Bounds that hold whatever comes: memory of a long scrollback, and of millions of bytes of nonsense."""

from __future__ import annotations

import gc
import random
import tracemalloc

import pytest

from tests.terminal.terminals import Terminal

MIB = 1024 * 1024
ALPHABETS = {
    "any bytes": bytes(range(256)),
    "sequences": b"\x1b\x1b\x1b\x1b[[[]PX^_?>=<;:0123456789;;;mHJKABCDhlrSTLMPX@bcnpqstu!$ \"'#()\x07\x18\\",
    "text and marks": b"a \r\n\t\x1b[m\xcc\x81\xef\xb8\x8f\xe2\x80\x8d\xf0\x9f\x91\xa9\xe6\x97\xa5",
}


def coloured_line(rng: random.Random) -> bytes:
    """120 columns, a dozen words each in a true colour of its own."""
    words = (
        f"\x1b[38;2;{rng.randrange(256)};{rng.randrange(256)};{rng.randrange(256)}mword{rng.randrange(10000):05}\x1b[m"
        for _ in range(12)
    )
    return "".join(words).encode() + b"\r\n"


def test_ten_thousand_coloured_lines_take_at_most_six_mebibytes() -> None:
    terminal = Terminal(120, 40, history_lines=10_000)
    rng = random.Random(1)
    lines = b"".join(coloured_line(rng) for _ in range(10_050))
    gc.collect()
    tracemalloc.start()
    terminal.emulator.feed(lines)
    gc.collect()
    used = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert len(terminal.emulator.scrollback) == 10_000
    print(f"10,000 lines of 120 columns: {used / MIB:.2f} MiB")
    assert used <= 6 * MIB


@pytest.mark.parametrize("name", ALPHABETS)
def test_a_million_bytes_of_nonsense_change_no_bound(name: str) -> None:
    rng = random.Random(name)
    terminal = Terminal(80, 24, history_lines=200)
    for part in range(4):
        for _ in range(4):
            terminal.emulator.feed(bytes(rng.choices(ALPHABETS[name], k=65536)))
            terminal.resize(rng.randint(1, 500), rng.randint(1, 200))
            terminal.answers = b""
            terminal.signals.clear()
        terminal.check()
        terminal.resize(80, 24)
        if part == 0:
            tracemalloc.start()
    grown = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert grown < 8 * MIB
    assert terminal.feed("\x18\x1bcok").text == ["ok"]
