"""Output that an older emulator showed otherwise than the oracle, by name: what the fuzzer and programs have found."""

from __future__ import annotations

from tests.oracle.looks import Case, Feed, LookAt, Step


def _case(cols: int, rows: int, *reads: str) -> Case:
    steps: list[Step] = []
    for read in reads:
        steps += [Feed(read.encode()), LookAt()]
    return Case(cols, rows, tuple(steps))


REGRESSIONS = {
    "line drawing has a newline sign at h": _case(20, 3, "\x1b(0ghijklm\x1b(B"),
    "the column that a wide glyph leaves is in the style of the glyph": _case(7, 4, "\x1b[7;31mabcdef日\x1b[m"),
    "a rule of one column to the end of the row": _case(12, 3, "=\x1b[11b", "x"),
    "emoji widened across two reads, at the last column": _case(6, 3, "abcd⚠", "\ufe0fx"),
    "a family cut between its joiners": _case(20, 3, "👩\u200d", "👩\u200d👧", "x"),
    "flags in a row": _case(20, 3, "🇩", "🇪🇯", "🇵x"),
    "codex inserts a line above its viewport": _case(20, 6, "a\r\nb\r\n", "\x1b[1;4r\x1b[4;1H\r\nnew\x1b[r\x1b[6;1H>"),
}  # fmt: skip
