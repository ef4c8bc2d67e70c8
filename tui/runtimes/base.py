"""What a runtime is.

A `Runtime` is stateless: it builds argv and environment. Each run gets a `Reader` of its own, which turns what the child
says (lines, terminal signals, the screen, files) into facts and says from the exit what happened. Neither performs I/O
but looking for an executable: the host spawns, reads, watches and writes.
"""

from __future__ import annotations

import abc
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Final

import msgspec

from tui.core.activity import Source
from tui.core.commands import Answer
from tui.core.errors import RuntimeNotFound, SpawnError
from tui.core.facts import AnyFact, RunExited, RunKind
from tui.core.signals import TerminalSignal
from tui.core.spec import AgentSpec, Channel, Mode
from tui.core.status import Request
from tui.runtimes.about import SignIn, Tells
from tui.runtimes.sessions import UNKNOWN, Proof

Observed = tuple[Source, AnyFact]
"""A fact and where it comes from."""


CHANGED: Final = b"changed"
"""Stands for the content of a followed file that is not read."""


class Launch(msgspec.Struct, frozen=True, kw_only=True):
    """How to spawn one run."""

    argv: list[str]
    env: dict[str, str]
    """The whole environment of the child, already cleaned."""
    cwd: str
    raw: bool = False
    """PTY raw and without echo: long lines and input pass whole (stream mode)."""
    piped: bool = False
    """Input comes through a pipe and not from the terminal: no terminal mode touches it, and it can be closed."""
    session_id: str = ""
    """The session asked for: resumed, or chosen by us for a new one; empty if the CLI names it."""
    forked_id: str = ""
    """The session that a new one is to begin as a copy of, where no argument says so."""
    files: dict[str, str] = {}
    """Files to write before the spawn, private to the run: path to content (settings handed over, …)."""


class Follow(msgspec.Struct, frozen=True):
    """A file of the CLI's that the host watches for a reader."""

    name: str
    """What the reader calls it."""
    path: str
    """Its last part may be a pattern such as `*.json`: then every file of the folder that matches is given, each under
    this name. Lines of several files are not told apart: for them the pattern should match one file."""
    lines: bool = False
    """True: lines appended are given one by one; False: the whole file at each change."""
    from_start: bool = True
    """For lines: False skips what stood there when the run began (a resumed transcript)."""
    only_changes: bool = False
    """Nothing is read: that the file changed is told, or that entries of a folder came or went (the content is `CHANGED`)."""
    most_bytes: int = 1024 * 1024
    """Read of a file that is given whole."""


class RunInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What a reader may know of its run."""

    spec: AgentSpec
    kind: RunKind
    launch: Launch
    prompt: str


class Reader:
    """Reads one run. The base keeps log lines and judges by exit status only."""

    enter: ClassVar[bytes] = b""
    """Typed `enter_after_s` after the bytes of a prompt: some programs take an Enter that arrives together with a paste for
    a part of the paste."""
    enter_after_s: ClassVar[float] = 0.0

    interrupt_again_s: ClassVar[float] = 0.0
    """Where one press only asks for another: the keys that interrupt are typed again after this time; 0: they are not."""

    def __init__(self, info: RunInfo) -> None:
        self.info = info
        self.follows: Sequence[Follow] = ()
        """Files to watch; the host looks at this after the spawn and after every call below."""
        self.outbox: list[bytes] = []
        """What the child is to be told, in order; the host takes it after the spawn and after every call below."""
        self.input_over = False
        """Close the child's input once the outbox is written (`Launch.piped`)."""
        self.foreground: Callable[[], int] = lambda: 0
        """Returns the process group that has the child's terminal; 0: nobody, or it is not known. Set by the host."""

    def started(self, pid: int) -> Iterable[Observed]:
        """The child runs."""
        return ()

    def line(self, data: bytes) -> Iterable[Observed]:
        """One line of a stream, without its end. Never raises; what it does not know becomes `LogLine` or `Unparsed`."""
        return ()

    def signal(self, signal: TerminalSignal) -> Iterable[Observed]:
        """The child's terminal got a title, a bell, a progress report."""
        return ()

    def screen(self, lines: Sequence[str]) -> Iterable[Observed]:
        """What the screen shows, at most a few times a second and only when it changed (interactive mode)."""
        return ()

    def file(self, name: str, data: bytes) -> Iterable[Observed]:
        """A followed file changed: its whole content, or one appended line; empty content: it is gone."""
        return ()

    def tick(self) -> Iterable[Observed]:
        """A second passed."""
        return ()

    def exit(self, code: int | None, signal: int | None, tail: str) -> RunExited:
        """Judge the end of the run.

        Args:
            code: Exit code, or None.
            signal: Number of the signal that ended it, or None.
            tail: Last lines that were not JSON, or of the screen, inert.
        """
        ok = code == 0
        return RunExited(code=code, signal=signal, ok=ok, reason="" if ok else exit_words(code, signal))

    @property
    def takes_prompts(self) -> bool:
        """True if the running child takes prompts."""
        return self.prompt("x") is not None

    def interrupt(self) -> bytes | None:
        """Bytes to type that interrupt the turn; None: SIGINT to the process group."""
        return None

    def prompt(self, text: str) -> bytes | None:
        """Bytes that give a prompt to the running child, `enter` follows; None: it takes none (it is resumed with it)."""
        return None

    def can_answer(self, request: Request) -> bool:
        """True if `answer` knows how to answer this request."""
        return False

    def answer(self, request: Request, answer: Answer, screen: Sequence[str]) -> bytes | None:
        """Bytes that answer; None if the request is no longer open (on `screen`) or cannot be answered so."""
        return None


class Runtime(abc.ABC):
    """One family of agent CLIs. Subclasses set the class variables and build launches."""

    name: ClassVar[str]
    """As in configs and on the command line: `claude-code`."""
    title: ClassVar[str]
    """For people: `Claude Code`."""
    executable: ClassVar[str] = ""
    """Looked for on PATH."""
    install: ClassVar[str] = ""
    """The command that installs it, for hints."""
    modes: ClassVar[tuple[Mode, ...]] = (Mode.INTERACTIVE,)
    """Offered modes, the default first."""
    resumable: ClassVar[bool] = False
    forks: ClassVar[tuple[Mode, ...]] = ()
    """Modes in which a new session can begin as a copy of another (`RunKind.FORK`, with that one's id)."""
    tells: ClassVar[Mapping[Mode, Tells]] = {}
    """For each mode what is learnt of an agent, and from where."""
    tested: ClassVar[str] = ""
    """The version of the CLI that this was proved with."""
    sign_in: ClassVar[SignIn] = SignIn()
    channels: ClassVar[tuple[Channel, ...]] = (Channel.PLAIN,)
    """How it can be spoken with in stream mode, the default first."""

    def find(self, env: Mapping[str, str]) -> str | None:
        """Return the path of the CLI, or None if it is not installed."""
        return shutil.which(self.executable, path=env.get("PATH"))

    def channel(self, spec: AgentSpec) -> Channel:
        """Return how an agent in stream mode is spoken with.

        Raises:
            SpawnError: Its settings name a channel that this CLI does not offer.
        """
        wanted = spec.channel or self.channels[0]
        if wanted not in self.channels:
            raise SpawnError(
                f"Cannot start: {self.title} has no {wanted} channel.",
                f'Set channel = "{self.channels[0]}".',
                cwd=spec.cwd,
            )
        return wanted

    def is_spoken_with(self, spec: AgentSpec) -> bool:
        """True if an agent is headless and asks and is answered while it runs.

        Raises:
            SpawnError: Its settings name a channel that this CLI does not offer.
        """
        return spec.mode is Mode.STREAM and self.channel(spec) is Channel.CONTROL

    def command(self, spec: AgentSpec, env: Mapping[str, str]) -> list[str]:
        """Return the argv up to our own arguments: `spec.command`, or the executable found.

        Raises:
            RuntimeNotFound: It is not installed.
        """
        if spec.command:
            return list(spec.command)
        path = self.find(env)
        if path is None:
            hint = f"Install it: {self.install}" if self.install else ""
            raise RuntimeNotFound(f"Cannot start: {self.executable} is not on PATH.", hint)
        return [path]

    @abc.abstractmethod
    def launch(
        self,
        spec: AgentSpec,
        kind: RunKind,
        session_id: str,
        prompt: str,
        env: Mapping[str, str],
        run_dir: Path,
    ) -> Launch:
        """Build argv and environment of a run.

        Args:
            spec: The agent.
            kind: Why it is started.
            session_id: The session to resume or to fork; empty for a fresh one.
            prompt: What to ask; may be empty in interactive mode.
            env: The host's own environment, uncleaned.
            run_dir: Private folder that `Launch.files` may be put into.

        Raises:
            RuntimeNotFound: The CLI is not installed.
            SpawnError: These settings cannot work.
        """

    def session_state(self, spec: AgentSpec, session_id: str, env: Mapping[str, str]) -> Proof:
        """Return whether a session is there to be resumed, as far as the CLI's files tell; nothing is written.

        Args:
            spec: The agent.
            session_id: The session.
            env: The environment that the child will have.
        """
        return UNKNOWN

    def reader(self, info: RunInfo) -> Reader:
        """Return the reader of a run."""
        return Reader(info)


def exit_words(code: int | None, signal: int | None) -> str:
    """Say how a process ended: `exit 1`, `ended by SIGKILL`."""
    import signal as signals

    if signal is not None:
        try:
            return f"ended by {signals.Signals(signal).name}"
        except ValueError:
            return f"ended by signal {signal}"
    return f"exit {code}" if code is not None else "ended"
