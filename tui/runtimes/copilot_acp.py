"""Copilot CLI spoken with (`copilot --acp`). Tokens stand in the session's file, one record a request, as on its plain channel.

An error of the provider is a piece of text, `Error: 400 …`, in a turn that is said to have ended well. Retries are not told.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from tui.core.activity import Source
from tui.core.facts import AnyFact, RunKind
from tui.core.text import one_line
from tui.runtimes.acp import AcpReader
from tui.runtimes.acp_ends import ERROR_MAX, api_error
from tui.runtimes.acp_types import Block, Prompted, Update
from tui.runtimes.base import Follow, Observed, RunInfo
from tui.runtimes.copilot_events import events_path, file_facts

EVENTS: Final = "events"
ERROR: Final = "Error: "
_SAYS: Final = frozenset({"agent_message_chunk", "agent_thought_chunk", "tool_call", "tool_call_update"})


class CopilotAcpReader(AcpReader):
    """Reads and steers one run."""

    def __init__(self, info: RunInfo) -> None:
        super().__init__(info)
        self._error = ""
        self._follow(info.launch.session_id, from_start=info.kind is not RunKind.RESUME)

    def _follow(self, session: str, *, from_start: bool) -> None:
        if path := events_path(self.info.launch.env, session):
            self.follows = [Follow(EVENTS, path, lines=True, from_start=from_start)]

    def opened(self) -> Iterable[AnyFact]:
        """It has a session, and a file of it."""
        if not self.follows:
            self._follow(self.session, from_start=True)
        return super().opened()

    def file(self, name: str, data: bytes) -> Iterable[Observed]:
        """The session's file grew."""
        return [(Source.TRANSCRIPT, fact) for fact in file_facts(data)]

    def counted(self, update: Update) -> Iterable[AnyFact]:
        """Take note whether the last that it says is an error."""
        if update.sessionUpdate in _SAYS:
            text = (update.content.text or "") if isinstance(update.content, Block) else ""
            self._error = text.removeprefix(ERROR) if text.startswith(ERROR) else ""
        return []

    def hidden_error(self, told: Prompted) -> str:
        """Return the error that it ended the turn with."""
        error, self._error = self._error, ""
        return api_error(one_line(error, limit=ERROR_MAX))
