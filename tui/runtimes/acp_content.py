"""What an agent says over the Agent Client Protocol, as facts: words in pieces, thoughts, tool calls, its plan."""

from __future__ import annotations

from collections.abc import Iterable

from tui.core import facts as f
from tui.core.facts import TEXT_MAX, AnyFact
from tui.core.text import one_line
from tui.runtimes.acp_tools import Calls
from tui.runtimes.acp_types import Block, Update
from tui.runtimes.plans import Plan
from tui.runtimes.texts import bounded


class Content:
    """Turns updates into facts; pieces of words become one text when something else follows.

    Args:
        cwd: The agent's folder.
    """

    def __init__(self, cwd: str) -> None:
        self.calls = Calls(cwd)
        self.last = ""
        """The agent's last words."""
        self._parts: list[str] = []
        self._size = 0
        self._of = ("", "", "")
        """What the pieces belong to: the kind of update, the message, the sub-agent."""
        self._blocks = 0
        self._plan = Plan()
        self._mode = ""

    def update(self, update: Update) -> Iterable[AnyFact]:
        """Return the facts of an update of the conversation; none for the other kinds."""
        match update.sessionUpdate:
            case "agent_message_chunk" | "agent_thought_chunk" if isinstance(update.content, Block):
                yield from self._piece(update, update.content.text or "")
            case "tool_call" | "tool_call_update":
                yield from self.flush()
                yield from self.calls.update(update)
            case "plan" if update.entries is not None:
                yield from self.flush()
                yield from self._plan.told((step.status or "", step.content) for step in update.entries)
            case "current_mode_update" if update.currentModeId and update.currentModeId != self._mode:
                self._mode = update.currentModeId
                yield f.LogLine(text=one_line(f"Its mode is now {update.currentModeId}."))

    def _piece(self, update: Update, text: str) -> Iterable[AnyFact]:
        if not text:
            return
        parent = one_line((update.meta.parentToolCallId if update.meta else None) or "")
        of = (update.sessionUpdate, update.messageId or "", parent)
        if of != self._of:
            yield from self.flush()
            self._of = of
        if self._size < 2 * TEXT_MAX:
            self._parts.append(text)
            self._size += len(text)
        if update.sessionUpdate == "agent_message_chunk":
            yield f.TextDelta(text=bounded(text), block=str(self._blocks), parent=parent)
        elif not parent:
            yield f.ThinkingDelta(text=bounded(text), block=str(self._blocks))

    def flush(self) -> Iterable[AnyFact]:
        """Return the text that came in pieces, whole."""
        if not self._parts:
            return
        text, block = bounded("".join(self._parts)), str(self._blocks)
        kind, _, parent = self._of
        self._parts, self._size, self._of = [], 0, ("", "", "")
        self._blocks += 1
        if kind == "agent_thought_chunk":
            yield f.Thinking(text=text, block=block, parent=parent)
            return
        if not parent:
            self.last = text
        yield f.Text(text=text, block=block, parent=parent)
