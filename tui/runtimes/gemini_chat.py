"""Gemini CLI's chat file: the record of a session that it writes as it goes, headless and interactive.

A message is written again, under the same id, when its tools have ended: only what is new in it is told again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from tui.core import facts as f
from tui.core.facts import AnyFact
from tui.core.text import one_line
from tui.runtimes.counts import size
from tui.runtimes.environment import home
from tui.runtimes.gemini_types import CHAT_DECODER, ChatCall, ChatLine
from tui.runtimes.json_lines import decode, unparsed
from tui.runtimes.texts import bounded, output, spoken, telling

SEEN_MAX: Final = 256
"""Messages remembered for being written again."""
ARGUMENTS_MAX: Final = 8_000
_CONTEXT: Final = "<session_context>"


def chat_pattern(env: Mapping[str, str], cwd: str, session_id: str) -> str:
    """Return where a session's chat file is, or will be; empty if that cannot be told.

    The folder is named after the project's; a second project of the same name gets a number, and is not found.
    """
    slug = re.sub(r"[^a-z0-9]+", "-", cwd.rstrip("/").rpartition("/")[2].lower()).strip("-") or "project"
    if not re.fullmatch(r"[0-9a-f]{8}-[0-9a-f-]+", session_id):
        return ""
    base = env.get("GEMINI_CLI_HOME") or home(env)
    return f"{base}/.gemini/tmp/{slug}/chats/session-*-{session_id[:8]}.jsonl"


class Chat:
    """Reads a chat file line by line.

    Args:
        cwd: The agent's folder.
        whole: Tell the conversation, too; False where the stream does: then only usage.
    """

    def __init__(self, cwd: str, *, whole: bool) -> None:
        self._cwd = cwd
        self._whole = whole
        self._said: dict[str, int] = {}
        """Tool calls told of each recent message, by its id."""
        self._model = ""

    def line(self, data: bytes) -> Iterable[AnyFact]:
        """Return the facts of one line; never raises."""
        text = data.strip()
        if text[:1] != b"{":
            return []
        try:
            return list(self._facts(decode(CHAT_DECODER, text)))
        except msgspec.DecodeError as error:
            return [unparsed(text, str(error))]
        except RecursionError:
            return [unparsed(text, "nested too deeply")]

    def _facts(self, line: ChatLine) -> Iterable[AnyFact]:
        match line.type:
            case "gemini" if line.id:
                return self._message(line, line.id)
            case "user" if self._whole:
                text = _words(line.content)
                return [f.TurnStarted(prompt=bounded(text))] if text and not text.startswith(_CONTEXT) else []
            case "error" | "warning" if self._whole:
                return [f.ErrorReported(text=bounded(spoken(_words(line.content))))]
            case _:
                return []

    def _message(self, line: ChatLine, key: str) -> Iterable[AnyFact]:
        first = key not in self._said
        if self._whole:
            yield from self._told(line, key, first=first)
        calls = line.toolCalls or []
        if len(self._said) > SEEN_MAX:
            del self._said[next(iter(self._said))]
        self._said[key] = len(calls)
        if line.tokens is not None:
            usage = line.tokens.usage()
            yield f.UsageReported(
                usage=usage, key=one_line(key), model=one_line(line.model or ""), context_tokens=size(usage)
            )

    def _told(self, line: ChatLine, key: str, *, first: bool) -> Iterable[AnyFact]:
        if first:
            for number, thought in enumerate(line.thoughts or ()):
                text = f"{thought.subject}\n{thought.description}".strip()
                yield f.Thinking(text=bounded(text), block=f"{one_line(key)}:{number}")
            text = _words(line.content)
            if text:
                yield f.Text(text=bounded(text), block=one_line(key))
        for call in (line.toolCalls or [])[self._said.get(key, 0) :]:
            yield f.ToolCalled(
                call_id=one_line(call.id),
                name=one_line(call.name or "tool", limit=80),
                title=telling(call.args, self._cwd),
                arguments=bounded(json.dumps(call.args, ensure_ascii=False), ARGUMENTS_MAX)
                if call.args
                else "",
            )
            yield _finished(call)


def _finished(call: ChatCall) -> f.ToolFinished:
    shown = call.resultDisplay
    diff = shown.get("fileDiff") if isinstance(shown, Mapping) else None
    text = shown if isinstance(shown, str) else "" if diff else _response(call.result)
    return f.ToolFinished(
        call_id=one_line(call.id),
        ok=call.status in (None, "success"),
        output=output(text),
        denied=call.status == "cancelled",
        diff=output(diff) if isinstance(diff, str) else "",
    )


def _words(content: object) -> str:
    """Return the text of a message: a string, or parts of which some are text."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return "\n".join(
        part["text"] for part in parts if isinstance(part, Mapping) and isinstance(part.get("text"), str)
    )


def _response(result: object) -> str:
    """Return what a tool answered to the model."""
    for part in result if isinstance(result, list) else ():
        answer = part.get("functionResponse") if isinstance(part, Mapping) else None
        response = answer.get("response") if isinstance(answer, Mapping) else None
        if isinstance(response, Mapping):
            told = response.get("output") or response.get("error")
            if isinstance(told, str):
                return told
    return ""
