"""A report of usage, entered into a meter: for an agent's state, and for whoever folds its events again. Pure."""

from __future__ import annotations

from tui.core.facts import UsageReported
from tui.core.usage import Meter, Pricer


def counted(meter: Meter, fact: UsageReported, own_model: str, price: Pricer) -> Meter:
    """Return the meter after a report.

    Args:
        meter: As it was.
        fact: The report; its scope says how it combines with those before.
        own_model: The agent's, where the report names none.
        price: Gives what a figure costs where the report does not say.
    """
    model = fact.billed_model or fact.model or meter.models.get(fact.key, "") or own_model
    match fact.scope:
        case "run":
            return meter.run_total(fact.usage, fact.source, model=model, price=price)
        case "start":
            return meter.starts_at(fact.usage)
        case "money":
            return meter.money(fact.usage.cost_usd) if fact.usage.cost_usd is not None else meter
        case "session":
            return meter.session_total(fact.usage, fact.source, model=model, price=price)
        case _:
            return meter.message(fact.key, fact.usage, fact.source, model=model, price=price)
