"""What is known of programs that agents run: which take plain arguments as files, tests or revisions, and which run others. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

_UNLIKE: Final = frozenset(
    {
        "rm", "rmdir", "dd", "mkfs", "shred", "truncate", "mv", "sudo", "su", "doas", "sh", "bash", "zsh", "fish", "dash", "ksh",
        "csh", "tcsh", "env", "xargs", "eval", "exec", "command", "builtin", "source", "find", "fd", "node", "deno", "bun", "bunx",
        "npx", "uvx", "pipx", "tsx", "perl", "ruby", "php", "lua", "awk", "gawk", "mawk", "sed", "tclsh", "expect", "pwsh",
        "powershell", "cmd", "busybox", "curl", "wget", "ssh", "scp", "sftp", "rsync", "nc", "ncat", "socat", "telnet", "ftp",
        "kill", "pkill", "killall", "chmod", "chown", "chgrp", "setfacl", "docker", "podman", "kubectl", "helm", "terraform",
        "systemctl", "crontab", "at", "batch", "nohup", "setsid", "nice", "ionice", "stdbuf", "chroot", "unshare", "script",
        "strace", "gdb", "timeout", "time", "watch", "parallel", "entr", "aws", "gcloud", "az", "psql", "mysql", "sqlite3", "redis-cli",
        "mongo", "mongosh", "osascript", "open", "xdg-open", "tee", "ln", "install", "mount", "umount", "reboot", "shutdown",
    }
)  # fmt: skip
"""Programs that run others, destroy, or reach other machines: no two of their commands are alike."""
_RUNNERS: Final = frozenset(
    {
        ("npm", "exec"),
        ("pnpm", "exec"),
        ("pnpm", "dlx"),
        ("yarn", "dlx"),
        ("yarn", "exec"),
        ("uv", "run"),
        ("poetry", "run"),
        ("hatch", "run"),
        ("bundle", "exec"),
        ("go", "run"),
        ("cargo", "run"),
        ("gh", "api"),
    }
)
_ON_FILES: Final[dict[str, frozenset[str]]] = {
    **dict.fromkeys(
        (
            "pytest", "mypy", "pyright", "black", "isort", "flake8", "pylint", "eslint", "prettier", "stylelint", "jest", "vitest",
            "mocha", "rubocop", "rspec", "phpunit", "shellcheck", "ls", "cat", "head", "tail", "wc", "grep", "rg", "tree", "stat",
            "file", "du", "mkdir", "touch",
        ),
        frozenset({""}),
    ),
    "ruff": frozenset({"check", "format"}),
    "cargo": frozenset({"test", "build", "check", "clippy", "fmt", "doc", "bench"}),
    "go": frozenset({"test", "build", "vet", "fmt"}),
    "git": frozenset({"status", "diff", "log", "show", "add", "blame"}),
}  # fmt: skip
"""Programs whose plain arguments are what they work on, with those of their subcommands of which that is true; `""`: it has none."""
_BARE: Final = frozenset(
    {
        "-q", "-qq", "-v", "-vv", "-x", "-la", "-al", "-rn", "--quiet", "--verbose", "--lf", "--ff", "--fix", "--check", "--stat",
        "--cached", "--oneline", "--name-only",
    }
)  # fmt: skip
"""Options that take no value with any of these: the word behind any other option is kept with it."""


def is_unlike(words: Sequence[str]) -> bool:
    """Return whether a command should be taken for like no other, whatever its arguments."""
    first = words[0].casefold()
    return first in _UNLIKE or first.startswith("python") or tuple(words[:2]) in _RUNNERS


def kept(words: Sequence[str]) -> frozenset[int] | None:
    """Return which words have to be the same for two commands to be alike: the program and its options, as indices.

    None if the program is not known, or not in this use: then all have to be the same.
    """
    subcommands = _ON_FILES.get(words[0])
    if subcommands is None or "--" in words:
        return None
    found, start = {0}, 1
    if "" not in subcommands:
        if len(words) < 2 or words[1] not in subcommands:
            return None
        found, start = {0, 1}, 2
    takes = False
    for index, word in enumerate(words[start:], start=start):
        is_option = word.startswith("-")
        if is_option or takes:
            found.add(index)
        takes = is_option and word not in _BARE and "=" not in word
    return frozenset(found)
