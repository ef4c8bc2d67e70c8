"""Writes into `prices.json` what the library genai-prices knows of some models: `python -P -m tui.client.pricelist STATE NAME…`.

A process of its own, because the library takes 16 MiB and a third of a second to load. It is started when an agent names a
model that the table does not hold, so a dashboard, `ls` or a host never pay for it. Where the table holds all that is asked
for, the library is not loaded.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from tui.core.errors import StoreError
from tui.core.prices import ModelPrice, Price, Rate, Tier
from tui.system.pricefile import MODELS_MAX, NAME_MAX, PRICES, Table, installed, update_table

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo
    from genai_prices.types import ModelPrice as ListedPrices

_RATES: Final = {
    "input": "input_mtok",
    "output": "output_mtok",
    "cache_read": "cache_read_mtok",
    "cache_write": "cache_write_mtok",
    "cache_write_1h": "cache_write_1h_mtok",
    "reasoning": "output_reasoning_mtok",
}
"""Our kinds and the library's."""


def main() -> int:
    """Look up models for the table of a state folder."""
    if len(sys.argv) < 3:
        sys.stderr.write("usage: python -m tui.client.pricelist STATE NAME…\n")
        return 2
    try:
        refresh(Path(sys.argv[1]), sys.argv[2:])
    except StoreError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def refresh(state: Path, names: Iterable[str], now: float | None = None) -> None:
    """Write what is known of some models into the table; of all in it, if the library has changed.

    Args:
        state: The state folder.
        names: The models, as CLIs name them.
        now: Seconds since the epoch, which choose among prices that hold at certain times; None: this moment.

    Raises:
        StoreError: The table cannot be written.
    """
    wall = time.time() if now is None else now
    library = installed()

    def looked_up(table: Table) -> Table | None:
        wanted = [name for name in names if 0 < len(name) <= NAME_MAX]
        if table.library == library:
            wanted = [name for name in wanted if _is_due(table, name, wall)]
        else:
            wanted = [*table.models, *wanted]
        if not wanted:
            return None
        # What was asked for last stands last, and is dropped last.
        kept = {name: line for name, line in table.models.items() if name not in wanted}
        fresh = {name: msgspec.Raw(msgspec.json.encode(lookup(name, wall))) for name in wanted}
        models = dict(list({**kept, **fresh}.items())[-MODELS_MAX:])
        return msgspec.structs.replace(table, library=library, models=models)

    update_table(state / PRICES, looked_up)


def _is_due(table: Table, name: str, wall: float) -> bool:
    known = table.known(name)
    return name not in table.models or (known is not None and 0 < known.until <= wall)


def lookup(name: str, wall: float) -> ModelPrice | None:
    """Return what the library knows of a model at a time; None if it does not know it. Loads the library."""
    model = _find(name)
    if model is None:
        return None
    now = datetime.fromtimestamp(wall, UTC)
    price = _price(model.get_prices(now))
    if price is None and not model.context_window:
        return None
    return ModelPrice(price=price, context_window=model.context_window or 0, until=_until(model, now))


def _find(name: str) -> ModelInfo | None:
    from genai_prices.data_snapshot import get_snapshot

    # `provider/model`, as routers name them, and Amazon's `region.anthropic.model`.
    ways = [None, *(["litellm"] if "/" in name else []), *(["aws"] if "anthropic." in name else [])]
    for provider in ways:
        try:
            return get_snapshot().find_provider_model(name, None, provider, None)[1]
        except LookupError:
            continue
    return None


def _price(listed: ListedPrices) -> Price | None:
    rates = {ours: _rate(getattr(listed, theirs)) for ours, theirs in _RATES.items()}
    if rates["input"] is None and rates["output"] is None:
        return None
    return Price(**rates)


def _rate(listed: Any) -> Rate | None:
    if listed is None:
        return None
    tiers = getattr(listed, "tiers", None)
    if tiers is None:
        return Rate(listed)
    return Rate(listed.base, [Tier(tier.start, tier.price) for tier in tiers])


def _until(model: ModelInfo, now: datetime) -> float:
    """Return when another of its prices may begin to hold."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    moments: list[datetime] = []
    for each in model.prices if isinstance(model.prices, list) else []:
        limit: Any = each.constraint
        if hasattr(limit, "start_date"):
            day = limit.start_date
            moments.append(midnight.replace(year=day.year, month=day.month, day=day.day))
        elif hasattr(limit, "start_time"):
            for at in (limit.start_time, limit.end_time):
                moment = datetime.combine(midnight.date(), at, at.tzinfo or UTC).astimezone(UTC)
                moments += [moment + timedelta(days=days) for days in (-1, 0, 1, 2)]
    return min((moment.timestamp() for moment in moments if moment > now), default=0.0)


if __name__ == "__main__":
    sys.exit(main())
