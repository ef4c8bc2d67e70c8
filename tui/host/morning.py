"""Waits for the end of the quiet hours and tells what they held back: `python -P -m tui.host.morning STATE_DIR`.

The first host with news in quiet hours starts it, the others only write theirs down; it belongs to no agent and outlives them all, since a
night's work may be over, and every host gone, long before its user is up. Should it be killed, the next news start another.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from tui.core import news, quiethours
from tui.core.attention import RowState, row_state
from tui.core.clock import Clock, SystemClock
from tui.core.errors import AgentTuiError
from tui.core.notify import Channel
from tui.core.quiethours import Held
from tui.core.status import Status
from tui.system import heldnews, usercommand
from tui.system.notifyfile import read_notify
from tui.system.processes import MARK
from tui.system.store import read_status

LOOK_S: Final = 20.0
"""Between looks at the clock: one that is set, or that stood still in a suspend, is noticed."""
STALE_S: Final = 24 * 3600.0
"""Older news are told by nobody any more: there was no process to tell them, after a reboot for one."""


def main() -> int:
    """Wait, tell, end."""
    if len(sys.argv) != 2:
        sys.stderr.write("usage: python -m tui.host.morning STATE_DIR\n")
        return 2
    state = Path(sys.argv[1])
    held = heldnews.wait_alone(state)
    if held is None:
        return 0
    os.pwrite(held, f"{os.getpid()}\n".encode(), 0)  # for whoever looks for it
    wait(state, SystemClock(), time.sleep, os.environ)
    os.close(held)
    return 0


def hold(state: Path, status: Status, row: RowState, told: Mapping[str, str], wall: float) -> None:
    """Write the news of an agent down for later."""
    name = told.get("AGENT_TUI_NAME", status.id)
    heldnews.keep(state, Held(status.id, name, row.value, news.key(status, row), wall, dict(told)))


def begin(state: Path, env: Mapping[str, str]) -> subprocess.Popen[bytes] | None:
    """Start the process that waits, if none does; return it."""
    alone = heldnews.wait_alone(state)
    if alone is None:
        return None
    os.close(alone)
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "tui.host.morning", str(state)],
        cwd="/",
        env={name: value for name, value in env.items() if name != MARK},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def wait(state: Path, clock: Clock, sleep: Callable[[float], None], env: Mapping[str, str]) -> None:
    """Wait until the command is not quiet any more, then run it once for all that still holds."""
    while True:
        notify, wall = read_notify(state), clock.now().wall
        if not (notify.command and notify.is_quiet(Channel.COMMAND, wall)):
            break
        sleep(LOOK_S)
    kept = heldnews.take(state)
    told = quiethours.facts([each for each in kept if wall - each.at < STALE_S and _holds(state, each)])
    if notify.command and told:
        usercommand.run(state, notify, told, env)


def _holds(state: Path, held: Held) -> bool:
    """Return whether nothing has come of it since: not answered, not resumed, not removed."""
    try:
        status = read_status(state / "agents" / held.id)
    except AgentTuiError:
        return False
    return status is not None and news.key(status, row_state(status)) == held.key


if __name__ == "__main__":
    sys.exit(main())
