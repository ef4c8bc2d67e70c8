"""Claude Code's errors, limits and refusals in words: shared by its two modes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from tui.core.facts import AnyFact, LimitReported, RateLimited, Retrying
from tui.core.spec import AgentSpec
from tui.core.text import one_line
from tui.runtimes.claude_types import Line, RateLimitInfo

REASON_MAX: Final = 300
"""Characters of a reason."""

_UNKNOWN_SESSION: Final = re.compile(
    r"No conversation found with session ID[^\n]*|[^\n]*--resume requires a valid session ID[^\n]*"
)
_RESET: Final = re.compile(r"\|(\d{10})\b")
_LIMITS: Final = {
    "five_hour": "5 h",
    "seven_day": "week",
    "seven_day_opus": "week, Opus",
    "seven_day_sonnet": "week, Sonnet",
    "seven_day_overage_included": "week",
    "overage": "extra usage",
}
DELAY_MAX_S: Final = 86_400.0


def refused_words(text: str) -> str:
    """Return the line that says that the CLI does not know the session, or nothing."""
    found = _UNKNOWN_SESSION.search(text)
    return one_line(found[0], limit=REASON_MAX) if found else ""


def result_error(line: Line, spec: AgentSpec) -> str:
    """Return why a `result` is a failure, in one line; empty if it is none."""
    failed = bool(line.is_error) or (line.subtype or "success") != "success"
    if not failed:
        return ""
    told = line.result or next(
        (str(error) for error in line.errors or () if not str(error).startswith("[ede_diagnostic]")), ""
    )
    if told:
        return one_line(told, limit=REASON_MAX)
    if (line.terminal_reason or "").startswith("aborted"):
        return "the turn was interrupted"
    match line.subtype:
        case "error_max_turns":
            return f"reached its limit of {spec.max_turns or line.num_turns} turns"
        case "error_max_budget_usd":
            return (
                f"reached its budget of ${spec.max_budget_usd}"
                if spec.max_budget_usd
                else "reached its budget"
            )
        case _:
            return one_line((line.subtype or "error").replace("_", " "))


def retrying(line: Line) -> Retrying:
    """Return the fact of a `system/api_retry` line."""
    return Retrying(
        attempt=max(0, line.attempt or 0),
        max_attempts=max(0, line.max_retries or 0),
        delay_s=min(max(0.0, line.retry_delay_ms or 0.0) / 1000, DELAY_MAX_S),
        status=line.error_status,
        error=one_line(str(line.error or "")).replace("_", " "),
    )


def limit_facts(info: RateLimitInfo) -> Iterable[AnyFact]:
    """Return what a `rate_limit_event` says: how full a limit is, and whether it refuses."""
    name = _LIMITS.get(info.rateLimitType or "", one_line((info.rateLimitType or "limit").replace("_", " ")))
    resets_at = max(0.0, info.resetsAt or 0.0)
    if info.utilization is not None:
        # A fraction, as in the provider's header anthropic-ratelimit-unified-5h-utilization.
        percent = info.utilization * 100 if info.utilization <= 1 else info.utilization
        yield LimitReported(limit=name, used_percent=min(max(percent, 0.0), 1_000.0), resets_at=resets_at)
    if info.status == "rejected":
        yield RateLimited(text=f"{_spelled(name)} reached", resets_at=resets_at, limit=name)


def limit_reset(text: str) -> float:
    """Return when a limit ends, if its message says so (`…limit reached|1795327905`), else 0."""
    found = _RESET.search(text)
    return float(found[1]) if found else 0.0


def _spelled(name: str) -> str:
    return {"5 h": "5-hour limit", "week": "weekly limit"}.get(name, f"{name} limit")
