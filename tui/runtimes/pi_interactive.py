"""One run of Pi's own screen, with its session file. It never asks for leave."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from tui.core.activity import Activity, Source
from tui.core.facts import AnyFact, ErrorReported, RunKind, SessionStarted, TurnStarted
from tui.core.text import one_line
from tui.runtimes import pi_messages
from tui.runtimes.base import Follow, Observed, RunInfo
from tui.runtimes.dialogs import drawn
from tui.runtimes.drawn import DrawnReader, State
from tui.runtimes.endings import line_with
from tui.runtimes.json_lines import decode, unparsed
from tui.runtimes.pi import OWN, own_path, sessions_folder
from tui.runtimes.pi_messages import Message
from tui.runtimes.pi_stream import REFUSED
from tui.runtimes.texts import bounded

SESSION: Final = "session"

_WORKING: Final = re.compile(r"^\s?[⠀-⣿] (?:Working|Retrying|Compacting|Auto-compacting)\b")
_RULE: Final = re.compile(r"^─{20,}")


class Line(msgspec.Struct, frozen=True):
    """One line of a session file."""

    type: str = ""
    id: str | None = None
    modelId: str | None = None  # noqa: N815 - the CLI's name
    message: Message | None = None


LINE_DECODER: Final = msgspec.json.Decoder(Line)


class PiInteractiveReader(DrawnReader):
    """Reads one interactive run."""

    def __init__(self, info: RunInfo) -> None:
        super().__init__(info)
        self._session = info.launch.session_id
        self._resumed = info.kind is RunKind.RESUME
        env, cwd = info.launch.env, info.launch.cwd
        if self._session and "/" not in self._session:
            own = self._session.startswith(OWN)
            path = (
                own_path(env, cwd, self._session)
                if own
                else f"{sessions_folder(env, cwd)}/*_{self._session}.jsonl"
            )
            self.follows = [Follow(SESSION, path, lines=True, from_start=not self._resumed)]

    def started(self, pid: int) -> Iterable[Observed]:
        """Its session is known from the start: we asked for it."""
        if not self._session:
            return []
        return [(Source.TRANSCRIPT, SessionStarted(session_id=one_line(self._session)))]

    def file(self, name: str, data: bytes) -> Iterable[Observed]:
        """The session file grew."""
        text = data.strip()
        if text[:1] != b"{":
            return []
        try:
            facts = list(self._facts(decode(LINE_DECODER, text)))
        except msgspec.DecodeError as error:
            facts = [unparsed(text, str(error))]
        except RecursionError:
            facts = [unparsed(text, "nested too deeply")]
        return self.heard(Source.TRANSCRIPT, facts)

    def _facts(self, line: Line) -> Iterable[AnyFact]:
        match line.type:
            case "session" if line.id and self._resumed:
                # A new header: the file was gone, and Pi began another session in its place.
                self._session = line.id
                yield SessionStarted(session_id=one_line(line.id))
            case "model_change" if line.modelId:
                yield SessionStarted(session_id=one_line(self._session), model=one_line(line.modelId))
            case "message" if line.message:
                yield from self._message(line.message, one_line(line.id or ""))

    def _message(self, message: Message, key: str) -> Iterable[AnyFact]:
        match message.role:
            case "user":
                yield TurnStarted(prompt=pi_messages.words(message))
            case "toolResult":
                yield pi_messages.result(message)
            case "assistant":
                yield from pi_messages.said(message, key)
                yield from pi_messages.calls(message, self.info.launch.cwd)
                error = pi_messages.failure(message)
                if error:
                    yield ErrorReported(text=bounded(error))
                ended = pi_messages.ended(message)
                if ended is not None:
                    yield ended

    def at_work(self, screen: Sequence[str]) -> State | None:
        """Return whether it works or rests: a spinner stands over the two rules of its prompt."""
        lines = drawn(screen)
        rules = [i for i, line in enumerate(lines) if _RULE.match(line)]
        if len(rules) < 2:
            return None
        if any(_WORKING.match(line) for line in lines[max(0, rules[-2] - 6) : rules[-2]]):
            return Activity.WORKING, "screen: Working..."
        return Activity.IDLE, "screen: its prompt"

    def refused(self, tail: str) -> str:
        """Return the line that says that it does not know the session."""
        return line_with(REFUSED, tail) if self.info.kind is RunKind.RESUME else ""
