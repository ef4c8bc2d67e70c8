"""Copilot CLI spoken with (`copilot --acp`). Tokens stand in the session's file, one record a request, as on its plain channel.

An error of the provider is a piece of text, `Error: 400 …`, in a turn that is said to have ended well; the session's file has it as
`session.error`, sooner or later than the turn's end. So the text counts until the file has told all that it has: at the exit, words
of the model's own that only look like an error are none. A request that is tried again is told in its log alone, which is put into the run's folder.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec

from tui.core import facts as f
from tui.core.activity import Source
from tui.core.facts import AnyFact, RunExited, RunKind
from tui.core.text import one_line
from tui.runtimes.acp import AcpReader
from tui.runtimes.acp_ends import ERROR_MAX, api_error
from tui.runtimes.acp_types import Block, Prompted, Update
from tui.runtimes.base import Follow, Observed, RunInfo
from tui.runtimes.copilot_events import events_path, file_facts, session_error
from tui.runtimes.json_lines import decode

EVENTS: Final = "events"
LOG: Final = "log"
LOG_FOLDER: Final = "copilot-log"
"""Under the run's folder."""
LOG_FLAGS: Final = ("--log-dir", "--log-level")
ERROR: Final = "Error: "
_FAILED: Final = re.compile(rb"Model provider request failed (\{.*\})\s*$")
_SAYS: Final = frozenset({"agent_message_chunk", "agent_thought_chunk", "tool_call", "tool_call_update"})


class Failed(msgspec.Struct, frozen=True):
    """What its log tells of a request that failed."""

    http_status: int | None = None
    retry_after_ms: float | None = None


_FAILURE: Final = msgspec.json.Decoder(Failed)


def log_flags(run_dir: Path, args: Iterable[str]) -> list[str]:
    """Return the flags that put its log into the run's folder, but where the user says where it goes."""
    if any(word.partition("=")[0] in LOG_FLAGS for word in args):
        return []
    return ["--log-dir", str(run_dir / LOG_FOLDER), "--log-level", "warning"]


class CopilotAcpReader(AcpReader):
    """Reads and steers one run."""

    def __init__(self, info: RunInfo) -> None:
        super().__init__(info)
        self._error = ""
        self._closed = False
        """The session's file has told all that it will."""
        self._proved = ""
        """The error that it has told of since the last prompt."""
        self._guessed: f.TurnEnded | None = None
        """The end of the last turn, where its text alone made it an error: what it is if that was no error."""
        self._attempt = 0
        self._follow(info.launch.session_id, from_start=info.kind is not RunKind.RESUME)

    def _follow(self, session: str, *, from_start: bool) -> None:
        argv = self.info.launch.argv
        follows = []
        if LOG_FLAGS[0] in argv[:-1]:
            logs = f"{argv[argv.index(LOG_FLAGS[0]) + 1]}/process-*.log"
            follows.append(Follow(LOG, logs, lines=True))
        if path := events_path(self.info.launch.env, session):
            follows.append(Follow(EVENTS, path, lines=True, from_start=from_start))
        self.follows = follows

    def opened(self) -> None:
        """It has a session, and a file of it."""
        if not self.info.launch.session_id:
            self._follow(self.session, from_start=True)
        super().opened()

    def file(self, name: str, data: bytes) -> Iterable[Observed]:
        """The session's file or the log grew; the log stands for the stream, which keeps silent about retries."""
        if name == LOG:
            return [(Source.STREAM, fact) for fact in self._logged(data)]
        self._closed = self._closed or b'"session.shutdown"' in data[:200]
        facts = file_facts(data)
        if error := session_error(data):
            facts += self._errs(api_error(one_line(error, limit=ERROR_MAX)))
        return [(Source.TRANSCRIPT, fact) for fact in facts]

    def _errs(self, error: str) -> list[AnyFact]:
        """The session's file tells of an error."""
        self._proved = error
        if self._in_turn or self._end is None or not self._end.ok:
            return []
        self._end = f.TurnEnded(ok=False, error=error)  # nothing in its text told of it
        return [*self.failed(error), self._end]

    def say(self, text: str) -> None:
        """Give it a prompt: errors from before are over."""
        self._proved, self._error = "", ""
        super().say(text)

    def _logged(self, data: bytes) -> Iterable[AnyFact]:
        found = _FAILED.search(data[:4000])
        if found is None:
            return
        try:
            told = decode(_FAILURE, found[1])
        except msgspec.DecodeError:
            return
        status = told.http_status or 0
        if status != 429 and status < 500:
            return  # it gives up on these
        self._attempt += 1
        yield f.Retrying(
            attempt=self._attempt,
            status=status,
            delay_s=min(max(0.0, told.retry_after_ms or 0.0) / 1000, 86_400.0),
            error="too many requests" if status == 429 else f"HTTP {status}",
        )

    def counted(self, update: Update) -> Iterable[AnyFact]:
        """Take note whether the last that it says is an error."""
        if update.sessionUpdate in _SAYS:
            self._attempt = 0
            text = (update.content.text or "") if isinstance(update.content, Block) else ""
            self._error = text.removeprefix(ERROR) if text.startswith(ERROR) else ""
        return []

    def hidden_error(self, told: Prompted) -> str:
        """Return the error that it ended the turn with."""
        error, self._error = self._error, ""
        self._guessed = f.TurnEnded(text=self.content.last) if error and not self._proved else None
        return self._proved or api_error(one_line(error, limit=ERROR_MAX))

    def exit(self, code: int | None, signal: int | None, tail: str) -> RunExited:
        """Judge the end; by now the session's file has told all that it has."""
        if self._closed and self._guessed is not None and not self._proved:
            self._end = self._guessed
        return super().exit(code, signal, tail)
