"""What an interactive shell does: its own prompt marks tell (OSC 133) where it gives them, else who has its terminal.

A shell hands its terminal to each job that runs in the foreground and takes it back before it prompts (POSIX job control,
`tcsetpgrp`): while the terminal is its own it is at its prompt. Programs that are no shells keep the terminal all the time, so
for them this tells nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import Final

from tui.core.activity import Activity, Source
from tui.core.facts import ActivitySignalled
from tui.core.signals import PromptMark, TerminalSignal
from tui.runtimes.base import Observed, RunInfo
from tui.runtimes.command import TerminalReader

SHELLS: Final = frozenset(
    {
        "ash",
        "bash",
        "dash",
        "elvish",
        "fish",
        "ksh",
        "mksh",
        "nu",
        "oksh",
        "sh",
        "tcsh",
        "xonsh",
        "yash",
        "zsh",
    }
)


def is_interactive(argv: Sequence[str]) -> bool:
    """True for a shell that reads its commands from the terminal: no script, and none with `-c`."""
    name = PurePath(argv[0]).name.removeprefix("-") if argv else ""
    options = [each for each in argv[1:] if each[:1] in ("-", "+")]
    runs = any(not each.startswith("--") and "c" in each[1:] for each in options)
    return name in SHELLS and len(options) == len(argv) - 1 and not runs


class ShellReader(TerminalReader):
    """Reads a shell at its prompt, and its jobs."""

    def __init__(self, info: RunInfo) -> None:
        super().__init__(info)
        self._group = 0
        self._marks = False
        """It marks its prompts: what it says itself counts."""
        self._is_own: bool | None = None
        """Who had the terminal when that was last told."""

    def started(self, pid: int) -> Iterable[Observed]:
        """The shell leads the session, and a process group of its own number."""
        self._group = pid
        return super().started(pid)

    def signal(self, signal: TerminalSignal) -> Iterable[Observed]:
        """Return what a prompt mark tells, or what any program may say."""
        if not isinstance(signal, PromptMark):
            return super().signal(signal)
        self._marks = True
        runs = signal.kind == "C"
        activity = Activity.WORKING if runs else Activity.IDLE
        text = "a command began (OSC 133)" if runs else "it is at its prompt (OSC 133)"
        return [(Source.OSC, ActivitySignalled(activity=activity, text=text))]

    def tick(self) -> Iterable[Observed]:
        """Look who has the terminal."""
        group = 0 if self._marks else self.foreground()
        if not group or (is_own := group == self._group) is self._is_own:
            return ()
        self._is_own = is_own
        activity = Activity.IDLE if is_own else Activity.WORKING
        text = "it has its terminal itself: it is at its prompt" if is_own else "a command has its terminal"
        return [(Source.SCREEN, ActivitySignalled(activity=activity, text=text))]
