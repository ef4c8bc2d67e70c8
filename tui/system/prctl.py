"""Two promises only the Linux kernel can give: orphans come to us, and a child ends with its parent.

Imports next to nothing, because the smallest process of the program uses it. Elsewhere both functions do nothing.
Source: prctl(2), PR_SET_CHILD_SUBREAPER and PR_SET_PDEATHSIG.
"""

from __future__ import annotations

import os
import signal
import sys

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36

_libc = None
if sys.platform == "linux":
    import ctypes

    # Loaded here, not between fork and exec, where only async-signal-safe calls are.
    _libc = ctypes.CDLL(None, use_errno=True)


def adopt_orphans() -> bool:
    """Make this process the parent of every descendant whose own parent ends; kept over `exec`, not inherited.

    Returns:
        True if the kernel promised it.
    """
    return _libc is not None and _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0


def die_with_parent(parent: int) -> None:
    """In a fresh child: be killed when the thread that forked us ends.

    Args:
        parent: Process id of the parent; if it is gone already, this process ends at once.
    """
    if (
        _libc is not None
        and _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) == 0
        and os.getppid() != parent
    ):
        os._exit(1)
