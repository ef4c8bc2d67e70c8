"""Enters what an agent spends into its ledger, with each status that is written."""

from __future__ import annotations

import logging
from pathlib import Path

from tui.core.budget import date_of
from tui.core.errors import StoreError
from tui.core.ledger import Ledger, entered
from tui.core.status import Status
from tui.core.usage import ZERO, Usage
from tui.system.ledgerfile import read_ledger, write_ledger

_log = logging.getLogger(__name__)


class Spending:
    """One agent's ledger. Its host is the only writer.

    Args:
        folder: The agent's folder.
    """

    def __init__(self, folder: Path) -> None:
        self._state = folder.parent.parent
        self._id = folder.name
        self._ledger: Ledger | None = None
        self._is_read = False
        self._entered: tuple[Usage, int] = (ZERO, 0)

    def enter(self, status: Status, wall: float) -> None:
        """Enter the agent's figures; writes only if they changed."""
        if (status.usage, status.turns) == self._entered or status.id != self._id:
            return
        if not self._is_read:
            self._is_read = True
            self._ledger = read_ledger(self._state, self._id)
        if self._ledger is None and status.runs > 1:
            # Used before there was a ledger: it belongs to the day on which it was used last, as far as is known.
            wall = status.last_progress.wall or wall
        try:
            self._ledger = entered(self._ledger, status, date_of(wall))
            write_ledger(self._state, self._ledger)
            self._entered = (status.usage, status.turns)
        except StoreError as error:
            _log.warning("%s", error.sentence)
