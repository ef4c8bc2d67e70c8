"""`$STATE/notify/told.json`: the user's command and when it is run, as the user's config says; hosts look it up.

Beside it lie the files `0`, `1`, …: whoever runs the command has one of them locked, so that a crash frees the place.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
from pathlib import Path
from typing import Final

import msgspec

from tui.core.errors import StoreError
from tui.core.notify import Notify
from tui.system.reasons import reason, shown
from tui.system.store import write_atomic

FOLDER: Final = "notify"
FILE: Final = "told.json"
_BYTES_MAX: Final = 64_000

_log = logging.getLogger(__name__)


def write_notify(state: Path, notify: Notify) -> None:
    """Write what the user's config says; nothing where it stands there, or where there is no command and never was.

    Args:
        state: The state folder; exists.
        notify: The user's own.

    Raises:
        StoreError: It cannot be written.
    """
    path = state / FOLDER / FILE
    data = msgspec.json.encode(notify)
    try:
        if path.read_bytes() == data:
            return
    except OSError:
        if not notify.command:
            return
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise StoreError(f"Cannot write {shown(path.parent)}: {reason(error)}.", path=str(path)) from error
    write_atomic(path, data)


def read_notify(state: Path) -> Notify:
    """Return what the user's config says; the defaults, without a command, if there is no file or none of ours."""
    path = state / FOLDER / FILE
    try:
        with path.open("rb") as stream:
            return msgspec.json.decode(stream.read(_BYTES_MAX), type=Notify)
    except FileNotFoundError:
        return Notify()
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        _log.warning("Cannot read %s: %s", shown(path), error)
        return Notify()


def take_place(state: Path, most: int) -> int | None:
    """Return a descriptor that holds one of the places, to be closed after use; None if all are taken."""
    folder = state / FOLDER
    for number in range(most):
        try:
            fd = os.open(folder / str(number), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            _log.warning("Cannot open %s: %s", shown(folder), error)
            return None
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return fd
        os.close(fd)
    return None
