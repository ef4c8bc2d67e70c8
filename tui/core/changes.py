"""Files that changed in an agent's folder, as values, and what git prints about them, read. Pure.

Source: git-diff(1), "RAW OUTPUT FORMAT" and "OTHER DIFF FORMATS": with `-z` fields end in NUL, paths are bytes as they are.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from typing import Final

import msgspec

FILES_MAX: Final = 1_000
"""Files that are listed; of more it is said that there are more."""


class Kind(enum.StrEnum):
    """What became of a file; the value is what is shown."""

    ADDED = "A"
    DELETED = "D"
    MODIFIED = "M"
    RENAMED = "R"
    RETYPED = "T"
    CONFLICT = "U"
    UNTRACKED = "?"


class FileChange(msgspec.Struct, frozen=True):
    """One file."""

    path: str
    """From the agent's folder, as git names it; bytes that are no UTF-8 as surrogate escapes. Not inert."""
    kind: Kind
    old_path: str = ""
    """Of a renamed one."""
    added: int = 0
    removed: int = 0
    binary: bool = False
    counted: bool = True
    """False: it was too large to count lines in."""


class Changes(msgspec.Struct, frozen=True):
    """What changed in a folder, at one moment."""

    files: list[FileChange] = []
    more: bool = False
    """There are more than are listed."""
    branch: str = ""
    base: str = ""
    """The commit compared with."""
    since_start: bool = False
    """`base` is where the agent began; False: the last commit."""
    repository: bool = True
    """False: the folder is in none, so nothing can be said."""
    problem: str = ""
    """Why git told nothing, a sentence."""
    took_s: float = 0.0

    @property
    def added(self) -> int:
        """Lines added in all."""
        return sum(each.added for each in self.files)

    @property
    def removed(self) -> int:
        """Lines removed in all."""
        return sum(each.removed for each in self.files)


def read_diff(data: bytes) -> list[FileChange]:
    """Read what `git diff --raw --numstat -z` prints; a torn end costs only its own entry."""
    fields = iter(data.split(b"\0"))
    kinds: dict[str, FileChange] = {}
    for field in fields:
        try:
            if field.startswith(b":"):
                _raw(field, fields, kinds)
            elif field:
                _counts(field, fields, kinds)
        except (StopIteration, ValueError):
            continue
    return list(kinds.values())


def _raw(field: bytes, fields: Iterator[bytes], kinds: dict[str, FileChange]) -> None:
    status = field.rsplit(b" ", 1)[-1][:1].decode("ascii", "replace")
    first = _path(next(fields))
    old = ""
    if status in ("R", "C"):
        old, first = first, _path(next(fields))
    if status == "C":
        status, old = "A", ""
    kinds[first] = FileChange(first, Kind(status) if status in _KINDS else Kind.MODIFIED, old)


def _counts(field: bytes, fields: Iterator[bytes], kinds: dict[str, FileChange]) -> None:
    added, removed, path = field.split(b"\t", 2)
    if not path:
        next(fields)  # the old name
        path = next(fields)
    name = _path(path)
    binary = added == b"-"
    counts = (0, 0) if binary else (int(added), int(removed))
    known = kinds.get(name)
    if known is not None:
        kinds[name] = msgspec.structs.replace(known, added=counts[0], removed=counts[1], binary=binary)


def read_paths(data: bytes) -> list[str]:
    """Read what `git ls-files -z` prints; what stands after the last NUL was cut off and is left out."""
    return [_path(part) for part in data.split(b"\0")[:-1] if part]


def _path(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


_KINDS: Final = frozenset(Kind)
