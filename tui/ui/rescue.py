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
    b"\x1b[23;0t"  # the title that was kept aside
    b"\x1b[?1049l\x1b[?25h\x1b[?7h\x1b[0m"
)


MEND: Final = (
    b"\x18"  # whatever sequence was begun is over
    + RESET.replace(b"\x1b[<u", b"\x1b[<99u")  # all levels of kitty keys
    + b"\x1b[<99u"  # and those of the main screen
    b"\x1b[>4m\x1b[?1l\x1b>"  # modifyOtherKeys, cursor and keypad keys
    b"\x1b[?5l\x1b[?6l\x1b[4l\x1b[r"  # reverse screen, origin, insert, scroll region
    b"\x1b(B\x0f\x1b[0 q"  # charset, cursor shape
    b"\x1b[999;1H"  # several of these put the cursor where text stands
)
"""After something that is not there any more to say what it changed."""


def mend(source: int | None, target: int) -> None:
    """Put a terminal right that somebody left in any state.

    Args:
        source: What is typed into it comes here; None where that is no terminal.
        target: What is written here it shows.
    """
    os.write(target, MEND)
    if source is None:
        return
    modes = termios.tcgetattr(source)
    modes[0] = (
        modes[0] & ~(termios.IGNBRK | termios.INLCR | termios.IGNCR)
        | termios.ICRNL
        | termios.IXON
        | termios.BRKINT
    )
    modes[1] |= termios.OPOST | termios.ONLCR
    modes[3] |= termios.ISIG | termios.ICANON | termios.IEXTEN | termios.ECHO | termios.ECHOE | termios.ECHOK
    modes[6] = list(modes[6])
    modes[6][termios.VMIN], modes[6][termios.VTIME] = b"\x01", b"\x00"
    termios.tcsetattr(source, termios.TCSADRAIN, modes)


class Terminal:
    """The terminal as it was before."""

    def __init__(self) -> None:
        self._modes: list[Any] | None = None
        with contextlib.suppress(termios.error, ValueError, OSError):
            self._modes = termios.tcgetattr(sys.stdin.fileno())

    def restore(self) -> None:
        """Set everything that a dashboard changes back."""
        self._set_back(RESET)

    def mend(self) -> None:
        """Set back what any program may have changed that ended without a word."""
        self._set_back(MEND)

    def _set_back(self, sequences: bytes) -> None:
        with contextlib.suppress(OSError, ValueError):
            os.write(sys.stdout.fileno(), sequences)
        if self._modes is not None:
            with contextlib.suppress(termios.error, ValueError, OSError):
                termios.tcsetattr(sys.stdin.fileno(), termios.TCSADRAIN, self._modes)
