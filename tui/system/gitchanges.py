"""What changed in a folder, asked of git, whoever owns the repository and whatever stands in it.

A repository is written by the agents in it, and may come from anywhere: git would run programs that its config names
(`core.fsmonitor`, `diff.external`, `filter.*.clean`, hooks, …). So that config is never read: git gets a private folder of
ours as `GIT_DIR`, with only a few harmless flags copied, and the repository's objects, index and files by their own
variables (git(1), "ENVIRONMENT VARIABLES"). Nothing is written there (`GIT_OPTIONAL_LOCKS=0`), nothing is fetched.

All of this blocks for up to some seconds: call it on a thread.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from tui.core.changes import FILES_MAX, Changes, FileChange, Kind, read_diff, read_paths
from tui.core.text import plain
from tui.system import git
from tui.system.gitrun import Git, GitError, read_regular

LIST_BYTES: Final = 4_000_000
PATCH_BYTES: Final = 400_000
"""Bytes of one file's diff that are read."""
COUNT_BYTES: Final = 256_000
"""Bytes of an untracked file in which lines are counted …"""
COUNT_ALL: Final = 8_000_000
"""… and of all of them together."""

_DIFF: Final = (
    "--no-ext-diff",
    "--no-textconv",
    "--ignore-submodules=dirty",
    "--no-color",
    "-M",
    "-l400",
    "--relative",
)


def look(cwd: str, start_commit: str = "") -> Changes:
    """Return what changed in a folder since a commit, or since the last one where that is not known.

    Args:
        cwd: The folder; files outside it are not looked at.
        start_commit: The commit that an agent began with; empty if unknown.
    """
    began = time.monotonic()
    found = git.repository(cwd)
    if found is None:
        return Changes(repository=False)
    base = start_commit or git.head_commit(cwd)
    branch = git.branch(cwd)
    if not base:
        return Changes(branch=branch, problem="The commit that is checked out cannot be read.")
    if shutil.which("git") is None:
        return Changes(branch=branch, base=base, problem="git is not on PATH.")
    try:
        with Git(found, cwd, base) as run:
            try:
                files = _changed(run, base)
            except GitError:
                head = git.head_commit(cwd)
                if not start_commit or head in ("", start_commit):
                    raise
                base, start_commit = head, ""  # it was rewritten and thrown away
                files = _changed(run, base)
            new, more = _untracked(run, cwd)
    except (GitError, OSError) as error:
        return Changes(branch=branch, base=base, problem=f"git told nothing: {plain(str(error), limit=200)}")
    listed = sorted([*files, *new], key=lambda each: each.path)
    return Changes(
        files=listed[:FILES_MAX],
        more=more or len(listed) > FILES_MAX,
        branch=branch,
        base=base,
        since_start=bool(start_commit),
        took_s=time.monotonic() - began,
    )


def diff(cwd: str, base: str, change: FileChange) -> str:
    """Return the unified diff of one file, inert and bounded; empty where there is none to show."""
    if change.binary:
        return ""
    if change.kind is Kind.UNTRACKED:
        return _created(Path(cwd) / change.path)
    found = git.repository(cwd)
    if found is None:
        return ""
    try:
        with Git(found, cwd, base) as run:
            names = [each for each in (change.old_path, change.path) if each]
            raw = run(
                "diff", *_DIFF, "-U3", base, "--", *(f":(literal){name}" for name in names), limit=PATCH_BYTES
            )
    except (GitError, OSError):
        return ""
    return plain(raw.decode("utf-8", "replace"))


def _changed(run: Git, base: str) -> list[FileChange]:
    """Return the tracked files that differ from a commit."""
    return read_diff(run("diff", *_DIFF, "--raw", "--numstat", "-z", base, "--", ".", limit=LIST_BYTES))


def _untracked(run: Git, cwd: str) -> tuple[list[FileChange], bool]:
    """Return the files that git does not know and is not told to ignore, and whether there are more."""
    raw = run("ls-files", "-z", "--others", "--exclude-standard", "--", ".", limit=LIST_BYTES // 4)
    paths = read_paths(raw)
    return list(_counted(cwd, paths[:FILES_MAX])), len(paths) > FILES_MAX


def _counted(cwd: str, paths: Sequence[str]) -> Iterator[FileChange]:
    room = COUNT_ALL
    for path in paths:
        try:
            data = read_regular(Path(cwd) / path, COUNT_BYTES) if room > 0 else None
        except OSError:
            data = None
        room -= len(data or b"")
        if data is None or len(data) >= COUNT_BYTES:
            binary = data is not None and b"\0" in data[:8_000]
            yield FileChange(path, Kind.UNTRACKED, binary=binary, counted=binary)
        elif b"\0" in data[:8_000]:
            yield FileChange(path, Kind.UNTRACKED, binary=True)
        else:
            yield FileChange(
                path, Kind.UNTRACKED, added=data.count(b"\n") + (not data.endswith(b"\n") and bool(data))
            )


def _created(path: Path) -> str:
    try:
        data = read_regular(path, PATCH_BYTES)
    except OSError:
        return ""
    lines = plain(data.decode("utf-8", "replace")).splitlines()
    return "\n".join([f"@@ -0,0 +1,{len(lines)} @@", *(f"+{line}" for line in lines), ""]) if lines else ""
