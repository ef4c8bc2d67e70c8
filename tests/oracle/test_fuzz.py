"""The emulator shows what an independent one shows, cell by cell: character, width, colours, attributes, cursor.

2,000 cases of realistic output, made from their seeds and cut at random places; and reflow at new sizes. What is known
to differ is named here by seed; docs/terminal.md says more of each reason.
"""

from __future__ import annotations

import pytest

from tests.oracle import sequences
from tests.oracle.compare import differences
from tests.oracle.regressions import REGRESSIONS

pytestmark = pytest.mark.oracle

CASES = 2000
FLOWS = 400
COLOURED = 300
STEP = 250

WAITING_WRAP = "leaving the alternate screen (1049) brings a waiting wrap back; xterm.js moves the cursor to the last column"
INSERT_MODE = "a glyph that its second code point widens moves the rest of the line in insert mode; xterm.js overwrites it"
HALF_CUT = "an insertion in the middle of a wide glyph leaves two blanks; xterm.js keeps the second half"

KNOWN = {
    89: INSERT_MODE,
    508: WAITING_WRAP,
    598: WAITING_WRAP,
    683: WAITING_WRAP,
    744: WAITING_WRAP,
    871: HALF_CUT,
    926: INSERT_MODE,
    1160: HALF_CUT,
    1325: WAITING_WRAP,
    1921: INSERT_MODE,
}
"""Seeds that differ, and why."""


@pytest.mark.parametrize("first", range(0, CASES, STEP))
def test_screens_are_equal_but_for_what_is_known(first: int) -> None:
    seeds = range(first, first + STEP)
    said = differences([sequences.case(seed) for seed in seeds])
    found = {seed: words for seed, words in zip(seeds, said, strict=True) if words}
    assert {seed: words for seed, words in found.items() if seed not in KNOWN} == {}
    assert found.keys() == {seed for seed in KNOWN if seed in seeds}


def test_at_least_99_of_100_are_equal() -> None:
    assert all(seed < CASES for seed in KNOWN)
    assert len(KNOWN) <= CASES / 100


@pytest.mark.parametrize("first", range(0, FLOWS, STEP))
def test_lines_flow_into_the_same_rows(first: int) -> None:
    seeds = range(first, min(first + STEP, FLOWS))
    said = differences([sequences.flowing_case(seed) for seed in seeds])
    assert {seed: words for seed, words in zip(seeds, said, strict=True) if words} == {}


def test_the_same_colours_are_changed() -> None:
    said = differences([sequences.coloured_case(seed) for seed in range(COLOURED)])
    assert {seed: words for seed, words in enumerate(said) if words} == {}


def test_what_was_found_once_stays_equal() -> None:
    said = differences(list(REGRESSIONS.values()))
    assert {name: words for name, words in zip(REGRESSIONS, said, strict=True) if words} == {}
