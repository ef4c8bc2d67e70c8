"""What the config says and hosts look up: written into the state folder."""

from __future__ import annotations

import logging

from tui.client import limits, prices
from tui.core.errors import StoreError
from tui.core.settings import Settings
from tui.system.notifyfile import write_notify
from tui.system.paths import Paths
from tui.system.slotlimits import write_limits

_log = logging.getLogger(__name__)


def publish(paths: Paths, settings: Settings) -> None:
    """Write prices, budgets, limits and the command of the files that were read; those of other projects stay. The state folder exists.

    May wait half a second for whoever writes now: call it on a thread where that matters.
    """
    prices.publish(paths, settings)
    limits.publish(paths, settings)
    try:
        write_limits(paths.state, settings.max_running)
        write_notify(paths.state, settings.own_notify)
    except StoreError as error:
        _log.warning("%s", error)
