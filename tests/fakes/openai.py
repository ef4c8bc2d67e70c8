"""What the two OpenAI dialects have in common. Source: the public API reference."""

from __future__ import annotations

from typing import Any

from tests.fakes import wire
from tests.fakes.exchange import Failure, Json

_TYPES = {400: "invalid_request_error", 401: "invalid_request_error", 429: "rate_limit_error"}
_CODES = {
    400: "invalid_value",
    401: "invalid_api_key",
    429: "rate_limit_exceeded",
    529: "server_is_overloaded",
}


def failure(problem: Failure) -> Json:
    """An error document."""
    kind = _TYPES.get(problem.status, "server_error")
    code = _CODES.get(problem.status)
    return {"error": {"message": problem.message, "type": kind, "param": None, "code": code, **problem.more}}


def typed(content: Any) -> str:
    """What the user typed in the content of a message: a string, or a list of parts."""
    if isinstance(content, list):
        content = "\n".join(part.get("text", "") for part in content)
    return wire.typed_by_user(content or "")
