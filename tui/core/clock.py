"""Time as a value: one reading of both clocks, and where readings come from."""

from __future__ import annotations

import time
from typing import Protocol

import msgspec


class Now(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One moment on both clocks.

    Durations are differences of `mono`, which does not jump and, on Linux and macOS, is the same clock in every
    process of one boot. `wall` is only for showing and for surviving a reboot.
    """

    mono: float
    """Seconds of `time.monotonic()`."""
    wall: float
    """Seconds since the epoch, UTC."""


class Clock(Protocol):
    """A source of moments: the system's, or a test's."""

    def now(self) -> Now:
        """Return the present moment."""
        ...


class SystemClock:
    """The real clocks."""

    def now(self) -> Now:
        """Return the present moment."""
        return Now(time.monotonic(), time.time())
