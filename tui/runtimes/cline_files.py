"""What Cline writes about its sessions: a folder for each, named after the moment of its birth, with a manifest and its messages.

The manifest names the process that began the session; each message of the model has what its request used. Both are
rewritten whole, so what is caught half written is passed over: the next change is near. Observed with 3.0.65.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Final

import msgspec

from tui.core.facts import UsageReported
from tui.core.text import one_line
from tui.runtimes.counts import count, inclusive
from tui.runtimes.environment import home
from tui.runtimes.json_lines import decode

SESSIONS: Final = "sessions"
MESSAGES: Final = "messages"
MESSAGES_MAX_BYTES: Final = 64 * 1024 * 1024
"""Of one session; a longer one is not counted any further."""
MANIFEST_MAX_BYTES: Final = 1024 * 1024

_BORN: Final = re.compile(r"(\d{13})_\w{1,40}")


class Metrics(msgspec.Struct, frozen=True):
    """`metrics` of a message: what its request used."""

    inputTokens: float | None = None  # noqa: N815 - the CLI's name
    outputTokens: float | None = None  # noqa: N815
    cacheReadTokens: float | None = None  # noqa: N815
    cacheWriteTokens: float | None = None  # noqa: N815
    cost: Decimal | None = None


class Model(msgspec.Struct, frozen=True):
    """`modelInfo` of a message."""

    id: str = ""


class Message(msgspec.Struct, frozen=True):
    """A message."""

    id: str = ""
    ts: float = 0.0
    modelInfo: Model | None = None  # noqa: N815 - the CLI's name
    metrics: Metrics | None = None


class MessageFile(msgspec.Struct, frozen=True):
    """All messages of a session."""

    messages: list[Message] = []


class Manifest(msgspec.Struct, frozen=True):
    """Who began a session."""

    session_id: str = ""
    pid: int = 0


MESSAGES_DECODER: Final = msgspec.json.Decoder(MessageFile)
MANIFEST_DECODER: Final = msgspec.json.Decoder(Manifest)


def sessions_folder(env: Mapping[str, str]) -> str:
    """Return the folder that holds a folder for each session."""
    data = env.get("CLINE_DATA_DIR") or f"{env.get('CLINE_DIR') or f'{home(env)}/.cline'}/data"
    return env.get("CLINE_SESSION_DATA_DIR") or f"{data}/sessions"


class ClineFiles:
    """Finds the sessions of one process, and reads what they used.

    Args:
        folder: Where the sessions are.
        since_ms: When the run began, milliseconds since the epoch: messages before it were told by the runs before.
    """

    def __init__(self, folder: str, since_ms: int) -> None:
        self.folder = folder
        self.pid = 0
        """The process whose sessions are wanted."""
        self.undecided = False
        """A session's manifest is not there yet."""
        self._since_ms = since_ms
        self._decided: set[str] = set()
        self._told: dict[str, Metrics] = {}

    def messages_path(self, session_id: str) -> str:
        """Return where a session's messages are; empty if its id is unknown."""
        if not session_id or "/" in session_id:
            return ""
        return f"{self.folder}/{session_id}/{session_id}.messages.json"

    def begun(self) -> str:
        """Return the session that our process began last and that was not returned yet; empty if there is none."""
        self.undecided, ours = False, ""
        try:
            names = sorted(os.listdir(self.folder))  # noqa: PTH208 - names are wanted
        except OSError:
            return ""
        for name in names:
            born = _BORN.fullmatch(name)
            if born is None or int(born[1]) < self._since_ms or name in self._decided:
                continue
            manifest = self._manifest(name)
            if manifest is None:
                self.undecided = True
                continue
            self._decided.add(name)
            if self.pid and manifest.pid == self.pid:
                ours = name
        return ours

    def _manifest(self, name: str) -> Manifest | None:
        try:
            with Path(self.folder, name, f"{name}.json").open("rb") as file:
                return decode(MANIFEST_DECODER, file.read(MANIFEST_MAX_BYTES))
        except (OSError, msgspec.DecodeError, RecursionError):
            return None

    def said(self, data: bytes) -> list[UsageReported]:
        """Return what is new in a session's messages."""
        try:
            messages = decode(MESSAGES_DECODER, data).messages if data else []
        except (msgspec.DecodeError, RecursionError):
            return []  # it is being written
        told: list[UsageReported] = []
        for message in messages:
            metrics = message.metrics
            if metrics is None or message.ts < self._since_ms or self._told.get(message.id) == metrics:
                continue
            self._told[message.id] = metrics
            usage = inclusive(
                metrics.inputTokens,
                metrics.outputTokens,
                metrics.cacheReadTokens,
                metrics.cacheWriteTokens,
                requests=1,
                cost_usd=metrics.cost or None,  # 0 is what it says where it knows no price
            )
            if usage.total:
                model = one_line(message.modelInfo.id) if message.modelInfo else ""
                size = count(metrics.inputTokens)
                told.append(
                    UsageReported(usage=usage, key=one_line(message.id), model=model, context_tokens=size)
                )
        return told
