"""Qwen Code's JSON events as facts: the same lines headless (`-o stream-json`) and beside its screen (`--json-file`).

They look like Claude Code's, with other rules: each block is a message of its own, input holds what was cached, only
the last block of a request carries its usage, and an API error is a successful result with a text.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from tui.core import facts as f
from tui.core.facts import AnyFact
from tui.core.text import one_line
from tui.core.usage import Usage
from tui.runtimes.claude_content import Content
from tui.runtimes.claude_types import ApiEvent, Block, Line, Message, Tokens
from tui.runtimes.counts import inclusive, size
from tui.runtimes.texts import bounded

API_ERROR: Final = "[API Error:"


class QwenEvents:
    """Turns lines into facts.

    Args:
        cwd: The agent's folder.
    """

    def __init__(self, cwd: str) -> None:
        self._content = Content(cwd)
        self._blocks: dict[str, int] = {}
        """Blocks said so far, by sub-agent: pieces come before the id of the message that they become."""
        self.last = ""
        """The model's last words."""
        self.error = ""
        """The last API error, while nothing better followed."""

    def facts(self, line: Line) -> Iterable[AnyFact]:
        """Return the facts of a line of the conversation; none for the other kinds."""
        match line.type:
            case "stream_event" if line.event:
                return self._streamed(line.event, line.parent_tool_use_id or "")
            case "assistant" if line.message:
                return self._said(line.message, line.parent_tool_use_id or "")
            case "user" if line.message and not isinstance(line.message.content, str):
                return self._content.finished(line.message.content or (), line.tool_use_result)
            case _:
                return []

    def _streamed(self, event: ApiEvent, parent: str) -> Iterable[AnyFact]:
        match event.type:
            case "message_start":
                return [f.RequestStarted()]
            case "content_block_delta" if event.delta:
                block = self._block(parent)
                if event.delta.text:
                    return [f.TextDelta(text=bounded(event.delta.text), block=block, parent=parent)]
                if event.delta.thinking and not parent:
                    return [f.ThinkingDelta(text=bounded(event.delta.thinking), block=block)]
        return []

    def _said(self, message: Message, parent: str) -> Iterable[AnyFact]:
        key = one_line(message.id or "")
        blocks = (
            [Block("text", message.content)] if isinstance(message.content, str) else message.content or []
        )
        for block in blocks:
            if block.type == "text" and (block.text or "").startswith(API_ERROR) and not parent:
                self.error = one_line((block.text or "").strip("[]"), limit=300)
                yield f.ErrorReported(text=bounded(block.text or ""))
                continue
            fact = self._content.said(block, self._block(parent), parent)
            self._blocks[parent] = self._blocks.get(parent, 0) + 1
            if isinstance(fact, f.Text) and not parent:
                self.last, self.error = fact.text, ""
            if fact is not None:
                yield fact
        usage = tokens(message.usage, requests=1)
        if usage.total and key:
            model = one_line(message.model or "")
            yield f.UsageReported(
                usage=usage,
                key=key,
                model="" if parent else model,
                billed_model=model if parent else "",
                context_tokens=0 if parent else size(usage),
            )

    def _block(self, parent: str) -> str:
        return f"{one_line(parent)}:{self._blocks.get(parent, 0)}"


def tokens(told: Tokens | None, *, requests: int = 0) -> Usage:
    """Return each kind of token in one field."""
    if told is None:
        return Usage()
    return inclusive(
        told.input_tokens,
        told.output_tokens,
        told.cache_read_input_tokens,
        told.cache_creation_input_tokens,
        requests=requests,
    )
