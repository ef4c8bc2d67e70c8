"""Drives the reducer with a clock of its own."""

from __future__ import annotations

from typing import Any

from tests.core.test_reduce import Driver, kinds, logged, spec
from tui.core.spec import Inactivity, Mode, Step

__all__ = ["Driver", "agent", "kinds", "logged", "spec"]


def agent(*, limit_s: float = 300.0, steps: list[Step] | None = None, **own: Any) -> Driver:
    """A started headless agent with limits of its own."""
    more = {"on_inactive": steps} if steps is not None else {}
    return Driver(
        spec(mode=Mode.STREAM, inactivity_timeout_s=limit_s, inactivity=Inactivity(**own), **more)
    ).start()
