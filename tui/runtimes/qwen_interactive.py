"""One run of Qwen Code's own screen, with the JSON events that it writes beside it (`--json-file`).

The events tell the conversation and what waits for leave, but neither the end of a turn nor that it was interrupted: that
is read off the screen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import ClassVar, Final

import msgspec

from tui.core.activity import Activity, Source
from tui.core.facts import AnyFact, RequestResolved, RunKind, SessionStarted, TurnStarted
from tui.core.text import one_line
from tui.runtimes.base import Follow, Observed, RunInfo
from tui.runtimes.claude_answers import asked
from tui.runtimes.claude_types import LINE_DECODER, Line
from tui.runtimes.dialogs import Dialog, drawn, numbered
from tui.runtimes.drawn import DrawnReader, State
from tui.runtimes.endings import line_with
from tui.runtimes.gemini_interactive import ENTER_AFTER_S, boxed_dialog, work_or_prompt
from tui.runtimes.json_lines import decode, unparsed
from tui.runtimes.qwen import EVENTS_FILE
from tui.runtimes.qwen_events import QwenEvents
from tui.runtimes.qwen_stream import REFUSED
from tui.runtimes.texts import bounded

EVENTS: Final = "events"
_WAITING: Final = re.compile(r"Waiting for user confirmation")
_BELOW: Final = re.compile(
    r"Waiting for user confirmation|esc to (?:cancel|go back)|use enter|↑/↓", re.IGNORECASE
)


class QwenInteractiveReader(DrawnReader):
    """Reads one interactive run."""

    enter_after_s: ClassVar[float] = ENTER_AFTER_S

    def __init__(self, info: RunInfo) -> None:
        super().__init__(info)
        self._events = QwenEvents(info.launch.cwd)
        self._session = ""
        self._waits = False
        """It asked for leave and was not answered yet, whether that is drawn or not."""
        path = next((path for path in info.launch.files if PurePath(path).name == EVENTS_FILE), "")
        self.follows = [Follow(EVENTS, path, lines=True)] if path else []

    def file(self, name: str, data: bytes) -> Iterable[Observed]:
        """An event was written."""
        text = data.strip()
        if text[:1] != b"{":
            return []
        try:
            facts = list(self._facts(decode(LINE_DECODER, text)))
        except msgspec.DecodeError as error:
            facts = [unparsed(text, str(error))]
        except RecursionError:
            facts = [unparsed(text, "nested too deeply")]
        return self.heard(Source.STREAM, facts)

    def _facts(self, line: Line) -> Iterable[AnyFact]:
        told: list[AnyFact] = []
        if line.session_id and line.session_id != self._session:
            self._session = line.session_id
            told.append(SessionStarted(session_id=one_line(self._session), model=one_line(line.model or "")))
        match line.type:
            case "control_request" if line.request and line.request_id and self.shown is None:
                self._waits = True
                found = asked(line.request_id, line.request, self.info.launch.cwd)
                # Until its dialog is seen, it cannot be answered from here.
                return [*told, *([found.fact] if found else [])]
            case "control_response" | "control_cancel_request":
                self._waits = False
                return [*told, RequestResolved()]
            case "user" if line.message:
                words = _words(line.message.content)
                return [*told, *([TurnStarted(prompt=bounded(words))] if words else self._events.facts(line))]
            case _:
                return [*told, *self._events.facts(line)]

    def dialog(self, screen: Sequence[str]) -> Dialog | None:
        """Return the dialog at the bottom of the screen."""
        found = numbered(drawn(screen), _BELOW, boxed=False)
        return boxed_dialog(found.options, found.keys, found.above) if found else None

    def _resolved(self, dialog: Dialog) -> Iterable[Observed]:
        self._waits = False
        return super()._resolved(dialog)

    def at_work(self, screen: Sequence[str]) -> State | None:
        """Return whether it works, waits or rests."""
        if self._waits or any(_WAITING.search(line) for line in screen):
            return Activity.NEEDS_PERMISSION, "waiting for confirmation"
        return work_or_prompt(screen)

    def refused(self, tail: str) -> str:
        """Return the line that says that it does not know the session."""
        return line_with(REFUSED, tail) if self.info.kind is RunKind.RESUME else ""


def _words(content: object) -> str:
    """Return what the user said; nothing for a message of tool results."""
    if isinstance(content, str):
        return content
    blocks = content if isinstance(content, list) else []
    return "\n".join(block.text for block in blocks if block.type == "text" and block.text)
