"""Whether this program is the job of a shell: only then may it be stopped, for only then is somebody there to wake it."""

from __future__ import annotations

import os


def can_be_woken() -> bool:
    """True if a shell with job control waits above us.

    Such a shell gives each job a process group of its own. A program that leads its session, as one that a terminal or
    tmux started in place of a shell, would stand still for good.
    """
    return os.getsid(0) != os.getpgrp()
