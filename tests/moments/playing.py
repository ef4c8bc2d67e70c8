"""Plays a saved moment again: its facts through the reducer, and the end of its recording through emulator and reader."""

from __future__ import annotations

from tests.runtimes.recorded import make_reader
from tui.client.moments import Moment
from tui.core import commands as c
from tui.core import facts as f
from tui.core.activity import Activity, Source
from tui.core.agent import Agent, new_agent
from tui.core.clock import Now
from tui.core.reduce import Asked, Heard, Input, Tick, next_deadline, reduce
from tui.core.spec import Mode
from tui.core.status import Status
from tui.core.votes import says
from tui.protocol.screen import WinSize
from tui.terminal.emulator import Emulator
from tui.terminal.signals import TerminalSignal

_OURS = f.RunStarted | f.RunExited | f.SpawnFailed | f.HostLost


class Replay:
    """The reducer with the moment's own clock."""

    def __init__(self, moment: Moment) -> None:
        self.moment = moment
        self.agent: Agent = new_agent(moment.spec)
        self.apart = moment.saved_at.wall - moment.saved_at.mono

    def concluded(self) -> Status:
        """Return what the reducer makes of the facts."""
        events = self.moment.events
        for event in events:
            self._until(event.at)
            if event.source is Source.HOST and not isinstance(event.fact, _OURS):
                continue  # what we did ourselves follows from the rest
            if not self.agent.alive and not isinstance(event.fact, f.RunExited | f.HostLost):
                self._give(Asked(c.Start()), event.at)
                if not self.agent.alive:
                    self._give(Asked(c.Restart()), event.at)
            self._give(Heard(event.source, event.fact), event.at)
        self._until(self.moment.saved_at.wall)
        self._give(Tick(), self.moment.saved_at.wall)
        return self.agent.status

    def _until(self, wall: float) -> None:
        for _ in range(10_000):
            due = next_deadline(self.agent)
            if due is None or due + self.apart >= wall:
                return
            self._give(Tick(), due + self.apart)

    def _give(self, what: Input, wall: float) -> None:
        self.agent, _ = reduce(self.agent, what, Now(wall - self.apart, wall))


def shown(moment: Moment) -> Activity | None:
    """Return what the runtime's reader says of the end of the recording; None if it has no rule, or nothing was drawn."""
    if moment.spec.mode is not Mode.INTERACTIVE or not moment.output:
        return None
    reader = make_reader(moment.spec.runtime, Mode.INTERACTIVE)
    signals: list[TerminalSignal] = []
    emulator = Emulator(WinSize(40, 120), reply=lambda _: None, signal=signals.append)
    said: Activity | None = None
    for event in moment.output:
        size = event.size
        if size is not None:
            emulator.resize(size)
        if event.kind != "o":
            continue
        emulator.feed(event.data.encode())
        heard = [each for signal in signals for each in reader.signal(signal)]
        signals.clear()
        for _, fact in [*heard, *reader.screen(emulator.text())]:
            said = says(fact, Mode.INTERACTIVE) or said
    return said
