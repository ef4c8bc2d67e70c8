"""Runs the user's notification command for one agent, also while no dashboard is open. Lives on the event loop.

The host does it and no dashboard: there is one host per agent, so an event is told once however many look. What the command
starts is none of the agent's processes; whatever it leaves behind in the background may be ended with the agent's run.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from tui.core import news
from tui.core.attention import RowState
from tui.core.clock import Clock, Now
from tui.core.notify import Channel, Notify
from tui.core.status import Status
from tui.host import morning
from tui.host.reaper import Reaper
from tui.system import usercommand
from tui.system.notifyfile import read_notify, take_place

PLACE_S: Final = 0.2
"""Between two looks for a free place."""

_log = logging.getLogger(__name__)


class Teller:
    """Tells the news of one agent.

    Args:
        state: The state folder.
        before: The agent as it is found: no news.
        clock: Tells the time.
        env: What the command's environment is made of.
        reaper: Takes its exit.
        in_focus: Says whether somebody looks at the agent right now.
        said: Gets what went wrong with the command, or nothing when it went well.
        idle: Called when none runs any more.
    """

    def __init__(
        self,
        state: Path,
        before: Status,
        clock: Clock,
        env: Mapping[str, str],
        reaper: Reaper,
        *,
        in_focus: Callable[[], bool],
        said: Callable[[str], None],
        idle: Callable[[], None],
    ) -> None:
        self._state = state
        self._stand = news.stand(before)
        self._clock = clock
        self._env = env
        self._reaper = reaper
        self._in_focus = in_focus
        self._said = said
        self._idle = idle
        self._jobs: set[_Job] = set()

    @property
    def busy(self) -> bool:
        """The command runs, or waits for a place."""
        return bool(self._jobs)

    def look(self, status: Status) -> None:
        """Look whether there is news. Cheap."""
        before, self._stand = self._stand, news.stand(status)
        if not news.is_news(before, self._stand):
            return
        notify, now, state = read_notify(self._state), self._clock.now(), self._stand.state
        if not notify.command or not notify.tells(Channel.COMMAND, state):
            return
        if self._in_focus():
            _log.info("not told: %s", state.value)
            return
        told = news.facts(status, state, now)
        if notify.is_quiet(Channel.COMMAND, now.wall):
            self._hold(status, state, told, now)
            return
        job = _Job(self._state, notify, told, self._env, self._reaper, self._done)
        self._jobs.add(job)
        job.begin()

    def _hold(self, status: Status, state: RowState, told: Mapping[str, str], now: Now) -> None:
        """Keep the news until the quiet hours are over."""
        _log.info("told later: %s", state.value)
        morning.hold(self._state, status, state, told, now.wall)
        try:
            child = morning.begin(self._state, self._env)
        except OSError as error:
            _log.warning("nobody waits for the end of the quiet hours: %s", error)
            return
        if child is not None:
            child.returncode = 0  # the reaper takes its exit
            self._reaper.set_aside(child.pid)

    def _done(self, job: _Job, problem: str) -> None:
        self._jobs.discard(job)
        if problem:
            _log.warning("%s", problem)
        self._said(problem)
        if not self._jobs:
            self._idle()

    def reaped(self) -> None:
        """Processes ended: look whether the command is among them."""
        for job in tuple(self._jobs):
            job.look()

    def close(self) -> None:
        """Wait for nothing: the host has to go now."""
        for job in tuple(self._jobs):
            job.drop()
        self._jobs.clear()


class _Job:
    """The command, run once."""

    def __init__(
        self,
        state: Path,
        notify: Notify,
        facts: Mapping[str, str],
        env: Mapping[str, str],
        reaper: Reaper,
        done: Callable[[_Job, str], None],
    ) -> None:
        self._state = state
        self._notify = notify
        self._facts = facts
        self._env = env
        self._reaper = reaper
        self._done = done
        self._place: int | None = None
        self._pid = 0
        self._errors = -1
        self._said = b""
        self._late = False
        self._timer: asyncio.TimerHandle | None = None
        self._give_up_at = 0.0

    def begin(self) -> None:
        """Run as soon as there is a place."""
        loop = asyncio.get_running_loop()
        self._give_up_at = loop.time() + self._notify.timeout_s
        loop.call_soon(self._try)  # after the state that it tells of is written

    def _try(self) -> None:
        self._timer = None
        loop = asyncio.get_running_loop()
        self._place = take_place(self._state, self._notify.at_once)
        if self._place is not None:
            self._spawn()
        elif loop.time() >= self._give_up_at:
            self._finish(usercommand.crowded(self._notify))
        else:
            self._timer = loop.call_later(PLACE_S, self._try)

    def _spawn(self) -> None:
        try:
            child = usercommand.spawn(self._notify, self._facts, self._env)
        except (OSError, ValueError) as error:
            self._finish(usercommand.cannot(self._notify, error))
            return
        assert child.stderr is not None
        self._pid = child.pid
        child.returncode = 0  # the reaper takes its exit: nobody else is to wait for it
        self._reaper.set_aside(child.pid)
        self._errors = os.dup(child.stderr.fileno())
        child.stderr.close()
        os.set_blocking(self._errors, False)
        loop = asyncio.get_running_loop()
        loop.add_reader(self._errors, self._read)
        self._timer = loop.call_later(self._notify.timeout_s, self._end, signal.SIGTERM)

    def _read(self) -> None:
        try:
            data = os.read(self._errors, 4096)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        self._said = (self._said + data)[: usercommand.SAID_MAX]
        if not data:
            self._close_errors()

    def _close_errors(self) -> None:
        if self._errors >= 0:
            asyncio.get_running_loop().remove_reader(self._errors)
            os.close(self._errors)
            self._errors = -1

    def _end(self, number: int) -> None:
        self._late = True
        usercommand.end(self._pid, number)
        loop = asyncio.get_running_loop()
        self._timer = (
            loop.call_later(usercommand.GRACE_S, self._end, signal.SIGKILL)
            if number == signal.SIGTERM
            else None
        )

    def look(self) -> None:
        """See whether it ended."""
        status = self._reaper.status(self._pid) if self._pid else None
        if status is None:
            return
        if self._errors >= 0:
            self._read()
        code = None if self._late else os.waitstatus_to_exitcode(status)
        self._finish(usercommand.failed(self._notify, code, self._said))

    def _finish(self, problem: str) -> None:
        self._let_go()
        self._done(self, problem)

    def _let_go(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._close_errors()
        if self._pid:
            self._reaper.forget(self._pid)
        if self._place is not None:
            os.close(self._place)
            self._place = None

    def drop(self) -> None:
        """End it without waiting."""
        if self._pid:
            usercommand.end(self._pid, signal.SIGTERM)
        self._let_go()
