"""Working trees beside a repository: one made from a folder as it is, what changed in it, and that put into the folder.

Files are read and written by git with a config of ours (`tui.system.gitrun`): no filter, hook or monitor that a repository
names is run. Only adding and removing a worktree, which is refs and folders, knows the repository itself.

All of this blocks: call it on a thread.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tui.core.errors import AgentTuiError, SpecError
from tui.core.text import plain
from tui.system import git
from tui.system.git import EMPTY_TREE, Repository
from tui.system.gitrun import Git, GitError
from tui.system.paths import make_private
from tui.system.reasons import reason, shown
from tui.system.store import write_atomic

PATIENCE_S: Final = 60.0
PATCH_BYTES: Final = 200_000_000
"""Changes that are larger are not carried over."""


def repository_of(cwd: str) -> Repository:
    """Return the repository around a folder.

    Raises:
        SpecError: There is none, or no git; the sentence says so.
    """
    found = git.repository(cwd)
    if found is None or not (found.common / "objects").is_dir():
        raise SpecError(
            f"{shown(cwd)} is in no git repository: racers there would overwrite each other's files.",
            "git init there, then each gets a working tree of its own.",
        )
    if shutil.which("git") is None:
        raise SpecError("Racers need a working tree each: git is not on PATH.")
    return found


def snapshot(cwd: str, message: str) -> str:
    """Return a commit of a folder's repository as its files are now, uncommitted and new ones included.

    Neither its index nor its branches are touched; what git is told to ignore is left out.

    Raises:
        AgentTuiError: Git failed.
    """
    found = repository_of(cwd)
    head = git.head_commit(cwd)
    parent = "" if head == EMPTY_TREE else head
    with _told("The folder's state cannot be kept"), _own_index(found, head) as run:
        tree = _tree(run)
        if parent and tree == _line(run("rev-parse", f"{parent}^{{tree}}")):
            return parent
        parents = ["-p", parent] if parent else []
        return _line(run("commit-tree", *parents, "-m", message, tree))


def add(cwd: str, path: Path, branch: str, commit: str) -> None:
    """Make a working tree of a folder's repository elsewhere, on a new branch.

    Raises:
        AgentTuiError: Git failed; nothing is left of it.
    """
    found = repository_of(cwd)
    make_private(path.parent)
    try:
        with _told("The working tree cannot be made"), Git(found, cwd, commit, patience_s=PATIENCE_S) as run:
            run.as_it_is("worktree", "add", "--quiet", "--no-checkout", "-b", branch, str(path), commit)
        made = repository_of(str(path))
        with (
            _told("The working tree cannot be filled"),
            Git(made, str(path), commit, patience_s=PATIENCE_S) as run,
        ):
            run("read-tree", "--reset", "-u", commit)
    except AgentTuiError:
        with contextlib.suppress(AgentTuiError):
            remove(cwd, path, branch, commit)
        raise


def write_patch(path: Path, base: str, into: Path) -> int:
    """Write what a working tree changed since a commit, its own commits and new files included; returns the bytes.

    Raises:
        AgentTuiError: Git failed, or it is more than can be carried over.
    """
    found = repository_of(str(path))
    with _told("Its changes cannot be read"), _own_index(found, base) as run:
        tree = _tree(run)
        patch = run(
            "diff", "--binary", "--full-index", "--no-ext-diff", "--no-textconv", "--no-color", "--no-renames",
            base, tree, limit=PATCH_BYTES,
        )  # fmt: skip
    if len(patch) >= PATCH_BYTES:
        raise AgentTuiError(f"Its changes are more than {PATCH_BYTES // 1_000_000} MB.", "Copy them by hand.")
    make_private(into.parent)
    write_atomic(into, patch, durable=True)
    return len(patch)


def apply(cwd: str, patch: Path, *, backwards: bool = False) -> None:
    """Make a patch's changes in a folder's working tree: all of them, or none.

    Raises:
        AgentTuiError: A file there is not as it was when the patch's work began.
    """
    found = repository_of(cwd)
    head = git.head_commit(cwd)
    with (
        _told("Nothing was changed: its changes do not fit"),
        Git(found, str(found.top), head, patience_s=PATIENCE_S) as run,
    ):
        if patch.stat().st_size:
            run("apply", "--whitespace=nowarn", *(["-R"] if backwards else []), str(patch))


def commits_of_its_own(path: Path, base: str) -> bool:
    """Return whether something was committed in a working tree since a commit."""
    return git.head_commit(str(path)) not in ("", base)


def remove(cwd: str, path: Path, branch: str, commit: str, *, keep_branch: bool = False) -> None:
    """Remove a working tree with its files, and its branch.

    Raises:
        AgentTuiError: Git failed.
    """
    found = repository_of(cwd)
    with _told("The working tree cannot be removed"), Git(found, cwd, commit, patience_s=PATIENCE_S) as run:
        if path.exists():
            run.as_it_is("worktree", "remove", "--force", str(path))
        run.as_it_is("worktree", "prune")
        if not keep_branch:
            run.as_it_is("branch", "--quiet", "-D", branch)


@contextlib.contextmanager
def _own_index(found: Repository, commit: str) -> Iterator[Git]:
    """Run git with a copy of a working tree's index, which is thrown away."""
    with tempfile.TemporaryDirectory(prefix="agent-tui-index-") as folder:
        index = Path(folder) / "index"
        with contextlib.suppress(FileNotFoundError):
            shutil.copyfile(found.private / "index", index)
        with Git(found, str(found.top), commit, index=index, patience_s=PATIENCE_S) as run:
            yield run


def _tree(run: Git) -> str:
    run("add", "--all", "--", ".")
    return _line(run("write-tree"))


def _line(out: bytes) -> str:
    return out.decode("ascii", "replace").strip()


@contextlib.contextmanager
def _told(what: str) -> Iterator[None]:
    try:
        yield
    except GitError as error:
        raise AgentTuiError(f"{what}: {plain(str(error), limit=200)}.") from error
    except OSError as error:
        raise AgentTuiError(f"{what}: {reason(error)}.") from error
