"""A terminal put right after a dashboard that could not do it itself. Standard library only."""

from __future__ import annotations

import contextlib
import os
import sys
import termios
from typing import Any, Final

RESET: Final = (
    b"\x1b[?2026l"  # no frame is going on
    b"\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1016l"  # mouse
    b"\x1b[?2004l\x1b[?2048l\x1b[?1004l"  # pastes, in-band sizes, focus
    b"\x1b[<u"  # kitty keys: one level, before the alternate screen is left, since each screen has its own stack
    b"\x1b[?1049l\x1b[?25h\x1b[?7h\x1b[0m"
)


class Terminal:
    """The terminal as it was before."""

    def __init__(self) -> None:
        self._modes: list[Any] | None = None
        with contextlib.suppress(termios.error, ValueError, OSError):
            self._modes = termios.tcgetattr(sys.stdin.fileno())

    def restore(self) -> None:
        """Set everything that a dashboard changes back."""
        with contextlib.suppress(OSError, ValueError):
            os.write(sys.stdout.fileno(), RESET)
        if self._modes is not None:
            with contextlib.suppress(termios.error, ValueError, OSError):
                termios.tcsetattr(sys.stdin.fileno(), termios.TCSADRAIN, self._modes)
