"""What all agents spent, by the day, those that are forgotten included: ledgers on disk, and what is newer in the statuses."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path

from tui.core.budget import date_of
from tui.core.ledger import Ledger, entered
from tui.core.lifecycle import OVER
from tui.core.status import Status
from tui.system.ledgerfile import Ledgers


class Spending:
    """The ledgers of one state folder.

    Args:
        state: The state folder.
    """

    def __init__(self, state: Path) -> None:
        self._ledgers = Ledgers(state)
        self._lock = asyncio.Lock()

    async def read(self) -> list[Ledger]:
        """Return the ledgers as they are on disk now."""
        async with self._lock:
            return await asyncio.to_thread(self._ledgers.read)


def with_present(ledgers: Iterable[Ledger], statuses: Iterable[Status], wall: float) -> list[Ledger]:
    """Return the ledgers with what the statuses tell beyond them.

    An agent that has none (it ran last before there were ledgers, or its state folder is full) is entered on the day on which it
    was heard of last.
    """
    found = {ledger.id: ledger for ledger in ledgers}
    for status in statuses:
        known = found.get(status.id)
        if known is None:
            found[status.id] = entered(None, status, date_of(status.last_progress.wall or wall))
        elif status.lifecycle not in OVER:
            found[status.id] = entered(known, status, date_of(wall))
    return list(found.values())
