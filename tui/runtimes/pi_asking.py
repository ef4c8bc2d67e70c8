"""What Pi's extensions ask in its RPC mode, and the answers (https://github.com/badlogic/pi-mono, "RPC mode", extension UI).

A `confirm` is leave to go on; `select`, `input` and `editor` are questions. Pi itself asks for nothing.
"""

from __future__ import annotations

import json
from typing import Final

import msgspec

from tui.core.commands import Answer, Verdict
from tui.core.facts import PermissionAsked, QuestionAsked
from tui.core.text import one_line
from tui.runtimes import texts
from tui.runtimes.json_lines import decode
from tui.runtimes.pi_events import Line
from tui.runtimes.texts import bounded, telling

DETAIL_MAX: Final = 8_000
OPTIONS_MAX: Final = 12
ALLOW: Final = "Yes"
DENY: Final = "No"
_STRING: Final = msgspec.json.Decoder(str)


class Asked(msgspec.Struct, frozen=True):
    """An open request and what is needed to answer it."""

    wire_id: str
    fact: PermissionAsked | QuestionAsked
    options: list[str] = []
    """Of a question, as the extension has them."""
    timeout_s: float = 0.0
    """After so long it answers itself; 0: it waits."""


def asked(line: Line) -> Asked | None:
    """Return what an extension asks; None if it only tells something."""
    wire_id, title = line.id or "", line.title or ""
    timeout_s = max(0.0, line.timeout or 0.0) / 1000
    shown = one_line(wire_id)
    match line.method:
        case "confirm":
            message = words(line)
            fact = PermissionAsked(
                request_id=shown,
                title=telling(message or title),
                detail=texts.asked("\n".join(part for part in (title, message) if part), DETAIL_MAX),
                options=[ALLOW, DENY],
            )
            return Asked(wire_id, fact, timeout_s=timeout_s)
        case "select" | "input" | "editor":
            options = (line.options or [])[:OPTIONS_MAX]
            beside = line.prefill or line.placeholder or ""
            question = QuestionAsked(
                request_id=shown,
                text=bounded("\n".join(part for part in (title, beside) if part), DETAIL_MAX),
                options=[one_line(option) for option in options],
            )
            return Asked(wire_id, question, options, timeout_s)
        case _:
            return None


def response(asked: Asked, answer: Answer) -> bytes | None:
    """Return the line that answers; None if the answer does not fit."""
    if isinstance(asked.fact, PermissionAsked):
        allowed = allows(asked, answer)
        return None if allowed is None else _line(asked, confirmed=allowed)
    if answer.verdict is Verdict.DENY:
        return _line(asked, cancelled=True)
    if answer.choice:
        chosen = asked.options[answer.choice - 1 : answer.choice] if answer.choice > 0 else []
        return _line(asked, value=chosen[0]) if chosen else None
    if answer.text:
        return _line(asked, value=answer.text)
    first = asked.options[:1] if answer.verdict is Verdict.ALLOW else []
    return _line(asked, value=first[0]) if first else None


def allows(asked: Asked, answer: Answer) -> bool | None:
    """True if an answer gives leave, False if it refuses; None if it is neither."""
    if not isinstance(asked.fact, PermissionAsked):
        return None
    if answer.verdict is Verdict.CHOOSE:
        return {1: True, 2: False}.get(answer.choice)
    return answer.verdict is not Verdict.DENY


def withdrawn(asked: Asked) -> bytes:
    """Return the line that dismisses what is asked."""
    return _line(asked, cancelled=True)


def words(line: Line) -> str:
    """Return `message` where it is a text."""
    raw = bytes(line.message)
    try:
        return decode(_STRING, raw) if raw else ""
    except msgspec.DecodeError:
        return ""


def _line(asked: Asked, **answer: object) -> bytes:
    return json.dumps({"type": "extension_ui_response", "id": asked.wire_id, **answer}).encode() + b"\n"
