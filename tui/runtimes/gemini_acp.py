"""Gemini CLI spoken with (`gemini --acp`). Its chat file counts each request; retries are told on standard error only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final

import msgspec

from tui.core import facts as f
from tui.core.activity import Source
from tui.core.facts import AnyFact
from tui.runtimes.acp import AcpReader
from tui.runtimes.acp_types import Block, Update
from tui.runtimes.base import Follow, Observed, RunInfo
from tui.runtimes.gemini_chat import Chat, chat_pattern
from tui.runtimes.gemini_retries import Retries

CHAT: Final = "chat"
_NO_SUBJECT: Final = "****\n"
"""A thought is `**subject**` and a line; one without a subject begins so."""


class GeminiAcpReader(AcpReader):
    """Reads and steers one run."""

    replays_late: ClassVar[bool] = True

    def __init__(self, info: RunInfo) -> None:
        super().__init__(info)
        self._chat = Chat(info.launch.cwd, whole=False)
        self._retries = Retries()

    def line(self, data: bytes) -> Iterable[Observed]:
        """Return the facts of one line; what is no message may tell a retry."""
        for source, fact in super().line(data):
            yield source, fact
            if isinstance(fact, f.LogLine):
                yield from ((Source.STREAM, again) for again in self._retries.heard(fact.text))

    def opened(self) -> None:
        """It has a session, and a chat file of it."""
        pattern = chat_pattern(self.info.launch.env, self.info.launch.cwd, self.session)
        if pattern:
            fresh = self.session != self.info.launch.session_id
            self.follows = [Follow(CHAT, pattern, lines=True, from_start=fresh)]
        super().opened()

    def file(self, name: str, data: bytes) -> Iterable[Observed]:
        """The chat file grew."""
        return [(Source.TRANSCRIPT, fact) for fact in self._chat.line(data)]

    def updated(self, update: Update) -> Iterable[AnyFact]:
        """It said something: a thought comes whole, so each is a line."""
        if update.sessionUpdate == "agent_thought_chunk" and isinstance(update.content, Block):
            text = (update.content.text or "").removeprefix(_NO_SUBJECT)
            update = msgspec.structs.replace(update, content=Block("text", f"{text}\n"))
        return super().updated(update)
