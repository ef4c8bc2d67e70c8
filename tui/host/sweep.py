"""Ends what a dead host left behind: `python -P -m tui.host.sweep AGENT_DIR [HOW]`.

The guardian becomes this program when its host dies; a client runs it for a host whose guardian died, too. It does nothing
while the agent has a host, and may run any number of times.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from tui.core.activity import Activity, Source
from tui.core.agent import new_agent
from tui.core.attention import RowState
from tui.core.clock import Now
from tui.core.errors import AgentTuiError, DecodeError
from tui.core.facts import AnyFact, Event, HostLost, RunExited, StateChanged
from tui.core.lifecycle import OVER, Lifecycle
from tui.core.news import facts
from tui.core.notify import Channel
from tui.core.runs import over, settle
from tui.core.spec import AgentSpec
from tui.core.status import Status
from tui.host import lock, logs, morning
from tui.host.clocks import clock_of
from tui.host.lastscreen import rebuild
from tui.system import processes, usercommand
from tui.system.notifyfile import read_notify
from tui.system.paths import paths_from_env
from tui.system.store import EventLog, read_spec, read_status, write_status

TERMINATE_S: Final = 0.5
"""Between SIGTERM and SIGKILL: whoever could say more is gone."""
AGAIN: Final = "AGENT_TUI_HOST_AGAIN"
"""Environment variable: when a sweep started this host, monotonic; given by a client that starts one itself, too."""
AGAIN_S: Final = 60.0
PENDING: Final = "pending.json"
GIVE_UP_S: Final = 5.0
_POLL_S: Final = 0.02

_log = logging.getLogger(__name__)


def main() -> int:
    """Sweep one agent's folder."""
    if len(sys.argv) not in (2, 3):
        sys.stderr.write("usage: python -m tui.host.sweep AGENT_DIR [HOW]\n")
        return 2
    folder = Path(sys.argv[1]).absolute()
    how = sys.argv[2] if len(sys.argv) == 3 else ""
    try:
        held = lock.take(folder)
        # Our own descendants are a dead host's, whoever has the agent now.
        end_all(lambda: processes.descendants(os.getpid()))
        if held is not None and _waits(folder) and _again_soon():
            os.close(held)
            _host_again(folder)
        elif held is not None:
            status = sweep(folder, how)
            os.close(held)  # whoever resumes it need not wait for what the user's command takes
            if status is not None:
                logs.set_up(paths_from_env().log / f"{folder.name}.log")
                tell(folder.parent.parent, status)
    except AgentTuiError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _waits(folder: Path) -> bool:
    """Return whether nothing was lost but the process that waited: for the end of a back-off, or for its turn."""
    try:
        status = read_status(folder)
    except DecodeError:
        return False
    if status is None or status.boot_id != processes.boot_id():
        return False  # what waited through a reboot waits for its user's word
    if status.lifecycle is Lifecycle.QUEUED:
        return (folder / PENDING).exists()
    return status.lifecycle is Lifecycle.BACKOFF


def _again_soon() -> bool:
    """Return whether a host may be started again: not if the last one lived for a moment only."""
    last = os.environ.get(AGAIN, "")
    return not last or time.monotonic() - float(last) > AGAIN_S


def _host_again(folder: Path) -> None:
    """Start another host, which goes on waiting."""
    if os.fork():
        return
    os.setsid()
    null = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    os.environ[AGAIN] = repr(time.monotonic())
    os.execv(sys.executable, [sys.executable, "-P", "-m", "tui.host", str(folder)])


def sweep(folder: Path, how: str) -> Status | None:
    """End an agent's processes and mark it lost. The caller holds its lock.

    Args:
        folder: The agent's folder.
        how: How its host ended, in words; may be empty.

    Returns:
        Its status, if it was lost just now.

    Raises:
        StoreError: Its files cannot be read or written.
        DecodeError: They are no files of ours.
    """
    try:
        status = read_status(folder)
    except DecodeError:
        end_all(lambda: processes.marked(folder))  # whatever it was, it runs unwatched
        raise
    if status is None or status.lifecycle in OVER or status.lifecycle is Lifecycle.QUEUED:
        return None
    spec = read_spec(folder)
    left = end_all(lambda: processes.marked(folder))
    reason = f"its host ended ({how})" if how else "its host ended"
    log = EventLog(folder)
    now = clock_of(folder.name, os.environ).now()
    status, facts = lost(spec, status, reason, left, now)
    events = [
        Event(seq=log.last_seq + i, at=now.wall, run=status.runs, source=Source.HOST, fact=fact)
        for i, fact in enumerate(facts, start=1)
    ]
    log.append(events)
    log.close()
    rebuild(folder, spec)
    write_status(folder, status)
    return status


def tell(state: Path, status: Status) -> None:
    """Run the user's notification command for an agent that was lost: it has no host that could."""
    notify, now = read_notify(state), clock_of(status.id, os.environ).now()
    if not notify.command or not notify.tells(Channel.COMMAND, RowState.LOST):
        return
    told = facts(status, RowState.LOST, now)
    if notify.is_quiet(Channel.COMMAND, now.wall):
        morning.hold(state, status, RowState.LOST, told, now.wall)
        morning.begin(state, os.environ)
        return
    if problem := usercommand.run(state, notify, told, os.environ):
        _log.warning("%s", problem)


def lost(spec: AgentSpec, status: Status, reason: str, left: int, now: Now) -> tuple[Status, list[AnyFact]]:
    """Return the status of an agent whose host is gone, and what its log is told."""
    agent = settle(new_agent(spec, status), RunExited(reason=reason, left=left), now)
    agent, _ = over(agent, Lifecycle.LOST, Activity.UNKNOWN, reason, now)
    status = msgspec.structs.replace(
        agent.status, host_pid=0, host_started=0.0, published=now, headline=f"Lost: {reason}"
    )
    changed = StateChanged(lifecycle=status.lifecycle, activity=status.activity, because=reason)
    return status, [HostLost(reason=reason), changed]


def end_all(find: Callable[[], list[int]]) -> int:
    """SIGTERM, then SIGKILL to what `find` returns, until it returns nothing.

    Returns:
        How many could not be ended.
    """
    found = find()
    if not found:
        return 0
    processes.signal_tree(found, 0, signal.SIGTERM)
    began = time.monotonic()
    while found := find():
        passed_s = time.monotonic() - began
        if passed_s > GIVE_UP_S:
            break
        if passed_s > TERMINATE_S:
            processes.signal_tree(found, 0, signal.SIGKILL)
        _reap()
        time.sleep(_POLL_S)
    _reap()
    return len(found)


def _reap() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return


if __name__ == "__main__":
    sys.exit(main())
