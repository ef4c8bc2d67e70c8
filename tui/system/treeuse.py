"""What the processes of a running tool use: processor time and bytes moved, cheap enough to ask every few seconds."""

from __future__ import annotations

import time
from typing import Final

from tui.system.processes import Measured, descendants, measured

SLACK_S: Final = 0.5
"""A process may be seen to begin so long before the call that started it was told."""


def used(root: int, since_s: float) -> dict[int, Measured]:
    """Return what the processes below `root` used that began after a moment.

    Args:
        root: The child of the host; it and what it always has beside it are no part of a tool.
        since_s: Seconds of `time.monotonic()`.

    Returns:
        By process id, those that started last at the end. Empty if the tool has no process of its own.
    """
    oldest_s = time.monotonic() - since_s + SLACK_S
    found = {pid: use for pid in descendants(root) if (use := measured(pid)) and use.age_s <= oldest_s}
    return dict(sorted(found.items(), key=lambda one: (-round(one[1].age_s, 1), one[0])))
