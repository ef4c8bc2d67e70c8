"""Whether a session is still there, told from the files of the CLI that keeps it: looked at before a resume is tried.

Nothing is written, and nothing is guessed: where the files cannot tell (another layout, a wrapper around the CLI, files
that may not be read), the state is `UNKNOWN` and the CLI itself is asked by trying.
"""

from __future__ import annotations

import contextlib
import enum
import glob
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import msgspec

from tui.core.spec import AgentSpec, Mode
from tui.runtimes.environment import home

OPENCODE_WAIT_S: Final = 1.0
"""How long a database that is being written is waited for."""


class SessionState(enum.StrEnum):
    """What is known of a session before it is resumed."""

    FOUND = "found"
    MISSING = "missing"
    """Its CLI keeps sessions here, and this one is not among them."""
    ELSEWHERE = "elsewhere"
    """It belongs to another folder than the agent's, and its CLI resumes it only there."""
    UNKNOWN = "unknown"


class Proof(msgspec.Struct, frozen=True):
    """A session's state, and what it was told from."""

    state: SessionState
    where: str = ""
    """The file or folder that was found, or looked into."""

    @property
    def gone(self) -> bool:
        """Resuming it is bound to fail."""
        return self.state in (SessionState.MISSING, SessionState.ELSEWHERE)

    @property
    def words(self) -> str:
        """Why it cannot be resumed, as the end of `Session 7f3a …`."""
        return "belongs to another folder" if self.state is SessionState.ELSEWHERE else "is gone"


UNKNOWN: Final = Proof(SessionState.UNKNOWN)


def look(spec: AgentSpec, executable: str, session_id: str, find: Callable[[], Proof]) -> Proof:
    """Return what `find` tells, or UNKNOWN where it must not be believed.

    Args:
        spec: The agent: where its command is not the CLI itself (a container, another machine), its files are not here.
        executable: Name of the CLI's program.
        session_id: What is looked for; one that is no plain name could lead anywhere.
        find: Looks at the files; may raise `OSError`.
    """
    if spec.command and os.path.basename(spec.command[0]) != executable:  # noqa: PTH119 - a string
        return UNKNOWN
    if not re.fullmatch(r"[\w.-]{1,200}", session_id):
        return UNKNOWN
    with contextlib.suppress(OSError):
        return find()
    return UNKNOWN


def claude(env: Mapping[str, str], cwd: str, session_id: str) -> Proof:
    """A transcript per session, in a folder named after the one it was begun in."""
    from tui.runtimes.claude_files import config_folder, transcript_path

    root = f"{config_folder(env)}/projects"
    return _by_folder(root, transcript_path(env, cwd, session_id), f"*/{session_id}.jsonl")


def qwen(env: Mapping[str, str], cwd: str, session_id: str) -> Proof:
    """As Claude Code's, with the chats one folder deeper."""
    root = f"{home(env)}/.qwen/projects"
    slug = re.sub(r"[^a-zA-Z0-9]", "-", os.path.realpath(cwd))
    return _by_folder(root, f"{root}/{slug}/chats/{session_id}.jsonl", f"*/chats/{session_id}.jsonl")


def _by_folder(root: str, path: str, pattern: str) -> Proof:
    if path and _exists(path):
        return Proof(SessionState.FOUND, path)
    if not _is_folder(root):
        return UNKNOWN
    found = _matches(f"{glob.escape(root)}/{pattern}")
    if not found:
        return Proof(SessionState.MISSING, root)
    slug = path.removeprefix(f"{root}/").partition("/")[0]
    # A longer name that begins alike may be a folder below ours: a worktree that the CLI made itself.
    if not slug or any(each.removeprefix(f"{root}/").startswith(slug) for each in found):
        return UNKNOWN
    return Proof(SessionState.ELSEWHERE, found[0])


def codex(env: Mapping[str, str], session_id: str) -> Proof:
    """A rollout per thread, by the day of its birth; a thread is resumed from any folder."""
    root = f"{env.get('CODEX_HOME') or f'{home(env)}/.codex'}/sessions"
    if not _is_folder(root):
        return UNKNOWN
    found = _matches(f"{glob.escape(root)}/*/*/*/rollout-*-{session_id}.*")
    return Proof(SessionState.FOUND, found[0]) if found else Proof(SessionState.MISSING, root)


def gemini(env: Mapping[str, str], cwd: str, session_id: str) -> Proof:
    """A chat per session, named after the first eight characters of its id, in a folder that names its project's path."""
    root = f"{env.get('GEMINI_CLI_HOME') or home(env)}/.gemini/tmp"
    if not _is_folder(root):
        return UNKNOWN
    found = [
        each
        for each in _matches(f"{glob.escape(root)}/*/chats/session-*-{session_id[:8]}.json*")
        if _mentions(each, session_id)
    ]
    if not found:
        return Proof(SessionState.MISSING, root)
    owners = {_owner(each) for each in found}
    if os.path.realpath(cwd) in owners:
        return Proof(SessionState.FOUND, found[0])
    return UNKNOWN if "" in owners else Proof(SessionState.ELSEWHERE, found[0])


def _owner(chat: str) -> str:
    """Return the project that a chat's folder belongs to; empty if it does not tell."""
    try:
        told = (Path(chat).parent.parent / ".project_root").read_text("utf-8", "replace").strip()
    except OSError:
        return ""
    return os.path.realpath(told) if told else ""


def _mentions(path: str, session_id: str) -> bool:
    with open(path, "rb") as file:  # noqa: PTH123 - a string from glob
        return session_id.encode() in file.read(64 * 1024)


def pi(env: Mapping[str, str], cwd: str, session_id: str) -> Proof:
    """A file per session, in a folder named after the one it was begun in."""
    from tui.runtimes.pi import sessions_folder

    folder = sessions_folder(env, cwd)
    root = os.path.dirname(folder)  # noqa: PTH120 - a string
    if not _is_folder(root):
        return UNKNOWN
    for pattern in (f"{session_id}.jsonl", f"*_{session_id}.jsonl"):
        if found := _matches(f"{glob.escape(folder)}/{pattern}"):
            return Proof(SessionState.FOUND, found[0])
        if found := _matches(f"{glob.escape(root)}/*/{pattern}"):
            return Proof(SessionState.ELSEWHERE, found[0])
    return Proof(SessionState.MISSING, root)


def copilot(env: Mapping[str, str], session_id: str) -> Proof:
    """A folder per session; a session is resumed from any folder."""
    root = f"{env.get('COPILOT_HOME') or f'{home(env)}/.copilot'}/session-state"
    if not _is_folder(root):
        return UNKNOWN
    for path in (f"{root}/{session_id}", f"{root}/{session_id}.jsonl"):
        if _exists(path):
            return Proof(SessionState.FOUND, path)
    return Proof(SessionState.MISSING, root)


def cline(env: Mapping[str, str], mode: Mode, session_id: str) -> Proof:
    """A folder per session. Headless runs take no session, so nothing can be said of them."""
    from tui.runtimes.cline_files import sessions_folder

    root = sessions_folder(env)
    # Asked for one that it does not have, it begins an empty one under the same id and says nothing.
    if mode is Mode.STREAM or not _is_folder(os.path.dirname(root)):  # noqa: PTH120 - a string
        return UNKNOWN
    path = f"{root}/{session_id}"
    return (
        Proof(SessionState.FOUND, path)
        if _exists(f"{path}/{session_id}.json")
        else Proof(SessionState.MISSING, root)
    )


def opencode(env: Mapping[str, str], cwd: str, session_id: str) -> Proof:
    """A row per session in a database, with the folder it was begun in; opened for reading only."""
    from tui.runtimes.opencode_store import opened, store_path

    path = store_path(env)
    if not os.path.isfile(path):  # noqa: PTH113 - a string
        return UNKNOWN
    # Only this runtime's hosts pay for the library.
    import sqlite3

    try:
        with opened(path, OPENCODE_WAIT_S) as database:
            row = database.execute("SELECT directory FROM session WHERE id = ?", (session_id,)).fetchone()
    except sqlite3.Error:
        return UNKNOWN
    if row is None:
        return Proof(SessionState.MISSING, path)
    begun, here = os.path.realpath(str(row[0])), os.path.realpath(cwd)
    if begun == here or begun.startswith(f"{here}/") or here.startswith(f"{begun}/"):
        return Proof(SessionState.FOUND, path)
    return Proof(SessionState.ELSEWHERE, begun)


def _exists(path: str) -> bool:
    """Return whether a path is there; one that may not be looked at raises."""
    try:
        os.stat(path)  # noqa: PTH116 - a string
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def _is_folder(path: str) -> bool:
    if not _exists(path):
        return False
    os.listdir(path)  # noqa: PTH208 - one that may not be read raises, and then nothing is known
    return True


def _matches(pattern: str) -> list[str]:
    return sorted(glob.glob(pattern))  # noqa: PTH207 - patterns are strings with escaped folders
