"""The runtime `demo`: simulated agents, for looking around without a key, and for tests.

Headless stories speak Claude Code's stream format and are read by its reader. Stories with a screen write the same lines
into a journal, as real agents write transcripts, and say their state through OSC 7501.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Final

from tui.core import facts as f
from tui.core.activity import Source
from tui.core.commands import Answer, Verdict
from tui.core.errors import SpawnError
from tui.core.facts import AnyFact, RunExited, RunKind
from tui.core.spec import AgentSpec, Mode
from tui.core.status import Request
from tui.core.text import one_line
from tui.core.usage import Usage
from tui.runtimes import typing_in
from tui.runtimes.base import Follow, Launch, Observed, Reader, RunInfo, Runtime
from tui.runtimes.claude_asking import ClaudeAskingReader
from tui.runtimes.claude_types import Line, count
from tui.runtimes.claude_words import refused_words
from tui.runtimes.command import TerminalReader
from tui.runtimes.environment import clean
from tui.runtimes.simulated import catalog, cues, sessions
from tui.runtimes.texts import bounded

JOURNAL: Final = "journal"


class Demo(Runtime):
    """Simulated agents."""

    name: ClassVar[str] = "demo"
    title: ClassVar[str] = "Demo"
    modes: ClassVar[tuple[Mode, ...]] = (Mode.INTERACTIVE, Mode.STREAM)
    resumable: ClassVar[bool] = True

    def find(self, env: Mapping[str, str]) -> str | None:
        """Return the interpreter: the demo comes with the program."""
        return sys.executable

    def launch(
        self,
        spec: AgentSpec,
        kind: RunKind,
        session_id: str,
        prompt: str,
        env: Mapping[str, str],
        run_dir: Path,
    ) -> Launch:
        """Start the story that the first argument names; without one, the first that fits the mode."""
        name = spec.args[0] if spec.args else _first_story(spec.mode)
        story = catalog.story(name)
        if story is None:
            raise SpawnError(f"Cannot start: there is no demo story {name!r}.", cwd=spec.cwd)
        if (story.look == "stream") is not (spec.mode is Mode.STREAM):
            other = Mode.STREAM if story.look == "stream" else Mode.INTERACTIVE
            raise SpawnError(f"Cannot start: the demo story {name!r} needs mode {other.value}.", cwd=spec.cwd)
        resumed = kind is RunKind.RESUME and bool(session_id)
        session = (
            session_id
            if resumed
            else sessions.new_session(story.name, always_same=bool(env.get(cues.FOLDER)))
        )
        # -P: the agent's folder is no place to import from.
        argv = [sys.executable, "-P", "-m", "tui.runtimes.demo_agent", story.name, "--session", session]
        argv += ["--resume"] if resumed else []
        if prompt and prompt != spec.resume_prompt:
            argv += [f"--prompt={prompt}"]
        if spec.mode is Mode.INTERACTIVE:
            argv += ["--journal", str(run_dir / f"demo-{_file_name(session)}.jsonl")]
        return Launch(
            argv=argv,
            env=clean(env, agent_id=spec.id, extra=spec.env),
            cwd=spec.cwd,
            raw=spec.mode is Mode.STREAM,
            session_id=session,
        )

    def reader(self, info: RunInfo) -> Reader:
        """Return the reader of the agent's mode."""
        return DemoStreamReader(info) if info.spec.mode is Mode.STREAM else DemoScreenReader(info)


def _first_story(mode: Mode) -> str:
    wanted = mode is Mode.STREAM
    return next(
        story.name for story in catalog.fleet(catalog.FLEET_MAX) if (story.look == "stream") is wanted
    )


def _file_name(session: str) -> str:
    """Return the session's id as part of a file name: it may come from a user's command line."""
    return "".join(c for c in session if c.isalnum() or c == "-")[:64]


class DemoStreamReader(ClaudeAskingReader):
    """Claude Code's stream, and the demo's own lines."""

    def _facts(self, line: Line) -> Iterable[AnyFact]:
        match line.type:
            case "demo_usage" | "demo_history":
                return [_totals(line, earlier=line.type == "demo_history")]
            case "demo_output" if line.request_id:
                call_id, text = one_line(line.request_id), bounded(line.result or "")
                return [f.ToolOutput(call_id=call_id, text=text)]
            case _:
                return super()._facts(line)


def _totals(line: Line, *, earlier: bool) -> f.UsageReported:
    usage, window = Usage(requests=count(line.num_turns)), 0
    for model in (line.modelUsage or {}).values():
        usage, window = usage + model.usage(), count(model.contextWindow)
    return f.UsageReported(
        usage=usage,
        scope="run",
        earlier=earlier,
        context_tokens=count(line.estimated_tokens),
        context_window=window,
    )


class DemoScreenReader(TerminalReader):
    """A simulated agent with a screen: its journal, its OSC 7501 states."""

    def __init__(self, info: RunInfo) -> None:
        super().__init__(info)
        self._journal = DemoStreamReader(info)
        self._open: f.PermissionAsked | f.QuestionAsked | None = None
        argv = info.launch.argv
        path = argv[argv.index("--journal") + 1] if "--journal" in argv else ""
        resumed = info.kind is RunKind.RESUME
        self.follows = [Follow(JOURNAL, path, lines=True, from_start=not resumed)] if path else ()

    def file(self, name: str, data: bytes) -> Iterable[Observed]:
        """A line was added to the journal."""
        told: list[Observed] = []
        for _, fact in self._journal.line(data):
            if isinstance(fact, f.PermissionAsked | f.QuestionAsked):
                self._open = fact
            elif isinstance(fact, f.RequestResolved):
                self._open = None
            told.append((Source.TRANSCRIPT, fact))
        return told

    def interrupt(self) -> bytes | None:
        """Esc."""
        return typing_in.ESCAPE

    def can_answer(self, request: Request) -> bool:
        """True while the dialog is open."""
        return self._open is not None and self._open.request_id == request.request_id

    def answer(self, request: Request, answer: Answer, screen: Sequence[str]) -> bytes | None:
        """Return the digit of the option, if the dialog is on the screen."""
        if not self.can_answer(request) or not any("1. " in line for line in screen):
            return None
        last = len(request.options) or 3
        number = {Verdict.ALLOW: 1, Verdict.ALLOW_ALWAYS: min(2, last), Verdict.DENY: last}.get(
            answer.verdict, answer.choice
        )
        return str(number).encode() if 1 <= number <= last else None

    def exit(self, code: int | None, signal: int | None, tail: str) -> RunExited:
        """Judge the end: exit 0 is a user's leaving."""
        refused = self.info.kind is RunKind.RESUME and refused_words(tail)
        if refused and code:
            return RunExited(code=code, refused=True, reason=refused)
        return super().exit(code, signal, tail)
