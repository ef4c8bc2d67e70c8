"""Small things that the dialects share."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

_REMINDER = re.compile(r"<(system-reminder|environment_context|user_instructions)>.*?</\1>", re.DOTALL)


def sse(data: Any, event: str = "", newline: str = "\n") -> bytes:
    """One server-sent event. Source: WHATWG HTML, "Server-sent events"."""
    head = f"event: {event}{newline}" if event else ""
    body = data if isinstance(data, str) else json.dumps(data)
    return f"{head}data: {body}{newline}{newline}".encode()


def digest(*parts: Any) -> str:
    """A short name for JSON values, equal for equal values."""
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def typed_by_user(text: str) -> str:
    """A message without the reminders that CLIs add to it in angle brackets."""
    return _REMINDER.sub("", text).strip()
