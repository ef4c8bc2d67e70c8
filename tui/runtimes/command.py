"""The runtime `command`: any program that draws its own screen. Nothing is known of it but what every terminal tells."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import ClassVar

from tui.core.activity import Activity, Source
from tui.core.errors import SpawnError
from tui.core.facts import ActivitySignalled, RunKind
from tui.core.signals import AgentState, Progress, TerminalSignal
from tui.core.spec import AgentSpec, Mode
from tui.runtimes import typing_in
from tui.runtimes.about import Tells
from tui.runtimes.base import Launch, Observed, Reader, RunInfo, Runtime
from tui.runtimes.environment import clean

STATES: Mapping[str, Activity] = {
    "working": Activity.WORKING,
    "idle": Activity.IDLE,
    "done": Activity.IDLE,
}
"""OSC 7501 states but `blocked`, whose `kind` decides."""


class Command(Runtime):
    """Any argv."""

    name: ClassVar[str] = "command"
    title: ClassVar[str] = "Any command"
    modes: ClassVar[tuple[Mode, ...]] = (Mode.INTERACTIVE,)
    tells: ClassVar[Mapping[Mode, Tells]] = {
        Mode.INTERACTIVE: Tells(
            state="OSC 7501 and 9;4 where the program sends them, a shell's prompt (OSC 133, or who has its terminal), else bytes",
            silent="everything but whether it moves",
        ),
    }

    def find(self, env: Mapping[str, str]) -> str | None:
        """Return the user's shell: what an empty command would run."""
        return shutil.which(env.get("SHELL") or "sh", path=env.get("PATH"))

    def launch(
        self,
        spec: AgentSpec,
        kind: RunKind,
        session_id: str,
        prompt: str,
        env: Mapping[str, str],
        run_dir: Path,
    ) -> Launch:
        """Run `spec.command` and `spec.args` as they are."""
        argv = [*spec.command, *spec.args]
        if not argv or not argv[0]:
            raise SpawnError("Cannot start: no command was given.", "Put it after --.", cwd=spec.cwd)
        return Launch(argv=argv, env=clean(env, agent_id=spec.id, extra=spec.env), cwd=spec.cwd)

    def reader(self, info: RunInfo) -> Reader:
        """Return a reader that believes what the program says of itself through its terminal; a shell is known by its jobs."""
        from tui.runtimes.shell import ShellReader, is_interactive

        return ShellReader(info) if is_interactive(info.launch.argv) else TerminalReader(info)


class TerminalReader(Reader):
    """Reads a program from its terminal alone: OSC 7501 states and OSC 9;4 progress."""

    enter: ClassVar[bytes] = typing_in.ENTER
    enter_after_s: ClassVar[float] = typing_in.ENTER_AFTER_S

    def signal(self, signal: TerminalSignal) -> Iterable[Observed]:
        """Return what a signal says about the activity."""
        fact = state_fact(signal)
        return [(Source.OSC, fact)] if fact else []

    def interrupt(self) -> bytes | None:
        """Ctrl-C, as a user would type it: the program may be a shell with a job in another process group."""
        return typing_in.INTERRUPT

    def prompt(self, text: str) -> bytes | None:
        """Type the text; Enter follows.

        Several lines go as a bracketed paste; one line goes as keys, for a program that knows no paste would show its
        marks as text.
        """
        text = text.strip()
        return typing_in.paste(text) if "\n" in text else typing_in.typed(text)


def state_fact(signal: TerminalSignal) -> ActivitySignalled | None:
    """Return the activity that OSC 7501 (`state=…:kind=…`) or OSC 9;4 (ConEmu progress) stands for."""
    match signal:
        case AgentState(state="blocked", attributes=attributes):
            kind = attributes.get("kind", "")
            activity = Activity.NEEDS_ANSWER if kind == "question" else Activity.NEEDS_PERMISSION
            return ActivitySignalled(activity=activity, text=f"OSC 7501 blocked {kind}".strip())
        case AgentState(state=state) if state in STATES:
            return ActivitySignalled(activity=STATES[state], text=f"OSC 7501 {state}")
        case Progress(state=1 | 3):
            return ActivitySignalled(activity=Activity.WORKING, text="OSC 9;4 progress")
        case Progress(state=0):
            return ActivitySignalled(activity=Activity.IDLE, text="OSC 9;4 no progress")
        case _:
            return None
