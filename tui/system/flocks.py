"""Files that are locked (flock) while somebody lives: the kernel frees them however their holder ends."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


def opened(path: Path) -> int:
    """Return a descriptor of a lock's file, made for its user alone, that no child inherits and no link leads to.

    Raises:
        OSError: The file cannot be made.
    """
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)


def take(path: Path) -> int | None:
    """Return a descriptor that holds a file's lock until it is closed, or None if another process holds it.

    Raises:
        OSError: The file cannot be made.
    """
    fd = opened(path)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(fd)
        return None
    return fd
