"""What Codex's app server asks, and the answers: leave for a command, a change of files or wider permissions, and questions.

Source: `codex app-server generate-ts`, `ServerRequest`. A refusal is `decline`, which lets the turn go on; `cancel` would end it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Final

import msgspec

from tui.core.commands import Answer, Verdict
from tui.core.facts import PermissionAsked, QuestionAsked
from tui.core.text import one_line
from tui.runtimes import texts
from tui.runtimes.codex_server_types import Params, Question
from tui.runtimes.codex_types import bare
from tui.runtimes.json_rpc import wire_id
from tui.runtimes.texts import TITLE_MAX, bounded, command_asked, telling

DETAIL_MAX: Final = 8_000
OPTIONS_MAX: Final = 12
YES: Final = "Yes"
NO: Final = "No"

Result = Mapping[str, object]


class Form(msgspec.Struct):
    """Questions that are put together and answered together."""

    open: int
    answers: dict[str, object] = {}


class Asked(msgspec.Struct, frozen=True):
    """An open request and what is needed to answer it."""

    wire_id: str
    rpc_id: int | str
    fact: PermissionAsked | QuestionAsked
    results: list[Result] = []
    """For each option of a request for leave, the result that chooses it; the last refuses."""
    form: Form | None = None
    """Of a question."""
    question_id: str = ""


def asked(
    rpc_id: int | str, method: str, params: Params, diff: Callable[[str], str], cwd: str
) -> list[Asked]:
    """Return what a request puts to the user, in its order; nothing if it is none that a user can answer.

    Args:
        rpc_id: The request's id.
        method: What is asked for.
        params: How.
        diff: Returns what an item of a turn would change.
        cwd: The agent's folder.
    """
    match method:
        case "item/commandExecution/requestApproval":
            command = bare(params.command or "")
            beside = {"cwd": params.cwd, "network": params.network_approval_context}
            told = command_asked(command, beside, cwd)
            return [_leave(rpc_id, params, "shell", command or "use the network", told, _commands(params))]
        case "item/fileChange/requestApproval":
            title = f"write below {params.grant_root}" if params.grant_root else "change files"
            return [
                _leave(
                    rpc_id,
                    params,
                    "apply_patch",
                    title,
                    diff(params.item_id or ""),
                    _decisions("for this session"),
                )
            ]
        case "item/permissions/requestApproval":
            told = json.dumps(params.permissions, ensure_ascii=False, indent=2)
            return [_leave(rpc_id, params, "permissions", "wider permissions", told, _permissions(params))]
        case "mcpServer/elicitation/request" if not _fields(params.requested_schema):
            title = params.message or "go on"
            return [
                _leave(
                    rpc_id, params, one_line(params.server_name or "mcp", limit=80), title, title, _ELICITED
                )
            ]
        case "item/tool/requestUserInput" if params.questions:
            return list(_questions(rpc_id, params.questions))
        case _:
            return []


def result(asked: Asked, answer: Answer) -> Result | None:
    """Return the result that answers; empty where more answers are awaited; None if the answer does not fit."""
    if asked.form is not None and isinstance(asked.fact, QuestionAsked):
        words = _words(asked.fact, answer)
        if words is None:
            return None
        asked.form.answers[asked.question_id] = {"answers": [words] if words else []}
        asked.form.open -= 1
        return {"answers": asked.form.answers} if asked.form.open <= 0 else {}
    at = _chosen(len(asked.results), answer)
    return None if at is None else asked.results[at]


def refuses(asked: Asked, answer: Answer) -> bool:
    """True if an answer refuses leave."""
    return bool(asked.results) and _chosen(len(asked.results), answer) == len(asked.results) - 1


def _chosen(options: int, answer: Answer) -> int | None:
    match answer.verdict:
        case Verdict.ALLOW:
            return 0
        case Verdict.ALLOW_ALWAYS:
            return 1 if options > 2 else 0  # never wider than it offers
        case Verdict.DENY:
            return options - 1
        case _:
            return answer.choice - 1 if 1 <= answer.choice <= options else None


# -- leave -----------------------------------------------------------------------------------------------------------------


def _leave(
    rpc_id: int | str, params: Params, tool: str, title: str, detail: str, options: list[tuple[str, Result]]
) -> Asked:
    reason = one_line(params.reason or "", limit=TITLE_MAX)
    told = "\n".join(part for part in (reason, detail) if part)
    fact = PermissionAsked(
        request_id=_shown(rpc_id, params.item_id or ""),
        tool=tool,
        title=telling(title),
        detail=texts.asked(told, DETAIL_MAX),
        options=[one_line(words, limit=200) for words, _ in options],
    )
    return Asked(wire_id(rpc_id), rpc_id, fact, [result for _, result in options])


def _commands(params: Params) -> list[tuple[str, Result]]:
    rule = params.proposed_execpolicy_amendment
    if rule:
        decision = {"acceptWithExecpolicyAmendment": {"execpolicy_amendment": rule}}
        always = f"Yes, and don't ask again for commands that start with {' '.join(rule)}"
        return [
            (YES, {"decision": "accept"}),
            (always, {"decision": decision}),
            (NO, {"decision": "decline"}),
        ]
    offered = params.available_decisions
    if offered is None or "acceptForSession" in offered:
        return _decisions("for this session")
    return [(YES, {"decision": "accept"}), (NO, {"decision": "decline"})]


def _decisions(until: str) -> list[tuple[str, Result]]:
    return [
        (YES, {"decision": "accept"}),
        (f"{YES}, {until}", {"decision": "acceptForSession"}),
        (NO, {"decision": "decline"}),
    ]


def _permissions(params: Params) -> list[tuple[str, Result]]:
    wanted = params.permissions if isinstance(params.permissions, Mapping) else {}
    granted = {name: value for name, value in wanted.items() if value is not None}
    return [
        (YES, {"permissions": granted, "scope": "turn"}),
        (f"{YES}, for this session", {"permissions": granted, "scope": "session"}),
        (NO, {"permissions": {}, "scope": "turn"}),
    ]


_ELICITED: Final[list[tuple[str, Result]]] = [
    (YES, {"action": "accept", "content": {}, "_meta": None}),
    (NO, {"action": "decline", "content": None, "_meta": None}),
]


def _fields(schema: object) -> bool:
    return bool(schema.get("properties")) if isinstance(schema, Mapping) else False


# -- questions -------------------------------------------------------------------------------------------------------------


def _questions(rpc_id: int | str, questions: list[Question]) -> Iterable[Asked]:
    form = Form(len(questions))
    for number, each in enumerate(questions):
        fact = QuestionAsked(
            request_id=_shown(rpc_id, each.id),
            text=bounded(each.question or each.header or "", DETAIL_MAX),
            options=[one_line(option.label) for option in (each.options or [])[:OPTIONS_MAX]],
        )
        yield Asked(f"{wire_id(rpc_id)}:{number}", rpc_id, fact, form=form, question_id=each.id)


def _words(fact: QuestionAsked, answer: Answer) -> str | None:
    """Return an answer in words; empty for a refusal to answer, None for an option that there is not."""
    if answer.verdict is Verdict.DENY:
        return ""
    if answer.choice:
        return fact.options[answer.choice - 1] if 1 <= answer.choice <= len(fact.options) else None
    if answer.text:
        return answer.text
    return fact.options[0] if fact.options and answer.verdict is Verdict.ALLOW else None


def _shown(rpc_id: int | str, of: str) -> str:
    return one_line(f"{rpc_id}:{of}")
