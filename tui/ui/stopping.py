"""Stopping every agent and leaving: waited for, and said on the terminal that is left."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from tui.core import figures
from tui.core.commands import Kill
from tui.core.errors import AgentTuiError
from tui.core.lifecycle import OVER
from tui.core.text import one_line

if TYPE_CHECKING:
    from tui.ui.app import DashboardApp
    from tui.ui.look import View

PATIENCE_S: Final = 12.0
"""So long the dashboard waits for agents to end: two grace periods and a margin. They end without it, too."""
_NAMED: Final = 8


async def stop_all(app: DashboardApp, ids: Sequence[str]) -> None:
    """End agents, wait until they are gone, and close; stays open where one cannot be asked."""
    results = await asyncio.gather(
        *(app.fleet.command(agent_id, Kill()) for agent_id in ids), return_exceptions=True
    )
    # One that ended by itself while this was asked is as stopped as the others.
    failed = [
        str(result)
        for agent_id, result in zip(ids, results, strict=True)
        if isinstance(result, AgentTuiError) and _runs(app, agent_id)
    ]
    if failed:
        app.say(f"{len(failed)} could not be stopped: {failed[0]}", severity="error")
        return
    if ids:
        app.say(f"Stopping {figures.counted(len(ids), 'agent', 'agents')}; q leaves without waiting.")
    app.main.stopped = [app.fleet.agents[each] for each in ids if each in app.fleet.agents]
    until = asyncio.get_running_loop().time() + PATIENCE_S
    while any(_runs(app, agent_id) for agent_id in ids):
        if asyncio.get_running_loop().time() > until:
            break
        await asyncio.sleep(0.05)
    app.exit(0)


def _runs(app: DashboardApp, agent_id: str) -> bool:
    view = app.fleet.agents.get(agent_id)
    return view is not None and view.status.lifecycle not in OVER


def told(stopped: Sequence[View], going_on: int) -> str:
    """Return the line that is left on the terminal after agents were stopped."""
    names = [view.status.name for view in stopped]
    named = ", ".join(one_line(name, limit=40) for name in names[:_NAMED])
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    left = f" {going_on} still {'ends' if going_on == 1 else 'end'}." if going_on else ""
    sessions = any(view.status.session_id for view in stopped)
    hint = " agent-tui resume NAME goes on with a session." if sessions else ""
    return f"Stopped {figures.counted(len(names), 'agent', 'agents')}: {named}{more}.{left}{hint}"
