"""What changed in a folder, asked of a real git, of repositories that mean well and of those that do not."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

import pytest

from tui.core.changes import Kind
from tui.system import git, gitchanges, gitrun
from tui.system.gitchanges import diff, look


def run(folder: Path, *arguments: str) -> str:
    plain = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "PATH": os.environ["PATH"]}
    who = ["-c", "user.name=n", "-c", "user.email=n@example.org", "-c", "init.defaultBranch=main"]
    done = subprocess.run(
        ["git", *who, *arguments], cwd=folder, env=plain, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A repository with one commit and then one change of every kind."""
    root = tmp_path / "shop"
    (root / "src").mkdir(parents=True)
    run(root, "init", "-q")
    (root / "src" / "a.py").write_text("one\ntwo\n")
    (root / "src" / "old name.txt").write_text("\n".join("a line of some length" for _ in range(9)))
    (root / "gone.txt").write_text("x\n")
    (root / ".gitignore").write_text("*.log\n")
    run(root, "add", ".")
    run(root, "commit", "-qm", "first")
    return root


def change(root: Path) -> None:
    (root / "src" / "a.py").write_text("one\nthree\nfour\n")
    run(root, "mv", "src/old name.txt", "src/neu ü.txt")
    (root / "gone.txt").unlink()
    (root / "fresh.txt").write_text("1\n2\n3")
    (root / "bytes.bin").write_bytes(b"\0\1\2")
    (root / "noise.log").write_text("ignored\n")


def test_every_kind_of_change(folder: Path) -> None:
    start = git.head_commit(str(folder))
    assert start == run(folder, "rev-parse", "HEAD")
    change(folder)
    found = look(str(folder), start)
    assert found.since_start
    assert found.branch == "main"
    assert found.problem == ""
    assert [(each.path, each.kind, each.added, each.removed, each.binary) for each in found.files] == [
        ("bytes.bin", Kind.UNTRACKED, 0, 0, True),
        ("fresh.txt", Kind.UNTRACKED, 3, 0, False),
        ("gone.txt", Kind.DELETED, 0, 1, False),
        ("src/a.py", Kind.MODIFIED, 2, 1, False),
        ("src/neu ü.txt", Kind.RENAMED, 0, 0, False),
    ]
    by_path = {each.path: each for each in found.files}
    assert "-two\n+three\n+four\n" in diff(str(folder), found.base, by_path["src/a.py"])
    assert diff(str(folder), found.base, by_path["fresh.txt"]) == "@@ -0,0 +1,3 @@\n+1\n+2\n+3\n"
    assert diff(str(folder), found.base, by_path["bytes.bin"]) == ""


def test_what_was_committed_since_the_start_counts(folder: Path) -> None:
    start = git.head_commit(str(folder))
    change(folder)
    run(folder, "add", ".")
    run(folder, "commit", "-qm", "second")
    assert [each.kind for each in look(str(folder), start).files if each.path == "fresh.txt"] == [Kind.ADDED]
    assert look(str(folder)).files == []
    assert not look(str(folder)).since_start


def test_a_folder_below_sees_its_own_files_only(folder: Path) -> None:
    change(folder)
    assert [each.path for each in look(str(folder / "src")).files] == ["a.py", "neu ü.txt"]
    (only,) = [each for each in look(str(folder / "src")).files if each.path == "a.py"]
    assert "+three" in diff(str(folder / "src"), git.head_commit(str(folder)), only)


def test_a_worktree_a_packed_ref_and_a_detached_head(folder: Path, tmp_path: Path) -> None:
    run(folder, "pack-refs", "--all")
    head = run(folder, "rev-parse", "HEAD")
    assert git.head_commit(str(folder)) == head
    run(folder, "worktree", "add", "-q", str(tmp_path / "fix"), "-b", "fix")
    (tmp_path / "fix" / "src" / "a.py").write_text("other\n")
    found = look(str(tmp_path / "fix"))
    assert (found.branch, [each.path for each in found.files]) == ("fix", ["src/a.py"])
    run(folder, "checkout", "-q", "--detach")
    assert git.head_commit(str(folder)) == head


def test_before_the_first_commit_everything_is_new(tmp_path: Path) -> None:
    assert git.start_commit(str(tmp_path)) == git.EMPTY_TREE
    run(tmp_path, "init", "-q")
    assert git.head_commit(str(tmp_path)) == git.EMPTY_TREE
    (tmp_path / "a").write_text("1\n")
    run(tmp_path, "add", "a")
    run(tmp_path, "commit", "-qm", "own")
    assert [(each.path, each.kind) for each in look(str(tmp_path), git.EMPTY_TREE).files] == [
        ("a", Kind.ADDED)
    ]


def test_a_start_that_is_gone_falls_back_to_the_last_commit(folder: Path) -> None:
    (folder / "src" / "a.py").write_text("one\n")
    found = look(str(folder), "0" * 39 + "1")
    assert not found.since_start
    assert found.base == git.head_commit(str(folder))
    assert [each.path for each in found.files] == ["src/a.py"]


def test_outside_a_repository_and_in_a_broken_one(tmp_path: Path) -> None:
    assert not look(str(tmp_path)).repository
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    (tmp_path / ".git" / "index").write_bytes(b"no index")
    assert look(str(tmp_path)).problem.startswith("git told nothing: ")


def test_a_hostile_repository_runs_nothing_and_is_not_written_to(folder: Path, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    ran.mkdir()

    def trap(name: str) -> str:
        return f"touch {ran / name}; cat"

    for key in (
        "core.fsmonitor", "core.pager", "core.sshCommand", "core.askPass", "core.editor", "diff.external",
        "diff.evil.command", "diff.evil.textconv", "filter.evil.clean", "filter.evil.smudge",
        "filter.evil.process", "credential.helper", "core.alternateRefsCommand", "gpg.program",
    ):  # fmt: skip
        run(folder, "config", key, trap(key))
    run(folder, "config", "filter.evil.required", "true")
    run(folder, "config", "core.worktree", "/")
    (folder / ".gitattributes").write_text("* filter=evil diff=evil\n")
    (folder / "src" / "a.py").write_text("changed\n")
    for hook in ("post-index-change", "pre-commit", "fsmonitor-watchman"):
        path = folder / ".git" / "hooks" / hook
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\ntouch {ran / hook}\n")
        path.chmod(0o755)
    (folder / "pipe").unlink(missing_ok=True)
    os.mkfifo(folder / "pipe")
    (folder / "link").symlink_to("/etc/passwd")
    before = {path: path.stat().st_mtime_ns for path in (folder / ".git").rglob("*")}
    found = look(str(folder))
    patches = [diff(str(folder), found.base, each) for each in found.files]
    assert list(ran.iterdir()) == []
    assert any("+changed" in patch for patch in patches)
    assert not any("root:" in patch for patch in patches)
    assert {path: path.stat().st_mtime_ns for path in (folder / ".git").rglob("*")} == before
    run(folder, "config", "--unset", "core.worktree")
    subprocess.run(["git", "diff", "HEAD"], cwd=folder, capture_output=True, check=False)
    assert {"core.fsmonitor", "filter.evil.process"} <= {
        path.name for path in ran.iterdir()
    }  # the traps do work


def test_names_and_contents_are_inert_where_they_are_shown(folder: Path) -> None:
    (folder / "\x1b[31mred").write_text("\x1b]0;title\x07body\n")
    (found,) = look(str(folder)).files
    assert diff(str(folder), "", found) == "@@ -0,0 +1,1 @@\n+body\n"


def test_a_git_that_hangs_is_ended(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bin_ = tmp_path / "bin"
    bin_.mkdir()
    (bin_ / "git").write_text("#!/bin/sh\nexec sleep 60\n")
    (bin_ / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{bin_}:{os.environ['PATH']}")
    monkeypatch.setattr(gitrun, "GIT_S", 0.1)
    (tmp_path / "private").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "private"))
    assert "took longer" in look(str(folder)).problem
    assert not list((tmp_path / "private").iterdir())


def test_a_list_without_end_is_cut(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gitchanges, "FILES_MAX", 5)
    for n in range(9):
        (folder / f"new{n}").write_text("x")
    found = look(str(folder))
    assert found.more
    assert len(found.files) == 5
