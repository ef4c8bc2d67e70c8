"""Drives one run of a runtime under a pseudo-terminal, as a host does, and keeps all it observed."""

from __future__ import annotations

import contextlib
import os
import pty
import select
import signal
import termios
import time
import tty
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from tui.core.facts import AnyFact, Fact, Oversized, RunExited, RunKind, UsageReported
from tui.core.spec import AgentSpec, Mode
from tui.core.usage import Meter
from tui.protocol.screen import WinSize
from tui.runtimes.base import Follow, Observed, RunInfo
from tui.runtimes.lines import LineSplitter
from tui.runtimes.registry import get
from tui.terminal.emulator import Emulator
from tui.terminal.signals import TerminalSignal

F = TypeVar("F", bound=Fact)

SIZE = WinSize(40, 120)


class Driven:
    """A started run.

    Args:
        spec: The agent.
        kind: Why it runs.
        session_id: The session to resume, or empty.
        prompt: What to ask.
        env: The host's environment.
    """

    def __init__(
        self, spec: AgentSpec, kind: RunKind, session_id: str, prompt: str, env: dict[str, str], run_dir: Path
    ) -> None:
        runtime = get(spec.runtime)
        self.launch = runtime.launch(spec, kind, session_id, prompt, env, run_dir)
        self.reader = runtime.reader(RunInfo(spec=spec, kind=kind, launch=self.launch, prompt=prompt))
        self.observed: list[Observed] = []
        self.meter = Meter()
        self.stream = spec.mode is Mode.STREAM
        self.emulator = Emulator(SIZE, reply=self.write, signal=self._signal)
        self._lines = LineSplitter()
        self._seen: dict[str, tuple[int, int]] = {}
        self._tails: dict[str, LineSplitter] = {}
        self._at: dict[str, int] = {}
        self._known: set[Follow] = set()
        self._shown: list[str] = []
        self._tick_at = time.monotonic() + 1.0
        self.log: list[str] = []
        self.raw = b""
        self.exit: RunExited | None = None
        for path, text in self.launch.files.items():
            Path(path).write_text(text, encoding="utf-8")
        theirs, ours = os.pipe() if self.launch.piped else (-1, -1)
        self.pid, self.fd = pty.fork()
        if not self.pid:
            if self.launch.piped:
                os.dup2(theirs, 0)
                os.close(ours)
            with contextlib.suppress(OSError):
                os.chdir(self.launch.cwd)
                os.execvpe(self.launch.argv[0], self.launch.argv, self.launch.env)
            os._exit(127)
        self._pipe = ours
        if self.launch.piped:
            os.close(theirs)
        termios.tcsetwinsize(self.fd, (SIZE.rows, SIZE.cols))
        if self.launch.raw:
            tty.setraw(self.fd)
        self._take(self.reader.started(self.pid))
        self._skip_old()

    def write(self, data: bytes) -> None:
        """Type bytes."""
        with contextlib.suppress(OSError):
            os.write(self._pipe if self._pipe >= 0 else self.fd, data)

    def _tell(self) -> None:
        """Give the child what its reader has for it."""
        told, self.reader.outbox = self.reader.outbox, []
        for data in told:
            self.write(data)
        if self.reader.input_over:
            self._end_input()

    def _end_input(self) -> None:
        if self._pipe >= 0:
            os.close(self._pipe)
            self._pipe = -1

    def prompt(self, text: str) -> None:
        """Give a prompt to the running child."""
        data = self.reader.prompt(text)
        assert data is not None
        self._tell()
        self.write(data)
        end = time.monotonic() + self.reader.enter_after_s
        while time.monotonic() < end:
            self._step()
        self.write(self.reader.enter)

    @property
    def screen(self) -> list[str]:
        """The screen as text."""
        return self.emulator.text()

    def facts(self, kind: type[F]) -> list[F]:
        """The facts of a kind so far."""
        return [fact for _, fact in self.observed if isinstance(fact, kind)]

    def until(self, condition: Callable[[], object], limit_s: float = 30.0) -> None:
        """Run until a condition holds.

        Raises:
            TimeoutError: It did not.
        """
        end = time.monotonic() + limit_s
        while not condition():
            if self.exit is not None or time.monotonic() > end:
                raise TimeoutError(
                    f"{self.exit}\n" + "\n".join([*self.screen, *map(str, self.observed[-20:])])
                )
            self._step()

    def run(self, limit_s: float = 60.0) -> RunExited:
        """Run to the end."""
        end = time.monotonic() + limit_s
        while self.exit is None:
            if time.monotonic() > end:
                raise TimeoutError("\n".join([*self.screen, *map(str, self.observed[-20:])]))
            self._step()
        return self.exit

    def interrupt(self) -> None:
        """Interrupt the turn."""
        keys = self.reader.interrupt()
        self._tell()
        if keys is None:
            os.killpg(self.pid, signal.SIGINT)
            return
        self.write(keys)
        if self.reader.interrupt_again_s:
            end = time.monotonic() + self.reader.interrupt_again_s
            while time.monotonic() < end:
                self._step()
            self.write(keys)

    def close(self) -> None:
        """End it, whatever it does."""
        if self.exit is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        self._end_input()
        with contextlib.suppress(OSError):
            os.close(self.fd)

    # -- one step --------------------------------------------------------------------------------------------------

    def _step(self) -> None:
        ended = False
        if select.select([self.fd], [], [], 0.05)[0]:
            try:
                data = os.read(self.fd, 65536)
            except OSError:
                data = b""
            ended = not data
            self._feed(data)
        self._follow()
        if time.monotonic() >= self._tick_at:
            self._tick_at = time.monotonic() + 1.0
            self._take(self.reader.tick())
        if not self.stream:
            shown = self.screen
            if shown != self._shown:
                self._shown = shown
                self._take(self.reader.screen(shown))
        if ended:
            self._ended()

    def _feed(self, data: bytes) -> None:
        self.raw += data
        if not self.stream:
            self.emulator.feed(data)
            return
        for line in self._lines.feed(data):
            assert not isinstance(line, Oversized)
            self._take(self.reader.line(line))

    def _ended(self) -> None:
        for line in self._lines.finish():
            assert not isinstance(line, Oversized)
            self._take(self.reader.line(line))
        _, status = os.waitpid(self.pid, 0)
        self._follow()
        tail = "\n".join(self.log[-20:]) if self.stream else "\n".join(self.screen)
        ended = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
        code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else None
        self.exit = self.reader.exit(code, ended, tail)

    def _signal(self, signal: TerminalSignal) -> None:
        self._take(self.reader.signal(signal))

    def _skip_old(self) -> None:
        """What stood in a file when the reader first named it is not given, if the reader says so."""
        for follow in self.reader.follows:
            if follow in self._known:
                continue
            self._known.add(follow)
            if follow.lines and not follow.from_start:
                path = Path(follow.path)
                for file in path.parent.glob(path.name):
                    self._at[str(file)] = file.stat().st_size

    def _follow(self) -> None:
        self._skip_old()
        for follow in list(self.reader.follows):
            path = Path(follow.path)
            for file in sorted(path.parent.glob(path.name)) if "*" in path.name else [path]:
                if not file.exists():
                    continue
                data = file.read_bytes()
                if not follow.lines:
                    stamp = (hash(data), len(data))
                    if self._seen.get(str(file)) != stamp:
                        self._seen[str(file)] = stamp
                        self._take(self.reader.file(follow.name, data))
                    continue
                at = self._at.get(str(file), 0)
                self._at[str(file)] = len(data)
                tail = self._tails.setdefault(str(file), LineSplitter())
                for line in tail.feed(data[at:]):
                    assert isinstance(line, bytes)
                    self._take(self.reader.file(follow.name, line))

    def _take(self, observed: object) -> None:
        for source, fact in observed:  # type: ignore[attr-defined]
            self.observed.append((source, fact))
            self._count(fact)
        self._tell()

    def _count(self, fact: AnyFact) -> None:
        if isinstance(fact, UsageReported):
            match fact.scope:
                case "run":
                    self.meter = self.meter.run_total(fact.usage)
                case "session":
                    self.meter = self.meter.session_total(fact.usage)
                case "start":
                    self.meter = self.meter.starts_at(fact.usage)
                case "money":
                    self.meter = self.meter.money(fact.usage.cost_usd or Decimal(0))
                case _:
                    self.meter = self.meter.message(fact.key, fact.usage)
        text = getattr(fact, "text", "")
        if type(fact).__name__ == "LogLine":
            self.log.append(text)
