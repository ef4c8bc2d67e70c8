"""How turns end over the Agent Client Protocol: reasons to stop, and errors in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from tui.core.text import one_line
from tui.runtimes.acp_types import Failure
from tui.runtimes.texts import spoken

ERROR_MAX: Final = 300
CUT_OFF: Final = "the answer was cut off: it reached the model's limit of output tokens"
INTERRUPTED: Final = "the turn was interrupted"
_STOPPED: Final = {
    "end_turn": "",
    "max_tokens": CUT_OFF,
    "max_turn_requests": "it reached its limit of model requests in one turn",
    "refusal": "the model refused to go on",
    "cancelled": INTERRUPTED,
}
_LIMIT: Final = re.compile(r"\b429\b|rate limit|quota|too many requests", re.IGNORECASE)
_GENERAL: Final = re.compile(r"^Internal error\b:?\s*", re.IGNORECASE)
_CODE: Final = re.compile(r"^[45]\d\d\b")


def stopped(reason: str) -> str:
    """Return why a turn that stopped so was no success; empty if it was one."""
    return _STOPPED.get(reason, one_line(f"it stopped: {reason or 'no reason told'}", limit=ERROR_MAX))


def error_words(failure: Failure) -> str:
    """Return an error in the words that tell most: CLIs put them into the message, or beside a general one into the data."""
    message = failure.message or ""
    data = failure.data
    if isinstance(data, Mapping):
        data = data.get("details") or data.get("message")
    if isinstance(data, str) and data and (not message or _GENERAL.match(message)):
        message = data
    message = _GENERAL.sub("", message) or message
    words = spoken(message)
    if words != message and failure.code and 400 <= failure.code < 600:
        words = f"{failure.code} {words}"
    return api_error(one_line(words or f"error {failure.code}", limit=ERROR_MAX))


def api_error(words: str) -> str:
    """Return the error of a model's provider called one: such a text begins with its status."""
    return f"API error {words}" if _CODE.match(words) else words


def is_limit(words: str) -> bool:
    """True if a provider refused because of a limit."""
    return _LIMIT.search(words) is not None
