"""One host per agent: a file lock, which the kernel frees however its holder ends."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path
from typing import Final

from tui.core.errors import StoreError
from tui.system import flocks
from tui.system.reasons import reason, shown

LOCK: Final = "host.lock"
LEAVING_S: Final = 2.0
"""A host that said goodbye may still hold its lock for so long."""


def take(folder: Path) -> int | None:
    """Return a descriptor that holds the agent's lock, or None if another process holds it.

    Raises:
        StoreError: The file cannot be made.
    """
    path = folder / LOCK
    try:
        return flocks.take(path)
    except OSError as error:
        raise StoreError(f"Cannot write {shown(path)}: {reason(error)}.", path=str(path)) from error


def take_soon(folder: Path, sock: Path) -> int | None:
    """As `take`, but wait for a host that is just leaving: one that does not listen any more.

    Raises:
        StoreError: The file cannot be made.
    """
    end = time.monotonic() + LEAVING_S
    while True:
        fd = take(folder)
        if fd is not None or _listens(sock) or time.monotonic() > end:
            return fd
        time.sleep(0.02)


def _listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
        try:
            sock.connect(os.fspath(path))
        except OSError:
            return False
    return True
