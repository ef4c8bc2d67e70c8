"""Prices that the config sets: written into `prices.json`, where hosts look, and read from there to price a single turn."""

from __future__ import annotations

import asyncio
import logging
from decimal import Decimal

import msgspec

from tui.core.errors import StoreError
from tui.core.prices import cost
from tui.core.settings import Settings
from tui.core.usage import Pricer, Usage
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


async def pricer(paths: Paths, cwd: str) -> Pricer:
    """Return what prices figures of an agent in a folder, as far as the table knows its models; reads the file once."""
    table = await asyncio.to_thread(read_table, paths.state / PRICES)

    def price(model: str, usage: Usage) -> Decimal | None:
        known = table.price(model, cwd)
        return cost(usage, known.price) if known is not None and known.price is not None else None

    return price
