"""What a program printed, played again to our emulator and to the oracle."""

from __future__ import annotations

from tests.oracle.compare import differences
from tests.oracle.looks import Case, Feed, LookAt, Step
from tui.protocol.screen import WinSize

INVISIBLE = "\u200b".encode()
"""Takes a cell in xterm.js, though not in xterm nor in the sums of the programs that print it."""

PARTS = 12
"""Points at which the screens are compared."""


def difference_in(output: bytes, size: WinSize) -> str:
    """What differs first at any of the points of an output, in words; empty if nothing does."""
    output = output.replace(INVISIBLE, b"")
    assert len(output) > PARTS
    steps: list[Step] = []
    for part in range(PARTS):
        steps += [Feed(output[part * len(output) // PARTS : (part + 1) * len(output) // PARTS]), LookAt()]
    return differences([Case(size.cols, size.rows, tuple(steps))])[0]
