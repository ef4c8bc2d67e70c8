"""Which ends nobody meant: those are what `resume --all` is for. Pure.

A run is cut off when its host was lost, when the machine went down, or when its process was ended by a signal that we did not send: in
a shutdown and in a memory shortage the child may be struck before its host is.
"""

from __future__ import annotations

import signal
from typing import Final

from tui.core.lifecycle import Lifecycle
from tui.core.status import Status

SHUTDOWN: Final = "shutdown"
"""Who ended an agent whose host was told to end, as every process is when the machine goes down."""

_STRIKES: Final = (
    signal.SIGHUP,
    signal.SIGTERM,
    signal.SIGKILL,
    signal.SIGABRT,
    signal.SIGSEGV,
    signal.SIGBUS,
)
"""Not SIGINT: that is ctrl+C, which somebody pressed."""
_CODES: Final = frozenset(128 + number for number in _STRIKES)
"""How a program that catches the signal, or the shell around it, tells of it."""


def is_cut_off(status: Status) -> bool:
    """Return whether an agent that is over was ended by what nobody meant for it."""
    how = status.exit
    match status.lifecycle:
        case Lifecycle.LOST:
            return True
        case Lifecycle.KILLED:
            return how is not None and how.by == SHUTDOWN
        case Lifecycle.FAILED:
            return how is not None and not how.by and (how.signal in _STRIKES or how.code in _CODES)
        case _:
            return False
