"""What was spent, written to a file that is the user's alone."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from tui.core.spendrows import SpendRow, as_csv
from tui.system.paths import Paths, make_private
from tui.system.store import write_atomic

FOLDER: Final = "exports"


def save_spending(paths: Paths, rows: Iterable[SpendRow], wall: float) -> Path:
    """Write rows as CSV, 0600, into the state folder, and return the file. Blocks: call it on a thread.

    Args:
        paths: The folders.
        rows: What to write.
        wall: The moment, seconds since the epoch; it is in the file's name.

    Raises:
        StoreError: It cannot be written.
    """
    folder = paths.state / FOLDER
    if not folder.is_dir():
        make_private(folder)
    path = folder / time.strftime("usage-%Y-%m-%d-%H%M%S.csv", time.localtime(wall))
    write_atomic(path, as_csv(rows).encode())
    return path
