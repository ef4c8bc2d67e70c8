"""The token counts that the fake providers report, one row per round of a turn.

All numbers are odd and unlike each other, so that a sum shows which rounds went into it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one request, or a sum of them.

    `input` is what was read neither from nor into a cache, as Anthropic counts; the OpenAI and Gemini dialects
    report `input_total`. `reasoning` is a part of `output`, never added to it.
    """

    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0
    reasoning: int = 0

    @property
    def input_total(self) -> int:
        """Input with everything read from and written to caches."""
        return self.input + self.cache_read + self.cache_write

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.input + other.input,
            self.output + other.output,
            self.cache_read + other.cache_read,
            self.cache_write + other.cache_write,
            self.reasoning + other.reasoning,
        )


ZERO = Usage()

ROUNDS = (
    Usage(1009, 53, 0, 4001, 17),
    Usage(211, 31, 4001, 307, 11),
    Usage(223, 29, 4308, 101, 7),
)
"""Usage of the first, second and third request of a turn; later rounds repeat the third."""

SIDE = Usage(13, 5, 0, 0, 0)
"""Usage of a request that the CLI makes for itself: titles, routing, memory."""


def for_round(number: int) -> Usage:
    """Usage of round `number` of a turn, counted from 1."""
    return ROUNDS[min(number, len(ROUNDS)) - 1]
