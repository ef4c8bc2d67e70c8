"""Prices that the config sets: written into `prices.json`, where hosts look."""

from __future__ import annotations

import logging

import msgspec

from tui.core.errors import StoreError
from tui.core.settings import Settings
from tui.system.paths import Paths
from tui.system.pricefile import PRICES, Table, read_table, update_table

_log = logging.getLogger(__name__)


def publish(paths: Paths, settings: Settings) -> None:
    """Write the `[prices]` of the files that were read; nothing if they stand there. The state folder exists.

    Those of other projects stay. May wait half a second for whoever writes now: call it on a thread where that matters.
    """

    def changed(table: Table) -> Table | None:
        overrides = {**table.overrides, **settings.prices}
        overrides = {file: models for file, models in overrides.items() if models}
        return None if overrides == table.overrides else msgspec.structs.replace(table, overrides=overrides)

    path = paths.state / PRICES
    try:
        if changed(read_table(path)) is not None:
            update_table(path, changed)
    except StoreError as error:
        _log.warning("%s", error)
