"""What Claude Code's messages hold, as facts: shared by its stream and its transcripts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from tui.core.facts import AnyFact, Text, Thinking, ToolCalled, ToolFinished
from tui.core.text import one_line
from tui.runtimes import diffs
from tui.runtimes.claude_types import Block
from tui.runtimes.texts import bounded, output, relative, telling

OPEN_CALLS_MAX: Final = 256
"""Tool calls remembered until their results come."""

ARGUMENTS_MAX: Final = 8_000
"""Characters of a tool call's arguments kept."""

EDITS: Final = frozenset({"Edit", "MultiEdit", "Write", "NotebookEdit"})

_EXIT_CODE: Final = re.compile(r"(?:Error: )?Exit code (\d{1,3})\b")
_REFUSED: Final = (
    "The user doesn't want to proceed with this tool use",
    "The user doesn't want to take this action",
    "Claude requested permissions to",
    "Permission to use ",
)
_TOOL_ERROR: Final = re.compile(r"</?tool_use_error>")


class Change(msgspec.Struct, frozen=True):
    """`tool_use_result` of an edit tool."""

    filePath: str | None = None  # noqa: N815 - the CLI's name
    type: str | None = None
    content: str | None = None
    oldString: str | None = None  # noqa: N815
    newString: str | None = None  # noqa: N815
    structuredPatch: list[diffs.Hunk] | None = None  # noqa: N815


_CHANGE: Final = msgspec.json.Decoder(Change)


class Content:
    """Turns content blocks into facts, and remembers the edits whose results are still to come.

    Args:
        cwd: The agent's folder; paths below it are shown without it.
    """

    def __init__(self, cwd: str) -> None:
        self._cwd = cwd
        self._edits: dict[str, Mapping[str, object]] = {}

    def said(self, block: Block, name: str, parent: str) -> AnyFact | None:
        """Return the fact of an assistant's block; None for a kind that shows nothing.

        Args:
            block: The block.
            name: What its deltas called it.
            parent: Call id of the sub-agent's tool call, or empty.
        """
        match block.type:
            case "text" if block.text:
                return Text(text=bounded(block.text), block=name, parent=parent)
            case "thinking":
                return Thinking(text=bounded(block.thinking or ""), block=name, parent=parent)
            case "redacted_thinking":
                return Thinking(text="", block=name, parent=parent)
            case "tool_use" | "server_tool_use" | "mcp_tool_use":
                return self._called(block, parent)
            case _:
                return None

    def _called(self, block: Block, parent: str) -> ToolCalled:
        call_id, arguments = one_line(block.id or ""), block.input
        if block.name in EDITS and isinstance(arguments, Mapping):
            if len(self._edits) >= OPEN_CALLS_MAX:
                del self._edits[next(iter(self._edits))]
            self._edits[call_id] = arguments
        return ToolCalled(
            call_id=call_id,
            name=one_line(block.name or "tool", limit=80),
            title=telling(arguments, self._cwd),
            arguments=bounded(json.dumps(arguments, ensure_ascii=False), ARGUMENTS_MAX) if arguments else "",
            parent=parent,
        )

    def finished(self, blocks: Iterable[Block], detail: msgspec.Raw) -> list[AnyFact]:
        """Return the facts of a user message's tool results.

        Args:
            blocks: The message's blocks.
            detail: `tool_use_result`, the tool's own structured result; empty if there is none.
        """
        return [self._finished(block, bytes(detail)) for block in blocks if block.type == "tool_result"]

    def _finished(self, block: Block, detail: bytes) -> ToolFinished:
        call_id = one_line(block.tool_use_id or "")
        edit = self._edits.pop(call_id, None)
        text = _TOOL_ERROR.sub("", _text(block.content))
        ok = not block.is_error
        code = None if ok else _EXIT_CODE.match(text)
        return ToolFinished(
            call_id=call_id,
            ok=ok,
            output=output(text),
            exit_code=int(code[1]) if code else None,
            denied=not ok and text.startswith(_REFUSED),
            diff=self._diff(edit, detail) if ok and edit is not None else "",
        )

    def _diff(self, edit: Mapping[str, object], detail: bytes) -> str:
        try:
            change = _CHANGE.decode(detail) if detail[:1] == b"{" else Change()
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            change = Change()
        path = relative(
            change.filePath or _string(edit, "file_path") or _string(edit, "notebook_path"), self._cwd
        )
        if change.structuredPatch:
            return diffs.from_hunks(path, change.structuredPatch)
        if change.type == "create":
            return diffs.created(path, change.content or "")
        edits = edit.get("edits")
        parts = edits if isinstance(edits, list) else [edit]
        made = [
            diffs.from_texts(path, _string(part, "old_string"), _string(part, "new_string"))
            for part in parts
            if isinstance(part, Mapping)
        ]
        if not any(made) and "content" in edit and change.type is None:
            return diffs.created(path, _string(edit, "content"))
        return diffs.joined(made)


def _string(values: Mapping[str, object], key: str) -> str:
    value = values.get(key)
    return value if isinstance(value, str) else ""


def _text(content: str | list[object] | None) -> str:
    if isinstance(content, str):
        return content
    parts: list[str] = []
    for part in content or ():
        if isinstance(part, Mapping):
            text = part.get("text")
            parts.append(text if isinstance(text, str) else f"[{part.get('type', 'data')}]")
    return "\n".join(parts)
