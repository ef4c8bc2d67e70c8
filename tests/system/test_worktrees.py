"""Working trees beside a repository, with real git."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tui.core.errors import AgentTuiError, SpecError
from tui.system import gitchanges, worktrees


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=me", "-c", "user.email=me@here", "-c", "init.defaultBranch=main")
    done = subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A repository with a commit, a change that is not committed, a new file and an ignored one."""
    made = tmp_path / "shop"
    made.mkdir()
    git(made, "init", "-q")
    (made / "app.py").write_text("one\ntwo\n")
    (made / "old.py").write_text("gone soon\n")
    (made / ".gitignore").write_text("*.log\n")
    git(made, "add", "-A")
    git(made, "commit", "-qm", "first")
    (made / "app.py").write_text("one\nchanged\n")
    (made / "new.py").write_text("new\n")
    (made / "noise.log").write_text("noise\n")
    return made


def began(folder: Path, where: Path) -> str:
    commit = worktrees.snapshot(str(folder), "as it began")
    worktrees.add(str(folder), where, "race/one", commit)
    return commit


def test_a_worktree_has_the_folder_as_it_is_and_leaves_it_alone(folder: Path, tmp_path: Path) -> None:
    before = git(folder, "status", "--porcelain")
    where = tmp_path / "races" / "one"
    commit = began(folder, where)
    assert (where / "app.py").read_text() == "one\nchanged\n"
    assert (where / "new.py").exists()
    assert not (where / "noise.log").exists()
    assert git(folder, "status", "--porcelain") == before
    assert git(where, "status", "--porcelain") == ""
    assert git(where, "branch", "--show-current").strip() == "race/one"
    assert gitchanges.look(str(where), commit).files == []


def test_a_clean_folder_begins_from_its_own_commit(folder: Path) -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "second")
    assert worktrees.snapshot(str(folder), "as it began") == git(folder, "rev-parse", "HEAD").strip()


def test_what_was_changed_committed_added_and_deleted_comes_into_the_folder(
    folder: Path, tmp_path: Path
) -> None:
    where, patch = tmp_path / "races" / "one", tmp_path / "one.patch"
    commit = began(folder, where)
    (where / "app.py").write_text("better\nchanged\n")
    git(where, "commit", "-qam", "its own")
    (where / "more").mkdir()
    (where / "more" / "blob").write_bytes(b"\0\1\2" * 50)
    (where / "old.py").unlink()
    assert worktrees.commits_of_its_own(where, commit)
    assert worktrees.write_patch(where, commit, patch) > 0
    assert patch.stat().st_mode & 0o777 == 0o600
    worktrees.apply(str(folder), patch)
    assert (folder / "app.py").read_text() == "better\nchanged\n"
    assert (folder / "more" / "blob").read_bytes() == b"\0\1\2" * 50
    assert not (folder / "old.py").exists()
    worktrees.apply(str(folder), patch, backwards=True)
    assert (folder / "app.py").read_text() == "one\nchanged\n"
    assert (folder / "old.py").exists()


def test_where_the_folder_went_on_nothing_is_changed(folder: Path, tmp_path: Path) -> None:
    where, patch = tmp_path / "races" / "one", tmp_path / "one.patch"
    commit = began(folder, where)
    (where / "app.py").write_text("better\nchanged\n")
    (where / "a-first.py").write_text("x\n")
    worktrees.write_patch(where, commit, patch)
    (folder / "app.py").write_text("mine\n")
    with pytest.raises(AgentTuiError, match=r"Nothing was changed: .*app\.py"):
        worktrees.apply(str(folder), patch)
    assert (folder / "app.py").read_text() == "mine\n"
    assert not (folder / "a-first.py").exists()


def test_removing_leaves_no_trace_but_a_branch_that_is_kept(folder: Path, tmp_path: Path) -> None:
    where = tmp_path / "races" / "one"
    commit = began(folder, where)
    (where / "app.py").write_text("thrown away\n")
    worktrees.remove(str(folder), where, "race/one", commit, keep_branch=True)
    assert not where.exists()
    assert "race/one" in git(folder, "branch")
    worktrees.add(str(folder), where, "race/two", commit)
    worktrees.remove(str(folder), where, "race/two", commit)
    assert "race/two" not in git(folder, "branch")
    assert git(folder, "worktree", "list").count("\n") == 1


def test_nothing_that_a_repository_names_is_run(folder: Path, tmp_path: Path) -> None:
    trap = tmp_path / "ran"
    hook = folder / ".git" / "hooks" / "post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {trap}\n")
    hook.chmod(0o755)
    for key in ("core.fsmonitor", "filter.x.clean", "filter.x.smudge", "filter.x.process"):
        git(folder, "config", key, f"touch {trap}; cat")
    (folder / ".gitattributes").write_text("* filter=x\n")
    where, patch = tmp_path / "races" / "one", tmp_path / "one.patch"
    commit = began(folder, where)
    (where / "app.py").write_text("better\n")
    worktrees.write_patch(where, commit, patch)
    worktrees.apply(str(folder), patch)
    worktrees.remove(str(folder), where, "race/one", commit)
    assert (folder / "app.py").read_text() == "better\n"
    assert not trap.exists()


def test_no_repository_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="would overwrite each other's files"):
        worktrees.snapshot(str(tmp_path), "as it began")


def test_a_repository_without_a_commit(tmp_path: Path) -> None:
    made = tmp_path / "fresh"
    made.mkdir()
    git(made, "init", "-q")
    (made / "a.py").write_text("a\n")
    where = tmp_path / "races" / "one"
    began(made, where)
    assert (where / "a.py").read_text() == "a\n"
