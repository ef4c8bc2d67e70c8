"""Which command lines open the dashboard: its process is begun before anything else is loaded, even our arguments' parser."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tui.ui.opening import Opening

_AROUND: Final = ("--demo", "--agents", "--keep", "--tour")


def begin(args: Sequence[str]) -> Opening | None:
    """Begin the dashboard's process if it looks as if one will be opened; whoever parses the line decides."""
    if not looks_like_dashboard(args) or not has_terminal():
        return None
    from tui.ui.opening import Opening

    return Opening()


def looks_like_dashboard(args: Sequence[str]) -> bool:
    """Return whether a command line is one of those that open the dashboard, or nearly."""
    if "--help" in args or "-h" in args:
        return False
    return not args or args[0] == "attach" or args[0].partition("=")[0] in _AROUND


def has_terminal() -> bool:
    """Return whether we can draw and be typed into."""
    return sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM", "") not in ("", "dumb")
