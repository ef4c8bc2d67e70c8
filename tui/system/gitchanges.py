"""What changed in a folder, asked of git, whoever owns the repository and whatever stands in it.

A repository is written by the agents in it, and may come from anywhere: git would run programs that its config names
(`core.fsmonitor`, `diff.external`, `filter.*.clean`, hooks, …). So that config is never read: git gets a private folder of
ours as `GIT_DIR`, with only a few harmless flags copied, and the repository's objects, index and files by their own
variables (git(1), "ENVIRONMENT VARIABLES"). Nothing is written there (`GIT_OPTIONAL_LOCKS=0`), nothing is fetched.

All of this blocks for up to some seconds: call it on a thread.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from typing import Final

from tui.core.changes import FILES_MAX, Changes, FileChange, Kind, read_diff, read_paths
from tui.core.text import plain
from tui.system import git
from tui.system.git import Repository

GIT_S: Final = 8.0
"""A git that takes longer is ended."""
LIST_BYTES: Final = 4_000_000
PATCH_BYTES: Final = 400_000
"""Bytes of one file's diff that are read."""
COUNT_BYTES: Final = 256_000
"""Bytes of an untracked file in which lines are counted …"""
COUNT_ALL: Final = 8_000_000
"""… and of all of them together."""

_FLAGS: Final = r"^core\.(filemode|autocrlf|eol|ignorecase|symlinks|precomposeunicode)$"
_DIFF: Final = (
    "--no-ext-diff",
    "--no-textconv",
    "--ignore-submodules=dirty",
    "--no-color",
    "-M",
    "-l400",
    "--relative",
)


class _GitError(Exception):
    """Git told nothing; the text says why."""


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
        with _Git(found, cwd, base) as run:
            try:
                files = run.changed(base)
            except _GitError:
                head = git.head_commit(cwd)
                if not start_commit or head in ("", start_commit):
                    raise
                base, start_commit = head, ""  # it was rewritten and thrown away
                files = run.changed(base)
            new, more = run.untracked()
    except (_GitError, OSError) as error:
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
        with _Git(found, cwd, base) as run:
            names = [each for each in (change.old_path, change.path) if each]
            raw = run(
                "diff", *_DIFF, "-U3", base, "--", *(f":(literal){name}" for name in names), limit=PATCH_BYTES
            )
    except (_GitError, OSError):
        return ""
    return plain(raw.decode("utf-8", "replace"))


class _Git:
    """Runs git on a repository with a config of ours. A context manager.

    Args:
        repository: Whose objects, index and files.
        cwd: The folder looked at.
        commit: Any commit of it: tells which hash the repository uses.
    """

    def __init__(self, repository: Repository, cwd: str, commit: str) -> None:
        self._repository = repository
        self._cwd = cwd
        self._sha256 = len(commit) == 64
        self._folder = ""
        self._excludes: list[str] = []

    def __enter__(self) -> _Git:
        self._folder = tempfile.mkdtemp(prefix="agent-tui-git-")
        folder, common = Path(self._folder), self._repository.common
        (folder / "refs").mkdir()
        (folder / "HEAD").write_text("ref: refs/heads/none\n")
        flags = self._run(
            ["config", "--file", str(common / "config"), "--no-includes", "--get-regexp", _FLAGS], {}
        )
        ignored = self._run(
            ["config", "--global", "--path", "--get", "core.excludesFile"], {"GIT_CONFIG_GLOBAL": ""}
        )
        if ignored.strip():  # the user's own, not the repository's
            self._excludes = ["-c", f"core.excludesFile={os.fsdecode(ignored).rstrip()}"]
        lines = [line.partition(" ") for line in flags.decode("utf-8", "replace").splitlines()]
        told = "".join(
            f"\t{key.removeprefix('core.')} = {value if value.isalnum() else 'true'}\n"
            for key, _, value in lines
        )
        extension = "[extensions]\n\tobjectFormat = sha256\n" if self._sha256 else ""
        (folder / "config").write_text(
            f"[core]\n\trepositoryformatversion = {int(self._sha256)}\n\tbare = false\n{told}{extension}"
        )
        (folder / "info").mkdir()
        with contextlib.suppress(OSError):
            (folder / "info" / "exclude").write_bytes(_read(common / "info" / "exclude", 64_000))
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def changed(self, base: str) -> list[FileChange]:
        """Return the tracked files that differ from a commit."""
        return read_diff(self("diff", *_DIFF, "--raw", "--numstat", "-z", base, "--", ".", limit=LIST_BYTES))

    def untracked(self) -> tuple[list[FileChange], bool]:
        """Return the files that git does not know and is not told to ignore, and whether there are more."""
        raw = self("ls-files", "-z", "--others", "--exclude-standard", "--", ".", limit=LIST_BYTES // 4)
        paths = read_paths(raw)
        return list(_counted(self._cwd, paths[:FILES_MAX])), len(paths) > FILES_MAX

    def __call__(self, *arguments: str, limit: int) -> bytes:
        """Return what git prints, at most `limit` bytes."""
        own = {
            "GIT_DIR": self._folder,
            "GIT_WORK_TREE": str(self._repository.top),
            "GIT_INDEX_FILE": str(self._repository.private / "index"),
            "GIT_OBJECT_DIRECTORY": str(self._repository.common / "objects"),
        }
        return self._run(arguments, own, limit)

    def _run(self, arguments: Sequence[str], own: dict[str, str], limit: int = 10_000) -> bytes:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "XDG_CONFIG_HOME") if name in os.environ}
        env = {
            **kept,
            "LC_ALL": "C",
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_ALLOW_PROTOCOL": "none",
            "GIT_NO_LAZY_FETCH": "1",
            **own,
        }
        if not env["GIT_CONFIG_GLOBAL"]:
            del env["GIT_CONFIG_GLOBAL"]
        argv = [
            "git", "--no-pager", "--no-replace-objects", "-c", "core.fsmonitor=false",
            "-c", f"core.hooksPath={os.devnull}", *self._excludes, *arguments,
        ]  # fmt: skip
        code, out, said = _bounded(argv, self._cwd, env, limit)
        if code not in (0, None) and "GIT_DIR" in own:
            raise _GitError(said or f"it ended with {code}")
        return out


def _bounded(argv: Sequence[str], cwd: str, env: dict[str, str], limit: int) -> tuple[int | None, bytes, str]:
    """Run a program for `GIT_S` at most and keep `limit` bytes; the code is None where it was cut short for its length.

    Raises:
        _GitError: It took too long.
    """
    deadline = time.monotonic() + GIT_S
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(
            argv,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
        ) as child,
        DefaultSelector() as selector,
    ):
        assert child.stdout is not None  # asked for
        out = bytearray()
        try:
            selector.register(child.stdout, EVENT_READ)
            while True:
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise _GitError(f"it took longer than {GIT_S:.0f} s")
                piece = os.read(child.stdout.fileno(), 65_536)
                out += piece
                if not piece:
                    break
                if len(out) > limit:
                    return None, bytes(out[:limit]), ""
            code = child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            raise _GitError(f"it took longer than {GIT_S:.0f} s") from None
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
        errors.seek(0)
        said = errors.read(2_000).decode("utf-8", "replace").strip()
    return code, bytes(out), said.splitlines()[0] if said else ""


def _counted(cwd: str, paths: Sequence[str]) -> Iterator[FileChange]:
    room = COUNT_ALL
    for path in paths:
        try:
            data = _read(Path(cwd) / path, COUNT_BYTES) if room > 0 else None
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
        data = _read(path, PATCH_BYTES)
    except OSError:
        return ""
    lines = plain(data.decode("utf-8", "replace")).splitlines()
    return "\n".join([f"@@ -0,0 +1,{len(lines)} @@", *(f"+{line}" for line in lines), ""]) if lines else ""


def _read(path: Path, limit: int) -> bytes:
    """Read a regular file; a pipe or a device would never end, a link may lead anywhere."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError("it is no regular file")
        return file.read(limit)
