"""Budgets that agents share: written from the config into the state folder, where hosts look."""

from __future__ import annotations

import logging

from tui.core.errors import StoreError
from tui.core.settings import Settings
from tui.system.limitsfile import write_shared
from tui.system.paths import Paths

_log = logging.getLogger(__name__)


def publish(paths: Paths, settings: Settings) -> None:
    """Write the `[budget]` of the files that were read, and take away what they no longer set. The state folder exists."""
    for place, budget in settings.budgets.items():
        try:
            write_shared(paths.state, place, budget)
        except StoreError as error:
            _log.warning("%s", error)
