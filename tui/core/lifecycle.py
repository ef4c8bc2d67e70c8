"""Is the process alive? One enum; what it does while alive is `tui.core.activity`."""

from __future__ import annotations

import enum
from typing import Final


class Lifecycle(enum.StrEnum):
    """Where an agent's current run stands."""

    QUEUED = "queued"
    """Waits for a free slot."""
    STARTING = "starting"
    """Spawned, nothing heard yet."""
    RUNNING = "running"
    STOPPING = "stopping"
    """Signals were sent; the exit is not reaped yet."""
    BACKOFF = "backoff"
    """Over, and a further run is due."""
    EXITED = "exited"
    """Ended by itself, and its runtime calls that a success."""
    FAILED = "failed"
    """Ended by itself with an error, or could not start."""
    KILLED = "killed"
    """Ended by us; reaped, no descendant left."""
    LOST = "lost"
    """Its host is gone and the child with it; the session can still be resumed."""


ALIVE: Final = frozenset({Lifecycle.STARTING, Lifecycle.RUNNING, Lifecycle.STOPPING})
"""A child process exists."""

OVER: Final = frozenset({Lifecycle.EXITED, Lifecycle.FAILED, Lifecycle.KILLED, Lifecycle.LOST})
"""No child, and none is coming by itself."""
