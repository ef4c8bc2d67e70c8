"""The agent as its host runs it: holds the state, performs what `reduce` decides, feeds back what happened."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from tui.core import effects as e
from tui.core.activity import Source
from tui.core.agent import Agent
from tui.core.allowing import TOOL
from tui.core.budget import is_held
from tui.core.clock import Clock
from tui.core.commands import AnyCommand
from tui.core.errors import AgentTuiError, SpawnError
from tui.core.facts import AnyFact, RecordingChanged, RunExited, RunKind, RunStarted, SpawnFailed
from tui.core.queueing import NoSlot, Queued, yields_at
from tui.core.reduce import Asked, BytesSeen, Heard, Input, NoSession, Tick, next_deadline, reduce
from tui.core.text import one_line
from tui.host.journal import Journal
from tui.host.launching import Launching
from tui.host.pane import Pane
from tui.host.pools import Pools
from tui.host.prices import Prices
from tui.host.publish import Publisher
from tui.host.queue import Queue
from tui.host.reaper import Reaper
from tui.host.run import Run
from tui.host.sampling import Sampling
from tui.host.telling import Teller
from tui.protocol.screen import WinSize
from tui.runtimes.base import Observed, Runtime
from tui.runtimes.sessions import Proof
from tui.system.recorder import Recorder

if TYPE_CHECKING:
    from tui.core.status import Status
    from tui.terminal.emulator import Emulator

BYTES_S: Final = 0.25
"""Between two words to the reducer that something was printed."""
TICK_LEAST_S: Final = 0.02
"""After a suspend or under load, deadlines that passed together still come one by one, not in a storm."""

TICK_MOST_S: Final = 60.0

_log = logging.getLogger(__name__)


class AgentHost:
    """One agent. Lives on the event loop.

    Args:
        folder: The agent's folder.
        agent: Its state so far.
        runtime: What it runs.
        clock: Tells the time.
        env: The host's environment, from which the child's is made.
        push: Gets each status that listeners should have.
        drawn: Called when the screen changed.
        show: Called with a new run's terminal, or None.
        in_focus: Says whether somebody looks at it.

    Raises:
        StoreError: Its log cannot be read.
    """

    def __init__(
        self,
        folder: Path,
        agent: Agent,
        runtime: Runtime,
        clock: Clock,
        env: Mapping[str, str],
        *,
        push: Callable[[Status], None],
        drawn: Callable[[], None],
        show: Callable[[Emulator | None], None],
        in_focus: Callable[[], bool] = lambda: False,
    ) -> None:
        self.spec = agent.spec
        self.agent = agent
        self._folder = folder
        self._clock = clock
        self._drawn = drawn
        self.pane = Pane(WinSize(self.spec.rows, self.spec.cols), show, self._folder.parents[1])
        self.journal = Journal(folder, clock)
        self._launching = Launching(folder, runtime, env, lambda: self.journal.logged(0))
        self.publisher = Publisher(folder, self._answerable, clock, push, self.pane.frame, self.journal.flush)
        self._recorder = Recorder(
            folder,
            title=self.spec.name,
            size=self.pane.size,
            limit_bytes=self.spec.record_bytes,
            clock=clock,
            on_change=lambda on, why: self.hear(Source.HOST, RecordingChanged(on=on, reason=why)),
        )
        self._sampling = Sampling(lambda: self.agent, clock, lambda sample: self.hear(Source.HOST, sample))
        self._pools = Pools(folder, self.spec.cwd, clock, self._feed)
        self._reaper = Reaper(self._reaped)
        self._prices = Prices(folder.parent.parent, self.spec.cwd, clock, self._feed, self._reaper)
        self._teller = Teller(
            folder.parent.parent, agent.status, clock, env, self._reaper,
            in_focus=in_focus, said=self.publisher.tell_problem, idle=self._leave,
        )  # fmt: skip
        self._run: Run | None = None
        self._inputs: deque[Input] = deque()
        self._busy = False
        self._refusal = ""
        self._bytes_at = 0.0
        self._bytes_timer: asyncio.TimerHandle | None = None
        self._tick_timer: asyncio.TimerHandle | None = None
        self._tick_due: float | None = None
        self.spawn_failure: SpawnFailed | None = None
        self.queue: Queue | None = None
        self.leaving = False
        """Nothing runs and nothing is pending."""
        self.left = asyncio.Event()
        """Set when it leaves, and all that is to be told is told."""

    def start(self) -> None:
        """Begin; call it on the loop."""
        self._reaper.start()
        self._pools.start()

    # -- inputs of the reducer -----------------------------------------------------------------------------------------

    def command(self, command: AnyCommand) -> str:
        """Do what someone asks; return one sentence why not, or nothing."""
        if self.left.is_set():
            return f"{self.spec.name}'s host is leaving; ask again in a moment."
        if self.queue is not None and self.waits and (said := self.queue.asked(command)) is not None:
            return said
        self._refusal = ""
        self._feed(Asked(command))
        if self.agent.spec is not self.spec:
            self._refusal = self.publisher.write_spec(self.agent.spec)
            self.spec = self.agent.spec
        return self._refusal

    @property
    def waits(self) -> bool:
        """It stands in the queue for a slot."""
        return self.queue is not None and self.queue.place > 0

    def queued(self, place: int) -> None:
        """Take note of the place in the queue."""
        self._feed(Queued(place))

    def begin(self, command: AnyCommand) -> None:
        """Begin with what waited for a slot; nobody is there any more to be told why not."""
        if refusal := self.command(command):
            self.hear(Source.HOST, SpawnFailed(reason=refusal))

    def go_on(self) -> None:
        """Go on with what the host before it waited for."""
        self._feed(Tick())

    def hear(self, source: Source, fact: AnyFact) -> None:
        """Take a fact."""
        self._feed(Heard(source, fact))

    def _hear_all(self, facts: Iterable[Observed]) -> None:
        for source, fact in facts:
            self._feed(Heard(source, fact))

    def _feed(self, what: Input) -> None:
        """Reduce an input; what its effects bring about is reduced after it, in order."""
        self._inputs.append(what)
        if self._busy:
            return
        self._busy = True
        try:
            while self._inputs:
                self._reduce(self._inputs.popleft())
        finally:
            self._busy = False
        if self.queue is not None and not self.waits:
            at = yields_at(self.agent, held=is_held(self.agent.status))
            self.queue.follow(at, self._clock.now().mono)
        self._arm()
        self._sampling.look()
        self.publisher.changed()
        self._teller.look(self.agent.status)
        self._leave()

    def _leave(self) -> None:
        if self.leaving and not self._teller.busy:
            self.left.set()

    def _reduce(self, what: Input) -> None:
        before = self.agent.status.runs
        if isinstance(what, Asked) and self._run is not None:
            # One that has closed its input is about to end: a prompt for it waits for the next run.
            takes = self._run.reader.takes_prompts
            self.agent = msgspec.structs.replace(self.agent, takes_prompts=takes)
        self.agent, effects = reduce(self.agent, what, self._clock.now())
        if isinstance(what, Heard):
            # An end belongs to the run that ended, though the next one may be decided on already.
            self.journal.record(what.source, what.fact, before or self.agent.status.runs)
            self._prices.heard(what.fact, self.agent)
        for effect in effects:
            self._perform(effect)

    def _printed(self) -> None:
        if self._bytes_timer is None:
            wait_s = max(0.0, self._bytes_at + BYTES_S - self._clock.now().mono)
            self._bytes_timer = asyncio.get_running_loop().call_later(wait_s, self._bytes_seen)

    def _bytes_seen(self) -> None:
        self._bytes_timer = None
        self._bytes_at = self._clock.now().mono
        self._feed(BytesSeen())

    def _arm(self) -> None:
        due = next_deadline(self.agent)
        if due == self._tick_due and self._tick_timer is not None:
            return
        if self._tick_timer is not None:
            self._tick_timer.cancel()
            self._tick_timer = None
        self._tick_due = due
        if due is not None and not self.left.is_set():
            # A timer does not count a suspend: what is far off is looked at now and then.
            wait_s = min(max(TICK_LEAST_S, due - self._clock.now().mono), TICK_MOST_S)
            self._tick_timer = asyncio.get_running_loop().call_later(wait_s, self._tick)

    def _tick(self) -> None:
        self._tick_timer = None
        self._feed(Tick())

    # -- effects -------------------------------------------------------------------------------------------------------

    def _perform(self, effect: e.Effect) -> None:
        match effect:
            case e.Spawn():
                self._spawn(effect)
            case e.Log(fact=fact):
                self.journal.record(Source.HOST, fact, self.agent.status.runs)
            case e.Refuse(reason=reason):
                self._refusal = reason
            case e.Leave():
                self.leaving = True
            case _ if self._run is not None:
                self._steer(self._run, effect)
            case _:
                _log.warning("%s without a run", type(effect).__name__)

    def _steer(self, run: Run, effect: e.Effect) -> None:
        name = self.spec.name
        match effect:
            case e.SignalTree(stage=stage):
                run.signal(stage)
            case e.FreezeTree(frozen=frozen):
                run.freeze(frozen)
            case e.InterruptTurn():
                if not run.interrupt():
                    self._refusal = f"{name} does not read its input."
            case e.TypePrompt(text=text):
                if why := run.prompt(text):
                    self._refusal = f"{name} {why}"
            case e.TypeAnswer(answer=answer):
                request = self.agent.request
                if request is not None and (why := run.answer(request, answer)):
                    self._refusal = f"{name} {why}"
            case _:
                pass

    def _spawn(self, effect: e.Spawn) -> None:
        self.leaving = False  # asked to go on while the last news were told
        if self.queue is not None and (place := self.queue.again()):
            self._inputs.append(NoSlot(place, effect))
            return
        proof = self._launching.proof(self.spec, effect)
        if proof.gone and effect.kind is RunKind.RESUME:
            self._inputs.append(NoSession(proof.words, one_line(proof.where)))
            return
        try:
            run = self._new_run(effect, proof)
        except AgentTuiError as error:
            _log.info("cannot start: %s", type(error).__name__)
            self.spawn_failure = SpawnFailed(reason=error.sentence, hint=error.hint)
            self._inputs.append(Heard(Source.HOST, self.spawn_failure))
            return
        self._run = run
        number = self.agent.status.runs
        _log.info("run %d: %s, process %d", number, effect.kind, run.pid)
        self._recorder.begin_run(number)
        started = RunStarted(
            pid=run.pid,
            kind=effect.kind,
            session_id=("" if effect.kind is RunKind.FORK else effect.session_id)
            or run.reader.info.launch.session_id,
            takes_prompts=run.reader.takes_prompts,
        )
        self._inputs.append(Heard(Source.HOST, started))
        # After the host has said that it is up: the child starts meanwhile.
        asyncio.get_running_loop().call_soon(self._start_run, run)

    def _start_run(self, run: Run) -> None:
        run.start()
        self.pane.attach(run)

    def _new_run(self, effect: e.Spawn, proof: Proof) -> Run:
        launch, reader = self._launching.prepared(self.spec, effect, proof)
        if self._run is not None:
            raise SpawnError("Cannot start: the run before is not over.")
        return Run(
            self._folder,
            launch,
            reader,
            size=self.pane.size,
            recorder=self._recorder,
            reaper=self._reaper,
            awaited=self._prices.asking,
            emit=self._hear_all,
            printed=self._printed,
            drawn=self._screen_changed,
            over=self._over,
        )

    def _over(self, fact: RunExited) -> None:
        self._prices.look()
        self.publisher.write_screen()
        self.pane.detach()
        self._run = None
        self.hear(Source.HOST, fact)

    def _reaped(self) -> None:
        self._teller.reaped()
        if self._run is not None:
            self._run.reaped()

    # -- what clients want ---------------------------------------------------------------------------------------------

    def _screen_changed(self) -> None:
        self._drawn()
        self.publisher.screen_changed()

    def _answerable(self) -> Agent:
        """The agent, its open request marked with whether it can be answered from here."""
        agent = self.agent
        request = agent.status.request
        if request is None or self._run is None or request.tool == TOOL:
            return agent
        can = self._run.reader.can_answer(request)
        if can == request.answerable:
            return agent
        status = msgspec.structs.replace(
            agent.status, request=msgspec.structs.replace(request, answerable=can)
        )
        return msgspec.structs.replace(agent, status=status)

    def close(self) -> None:
        """Write everything a last time."""
        for timer in (self._tick_timer, self._bytes_timer):
            if timer is not None:
                timer.cancel()
        self._sampling.close()
        self._teller.close()
        self._prices.close()
        self._pools.close()
        self.pane.close()
        self.journal.close()
        self._recorder.close()
        self.publisher.close()
