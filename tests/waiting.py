"""Waiting for what comes, with a deadline instead of a duration."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

DEADLINE_S = 15.0


async def until(condition: Callable[[], object], *, within_s: float = DEADLINE_S) -> None:
    """Return once the condition holds; fail if it does not in time."""
    end = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"not within {within_s} s")
        await asyncio.sleep(0.01)


def wait_until(condition: Callable[[], object], *, within_s: float = DEADLINE_S) -> None:
    """Return once the condition holds, without an event loop; fail if it does not in time."""
    end = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"not within {within_s} s")
        time.sleep(0.01)
