"""Budgets as they are written on a command line."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any, Final

import click

from tui.core.amounts import parse
from tui.core.limits import AtLimit, Budget, Kind

_NAMES: Final = {"tokens": Kind.TOKENS, "usd": Kind.USD, "turns": Kind.TURNS, "time": Kind.TIME}
_EXAMPLES: Final = {Kind.TOKENS: "20000 or 20k", Kind.USD: "2.5", Kind.TURNS: "30", Kind.TIME: "30m or 1h"}


def read_amount(kind: Kind, text: str) -> Any:
    """Return an amount as `Budget` and `Allow` hold it.

    Raises:
        BadParameter: It is none.
    """
    value = parse(text, kind)
    if value is None:
        raise click.BadParameter(f"{text!r} is no amount; write {_EXAMPLES[kind]}.")
    match kind:
        case Kind.USD:
            return Decimal(str(value))
        case Kind.TIME:
            return value
        case _:
            return math.ceil(value)


def read_budget(_: click.Context, __: click.Parameter, given: str | None) -> Budget | None:
    """Read `tokens=20000,usd=2.5,at_limit=kill`."""
    if given is None:
        return None
    found: dict[str, Any] = {}
    for part in given.split(","):
        name, equals, text = (each.strip() for each in part.partition("="))
        if name == "at_limit" and text in list(AtLimit):
            found[name] = AtLimit(text)
        elif name in _NAMES and equals:
            kind = _NAMES[name]
            found[kind.value] = read_amount(kind, text)
        elif name == Kind.TIME:
            raise click.BadParameter(
                f"time_s is the config's; write time={text or 'N'}s, time=30m or time=1h."
            )
        else:
            raise click.BadParameter(
                f"{part.strip()!r}; write {', '.join(f'{each}=N' for each in _NAMES)}, at_limit=ask or at_limit=kill."
            )
    budget = Budget(**found)
    if not budget.bounds():
        raise click.BadParameter("It sets no bound, such as tokens=20000.")
    return budget
