"""Amounts of what budgets count: written for people, and read as people write them."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import Final

from tui.core import figures
from tui.core.limits import BudgetNotice, Kind

_AMOUNT: Final = re.compile(r"\$?\s*(\d[\d_,]*(?:\.\d+)?|\.\d+)\s*([a-z]*)", re.IGNORECASE)
_PLAIN: Final = {"": 1.0, "k": 1e3, "m": 1e6, "tokens": 1.0, "turns": 1.0, "turn": 1.0, "usd": 1.0}
_TIME: Final = {"": 60.0, "s": 1.0, "m": 60.0, "min": 60.0, "minutes": 60.0, "h": 3600.0, "hours": 3600.0}


def amount(kind: Kind, value: float) -> str:
    """Return `20,000 tokens`, `$5.00`, `12 turns`, `1h20`."""
    match kind:
        case Kind.TOKENS:
            return f"{value:,.0f} tokens"
        case Kind.USD:
            return figures.money(Decimal(str(round(value, 4))))
        case Kind.TURNS:
            return figures.counted(round(value), "turn")
        case Kind.TIME:
            return figures.duration(value + 0.5)


def words(notice: BudgetNotice) -> str:
    """Return `21,030 of 20,000 tokens`, `$5.20 of $5.00 by all agents today`."""
    used = amount(notice.kind, notice.used).split(" ")[0]
    whose = f" by {notice.whose}" if notice.whose else ""
    return f"{used} of {amount(notice.kind, notice.limit)}{whose}{' today' if notice.per_day else ''}"


def told(notice: BudgetNotice) -> str:
    """Return what a row says of a budget."""
    return f"budget {'used up' if notice.reached else 'nearly used'}: {words(notice)}"


def parse(text: str, kind: Kind) -> float | None:
    """Return an amount that a user wrote (`20k`, `$5`, `2h`, `30 min`); None if it is none. Bare time counts minutes."""
    found = _AMOUNT.fullmatch(text.strip())
    factor = (_TIME if kind is Kind.TIME else _PLAIN).get(found[2].lower()) if found else None
    if found is None or factor is None:
        return None
    value = float(found[1].replace(",", "").replace("_", "")) * factor
    return value if value > 0 and math.isfinite(value) else None
