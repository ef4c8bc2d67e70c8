"""Where prompts began: lines to jump to, by absolute number (`scrollback.pushed` plus the row).

A program that marks its prompts (OSC 133, FinalTerm) is believed. For one that does not, the lines count on which the
user pressed enter.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Final

PROMPTS_MAX: Final = 2_000


class Prompts:
    """The last prompts of one terminal, oldest first."""

    def __init__(self) -> None:
        self._numbers: deque[int] = deque(maxlen=PROMPTS_MAX)
        self._are_marked = False

    @property
    def numbers(self) -> list[int]:
        """Line numbers, ascending."""
        return list(self._numbers)

    def marked(self, number: int) -> None:
        """The program itself said that a prompt begins on this line."""
        if not self._are_marked:
            self._are_marked = True
            self._numbers.clear()
        self._add(number)

    def typed(self, number: int) -> None:
        """The user sent something from this line; counts only where the program marks nothing."""
        if not self._are_marked:
            self._add(number)

    def _add(self, number: int) -> None:
        while self._numbers and self._numbers[-1] >= number:
            self._numbers.pop()  # the screen was cleared, or drawn again from further up
        self._numbers.append(number)

    def reflow(
        self, before: Sequence[bool], first: int, here: int, after: Sequence[bool], there: int
    ) -> None:
        """Follow the lines to where another width put them.

        Args:
            before: For each line from the oldest to the one of the cursor, whether it went on in the next.
            first: Number of the oldest line before.
            here: Number of the cursor's line before.
            after: The same, as it is now.
            there: Number of the cursor's line now.
        """
        if not self._numbers:
            return
        starts = _starts(after, there - len(after) + 1)
        # How many whole lines lie between a prompt and the cursor is what no width changes.
        ends = _ends_below(before)
        known = [number for number in self._numbers if first <= number <= here]
        found = {starts[-1 - back] for number in known if (back := ends[number - first]) < len(starts)}
        self._numbers = deque(sorted(found), maxlen=PROMPTS_MAX)


def _starts(wrapped: Sequence[bool], first: int) -> list[int]:
    """Numbers of the lines that begin a whole line."""
    return [first + n for n in range(len(wrapped)) if n == 0 or not wrapped[n - 1]]


def _ends_below(wrapped: Sequence[bool]) -> list[int]:
    """For each line, how many whole lines end from it to before the last one's end."""
    counts = [0] * len(wrapped)
    for n in range(len(wrapped) - 2, -1, -1):
        counts[n] = counts[n + 1] + (not wrapped[n])
    return counts
