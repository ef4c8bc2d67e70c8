"""Small things that the dialects share."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Sequence
from typing import Any

_REMINDER = re.compile(
    r"<(system-reminder|environment_context|user_instructions|session_context|current_datetime)>.*?</\1>",
    re.DOTALL,
)


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


def turn_of(messages: Sequence[tuple[str, str]]) -> tuple[str, int]:
    """The prompt of the turn that is under way, and which of its requests this is, from 1.

    Args:
        messages: Role (`user`, `model` or another) and what the user typed, empty for tool results; oldest first.
    """
    answers = 0
    for role, prompt in reversed(messages):
        if role == "model":
            answers += 1
        elif role == "user" and prompt:
            return prompt, answers + 1
    return "", answers + 1


def new_id(prefix: str) -> str:
    """An identity that no other answer has."""
    return prefix + uuid.uuid4().hex[:24]


def halves(text: str) -> tuple[str, str]:
    """A text in two pieces."""
    return text[: len(text) // 2], text[len(text) // 2 :]
