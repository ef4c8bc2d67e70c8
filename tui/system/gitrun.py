"""Git on a repository whose config is never read: see `tui.system.gitchanges` for why.

All of this blocks: call it on a thread.
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
from collections.abc import Sequence
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from typing import Final

from tui.system.git import Repository

GIT_S: Final = 8.0
"""A git that takes longer is ended, unless told otherwise."""

_FLAGS: Final = r"^core\.(filemode|autocrlf|eol|ignorecase|symlinks|precomposeunicode)$"
_WHO: Final = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "agent-tui"), ("EMAIL", "agent-tui@localhost"))
}
"""Who makes our own commits."""


class GitError(Exception):
    """Git told nothing; the text says why."""


class Git:
    """Runs git on a repository with a config of ours. A context manager.

    Args:
        repository: Whose objects, index and files.
        cwd: The folder looked at.
        commit: Any commit of it: tells which hash the repository uses.
        index: The index to use; None: the repository's own.
        patience_s: A git that takes longer is ended; None: `GIT_S`.
    """

    def __init__(
        self,
        repository: Repository,
        cwd: str,
        commit: str,
        *,
        index: Path | None = None,
        patience_s: float | None = None,
    ) -> None:
        self._repository = repository
        self._cwd = cwd
        self._index = index or repository.private / "index"
        self._patience_s = GIT_S if patience_s is None else patience_s
        self._sha256 = len(commit) == 64
        self._folder = ""
        self._excludes: list[str] = []

    def __enter__(self) -> Git:
        self._folder = tempfile.mkdtemp(prefix="agent-tui-git-")
        try:
            self._prepare(Path(self._folder), self._repository.common)
        except BaseException:
            self.__exit__()  # it is not called for what failed to begin
            raise
        return self

    def _prepare(self, folder: Path, common: Path) -> None:
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
            (folder / "info" / "exclude").write_bytes(read_regular(common / "info" / "exclude", 64_000))

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def __call__(self, *arguments: str, limit: int = 10_000) -> bytes:
        """Return what git prints, at most `limit` bytes.

        Raises:
            GitError: It failed.
        """
        own = {
            "GIT_DIR": self._folder,
            "GIT_WORK_TREE": str(self._repository.top),
            "GIT_INDEX_FILE": str(self._index),
            "GIT_OBJECT_DIRECTORY": str(self._repository.common / "objects"),
        }
        return self._run(arguments, own, limit)

    def as_it_is(self, *arguments: str) -> None:
        """Run a command that has to know the repository's own config and refs; hooks and monitors stay off.

        Raises:
            GitError: It failed.
        """
        self._run(arguments, {"GIT_CONFIG_GLOBAL": ""}, strict=True)

    def _run(
        self, arguments: Sequence[str], own: dict[str, str], limit: int = 10_000, *, strict: bool = False
    ) -> bytes:
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
            **_WHO,
            **own,
        }
        if not env["GIT_CONFIG_GLOBAL"]:
            del env["GIT_CONFIG_GLOBAL"]
        argv = [
            "git", "--no-pager", "--no-replace-objects", "-c", "core.fsmonitor=false",
            "-c", f"core.hooksPath={os.devnull}", *self._excludes, *arguments,
        ]  # fmt: skip
        code, out, said = _bounded(argv, self._cwd, env, limit, self._patience_s)
        if code not in (0, None) and (strict or "GIT_DIR" in own):
            raise GitError(said or f"it ended with {code}")
        return out


def _bounded(
    argv: Sequence[str], cwd: str, env: dict[str, str], limit: int, patience_s: float
) -> tuple[int | None, bytes, str]:
    """Run a program for so long at most and keep `limit` bytes; the code is None where it was cut short for its length.

    Raises:
        GitError: It took too long.
    """
    deadline = time.monotonic() + patience_s
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
                    raise GitError(f"it took longer than {patience_s:.0f} s")
                piece = os.read(child.stdout.fileno(), 65_536)
                out += piece
                if not piece:
                    break
                if len(out) > limit:
                    return None, bytes(out[:limit]), ""
            code = child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            raise GitError(f"it took longer than {patience_s:.0f} s") from None
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
        errors.seek(0)
        said = errors.read(2_000).decode("utf-8", "replace").strip()
    return code, bytes(out), said.splitlines()[0] if said else ""


def read_regular(path: Path, limit: int) -> bytes:
    """Read a regular file; a pipe or a device would never end, a link may lead anywhere."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError("it is no regular file")
        return file.read(limit)
