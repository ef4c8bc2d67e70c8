"""What was spent, as a file: from the fleet's page and the palette."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.ui.app import DashboardApp


async def export_usage(app: DashboardApp) -> None:
    """Write what all agents spent, day by day, as CSV, and say where.

    Raises:
        StoreError: It cannot be written.
    """
    from tui.client.exports import save_spending
    from tui.client.spending import Spending, with_present
    from tui.core.spendrows import spend_rows

    wall = app.clock.now().wall
    known = await Spending(app.paths.state).read()
    rows = spend_rows(with_present(known, [view.status for view in app.fleet.agents.values()], wall))

    def write() -> Path:
        return save_spending(app.paths, rows, wall)

    app.say(f"Saved: {await asyncio.to_thread(write)}")
