"""OpenCode spoken with (`opencode acp`). The end of a turn tells the tokens of its last step only: its database tells all.

Each step of a turn is a message there, with its tokens and its cost, as the events of its plain channel have them.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import ClassVar, Final

import msgspec

from tui.core import facts as f
from tui.core.activity import Source
from tui.core.facts import AnyFact
from tui.core.text import one_line
from tui.runtimes import opencode_database
from tui.runtimes.acp import AcpReader
from tui.runtimes.acp_types import Params, Prompted, Update
from tui.runtimes.base import Observed, RunInfo
from tui.runtimes.counts import size
from tui.runtimes.json_lines import decode
from tui.runtimes.opencode_stream import Tokens

LOOK_TICKS: Final = 5
"""Seconds between two looks into the database while a turn goes on."""
_LAST: Final = "SELECT max(time_created) FROM message WHERE session_id = ?"
_SINCE: Final = (
    "SELECT id, time_created, data FROM message WHERE session_id = ? AND time_created >= CAST(? AS INTEGER) "
    "ORDER BY time_created"
)


class Message(msgspec.Struct, frozen=True):
    """`data` of a message."""

    role: str = ""
    tokens: Tokens | None = None
    cost: Decimal | None = None


_MESSAGE: Final = msgspec.json.Decoder(Message)


class OpenCodeAcpReader(AcpReader):
    """Reads and steers one run."""

    model_option: ClassVar[str] = "model"

    def __init__(self, info: RunInfo) -> None:
        super().__init__(info)
        self._database = opencode_database.path(info.launch.env)
        self._since = 0
        """Time of the last message seen; what a loaded session had before is not counted."""
        self._told: dict[str, bytes] = {}
        self._ticks = 0

    def opened(self) -> Iterable[AnyFact]:
        """It has a session."""
        rows = opencode_database.read(self._database, _LAST, self.session)
        if rows and isinstance(rows[0][0], int):
            self._since = rows[0][0] + 1
        return super().opened()

    def tick(self) -> Iterable[Observed]:
        """A second passed."""
        yield from super().tick()
        self._ticks += 1
        if self._in_turn and self._ticks % LOOK_TICKS == 0:
            yield from ((Source.STREAM, fact) for fact in self._spent())

    def counted(self, update: Update) -> Iterable[AnyFact]:
        """A step is over when its tools are."""
        ended = update.sessionUpdate == "tool_call_update" and update.status in ("completed", "failed")
        return self._spent() if ended else []

    def _requested(self, rpc_id: int | str, method: str, params: Params) -> Iterable[AnyFact]:
        yield from super()._requested(rpc_id, method, params)
        yield from self._spent()

    def turn_counted(self, told: Prompted) -> Iterable[AnyFact]:
        """All its steps are over."""
        return self._spent()

    def _spent(self) -> Iterable[AnyFact]:
        """Tell what steps have used since the last look; a step's figures may still change while it is the last."""
        rows = opencode_database.read(self._database, _SINCE, self.session, str(self._since)) or []
        for key, created, data in rows:
            text = str(data).encode()
            if self._told.get(key) == text:
                continue
            self._told = {key: text}
            self._since = max(self._since, created) if isinstance(created, int) else self._since
            try:
                message = decode(_MESSAGE, text)
            except msgspec.DecodeError:
                continue
            if message.role == "assistant" and message.tokens is not None:
                usage = message.tokens.usage(message.cost)
                if usage.total:
                    yield f.UsageReported(usage=usage, key=one_line(str(key)), context_tokens=size(usage))
