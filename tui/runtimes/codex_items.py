"""The pieces of a Codex turn as facts: words, thoughts, commands, changes of files, calls of other tools.

The same in the events of `codex exec --json` and in those of `codex app-server`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Final

from tui.core import facts as f
from tui.core.facts import AnyFact
from tui.core.text import one_line
from tui.runtimes import diffs
from tui.runtimes.codex_types import Change, Item, bare
from tui.runtimes.texts import bounded, output, relative, telling

ARGUMENTS_MAX: Final = 8_000


class Items:
    """Turns items into facts.

    Args:
        cwd: The agent's folder.
    """

    def __init__(self, cwd: str) -> None:
        self._cwd = cwd
        self.words = ""
        """The agent's last words."""
        self._open: set[str] = set()
        """Items that were told as begun."""

    def began(self, item: Item) -> Iterable[AnyFact]:
        """Return the fact of a tool call's beginning; none of another item's."""
        name, title, arguments = self.call(item)
        if not name:
            return []
        self._open.add(item.id)
        return [f.ToolCalled(call_id=one_line(item.id), name=name, title=title, arguments=arguments)]

    def call(self, item: Item) -> tuple[str, str, str]:
        """Return name, title and arguments of an item that is a tool call; no name for another item."""
        cwd = self._cwd
        match item.type:
            case "command_execution":
                command = bare(item.command or "")
                return "shell", one_line(command, limit=400), bounded(command, ARGUMENTS_MAX)
            case "file_change":
                paths = [relative(change.path, cwd) for change in item.changes or ()]
                title = paths[0] if len(paths) == 1 else f"{len(paths)} files: {', '.join(paths[:8])}"
                return "apply_patch", one_line(title, limit=400), bounded("\n".join(paths), ARGUMENTS_MAX)
            case "mcp_tool_call":
                name = one_line(f"{item.server or 'mcp'}.{item.tool or 'tool'}", limit=80)
                return name, telling(item.arguments, cwd), bounded(json.dumps(item.arguments), ARGUMENTS_MAX)
            case "web_search":
                return "web_search", one_line(item.query or ""), ""
            case "todo_list":
                return "update_plan", f"{len(item.items or ())} steps", ""
            case _:
                return "", "", ""

    def completed(self, item: Item) -> Iterable[AnyFact]:
        """Return the facts of an item that is whole."""
        key = one_line(item.id)
        match item.type:
            case "agent_message":
                self.words = bounded(item.text or "")
                yield f.Text(text=self.words, block=key)
            case "reasoning":
                yield f.Thinking(text=bounded(item.text or ""), block=key)
            case "error":
                yield f.ErrorReported(text=bounded(item.message or item.text or ""))
            case _:
                if item.id not in self._open:
                    yield from self.began(item)
                if item.id in self._open:
                    self._open.discard(item.id)
                    yield self._finished(item, key)

    def _finished(self, item: Item, key: str) -> f.ToolFinished:
        told = item.aggregated_output or (item.error.message if item.error else "")
        if not told and item.result is not None:
            told = item.result if isinstance(item.result, str) else json.dumps(item.result)
        return f.ToolFinished(
            call_id=key,
            ok=item.status not in ("failed", "declined") and not item.error,
            output=output(told),
            exit_code=item.exit_code,
            denied=item.status == "declined",
            diff=self.diff(item.changes or ()),
        )

    def diff(self, changes: Iterable[Change]) -> str:
        """Return what changes of files are, as a diff; empty where the CLI does not say."""
        return diffs.joined(
            _diff(relative(change.path, self._cwd), change) for change in changes if change.diff
        )


def _diff(path: str, change: Change) -> str:
    kind = change.kind.get("type") if isinstance(change.kind, Mapping) else change.kind
    match kind:
        case "add":
            return diffs.created(path, change.diff)
        case "delete":
            return diffs.from_texts(path, change.diff, "")
        case _:
            return diffs.ready(path, change.diff)
