"""How fast the emulator takes output, next to pyte's own screens: `python -m benchmarks.emulator [SECONDS]`.

Five streams, made from a fixed seed, at 120×40 with 10,000 lines of history, fed in pieces of 16 KiB:

- plain: lines of text, as from a build log
- sgr: words in true colour
- redraw: what Ink does: lines erased upwards, then a frame written again with boxes, colours and a spinner
- unicode: Chinese, Japanese and Korean text with emoji, some of several code points
- cells: single characters at random places
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable

import pyte

from tui.protocol.screen import WinSize
from tui.terminal.emulator import Emulator

ROWS, COLUMNS, HISTORY = 40, 120, 10_000
PIECE = 16 * 1024
WORDS = [
    "the",
    "agent",
    "reads",
    "a",
    "file",
    "and",
    "edits",
    "three",
    "lines",
    "then",
    "runs",
    "pytest",
    "again",
    "because",
    "one",
    "assertion",
    "failed",
]
EMOJI = ("😀", "🚀", "✅", "⚠️", "❤️", "👍🏽", "🇩🇪", "👩‍💻", "🔥", "1️⃣")


def plain(rng: random.Random) -> str:
    """One line of a log."""
    return " ".join(rng.choices(WORDS, k=rng.randint(4, 18))) + "\r\n"


def sgr(rng: random.Random) -> str:
    """One line of words, each in a colour of its own."""
    parts = []
    for word in rng.choices(WORDS, k=12):
        red, green, blue = rng.randrange(256), rng.randrange(256), rng.randrange(256)
        parts.append(f"\x1b[38;2;{red};{green};{blue}m{word}\x1b[0m ")
    return "".join(parts) + "\r\n"


def redraw(rng: random.Random) -> str:
    """One frame of twelve lines over the one before."""
    out = ["\x1b[?2026h", "\x1b[2K\x1b[1A" * 11, "\x1b[2K\x1b[G"]
    out.append(
        f"\x1b[38;5;174m{rng.choice('✢✳✶✻✽')}\x1b[39m \x1b[1mWorking…\x1b[22m \x1b[2m({rng.randrange(99)}s)\x1b[22m\r\n"
    )
    for number in range(7):
        text = " ".join(rng.choices(WORDS, k=rng.randint(8, 17)))
        out.append(f"\x1b[2m{number:>4} │\x1b[22m \x1b[32m+\x1b[39m {text[:100]}\r\n")
    out.append("╭" + "─" * 118 + "╮\r\n")
    out.append("│ \x1b[7m \x1b[27m\x1b[2mType a message\x1b[22m" + " " * 102 + "│\r\n")
    out.append("╰" + "─" * 118 + "╯\r\n")
    out.append("  \x1b[2m? for shortcuts\x1b[22m\x1b[?2026l")
    return "".join(out)


def unicode(rng: random.Random) -> str:
    """One line of wide text with emoji."""
    parts = []
    for _ in range(6):
        base = rng.choice((0x4E00, 0x3042, 0xAC00))
        parts.append("".join(chr(base + rng.randrange(80)) for _ in range(rng.randint(3, 8))))
        parts.append(rng.choice((" ", "、", " ok ", rng.choice(EMOJI))))
    return "".join(parts) + "\r\n"


def cells(rng: random.Random) -> str:
    """One character somewhere."""
    return f"\x1b[{rng.randint(1, ROWS)};{rng.randint(1, COLUMNS)}H{chr(rng.randrange(33, 127))}"


STREAMS: dict[str, Callable[[random.Random], str]] = {
    "plain": plain,
    "sgr": sgr,
    "redraw": redraw,
    "unicode": unicode,
    "cells": cells,
}


def stream(name: str, size: int) -> bytes:
    """At least `size` bytes of a stream."""
    rng = random.Random(7)
    make = STREAMS[name]
    parts: list[bytes] = []
    length = 0
    while length < size:
        part = make(rng).encode()
        parts.append(part)
        length += len(part)
    return b"".join(parts)


def ours() -> Callable[[bytes], object]:
    """The emulator's feed."""
    return Emulator(WinSize(ROWS, COLUMNS), history_lines=HISTORY).feed


def pyte_screen() -> Callable[[bytes], object]:
    """Pyte without history."""
    return pyte.ByteStream(pyte.Screen(COLUMNS, ROWS)).feed


def pyte_history() -> Callable[[bytes], object]:
    """Pyte with history."""
    return pyte.ByteStream(pyte.HistoryScreen(COLUMNS, ROWS, history=HISTORY, ratio=0.5)).feed


def speed(make: Callable[[], Callable[[bytes], object]], data: bytes, seconds: float) -> float:
    """Best MB/s of whole passes over the data within the time, at least two."""
    best = 0.0
    end = time.perf_counter() + seconds
    passes = 0
    while passes < 2 or time.perf_counter() < end:
        feed = make()
        start = time.perf_counter()
        for at in range(0, len(data), PIECE):
            feed(data[at : at + PIECE])
        best = max(best, len(data) / (time.perf_counter() - start) / 1e6)
        passes += 1
    return best


def main() -> None:
    """Measure and print the table."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 2.0
    print(f"{'stream':<10}{'MB/s':>8}{'Screen':>10}{'ratio':>8}{'History':>10}{'ratio':>8}")
    for name in STREAMS:
        own = speed(ours, stream(name, 1 << 20), seconds)
        small = stream(name, 1 << 16)
        screen = speed(pyte_screen, small, seconds / 2)
        history = speed(pyte_history, small, seconds / 2)
        print(
            f"{name:<10}{own:>8.2f}{screen:>10.3f}{own / screen:>7.1f}×{history:>10.3f}{own / history:>7.1f}×"
        )


if __name__ == "__main__":
    main()
