"""From what is written in a dialog to an agent's draft, and back."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from tui.client.launch import Draft
from tui.core import figures
from tui.core.errors import SpecError
from tui.core.spec import DEFAULT_INACTIVITY_TIMEOUT_S, AgentSpec


def like(spec: AgentSpec) -> Draft:
    """Return a draft with what the dialog does not ask for."""
    return Draft(
        cli=spec.cli,
        command=spec.command,
        args=spec.args,
        env=spec.env,
        fresh_prompt=spec.fresh_prompt,
        resume_prompt=spec.resume_prompt,
        system_prompt=spec.system_prompt,
        channel=spec.channel,
        max_turns=spec.max_turns,
        budget=spec.budget,
        restart=spec.restart,
        restarts_per_hour=spec.restarts_per_hour,
        on_rate_limit=spec.on_rate_limit,
        on_inactive=spec.on_inactive,
        inactivity=spec.inactivity,
        stop_wait_s=spec.stop_wait_s,
        tags=spec.tags,
    )


def quiet_words(spec: AgentSpec | None) -> str:
    """Return an agent's limit as it is written in the dialog; empty for the default."""
    if spec is None or spec.inactivity_timeout_s == DEFAULT_INACTIVITY_TIMEOUT_S:
        return ""
    return figures.duration(spec.inactivity_timeout_s) if spec.inactivity_timeout_s else "0"


def seconds(value: str) -> float | None:
    """Return `5:00`, `1h20`, `90` (seconds) as seconds; None for nothing.

    Raises:
        SpecError: It is no duration.
    """
    if not value:
        return None
    if match := re.fullmatch(r"(\d+)h(\d{1,2})?", value):
        return int(match[1]) * 3600.0 + int(match[2] or 0) * 60
    if match := re.fullmatch(r"(\d+):(\d{2})", value):
        return int(match[1]) * 60.0 + int(match[2])
    if value.isdigit():
        return float(value)
    raise SpecError(f"{value!r} is no duration.", "Write 5:00, 1h20, or seconds; 0 means never.")


def dollars(value: str) -> Decimal | None:
    """Return `$2.00` or `2` as money; None for nothing.

    Raises:
        SpecError: It is no amount.
    """
    if not value:
        return None
    try:
        amount = Decimal(value.removeprefix("$").strip())
    except InvalidOperation:
        raise SpecError(f"{value!r} is no amount of money.", "Write $2.00.") from None
    if not amount.is_finite():
        raise SpecError(f"{value!r} is no amount of money.", "Write $2.00.")
    return amount
