"""A host's own log: one file per agent in the log folder, bounded, without prompts, output or environment values."""

from __future__ import annotations

import contextlib
import logging
import os
from pathlib import Path
from typing import Final

LIMIT_BYTES: Final = 512 * 1024
"""Of each of the two files."""


class BoundedHandler(logging.Handler):
    """Appends to a file, and begins it anew when it is full, keeping the one before as `NAME.1`.

    `logging.handlers` does the same and costs a host pickle, queue and 2 MiB.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._fd = -1

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record; a log that cannot be written is not worth failing for."""
        with contextlib.suppress(OSError):
            data = (self.format(record) + "\n").encode("utf-8", "backslashreplace")
            if self._fd >= 0 and os.fstat(self._fd).st_size > LIMIT_BYTES:
                os.close(self._fd)
                self._fd = -1
                self._path.replace(self._path.with_name(self._path.name + ".1"))
            if self._fd < 0:
                self._fd = open_log(self._path)
            os.write(self._fd, data)


def open_log(path: Path) -> int:
    """Open a log file to append to, 0600."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)


def set_up(path: Path) -> None:
    """Log to a file from now on; `AGENT_TUI_LOG=DEBUG` tells more."""
    handler = BoundedHandler(path)
    handler.setFormatter(logging.Formatter("%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    level = os.environ.get("AGENT_TUI_LOG", "INFO").upper()
    root.setLevel(level if level in ("DEBUG", "INFO", "WARNING", "ERROR") else "INFO")
