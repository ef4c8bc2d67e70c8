"""What lost hosts left running: looked for once after the start, said, and ended by a key that asks."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from tui.core.figures import counted
from tui.core.text import one_line
from tui.ui.keymap import BY_ID, entry_label

if TYPE_CHECKING:
    from tui.client import orphans
    from tui.ui.app import DashboardApp

LOOK_S: Final = 3.0
"""After the start: until then guardians and sweeps have done what they do by themselves."""
_NAMED: Final = 5


class Leftovers:
    """The orphans as the dashboard knows them.

    Args:
        app: Says and asks.
    """

    def __init__(self, app: DashboardApp) -> None:
        self._app = app

    async def look(self) -> None:
        """Say what there is."""
        from tui.client import orphans

        found = await asyncio.to_thread(orphans.find, self._app.paths)
        if found:
            key = entry_label(BY_ID["app.sweep"], self._app.user_keys)
            self._app.say(f"{_so_many(found)} of lost agents: {key} ends them.", severity="warning")

    async def ask(self) -> None:
        """Look again, and end it if the user says so."""
        from tui.client import orphans

        found = await asyncio.to_thread(orphans.find, self._app.paths)
        if not found:
            self._app.say("No process of a lost agent runs.")
            return
        said = [
            f"{each.agent_id}: {one_line(each.command, limit=60)} ({each.pid})" for each in found[:_NAMED]
        ]
        if len(found) > _NAMED:
            said.append(f"and {len(found) - _NAMED} more")
        from tui.ui.screens.confirm import ConfirmScreen
        from tui.ui.screens.questions import Question

        question = Question(f"End {_so_many(found)} of lost agents?", said, "Logs and sessions stay.")
        screen = ConfirmScreen(lambda: question, confirm="S", verb="end them", leave="leave them")
        self._app.push_screen(screen, lambda yes: self._app.run_task(self._end(found)) if yes else None)

    async def _end(self, found: list[orphans.Orphan]) -> None:
        from tui.client import orphans

        left = await orphans.end(found)
        if left:
            pids = ", ".join(str(each.pid) for each in left)
            self._app.say(f"Still running, although they were killed: {pids}.", severity="error")
        else:
            self._app.say(f"{_so_many(found)} ended.")


def _so_many(found: list[orphans.Orphan]) -> str:
    return counted(len(found), "process", "processes")
