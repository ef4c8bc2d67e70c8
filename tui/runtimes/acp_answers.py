"""Requests for leave over the Agent Client Protocol, and their answers.

An option says by its kind what it means (`allow_once`, `allow_always`, `reject_once`, `reject_always`); its words and its
place in the list say nothing that can be relied on. Source: https://agentclientprotocol.com/protocol/tool-calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from tui.core.commands import Answer, Verdict
from tui.core.facts import PermissionAsked
from tui.core.text import one_line
from tui.runtimes import texts
from tui.runtimes.acp_tools import Call, Calls
from tui.runtimes.acp_types import Option
from tui.runtimes.json_rpc import wire_id
from tui.runtimes.texts import telling

DETAIL_MAX: Final = 8_000
OPTIONS_MAX: Final = 12
CANCELLED: Final = {"outcome": {"outcome": "cancelled"}}

_KINDS: Final = {
    Verdict.ALLOW: ("allow_once",),
    # What is never wider than was meant: once, where it offers no more.
    Verdict.ALLOW_ALWAYS: ("allow_always", "allow_once"),
    Verdict.DENY: ("reject_once", "reject_always"),
}


class Asked(msgspec.Struct, frozen=True):
    """An open request and what is needed to answer it."""

    wire_id: str
    rpc_id: int | str
    fact: PermissionAsked
    options: list[Option]
    call_id: str


def asked(rpc_id: int | str, call: Call, calls: Calls, options: Sequence[Option], cwd: str) -> Asked:
    """Return a request for leave to do what a tool call would."""
    offered = list(options[:OPTIONS_MAX])
    fact = PermissionAsked(
        request_id=one_line(f"{rpc_id}:{call.call_id}"),
        tool=call.label(),
        title=telling(call.command) or call.telling(cwd),
        detail=texts.asked(calls.detail(call), DETAIL_MAX),
        options=[one_line(option.name or option.kind) for option in offered],
    )
    return Asked(wire_id(rpc_id), rpc_id, fact, offered, call.call_id)


def chosen(asked: Asked, answer: Answer) -> Option | None:
    """Return the option that an answer means; None if there is none such."""
    if answer.verdict is Verdict.CHOOSE:
        return asked.options[answer.choice - 1] if 1 <= answer.choice <= len(asked.options) else None
    for kind in _KINDS[answer.verdict]:
        for option in asked.options:
            if option.kind == kind:
                return option
    return None


def refuses(asked: Asked, answer: Answer) -> bool:
    """True if an answer refuses what is asked."""
    option = chosen(asked, answer)
    return option.kind.startswith("reject") if option is not None else answer.verdict is Verdict.DENY


def outcome(asked: Asked, answer: Answer) -> dict[str, object] | None:
    """Return the result that answers; None if the answer does not fit the request."""
    option = chosen(asked, answer)
    if option is not None:
        return {"outcome": {"outcome": "selected", "optionId": option.optionId}}
    # A refusal can always be said, even where no option refuses.
    return dict(CANCELLED) if answer.verdict is Verdict.DENY else None
