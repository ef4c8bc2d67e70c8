"""Claude Code's control channel: it asks on its output, we answer on its input, one JSON line each.

`control_request` with subtype `can_use_tool` asks for leave to use a tool, or, for the tool `AskUserQuestion`, puts a
question to the user; `control_response` answers (https://docs.claude.com/en/docs/claude-code/sdk, "permission prompts").
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

import msgspec

from tui.core.commands import Answer, Verdict
from tui.core.facts import PermissionAsked, QuestionAsked
from tui.core.text import one_line
from tui.runtimes import texts
from tui.runtimes.claude_content import EDITS
from tui.runtimes.claude_types import ControlRequest
from tui.runtimes.edits import proposed
from tui.runtimes.texts import bounded, telling

DETAIL_MAX: Final = 8_000
DIFF_MAX: Final = 24_000
"""Characters of a diff: what is allowed has to be seen."""
OPTIONS_MAX: Final = 12

ALLOW: Final = "Yes"
ALWAYS: Final = "Yes, and don't ask again"
DENY: Final = "No"


class Asked(msgspec.Struct, frozen=True):
    """An open request and what is needed to answer it."""

    wire_id: str
    fact: PermissionAsked | QuestionAsked
    request: ControlRequest


def asked(request_id: str, request: ControlRequest, cwd: str) -> Asked | None:
    """Return what the CLI asks, or None if it is nothing for the user."""
    if request.subtype != "can_use_tool":
        return None
    shown_id = one_line(request_id)
    question = _question(request.input) if request.tool_name == "AskUserQuestion" else None
    if question is not None:
        text, options = question
        return Asked(request_id, QuestionAsked(request_id=shown_id, text=text, options=options), request)
    fact = PermissionAsked(
        request_id=shown_id,
        tool=one_line(request.tool_name, limit=80),
        title=telling(request.input, cwd),
        detail=_detail(request, cwd),
        options=[ALLOW, *([ALWAYS] if request.permission_suggestions else []), DENY],
    )
    return Asked(request_id, fact, request)


def response(asked: Asked, answer: Answer) -> bytes | None:
    """Return the line that answers, or None if the answer does not fit the request."""
    fact, request = asked.fact, asked.request
    if isinstance(fact, QuestionAsked):
        told = _chosen(fact, answer)
        if told is None:
            return None
        body: dict[str, object] = _allow(request, {fact.text: told}) if told else _deny(answer.text)
    else:
        verdict = _verdict(fact, answer)
        if verdict is None:
            return None
        body = _deny(answer.text) if verdict is Verdict.DENY else _allow(request)
        if verdict is Verdict.ALLOW_ALWAYS and request.permission_suggestions:
            body["updatedPermissions"] = request.permission_suggestions
    inner = {"subtype": "success", "request_id": asked.wire_id, "response": body}
    return json.dumps({"type": "control_response", "response": inner}).encode() + b"\n"


def _allow(request: ControlRequest, answers: Mapping[str, str] | None = None) -> dict[str, object]:
    given = dict(request.input) if isinstance(request.input, Mapping) else {}
    return {"behavior": "allow", "updatedInput": {**given, "answers": answers} if answers else given}


def _deny(reason: str) -> dict[str, object]:
    return {"behavior": "deny", "message": reason or "The user does not want this."}


def _chosen(fact: QuestionAsked, answer: Answer) -> str | None:
    """Return the answer in words; empty for a refusal to answer, None for an option that there is not."""
    if answer.verdict is Verdict.DENY:
        return ""
    if answer.choice:
        return fact.options[answer.choice - 1] if 1 <= answer.choice <= len(fact.options) else None
    if answer.verdict is Verdict.ALLOW and not answer.text:
        return fact.options[0] if fact.options else None
    return answer.text or None


def _verdict(fact: PermissionAsked, answer: Answer) -> Verdict | None:
    if answer.verdict is not Verdict.CHOOSE:
        return answer.verdict
    if not 1 <= answer.choice <= len(fact.options):
        return None
    by_words = {ALLOW: Verdict.ALLOW, ALWAYS: Verdict.ALLOW_ALWAYS, DENY: Verdict.DENY}
    return by_words[fact.options[answer.choice - 1]]


def _question(arguments: object) -> tuple[str, list[str]] | None:
    """Return the first question of `AskUserQuestion` and its options."""
    questions = arguments.get("questions") if isinstance(arguments, Mapping) else None
    first = questions[0] if isinstance(questions, list) and questions else None
    text = first.get("question") if isinstance(first, Mapping) else None
    if not isinstance(first, Mapping) or not isinstance(text, str):
        return None
    listed = first.get("options")
    options = [
        one_line(str(option.get("label", "")))
        for option in (listed if isinstance(listed, list) else [])[:OPTIONS_MAX]
        if isinstance(option, Mapping)
    ]
    return bounded(text, DETAIL_MAX), options


def _detail(request: ControlRequest, cwd: str) -> str:
    """Return the command, the diff that an edit would make, or the arguments."""
    arguments = request.input
    if isinstance(arguments, Mapping):
        command = arguments.get("command")
        if isinstance(command, str):
            return texts.asked(texts.command_asked(command, arguments, cwd), DETAIL_MAX)
        if request.tool_name in EDITS and (diff := proposed(arguments, cwd)):
            return bounded(diff, DIFF_MAX)
    return texts.asked(json.dumps(arguments, ensure_ascii=False, indent=2), DETAIL_MAX)
