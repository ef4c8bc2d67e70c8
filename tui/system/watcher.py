"""Told when files change. The only importer of watchdog, and only once something is watched: it costs 40 ms and threads.

Callbacks come on the event loop, in the context that `start` was called in: a toolkit may keep there who it works for. A system that cannot watch any more (inotify's limits are shared by all programs of a user)
is no error: `start` and `add` say so, and whoever watches polls slowly anyway.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import logging
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from watchdog.events import FileSystemEvent

COALESCE_S: Final = 0.02
"""Changes within this time come as one call."""
_KINDS: Final = frozenset({"created", "modified", "moved", "deleted", "closed"})
"""Not `opened` and `closed_no_write`: our own reading would wake us."""

_log = logging.getLogger(__name__)


class FolderWatcher:
    """Watches folders and says which paths in them changed.

    Args:
        path: A folder.
        callback: Gets the paths, on the loop and in the context that `start` was called from.
        recursive: Watch the folders below, too, also those yet to come.
    """

    def __init__(self, path: Path, callback: Callable[[set[Path]], None], *, recursive: bool = False) -> None:
        self._path = path
        self._recursive = recursive
        self._callback = callback
        self._loop: asyncio.AbstractEventLoop | None = None
        self._context = contextvars.copy_context()
        self._observer: Any = None
        self._watches: dict[Path, Any] = {}
        self._lock = threading.Lock()
        self._changed: set[Path] = set()

    def start(self) -> bool:
        """Begin to watch; call it on the event loop.

        Returns:
            False if the folder cannot be watched: it is missing, or a limit of the system is reached.
        """
        self._loop = asyncio.get_running_loop()
        self._context = contextvars.copy_context()
        return self.add(self._path, recursive=self._recursive)

    def add(self, path: Path, *, recursive: bool = False) -> bool:
        """Watch one more folder; True if it is watched now."""
        if path in self._watches:
            return True
        try:
            if self._observer is None:
                from watchdog.observers import Observer

                self._observer = Observer()
                self._observer.start()
            self._watches[path] = self._observer.schedule(
                _Handler(self._noted), str(path), recursive=recursive
            )
        except (OSError, RuntimeError) as error:
            _log.info("cannot watch %s: %s", path, error)
            return False
        return True

    def remove(self, path: Path) -> None:
        """Watch a folder no more."""
        watch = self._watches.pop(path, None)
        if watch is not None:
            with contextlib.suppress(KeyError, OSError):
                self._observer.unschedule(watch)

    def close(self) -> None:
        """Stop; no callback comes afterwards."""
        self._loop = None
        self._watches.clear()
        if self._observer is not None:
            self._observer.stop()
            self._observer.join(timeout=2)
            self._observer = None

    def _noted(self, event: FileSystemEvent) -> None:
        """Keep what changed. Runs on a thread of watchdog's."""
        if event.event_type not in _KINDS:
            return
        with self._lock:
            first = not self._changed
            for each in (event.src_path, event.dest_path):
                if each:
                    self._changed.add(Path(os.fsdecode(each)))
        loop = self._loop
        if first and loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop was closed meanwhile
                loop.call_soon_threadsafe(self._soon, context=self._context)

    def _soon(self) -> None:
        if self._loop is not None:
            self._loop.call_later(COALESCE_S, self._deliver)

    def _deliver(self) -> None:
        with self._lock:
            changed, self._changed = self._changed, set()
        if changed and self._loop is not None:
            self._callback(changed)


class _Handler:
    """What watchdog calls; its own base class dispatches to methods that are not wanted."""

    def __init__(self, noted: Callable[[FileSystemEvent], None]) -> None:
        self._noted = noted

    def dispatch(self, event: FileSystemEvent) -> None:
        """Take an event."""
        self._noted(event)


def nearest_folder(path: Path) -> Path:
    """Return the deepest folder above a path that exists: where its coming will be seen."""
    for folder in path.parents:
        if folder.is_dir():
            return folder
    return Path("/")
