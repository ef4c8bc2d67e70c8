"""Files that a runtime hands to its CLI for one run, in a private folder that is cleared before each run."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tui.core.errors import SpawnError
from tui.system.paths import make_private
from tui.system.reasons import shown
from tui.system.store import write_atomic

RUN_DIR: Final = "run"


class RunDir:
    """The folder of one run."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, files: Mapping[str, str]) -> None:
        """Write files, 0600.

        Args:
            files: Path to content; every path lies in this folder.

        Raises:
            SpawnError: A path lies elsewhere.
            StoreError: A file cannot be written.
        """
        for name, content in files.items():
            path = self.path / name
            if not path.is_relative_to(self.path) or ".." in path.parts:
                raise SpawnError(f"Cannot start: {shown(path)} is outside of the run's folder.")
            if path.parent != self.path:
                make_private(path.parent)
            write_atomic(path, content.encode("utf-8", "surrogateescape"))


def prepare(folder: Path) -> RunDir:
    """Return an empty run folder below an agent's folder.

    Raises:
        StoreError: It cannot be made.
    """
    path = folder / RUN_DIR
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    make_private(path)
    return RunDir(path)
