"""What a folder says about its repository, read from its files: no git process, cheap enough for the event loop.

Source: gitrepository-layout(5): `.git` is a folder, or a file `gitdir: PATH` in a worktree or submodule; `HEAD` holds
`ref: refs/heads/NAME`, or a commit id when detached.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final, NamedTuple

_SMALL: Final = 4096
_PACKED_MAX: Final = 32 * 1024 * 1024
_SHORT_ID: Final = 7
EMPTY_TREE: Final = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
"""Every git knows this tree: what a repository without a commit is compared with."""


def branch(cwd: str) -> str:
    """Return the branch checked out around a folder, a short commit id if detached, or empty outside a repository."""
    found = _git_dir(Path(cwd))
    if found is None:
        return ""
    head = _text(found / "HEAD")
    if head.startswith("ref:"):
        return head.removeprefix("ref:").strip().removeprefix("refs/heads/")
    return head[:_SHORT_ID] if len(head) >= 40 and all(c in "0123456789abcdef" for c in head) else ""


def project_name(cwd: str) -> str:
    """Return the name of the repository around a folder; a worktree has its main repository's. Else the folder's own."""
    folder = Path(cwd)
    for each in (folder, *folder.parents):
        entry = each / ".git"
        if not _exists(entry):
            continue
        found = _git_dir(each)
        if found is not None and entry.is_file() and found.parent.name == "worktrees":
            # …/main/.git/worktrees/NAME, or …/main.git/worktrees/NAME of a bare repository
            repository = found.parent.parent
            return (
                repository.parent.name if repository.name == ".git" else repository.name.removesuffix(".git")
            )
        return each.name
    return folder.name


class Repository(NamedTuple):
    """Where a repository keeps what."""

    top: Path
    """The working tree around the folder."""
    private: Path
    """HEAD and index of this working tree."""
    common: Path
    """Objects and refs, shared by all working trees."""


def repository(cwd: str) -> Repository | None:
    """Return the repository around a folder, or None."""
    folder = Path(cwd)
    for each in (folder, *folder.parents):
        if _exists(each / ".git"):
            private = _git_dir(each)
            if private is None:
                return None
            shared = _text(private / "commondir")
            return Repository(each, private, (private / shared).resolve() if shared else private)
    return None


def head_commit(cwd: str) -> str:
    """Return the id of the commit checked out around a folder; `EMPTY_TREE` before the first one, empty outside a repository."""
    found = repository(cwd)
    if found is None:
        return ""
    if _exists(found.common / "reftable"):
        return ""  # refs in a format of their own
    head = _text(found.private / "HEAD")
    if not head.startswith("ref:"):
        return head if _is_id(head) else ""
    ref = head.removeprefix("ref:").strip()
    for folder in (found.private, found.common):
        known = _text(folder / ref) if _is_ref(ref) else ""
        if _is_id(known):
            return known
    return _packed(found.common / "packed-refs", ref) or EMPTY_TREE


def start_commit(cwd: str) -> str:
    """Return what an agent's changes are to be compared with later, as it begins; empty if that cannot be told.

    Where there is no repository yet, everything in the one that it makes is its own: `EMPTY_TREE`.
    """
    return EMPTY_TREE if repository(cwd) is None else head_commit(cwd)


def _packed(path: Path, ref: str) -> str:
    for line in _start(path, _PACKED_MAX).decode("utf-8", "replace").splitlines():
        commit, _, name = line.partition(" ")
        if name == ref and _is_id(commit):
            return commit
    return ""


def _is_ref(ref: str) -> bool:
    return ref.startswith("refs/") and ".." not in ref


def _is_id(text: str) -> bool:
    return len(text) in (40, 64) and all(c in "0123456789abcdef" for c in text)


def _git_dir(folder: Path) -> Path | None:
    for each in (folder, *folder.parents):
        entry = each / ".git"
        if not _exists(entry):
            continue
        if entry.is_dir():
            return entry
        pointer = _text(entry)
        return (
            (each / pointer.removeprefix("gitdir:").strip()).resolve()
            if pointer.startswith("gitdir:")
            else None
        )
    return None


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False


def _text(path: Path) -> str:
    return _start(path, _SMALL).decode("utf-8", "replace").strip()


def _start(path: Path, limit: int) -> bytes:
    """Return the beginning of a regular file; nothing of a pipe, which an agent may have put there and nobody writes into."""
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            return file.read(limit) if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else b""
    except OSError:
        return b""
