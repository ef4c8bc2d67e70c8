"""The beginning of a run over the Agent Client Protocol: it is greeted, and begins a session or loads the one to resume.

A loaded session tells its history again, which is neither shown nor counted. A load that fails, or that tells no history
(some CLIs then begin another session and say nothing of it), is a refusal: a fresh session follows.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final, TypeVar

import msgspec

from tui.core import facts as f
from tui.core.facts import AnyFact, RunKind
from tui.core.text import one_line
from tui.runtimes import acp_answers
from tui.runtimes.acp_ends import error_words
from tui.runtimes.acp_types import (
    AUTH_REQUIRED,
    INITIALIZED,
    LINE_DECODER,
    PROTOCOL_VERSION,
    SESSION,
    Failure,
    Initialized,
    Line,
    Params,
    Session,
    Update,
)
from tui.runtimes.base import Observed, RunInfo
from tui.runtimes.conversing import ConversingReader
from tui.runtimes.counts import count
from tui.runtimes.json_lines import decode
from tui.runtimes.json_rpc import METHOD_NOT_FOUND, Wire

T = TypeVar("T")

CLIENT: Final[dict[str, object]] = {
    "protocolVersion": PROTOCOL_VERSION,
    "clientCapabilities": {"fs": {"readTextFile": False, "writeTextFile": False}, "terminal": False},
    "clientInfo": {"name": "agent-tui", "title": "agent-tui", "version": "1"},
}
"""What we say of ourselves: it reads, writes and runs commands by itself."""
QUIET_S: Final = 2
"""Late history is over after so many seconds without a piece of it."""


class AcpSessionReader(ConversingReader[Line, acp_answers.Asked]):
    """Reads one run up to its session, and hands on what comes in it."""

    model_option: ClassVar[str] = ""
    """The session's option that sets the model, where no argument does."""
    replays_late: ClassVar[bool] = False
    """It goes on with the history of a loaded session after it has said that it is loaded."""

    def __init__(self, info: RunInfo) -> None:
        super().__init__(info, LINE_DECODER)
        self._wire = Wire()
        self._model = ""
        self._version = ""
        self._window = 0
        self._told_history = False
        self._quiet_s = -1
        """Seconds without a piece of late history; below 0: none is awaited."""

    def started(self, pid: int) -> Iterable[Observed]:
        """Greet it."""
        self.send(self._wire.request("initialize", **CLIENT))
        return super().started(pid)

    def tick(self) -> Iterable[Observed]:
        """A second passed: late history has come to its end when it rests."""
        if self._quiet_s >= 0:
            self._quiet_s += 1
            if self._quiet_s >= QUIET_S:
                self._quiet_s = -1
                self.opened()
        return super().tick()

    def facts(self, line: Line) -> Iterable[AnyFact]:
        """Return the facts of one message."""
        if line.method is None:
            method = self._wire.result_of(line.id)
            return self._failed(method, line.error) if line.error else self._result(method, line.result)
        params = line.params or Params()
        if line.id is not None:
            return self._requested(line.id, line.method, params)
        if line.method == "session/update" and params.update is not None:
            return self._updated(params.update, params.sessionId or "")
        return []

    # -- the session -----------------------------------------------------------------------------------------------

    def _result(self, method: str, result: msgspec.Raw) -> Iterable[AnyFact]:
        match method:
            case "initialize":
                return self._greeted(_decoded(INITIALIZED, result, Initialized()))
            case "session/new" | "session/load":
                return self._has_session(
                    _decoded(SESSION, result, Session()), loaded=method == "session/load"
                )
            case "session/set_config_option":
                self._model = one_line(self.info.spec.model)
                self.opened()
                return [self._session_fact()]
            case _:
                return []

    def _greeted(self, told: Initialized) -> Iterable[AnyFact]:
        self._version = one_line((told.agentInfo.version if told.agentInfo else None) or "")
        if told.protocolVersion != PROTOCOL_VERSION:
            yield from self.over(
                f"It speaks version {told.protocolVersion} of the Agent Client Protocol, not {PROTOCOL_VERSION}: "
                'set channel = "plain".'
            )
            return
        asked = self.info.launch.session_id if self.info.kind is RunKind.RESUME else ""
        place = {"cwd": self.info.launch.cwd, "mcpServers": []}
        if not asked:
            self.send(self._wire.request("session/new", **place))
        elif told.agentCapabilities is not None and told.agentCapabilities.loadSession:
            self.send(self._wire.request("session/load", sessionId=asked, **place))
        else:
            yield from self.unknown("It cannot load sessions.")

    def _has_session(self, told: Session, *, loaded: bool) -> Iterable[AnyFact]:
        if loaded and not self._told_history:
            yield from self.unknown("It loaded no history: it does not know the session.")
            return
        self.session = self.info.launch.session_id if loaded else told.sessionId or ""
        self._model = one_line(self.model_of(told))
        yield self._session_fact()
        if loaded and self.replays_late:
            self._quiet_s = 0
            return
        if self.model_option and self.info.spec.model and self.info.spec.model != self._model:
            self.send(
                self._wire.request(
                    "session/set_config_option",
                    sessionId=self.session,
                    configId=self.model_option,
                    value=self.info.spec.model,
                )
            )
            return
        self.opened()

    def _session_fact(self) -> f.SessionStarted:
        return f.SessionStarted(
            session_id=one_line(self.session),
            model=one_line(self._model),
            version=self._version,
            context_window=self._window,
        )

    def _failed(self, method: str, failure: Failure) -> Iterable[AnyFact]:
        words = error_words(failure)
        if method == "session/load" and failure.code != AUTH_REQUIRED:
            return self.unknown(words)
        return self.over(words) if method else []

    # -- what comes in it ------------------------------------------------------------------------------------------

    def _requested(self, rpc_id: int | str, method: str, params: Params) -> Iterable[AnyFact]:
        """It wants something that we did not say that we can do."""
        self.send(self._wire.refuse(rpc_id, METHOD_NOT_FOUND, f"There is no {method} here."))
        return []

    def _updated(self, update: Update, session: str) -> Iterable[AnyFact]:
        if not self.session:
            self._told_history = self._told_history or update.sessionUpdate == "user_message_chunk"
            return []
        if self._quiet_s >= 0:
            self._quiet_s = 0
            return []
        if session != self.session:
            return []  # a sub-agent's own session
        if update.sessionUpdate == "usage_update" and (window := count(update.size)) != self._window:
            self._window = window
            return [self._session_fact()]
        return self.updated(update)

    @property
    def settled(self) -> bool:
        """It has a session, and has told all of its history."""
        return bool(self.session) and self._quiet_s < 0

    def model_of(self, told: Session) -> str:
        """Return the model that a session begins with, as the price list names it."""
        return told.model

    def opened(self) -> None:
        """It has a session: the first prompt goes in."""
        self.give()

    def updated(self, update: Update) -> Iterable[AnyFact]:
        """It said something in its session."""
        return []


def _decoded(decoder: msgspec.json.Decoder[T | None], result: msgspec.Raw, nothing: T) -> T:
    return decode(decoder, bytes(result)) or nothing
