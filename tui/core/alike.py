"""Requests that are alike: the same tool with a command that begins the same way, or the same edit tool inside the folder. Pure.

Used to allow what comes later without asking, so it errs on the side of asking: a command with anything of a shell in it, or of a
program that runs others or destroys, is like no other.
"""

from __future__ import annotations

import posixpath
import re
import shlex
from typing import Final

import msgspec

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
_NEVER: Final = frozenset(
    {
        "rm", "rmdir", "dd", "mkfs", "shred", "truncate", "mv", "sudo", "su", "doas", "sh", "bash", "zsh", "fish", "dash", "env",
        "xargs", "eval", "exec", "find", "python", "python3", "node", "deno", "bun", "perl", "ruby", "php", "lua", "awk", "sed",
        "curl", "wget", "ssh", "scp", "rsync", "nc", "ncat", "telnet", "ftp", "kill", "pkill", "killall", "chmod", "chown",
        "docker", "podman", "kubectl", "terraform", "systemctl", "crontab", "at", "nohup", "timeout", "time", "watch", "parallel",
        "aws", "gcloud", "az", "psql", "mysql", "sqlite3", "redis-cli", "osascript", "open", "xdg-open", "tee", "ln",
    }
)  # fmt: skip
_SUBCOMMANDS: Final = frozenset(
    {
        "git", "npm", "pnpm", "yarn", "cargo", "go", "uv", "pip", "pip3", "make", "just", "nox", "poetry", "hatch", "gradle",
        "mvn", "dotnet", "bundle", "rake", "gh", "brew", "apt", "apt-get", "rustup", "composer", "mix", "swift", "flutter",
    }
)  # fmt: skip
"""Programs whose second word says what they do: without it two of their commands are not alike."""
_RUNNERS: Final = frozenset(
    {
        ("npm", "exec"),
        ("uv", "run"),
        ("poetry", "run"),
        ("bundle", "exec"),
        ("go", "run"),
        ("cargo", "run"),
        ("gh", "api"),
    }
)
_PLAIN: Final = re.compile(r"[A-Za-z0-9_./:=@,+%^ \"'\-\[\]]+")
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.+-]*")
COMMAND_MAX: Final = 2_000


class Alike(msgspec.Struct, frozen=True):
    """What a leave covers."""

    tool: str
    words: tuple[str, ...] = ()
    """How the command begins; empty for an edit tool."""
    folder: str = ""
    """Where an edit tool may write."""

    @property
    def told(self) -> str:
        """What it covers, for people."""
        return f"{' '.join(self.words)} …" if self.words else f"{self.tool} in its folder"


def alike(request: Request, cwd: str) -> Alike | None:
    """Return what requests like this one have in common, or None if none should be taken for alike."""
    tool = one_line(request.tool, limit=80)
    name = tool.casefold()
    if not request.permission:
        return None
    if name in _SHELLS:
        words = _beginning(request.detail or request.title)
        return Alike(tool, words) if words else None
    if name in _EDITS:
        path = written_path(request)
        return Alike(tool, folder=cwd) if path and is_inside(path, cwd) else None
    return None


def written_path(request: Request) -> str:
    """Return the one file that an edit would write, as the request names it; empty if that is not clear."""
    named = re.findall(r"(?m)^\+\+\+ (?:b/)?([^\t\n]+)", plain(request.detail, limit=100_000))
    if len(set(named)) == 1:
        return str(named[0]).strip()
    found = re.findall(
        r'"(?:file_path|path|filePath|notebook_path|absolute_path)"\s*:\s*"((?:[^"\\]|\\.)*)"', request.detail
    )
    return str(found[0]) if len(set(found)) == 1 and "\\" not in found[0] else ""


def is_inside(path: str, cwd: str) -> bool:
    """Return whether a path lies in a folder, by its name alone: links are the caller's to follow."""
    base = posixpath.normpath(cwd)
    whole = posixpath.normpath(posixpath.join(base, path))
    return bool(cwd) and base != "/" and whole.startswith(f"{base}/")


def _beginning(command: str) -> tuple[str, ...]:
    command = command.strip()
    if not command or len(command) > COMMAND_MAX or not _PLAIN.fullmatch(command):
        return ()
    try:
        words = shlex.split(command)
    except ValueError:
        return ()
    first = words[0] if words else ""
    if not _WORD.fullmatch(first) or first.casefold() in _NEVER or first.startswith("python"):
        return ()
    if first not in _SUBCOMMANDS:
        return (first,)
    second = words[1] if len(words) > 1 else ""
    if not _WORD.fullmatch(second) or (first, second) in _RUNNERS:
        return ()
    return (first, second)
