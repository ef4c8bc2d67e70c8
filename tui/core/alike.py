"""Requests that are alike: a command of the same program with the same options, or the same edit tool inside the folder. Pure.

Used to allow what comes later without asking, so it errs on the side of asking: only programs that are known to read their plain
arguments as files, tests or revisions may be given others; any other program is alike to the very same command alone, and a
command with anything of a shell in it, or of a program that runs others or destroys, is like no other.
"""

from __future__ import annotations

import posixpath
import re
import shlex
from typing import Final

import msgspec

from tui.core import programs
from tui.core.status import Request
from tui.core.text import one_line, plain

_SHELLS: Final = frozenset(
    {
        "bash",
        "shell",
        "run",
        "exec",
        "execute",
        "command",
        "run_shell_command",
        "run_command",
        "execute_command",
        "terminal",
    }
)
_EDITS: Final = frozenset(
    {
        "edit",
        "write",
        "multiedit",
        "notebookedit",
        "write_file",
        "edit_file",
        "replace",
        "apply_patch",
        "create_file",
    }
)
_PLAIN: Final = re.compile(r"[A-Za-z0-9_./:=@,+%^ \"'\-\[\]]+")
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.+-]*")
_HEADER: Final = re.compile(r"(?m)^(?:--- ([^\n]*)\n)?\+\+\+ ([^\n]+)")
_NAMED: Final = re.compile(
    r'"(?:file_path|path|filePath|notebook_path|absolute_path)"\s*:\s*"((?:[^"\\]|\\.)*)"'
)
_CUT: Final = " more characters)"
"""How `plain` ends what it has cut."""
COMMAND_MAX: Final = 2_000


class Alike(msgspec.Struct, frozen=True):
    """What a leave covers."""

    tool: str
    words: tuple[str, ...] = ()
    """What the commands have in common; empty for an edit tool."""
    folder: str = ""
    """Where an edit tool may write, or the plain arguments of a command lie; empty: the very same command alone."""

    @property
    def told(self) -> str:
        """What it covers, for people."""
        if not self.words:
            return f"{self.tool} in its folder"
        words = one_line(shlex.join(self.words), limit=60)
        return f"{words} …" if self.folder else f"just {words}"


def alike(request: Request, cwd: str) -> Alike | None:
    """Return what requests like this one have in common, or None if none should be taken for alike.

    Links are not followed: whoever answers by it has to look where `reached` really lies.
    """
    tool = one_line(request.tool, limit=80)
    name = tool.casefold()
    if not request.permission:
        return None
    if name in _SHELLS:
        return _of_command(tool, request.detail, cwd)
    if name in _EDITS:
        path = written_path(request)
        return Alike(tool, folder=cwd) if is_inside(path, cwd) and may_touch(path, cwd) else None
    return None


def reached(request: Request) -> tuple[str, ...]:
    """Return the paths that a request for which there is an `alike` may name, as it names them."""
    if request.tool.casefold() in _SHELLS:
        return tuple(_words(request.detail)[1:])
    path = written_path(request)
    return (path,) if path else ()


def written_path(request: Request) -> str:
    """Return the one file that an edit would write, as the request names it; empty if that is not clear."""
    text = plain(request.detail)
    named = {name for old, new in _HEADER.findall(text) for name in _names(old, new)} | set(
        _NAMED.findall(text)
    )
    path = str(next(iter(named))) if len(named) == 1 else ""
    # What was left out, in a path or behind it, could name another place.
    unclear = (
        path != path.strip() or set(path) & set("\\\t…") or text != request.detail or text.endswith(_CUT)
    )
    return "" if unclear else path


def _names(old: str, new: str) -> set[str]:
    """Return the files that the two lines above a hunk may mean."""
    if new.startswith("b/") and (old == "/dev/null" or old.startswith("a/")):
        return {new[2:]} if old == "/dev/null" else {old[2:], new[2:]}
    # Without `a/`, `b/` may be a folder.
    return {old, new} if old else {new, new.removeprefix("b/")}


def is_inside(path: str, cwd: str) -> bool:
    """Return whether a path lies in a folder, by its name alone: links are the caller's to follow."""
    base = posixpath.normpath(cwd)
    whole = posixpath.normpath(posixpath.join(base, path))
    return bool(cwd) and base != "/" and whole.startswith(f"{base}/")


def may_touch(path: str, cwd: str) -> bool:
    """Return whether a path lies in a folder, and not among its hidden files.

    Hidden ones hold secrets (`.env`) or say what programs run (`.git/hooks`, `.claude/settings.json`).
    """
    base = posixpath.normpath(cwd)
    whole = posixpath.normpath(posixpath.join(base, path))
    hidden = any(part.startswith(".") for part in whole.removeprefix(base).split("/"))
    return not hidden and (is_inside(path, cwd) or (whole == base and base not in ("/", ".")))


def _of_command(tool: str, command: str, cwd: str) -> Alike | None:
    words = _words(command)
    first = words[0] if words else ""
    if not _WORD.fullmatch(first) or programs.is_unlike(words):
        return None
    kept = programs.kept(words)
    if kept is None:
        # Its arguments are not understood, so they may not differ; three dots may stand for what a screen had no room for.
        return None if any(word.endswith("...") for word in words) else Alike(tool, tuple(words))
    free = [word for index, word in enumerate(words) if index not in kept]
    if not all(_is_free(word, cwd) for word in free):
        return None
    return Alike(tool, tuple(words[index] for index in sorted(kept)), cwd)


def _is_free(word: str, cwd: str) -> bool:
    """Return whether an argument names nothing outside the folder, and no further arguments."""
    if not word or word[0] in "@:=+%^" or "[" in word:
        return False
    if word.endswith("/..."):  # Go's word for all below
        word = word[:-4] or "/"
    return not word.endswith("...") and may_touch(word, cwd)


def _words(command: str) -> list[str]:
    """Return the words of a command that holds nothing of a shell but quotes; none if it does."""
    command = command.strip(" \n")
    if not command or len(command) > COMMAND_MAX or not _PLAIN.fullmatch(command):
        return []
    try:
        return shlex.split(command)
    except ValueError:
        return []
