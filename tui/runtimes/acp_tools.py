"""Tool calls over the Agent Client Protocol: told piece by piece, shown once they say what they do.

A call may begin without its arguments, be asked about before it began, or end without a word once it was refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Final

from tui.core import facts as f
from tui.core.facts import AnyFact
from tui.core.text import one_line
from tui.runtimes import diffs
from tui.runtimes.acp_types import ToolContent, Update
from tui.runtimes.texts import bounded, command_asked, output, relative, telling

ARGUMENTS_MAX: Final = 8_000
CALLS_MAX: Final = 256
"""Calls remembered, ended ones included: one may be told again."""
_NAMES: Final = {"execute": "shell", "fetch": "web", "switch_mode": "mode", "other": "tool"}
"""What a kind of tool is called where the CLI does not name the tool."""
_PLACE: Final = frozenset({"cwd"})
"""Arguments that say nothing of what a tool does."""


class Call:
    """One tool call so far."""

    def __init__(self, call_id: str) -> None:
        self.call_id = call_id
        self.name = ""
        self.kind = ""
        self.title = ""
        self.arguments: object = None
        self.wanted: object = None
        """Arguments of its request for leave, where they are told again: these are what is allowed."""
        self.shown: list[ToolContent] = []
        self.called = False
        self.ended = False
        self.told = 0
        """Characters told of its output while it runs."""

    def learn(self, update: Update) -> None:
        """Take what an update adds."""
        self.title = update.title or self.title
        self.kind = update.kind or self.kind
        if update.meta is not None and update.meta.toolName:
            self.name = update.meta.toolName
        if not self.says_what and update.rawInput:
            self.arguments = update.rawInput
        self.shown = update.shown or self.shown

    @property
    def says_what(self) -> bool:
        """Its arguments are known."""
        return _says(self.arguments)

    def telling(self, cwd: str) -> str:
        """Return what it does, on one line."""
        known = telling(_without_place(self.arguments), cwd) if self.says_what else ""
        return known or telling(self.title)

    @property
    def command(self) -> str:
        """The command for which leave is asked; empty if it is none."""
        command = self.wanted.get("command") if isinstance(self.wanted, Mapping) else None
        return command if isinstance(command, str) else ""

    def asked_command(self, cwd: str) -> str:
        """Return the command with what changes its meaning; empty if it is none."""
        if not self.command or not isinstance(self.wanted, Mapping):
            return ""
        return command_asked(self.command, self.wanted, cwd)

    def label(self) -> str:
        """Return the name of its tool."""
        return one_line(self.name or _NAMES.get(self.kind, self.kind) or "tool", limit=80)


class Calls:
    """Turns updates of tool calls into facts.

    Args:
        cwd: The agent's folder; paths below it are shown without it.
    """

    def __init__(self, cwd: str) -> None:
        self._cwd = cwd
        self._calls: dict[str, Call] = {}

    def update(self, update: Update) -> Iterable[AnyFact]:
        """Return the facts of a `tool_call` or a `tool_call_update`."""
        call = self._call(update)
        if call.ended:
            return
        if call.says_what or update.status in ("in_progress", "completed", "failed"):
            yield from self._began(call, update)
        if update.status in ("completed", "failed"):
            call.ended = True
            yield self._finished(call, update)
        elif call.called and (text := _text(update.shown)):
            new, call.told = text[call.told :], len(text)
            if new:
                yield f.ToolOutput(call_id=call.call_id, text=bounded(new))

    def asked(self, update: Update) -> tuple[Call, list[AnyFact]]:
        """Return a call for which leave is asked, and the facts of its beginning."""
        call = self._call(update)
        call.wanted = update.rawInput if _says(update.rawInput) else call.arguments
        return call, list(self._began(call, update))

    def refused(self, call_id: str) -> Iterable[AnyFact]:
        """Return the facts of a call that the user refused; the CLI may say no more of it."""
        call = self._calls.get(call_id)
        if call is not None and not call.ended:
            call.ended = True
            yield f.ToolFinished(call_id=call.call_id, ok=False, denied=True, output="Refused.")

    def detail(self, call: Call) -> str:
        """Return all that is known of what a call would do: its command, its changes, or its arguments."""
        changes = self._changes(call.shown)
        words = _text(call.shown)
        known = call.asked_command(self._cwd) or ("" if changes else call.title)
        if not call.command and not changes and _says(call.wanted):
            known = json.dumps(_without_place(call.wanted), ensure_ascii=False, indent=2)
        return "\n".join(part for part in (known, changes, words) if part)

    def _call(self, update: Update) -> Call:
        call_id = one_line(update.toolCallId or "")
        call = self._calls.get(call_id)
        if call is None:
            if len(self._calls) >= CALLS_MAX:
                del self._calls[next(iter(self._calls))]
            call = self._calls[call_id] = Call(call_id)
        call.learn(update)
        return call

    def _began(self, call: Call, update: Update) -> Iterable[AnyFact]:
        if call.called:
            return
        call.called = True
        parent = update.meta.parentToolCallId if update.meta is not None else None
        yield f.ToolCalled(
            call_id=call.call_id,
            name=call.label(),
            title=call.telling(self._cwd),
            arguments=bounded(json.dumps(call.arguments, ensure_ascii=False), ARGUMENTS_MAX)
            if call.says_what
            else "",
            parent=one_line(parent or ""),
        )

    def _finished(self, call: Call, update: Update) -> f.ToolFinished:
        code = _exit_code(update.rawOutput)
        return f.ToolFinished(
            call_id=call.call_id,
            ok=update.status == "completed" and not code,
            output=output(_text(update.shown) or _raw_text(update.rawOutput)),
            exit_code=code,
            diff=output(self._changes(update.shown)),
        )

    def _changes(self, shown: Iterable[ToolContent]) -> str:
        return diffs.joined(
            diffs.from_texts(relative(each.path or "", self._cwd), each.oldText, each.newText or "")
            if each.oldText
            else diffs.created(relative(each.path or "", self._cwd), each.newText or "")
            for each in shown
            if each.type == "diff"
        )


def _says(arguments: object) -> bool:
    return bool(_without_place(arguments))


def _without_place(arguments: object) -> object:
    if not isinstance(arguments, Mapping):
        return arguments
    return {key: value for key, value in arguments.items() if key not in _PLACE}


def _text(shown: Iterable[ToolContent]) -> str:
    return "\n".join(
        each.content.text or f"[{each.content.uri or each.content.type}]"
        for each in shown
        if each.type == "content" and each.content is not None and (each.content.text or each.content.uri)
    )


def _raw_text(raw: object) -> str:
    """Return the text in a tool's own result."""
    if isinstance(raw, str):
        return raw
    if isinstance(raw, Mapping):
        for key in ("output", "content", "error", "message"):
            if isinstance(raw.get(key), str):
                return str(raw[key])
    return ""


def _exit_code(raw: object) -> int | None:
    """Return the exit code in a tool's own result, wherever a CLI puts it."""
    if not isinstance(raw, Mapping):
        return None
    contents, metadata = raw.get("contents"), raw.get("metadata")
    places = [metadata, *(contents if isinstance(contents, list) else ())]
    for place in places:
        for key in ("exit", "exitCode"):
            code = place.get(key) if isinstance(place, Mapping) else None
            if isinstance(code, int) and not isinstance(code, bool):
                return code
    return None
