"""Room kept on the disk for what must be written even when it is full: an agent's last state.

A file of a few blocks lies in the agent's folder while its host lives. When a write fails for lack of space, the file is
given up and the write tried again. Whoever filled the disk (its own recording, usually) gets an answer of 'full'; the
status, which is replaced and does not grow, gets the room.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tui.core.errors import StoreError

RESERVE_BYTES: Final = 32 * 1024


class Reserve:
    """Some blocks of an agent's folder, kept free for one purpose.

    Args:
        folder: The agent's folder.
        name: Of the purpose, as part of the file's name.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._path = folder / f"reserve-{name}"

    def keep(self) -> None:
        """Take the blocks, if they can be had; nothing if they are kept already."""
        try:
            if self._path.exists():
                return
            handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(b"\0" * RESERVE_BYTES)  # real bytes: a sparse file would keep nothing
        except OSError:
            self.drop()

    def drop(self) -> bool:
        """Give the blocks back; True if there were any."""
        with contextlib.suppress(OSError):
            self._path.unlink()
            return True
        return False

    def write(self, write: Callable[[], None]) -> None:
        """Do a write, if need be with the room that was kept.

        Raises:
            StoreError: It fails for another reason, or even so.
        """
        try:
            write()
        except StoreError as error:
            if not _is_full(error) or not self.drop():
                raise
            write()


def _is_full(error: StoreError) -> bool:
    cause = error.__cause__
    return isinstance(cause, OSError) and cause.errno in (errno.ENOSPC, errno.EDQUOT)
