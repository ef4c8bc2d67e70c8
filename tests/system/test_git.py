"""Branches and project names, read from files of every layout."""

from __future__ import annotations

import os
from pathlib import Path

from tui.system.git import EMPTY_TREE, branch, head_commit, project_name


def repository(root: Path, head: str = "ref: refs/heads/main\n") -> Path:
    (root / ".git").mkdir(parents=True)
    (root / ".git" / "HEAD").write_text(head)
    return root


def test_branch_of_a_folder_below_a_repository(tmp_path: Path) -> None:
    root = repository(tmp_path / "shop", "ref: refs/heads/feature/login\n")
    (root / "src").mkdir()
    assert branch(str(root / "src")) == "feature/login"
    assert project_name(str(root / "src")) == "shop"


def test_detached_head_is_a_short_id(tmp_path: Path) -> None:
    assert branch(str(repository(tmp_path / "r", "0123456789abcdef0123456789abcdef01234567\n"))) == "0123456"


def test_outside_a_repository(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    assert branch(str(tmp_path / "notes")) == ""
    assert project_name(str(tmp_path / "notes")) == "notes"


def test_worktree_has_its_own_branch_and_its_repositorys_name(tmp_path: Path) -> None:
    root = repository(tmp_path / "shop")
    private = root / ".git" / "worktrees" / "fix"
    private.mkdir(parents=True)
    (private / "HEAD").write_text("ref: refs/heads/fix\n")
    tree = tmp_path / "shop-fix"
    tree.mkdir()
    (tree / ".git").write_text(f"gitdir: {private}\n")
    assert branch(str(tree)) == "fix"
    assert project_name(str(tree)) == "shop"


def test_pipes_in_place_of_files_are_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    os.mkfifo(tmp_path / "a" / ".git")
    assert (branch(str(tmp_path / "a")), head_commit(str(tmp_path / "a"))) == ("", "")
    root = repository(tmp_path / "b")
    os.mkfifo(root / ".git" / "packed-refs")
    assert head_commit(str(root)) == EMPTY_TREE
    (root / ".git" / "HEAD").unlink()
    os.mkfifo(root / ".git" / "HEAD")
    assert (branch(str(root)), head_commit(str(root))) == ("", "")


def test_broken_repositories_are_none(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / ".git").write_bytes(b"\xff\x00 nonsense")
    assert branch(str(tmp_path / "a")) == ""
    assert branch(str(repository(tmp_path / "b", "\x00" * 50))) == ""
