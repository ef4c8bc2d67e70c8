"""What a folder says about its repository, read from its files: no git process, cheap enough for the event loop.

Source: gitrepository-layout(5): `.git` is a folder, or a file `gitdir: PATH` in a worktree or submodule; `HEAD` holds
`ref: refs/heads/NAME`, or a commit id when detached.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

_SMALL: Final = 4096
_SHORT_ID: Final = 7


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
    try:
        with path.open("rb") as file:
            return file.read(_SMALL).decode("utf-8", "replace").strip()
    except OSError:
        return ""
