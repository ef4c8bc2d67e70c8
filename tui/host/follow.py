"""Follows files that an agent CLI writes about itself: whole ones at each change, growing ones line by line.

Changes are told by the system; a slow poll is the safety net for folders that do not exist yet, network file systems and
exhausted watches.
"""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

import msgspec

from tui.core.facts import Oversized
from tui.runtimes.base import CHANGED, Follow
from tui.runtimes.lines import LineSplitter
from tui.system.watcher import FolderWatcher, nearest_folder

POLL_S: Final = 2.0
PATTERN_MAX: Final = 200
"""Files looked at for one pattern."""
STEP_BYTES: Final = 256 * 1024
"""Bytes read of a growing file before the event loop gets its turn."""

Give = Callable[[str, bytes], None]


class FollowedFile:
    """One file and how far it was read.

    Args:
        follow: Which, and how.
        give: Gets (name, content or line); empty content: the file is gone.
    """

    def __init__(self, follow: Follow, give: Give) -> None:
        self.follow = follow
        self.path = Path(follow.path)
        self._give = give
        self._mark: tuple[int, ...] | None = None
        """What told the last version apart: inode, size, time of change."""
        self._inode = 0
        self._offset = 0
        self._splitter = LineSplitter()
        if follow.lines and not follow.from_start:
            info = self._stat()
            if info is not None:
                self._inode, self._offset = info.st_ino, info.st_size

    def check(self) -> bool:
        """Look at the file; return True if there is more to read at once."""
        info = self._stat()
        if info is None:
            if self._mark is not None:
                self._mark = None
                self._restart(0)
                if not self.follow.lines:
                    self._give(self.follow.name, b"")
            return False
        mark = (info.st_ino, info.st_size, info.st_mtime_ns)
        if mark == self._mark:
            return False
        if not self.follow.lines:
            self._mark = mark
            known = CHANGED if self.follow.only_changes else self._read(0, self.follow.most_bytes)
            self._give(self.follow.name, known)
            return False
        if self._inode not in (0, info.st_ino) or info.st_size < self._offset:
            self._restart(info.st_ino)  # replaced or cut: another file
        self._inode = info.st_ino
        more = self._read_lines(info.st_size)
        if not more:
            self._mark = mark
        return more

    def _stat(self) -> os.stat_result | None:
        try:
            info = self.path.stat()
        except OSError:
            return None
        return info if self.follow.only_changes or not stat.S_ISDIR(info.st_mode) else None

    @property
    def watched(self) -> Path:
        """The folder in which its changes are seen."""
        return self.path if self.follow.only_changes and self.path.is_dir() else nearest_folder(self.path)

    def _restart(self, inode: int) -> None:
        self._inode, self._offset = inode, 0
        self._splitter = LineSplitter()

    def _read_lines(self, size: int) -> bool:
        data = self._read(self._offset, STEP_BYTES)
        self._offset += len(data)
        for line in self._splitter.feed(data):
            if not isinstance(line, Oversized) and line:
                self._give(self.follow.name, line)
        return bool(data) and self._offset < size

    def _read(self, offset: int, limit: int) -> bytes:
        try:
            # Not blocking on a pipe that someone put in its place.
            fd = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except OSError:
            return b""
        try:
            return os.pread(fd, limit, offset)
        except OSError:
            return b""
        finally:
            os.close(fd)


class FollowedPattern:
    """Files of one folder whose names match a pattern, each given whole, or line by line.

    Args:
        follow: Which; the last part of its path is the pattern.
        give: Gets (name, content or line).
    """

    def __init__(self, follow: Follow, give: Give) -> None:
        self.follow = follow
        self.path = Path(follow.path)
        self._give = give
        self._files: dict[Path, FollowedFile] = {}
        if follow.lines and not follow.from_start:
            for path in self._found():
                self._follow(path, from_start=False)

    def _found(self) -> list[Path]:
        try:
            return sorted(self.path.parent.glob(self.path.name))[:PATTERN_MAX]
        except OSError:
            return []

    def _follow(self, path: Path, *, from_start: bool) -> None:
        one = msgspec.structs.replace(self.follow, path=str(path), from_start=from_start)
        self._files[path] = FollowedFile(one, self._give)

    @property
    def watched(self) -> Path:
        """The folder in which their changes are seen."""
        return nearest_folder(self.path)

    def check(self) -> bool:
        """Look at the folder; return True if there is more to read at once."""
        found = self._found()
        for path in found:
            if path not in self._files:
                # It was not there when the run began, so all of it is new.
                self._follow(path, from_start=True)
        more = False
        for file in list(self._files.values()):
            more = file.check() or more
        for path in self._files.keys() - set(found):
            del self._files[path]
        return more


class Follower:
    """Follows the files that a reader names.

    Args:
        give: Gets (name, content or line), on the loop.
    """

    def __init__(self, give: Give) -> None:
        self._give = give
        self._files: dict[Follow, FollowedFile | FollowedPattern] = {}
        self._watcher: FolderWatcher | None = None
        self._watched: set[Path] = set()
        self._poll_timer: asyncio.TimerHandle | None = None
        self._again: asyncio.Handle | None = None
        self._closed = False

    def set(self, follows: Iterable[Follow]) -> None:
        """Follow these files, and only these; none any more once it is closed."""
        wanted = list(follows)
        if self._closed or wanted == list(self._files):
            return
        self._files = {f: self._files.get(f) or self._followed(f) for f in wanted}
        if self._files:
            self._look()
            if self._poll_timer is None:
                self._poll()

    def _followed(self, follow: Follow) -> FollowedFile | FollowedPattern:
        pattern = "*" in Path(follow.path).name
        return FollowedPattern(follow, self._give) if pattern else FollowedFile(follow, self._give)

    def _poll(self) -> None:
        self._poll_timer = asyncio.get_running_loop().call_later(POLL_S, self._poll)
        self._look()

    def _look(self) -> None:
        self._again = None
        more = False
        for file in list(self._files.values()):
            more = file.check() or more
        self._watch()
        if more and self._again is None:
            self._again = asyncio.get_running_loop().call_soon(self._look)

    def _watch(self) -> None:
        """Watch the nearest folder that exists above each file."""
        wanted = {file.watched for file in self._files.values()}
        for folder in self._watched - wanted:
            if self._watcher is not None:
                self._watcher.remove(folder)
        for folder in wanted - self._watched:
            if self._watcher is None:
                self._watcher = FolderWatcher(folder, lambda paths: self._look())
                self._watcher.start()
            else:
                self._watcher.add(folder)
        self._watched = wanted

    def finish(self) -> None:
        """Read what came last, then stop."""
        for file in list(self._files.values()):
            for _ in range(64):
                if not file.check():
                    break
        self.close()

    def close(self) -> None:
        """Stop."""
        # What a run says after its end must not have its files read a second time.
        self._closed = True
        for handle in (self._poll_timer, self._again):
            if handle is not None:
                handle.cancel()
        self._poll_timer = self._again = None
        self._files = {}
        if self._watcher is not None:
            self._watcher.close()
            self._watcher = None
        self._watched = set()
