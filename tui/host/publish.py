"""Makes an agent's state known: status and meter on disk and to listeners, its screen on disk."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from tui.core.agent import Agent
from tui.core.clock import Clock
from tui.core.errors import StoreError
from tui.core.spec import AgentSpec
from tui.core.status import Status
from tui.host.spending import Spending
from tui.protocol.screen import Frame
from tui.system import git, processes, store
from tui.system.reserve import Reserve

WRITE_S: Final = 1.0
"""Between two writes of `status.json`, unless something that matters changed."""
PUSH_S: Final = 0.1
SCREEN_QUIET_S: Final = 2.0
"""`screen.json` is written when the screen was still for so long …"""
SCREEN_BUSY_S: Final = 30.0
"""… or, if it never is, that often."""

_log = logging.getLogger(__name__)


class Publisher:
    """Writes and pushes, no more often than is useful.

    Args:
        folder: The agent's folder.
        agent: Gives the present state.
        clock: Tells the time.
        push: Gets each status that listeners should have.
        screen: Gives the whole screen, or None where there is none.
        log: Writes down what happened so far: no status tells what the log does not, whoever is killed in between.
    """

    def __init__(
        self,
        folder: Path,
        agent: Callable[[], Agent],
        clock: Clock,
        push: Callable[[Status], None],
        screen: Callable[[], Frame | None],
        log: Callable[[], None] = lambda: None,
    ) -> None:
        self._folder = folder
        self._agent = agent
        self._clock = clock
        self._push = push
        self._screen = screen
        self._log = log
        self._urgent: object = None
        self._pushed_at = 0.0
        self._written_at = 0.0
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._screen_dirty_at = 0.0
        self._screen_armed_at = 0.0
        self._meter: object = None
        self._durable_session = ""
        self._processes = 0
        self._branch = ""
        """The branch checked out when last looked at; empty before, and outside a repository."""
        self._start_commit: str | None = None
        """The commit that was checked out when the agent began; None before that was looked at."""
        self._notify_problem: str | None = None
        """As told by this host; None: as it was found."""
        self._spending = Spending(folder)
        self._reserve = Reserve(folder, "status")

    def status(self) -> Status:
        """Return the present status, dated."""
        status = self._agent().status
        return msgspec.structs.replace(
            status,
            published=self._clock.now(),
            processes=self._processes,
            branch=self._branch or status.branch,
            start_commit=status.start_commit or self._start_commit or "",
            notify_problem=status.notify_problem if self._notify_problem is None else self._notify_problem,
        )

    def tell_problem(self, sentence: str) -> None:
        """Say what is wrong with the user's command; empty: nothing any more."""
        if sentence != self.status().notify_problem:
            self._notify_problem = sentence
            self._push_now()
            self.write()

    def write_spec(self, spec: AgentSpec) -> str:
        """Write changed settings; return a sentence if they cannot be written, or nothing."""
        try:
            self._reserve.write(lambda: store.write_spec(self._folder, spec))
        except StoreError as error:
            return error.sentence
        return ""

    def changed(self) -> None:
        """The state may have changed: at once if it matters, else soon."""
        status = self._agent().status
        urgent = (
            status.lifecycle, status.activity, status.session_id, status.request, status.exit, status.note,
            status.name, status.pid, status.recording, status.ladder and status.ladder.announced, status.paused_since,
            status.triage and status.triage.kind, status.ladder_note,
            status.allowed, status.budget_notice and status.budget_notice.holding,
        )  # fmt: skip
        if urgent != self._urgent:
            self._urgent = urgent
            self._log()
            self._push_now()
            self.write()
            return
        mono = self._clock.now().mono
        if "push" not in self._timers:
            self._arm("push", self._pushed_at + PUSH_S - mono, self._push_now)
        if "write" not in self._timers:
            self._arm("write", self._written_at + WRITE_S - mono, self.write)

    def _arm(self, name: str, in_s: float, what: Callable[[], None]) -> None:
        self._disarm(name)
        self._timers[name] = asyncio.get_running_loop().call_later(max(0.0, in_s), what)

    def _disarm(self, name: str) -> None:
        timer = self._timers.pop(name, None)
        if timer is not None:
            timer.cancel()

    def _push_now(self) -> None:
        self._disarm("push")
        self._pushed_at = self._clock.now().mono
        self._push(self.status())

    def write(self) -> None:
        """Write status and meter now."""
        self._disarm("write")
        self._written_at = self._clock.now().mono
        agent = self._agent()
        self._processes = len(processes.descendants(os.getpid())) if agent.alive else agent.status.processes
        if agent.alive:
            self._branch = git.branch(agent.status.cwd)  # agents check out branches themselves
            if self._start_commit is None and agent.status.runs == 1:
                self._start_commit = git.start_commit(agent.status.cwd)
        try:
            if agent.meter is not self._meter:
                self._reserve.write(lambda: store.write_meter(self._folder, agent.meter))
                self._meter = agent.meter
            # What brings a conversation back is on the disk before a power cut; the rest may be half a minute late.
            fresh = agent.status.session_id != self._durable_session
            self._reserve.write(lambda: store.write_status(self._folder, self.status(), durable=fresh))
            self._durable_session = agent.status.session_id
            self._reserve.keep()
        except StoreError as error:
            _log.warning("%s", error.sentence)
        self._spending.enter(agent.status, self._clock.now().wall)

    def screen_changed(self) -> None:
        """The screen shows something else."""
        mono = self._clock.now().mono
        if self._screen_dirty_at and mono - self._screen_dirty_at > SCREEN_BUSY_S:
            self.write_screen()
        if not self._screen_dirty_at:
            self._screen_dirty_at = mono
        if "screen" not in self._timers or mono - self._screen_armed_at > SCREEN_QUIET_S / 8:
            # Not for every slice of a flood: a timer costs more than the check.
            self._screen_armed_at = mono
            self._arm("screen", SCREEN_QUIET_S, self.write_screen)

    def write_screen(self) -> None:
        """Write the screen now."""
        self._disarm("screen")
        self._screen_dirty_at = 0.0
        frame = self._screen()
        if frame is None:
            return
        try:
            self._reserve.write(lambda: store.write_screen(self._folder, frame))
        except StoreError as error:
            _log.warning("%s", error.sentence)

    def close(self) -> None:
        """Write everything a last time."""
        self._disarm("push")
        self.write_screen()
        self.write()
        self._reserve.drop()
