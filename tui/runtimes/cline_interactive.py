"""One run of Cline's own screen. Nothing beside it tells what it does while it runs.

Its session names itself when it leaves; only then can its file be found, so the tokens of a first interactive run are not
known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final

import msgspec

from tui.core.activity import Activity, Source
from tui.core.facts import AnyFact, SessionStarted, UsageReported
from tui.core.text import one_line
from tui.runtimes.base import Follow, Observed, RunInfo
from tui.runtimes.counts import inclusive
from tui.runtimes.dialogs import ESCAPE, Dialog, drawn
from tui.runtimes.drawn import DrawnReader, State
from tui.runtimes.environment import home
from tui.runtimes.json_lines import decode

SESSION: Final = "session"
OPTIONS: Final = ("Approve", "Deny")

_ASKS: Final = re.compile(r"Cline needs permission|Approve tool call\?")
_CHOICE: Final = re.compile(r"\[y\] Approve\s+\[n\] Deny")
_LEFT: Final = re.compile(r"cline --id (\S+)")
_OFFER: Final = re.compile(r"Press Enter to open, any other key to close")
_SPINNER: Final = re.compile(r"^\s{0,2}[⠀-⣿]\s")
_RULE: Final = re.compile(r"^\s*─{20,}\s*$")
_PROMPT: Final = re.compile(r"^\s*❯(?:\s|$)")


class Tokens(msgspec.Struct, frozen=True):
    """`usage` in a session file: of the session so far."""

    inputTokens: float | None = None  # noqa: N815 - the CLI's name
    outputTokens: float | None = None  # noqa: N815
    cacheReadTokens: float | None = None  # noqa: N815
    cacheWriteTokens: float | None = None  # noqa: N815
    totalCost: Decimal | None = None  # noqa: N815


class About(msgspec.Struct, frozen=True):
    """`metadata` of a session file."""

    usage: Tokens | None = None


class SessionFile(msgspec.Struct, frozen=True):
    """A session file."""

    session_id: str = ""
    model: str = ""
    metadata: About | None = None


SESSION_DECODER: Final = msgspec.json.Decoder(SessionFile)


def session_path(env: Mapping[str, str], session_id: str) -> str:
    """Return where a session's file is; empty if its id is unknown."""
    if not session_id or "/" in session_id:
        return ""
    return f"{home(env)}/.cline/data/sessions/{session_id}/{session_id}.json"


class ClineInteractiveReader(DrawnReader):
    """Reads one interactive run."""

    def __init__(self, info: RunInfo) -> None:
        super().__init__(info)
        self._session = ""
        path = session_path(info.launch.env, info.launch.session_id)
        if path:
            self.follows = [Follow(SESSION, path)]

    def file(self, name: str, data: bytes) -> Iterable[Observed]:
        """The file of a resumed session changed."""
        try:
            file = decode(SESSION_DECODER, data) if data else SessionFile()
        except msgspec.DecodeError:
            return []  # it is being written
        return [(Source.TRANSCRIPT, fact) for fact in self._facts(file)]

    def _facts(self, file: SessionFile) -> Iterable[AnyFact]:
        if file.session_id and file.session_id != self._session:
            self._session = file.session_id
            yield SessionStarted(session_id=one_line(self._session), model=one_line(file.model))
        told = file.metadata.usage if file.metadata else None
        if told is not None:
            usage = inclusive(
                told.inputTokens,
                told.outputTokens,
                told.cacheReadTokens,
                told.cacheWriteTokens,
                cost_usd=told.totalCost or None,
            )
            yield UsageReported(usage=usage, scope="session")

    def noticed(self, screen: Sequence[str]) -> Iterable[Observed]:
        """When it leaves, it says how to resume."""
        found = next((m for line in screen if (m := _LEFT.search(line))), None)
        if found is None or found[1] == self._session:
            return []
        self._session = found[1]
        return [(Source.SCREEN, SessionStarted(session_id=one_line(self._session)))]

    def dialog(self, screen: Sequence[str]) -> Dialog | None:
        """Return the permission dialog, or the offer of a subscription that takes the first key."""
        lines = drawn(screen)
        choice = next((i for i in range(len(lines) - 1, -1, -1) if _CHOICE.search(lines[i])), None)
        if choice is not None:
            return _permission(lines, choice)
        if any(_OFFER.search(line) for line in lines):
            return Dialog(
                "Open ClinePass, a subscription offer, in the browser?",
                ("Open", "Close"),
                (b"\r", ESCAPE),
                permission=False,
            )
        return None

    def at_work(self, screen: Sequence[str]) -> State | None:
        """Return whether it works or rests: a spinner marks the line that grows."""
        lines = drawn(screen)
        rules = [i for i, line in enumerate(lines) if _RULE.match(line)]
        if len(rules) < 2 or not any(_PROMPT.match(line) for line in lines[rules[-2] + 1 : rules[-1]]):
            return None
        if any(_SPINNER.match(line) for line in lines[: rules[-2]]):
            return Activity.WORKING, "screen: a spinner"
        return Activity.IDLE, "screen: its prompt"


def _permission(lines: Sequence[str], choice: int) -> Dialog | None:
    top = next((i for i in range(choice - 1, max(-1, choice - 40), -1) if _ASKS.search(lines[i])), None)
    if top is None:
        return None
    body = [line.strip() for line in lines[top + 1 : choice] if line.strip()]
    tool = body[0] if body else ""
    detail = [line.removeprefix("$ ") for line in body[1:]]
    return Dialog(
        "Approve tool call?",
        OPTIONS,
        (b"y", b"n"),
        tool=tool,
        title=detail[0] if detail else tool,
        detail="\n".join(detail) or tool,
        deny=b"n",
    )
