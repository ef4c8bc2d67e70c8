"""Searching a terminal's lines with a regular expression, without ever stopping the dashboard.

The expression is tried by a process of its own (`tui.ui.finder`), which is ended when it takes too long: Python's `re`
cannot be interrupted, and an innocent `(a+)+$` takes longer than anybody waits. Turned down: searching in the host, whose
agent would stand still meanwhile.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import sys
import warnings
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Final, NamedTuple

import msgspec

from tui.core.errors import AgentTuiError
from tui.ui import finder
from tui.ui.celltext import Span, columns
from tui.ui.marking import Spot, Text

FIND_S: Final = 4.0
"""An expression that takes longer is given up."""
PATTERN_MAX: Final = 1_000


class Match(NamedTuple):
    """Characters of one line, or of several that are one soft-wrapped line; lines by absolute number."""

    line: int
    start: int
    last_line: int
    stop: int

    @property
    def spot(self) -> tuple[int, int]:
        """Where it begins: line and character."""
        return self.line, self.start


def problem(pattern: str) -> str:
    """Return what is wrong with an expression, in a few words; nothing if it can be used."""
    if len(pattern) > PATTERN_MAX:
        return f"longer than {PATTERN_MAX:,} characters"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(pattern)
    except re.error as error:
        where = f" at {error.pos + 1}" if error.pos is not None else ""
        return f"{error.msg}{where}"
    except (OverflowError, RecursionError) as error:
        return str(error) or "too deep"
    return ""


def ignores_case(pattern: str) -> bool:
    r"""Smart case: capitals count if there is one that is not part of an escape such as `\S` or `\W`."""
    return not any(c.isupper() for c in re.sub(r"\\.", "", pattern, flags=re.DOTALL))


async def find(pattern: str, first: int, texts: Sequence[Text]) -> list[Match]:
    """Return all matches in lines from number `first` on, top down.

    Raises:
        AgentTuiError: The expression is no good, or takes too long.
    """
    if wrong := problem(pattern):
        raise AgentTuiError(wrong)
    asked = {
        "pattern": pattern,
        "ignore_case": ignores_case(pattern),
        "texts": [line.text for line in texts],
        "wrapped": [line.wrapped for line in texts],
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", "-S", finder.__file__,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        async with asyncio.timeout(FIND_S):
            said, _ = await process.communicate(msgspec.json.encode(asked))
    except TimeoutError:
        raise AgentTuiError(f"takes longer than {FIND_S:.0f} s") from None
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await asyncio.shield(process.wait())
    if process.returncode:
        raise AgentTuiError("could not be searched for")
    return [
        Match(first + a, b, first + c, d)
        for a, b, c, d in msgspec.json.decode(said, type=list[tuple[int, int, int, int]])
    ]


class Found:
    """The matches of a search, and which of them one stands on.

    Args:
        pattern: What was searched for.
        matches: In order.
    """

    def __init__(self, pattern: str, matches: Sequence[Match]) -> None:
        self.pattern = pattern
        self.matches = list(matches)
        self.index: int | None = None
        self._starts = [match.line for match in self.matches]
        self._ends = [match.last_line for match in self.matches]

    def step(self, by: int, line: int, start: int) -> Match | None:
        """Go to the next match from a place, down (1) or up (-1), and round at the end."""
        if not self.matches:
            return None
        spots = [match.spot for match in self.matches]
        if by > 0:
            index = bisect_right(spots, (line, start)) % len(spots)
        else:
            index = (bisect_left(spots, (line, start)) - 1) % len(spots)
        self.index = index
        return self.matches[index]

    def on(self, line: int, text: str) -> list[tuple[Span, bool]]:
        """Return the cells of the matches on a line, each with whether it is the one that one stands on."""
        spans = []
        for index in range(bisect_left(self._ends, line), bisect_right(self._starts, line)):
            match = self.matches[index]
            start = match.start if match.line == line else 0
            stop = match.stop if match.last_line == line else len(text)
            spans.append((columns(text, start, stop), index == self.index))
        return spans

    @property
    def count(self) -> str:
        """`3/17`, or what there is."""
        total = f"{len(self.matches):,}" + ("+" if len(self.matches) >= finder.MATCHES_MAX else "")
        if not self.matches:
            return "no match"
        return (
            f"{self.index + 1:,}/{total}"
            if self.index is not None
            else f"{total} match" + "es" * (len(self.matches) > 1)
        )


def spot_of(match: Match, text: str) -> Spot:
    """Return the cell where a match begins."""
    return Spot(match.line, columns(text, match.start, match.start).start)
