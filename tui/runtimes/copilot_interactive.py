"""One run of Copilot CLI's own screen, with the session's event file: the conversation, the counts, what waits for leave."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import ClassVar, Final

import msgspec

from tui.core.activity import Activity, Source
from tui.core.facts import ActivitySignalled, AnyFact, RunKind, SessionStarted, TurnEnded
from tui.core.text import one_line
from tui.runtimes.base import Follow, Observed, RunInfo
from tui.runtimes.copilot_events import LINE_DECODER, CopilotEvents, Line, events_path, usage_fact
from tui.runtimes.copilot_stream import EVENTS, REFUSED
from tui.runtimes.dialogs import ESCAPE, Dialog, bare, drawn, numbered
from tui.runtimes.drawn import DrawnReader, State
from tui.runtimes.endings import line_with
from tui.runtimes.json_lines import decode, unparsed

_BELOW: Final = re.compile(r"to navigate|enter to select|esc to cancel", re.IGNORECASE)
_QUESTION: Final = re.compile(r"^Do you want to\b")
_OPTION: Final = re.compile(r"^(?:❯ )?1\. ")
_RULE: Final = re.compile(r"^[╻╹ ]?[─▄▀]{20,}")
_TOOLS: Final = {"run this command": "bash", "create": "create", "edit": "edit"}


class CopilotInteractiveReader(DrawnReader):
    """Reads one interactive run."""

    interrupt_again_s: ClassVar[float] = 0.4

    def __init__(self, info: RunInfo) -> None:
        super().__init__(info)
        self._events = CopilotEvents(info.launch.cwd)
        path = events_path(info.launch.env, info.launch.session_id)
        if path:
            fresh = info.kind is not RunKind.RESUME
            self.follows = [Follow(EVENTS, path, lines=True, from_start=fresh)]
        self._waits = False
        """It asked for leave and was not answered yet, whether that is drawn or not."""

    def file(self, name: str, data: bytes) -> Iterable[Observed]:
        """The session's event file grew."""
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
        data = line.data
        if data is None:
            return
        match line.type:
            case "session.start" | "session.resume":
                session = data.sessionId or self.info.launch.session_id
                yield SessionStarted(
                    session_id=one_line(session),
                    model=one_line(data.selectedModel or ""),
                    version=one_line(data.copilotVersion or ""),
                )
            case "session.usage_record":
                usage = usage_fact(data, line.id or "")
                if usage is not None:
                    yield usage
            case "permission.requested":
                self._waits = True
                yield ActivitySignalled(
                    activity=Activity.NEEDS_PERMISSION, text="event: permission.requested"
                )
            case "permission.completed":
                self._waits = False
                yield ActivitySignalled(activity=Activity.WORKING, text="event: permission.completed")
            case "assistant.turn_end" if not self._events.open_tools:
                if self._events.last:  # else an error follows
                    yield TurnEnded(text=self._events.last)
            case "session.error":
                self._waits = False
                yield from self._events.facts(line.type, data)
                error = one_line(data.message or data.errorType or "error", limit=300)
                yield TurnEnded(ok=False, error=error)
            case "abort":
                self._waits = False
                yield TurnEnded(ok=False, interrupted=True, error="the turn was interrupted")
            case _:
                yield from self._events.facts(line.type, data)

    def dialog(self, screen: Sequence[str]) -> Dialog | None:
        """Return the dialog at the bottom of the screen."""
        found = numbered(drawn(screen), _BELOW, boxed=False)
        if found is None:
            return None
        words = [line.strip() for line in found.above if line.strip()]
        question = words[-1] if words else ""
        body = _box(screen)
        if not _QUESTION.match(question):
            asked = question if question.endswith("?") else " ".join(body)
            return Dialog(asked or "Choose", found.options, found.keys, permission=False)
        heading = body[0] if body else question
        inner = body[1:-1]
        tool = next((tool for words, tool in _TOOLS.items() if words in question), "")
        title = inner[0] if inner else heading
        return Dialog(
            question, found.options, found.keys, tool=tool, title=title, detail="\n".join(inner) or heading
        )

    def _resolved(self, dialog: Dialog) -> Iterable[Observed]:
        self._waits = False
        return super()._resolved(dialog)

    def at_work(self, screen: Sequence[str]) -> State | None:
        """Return whether it works, waits or rests: the line under its prompt tells, once its dialog is drawn."""
        if self._waits:
            return Activity.NEEDS_PERMISSION, "event: permission.requested"
        lines = drawn(screen)
        rules = [i for i, line in enumerate(lines) if _RULE.match(line)]
        if len(rules) < 2:
            return None
        below = lines[rules[-1] + 1 :]
        if any("esc interrupt" in line or "esc cancel" in line for line in below):
            return Activity.WORKING, "screen: esc interrupt"
        return Activity.IDLE, "screen: its prompt"

    def interrupt(self) -> bytes | None:
        """Esc, and once more: two in one burst may be taken for another key."""
        return ESCAPE

    def refused(self, tail: str) -> str:
        """Return the line that says that it does not know the session."""
        return line_with(REFUSED, tail) if self.info.kind is RunKind.RESUME else ""


def _box(screen: Sequence[str]) -> list[str]:
    """Return what stands in the outermost box at the bottom, down to the question."""
    lines = drawn(screen)
    tops = [i for i, line in enumerate(lines) if line.startswith("╭")]
    inside = [text for line in lines[tops[-1] + 1 :] if (text := bare(line).strip())] if tops else []
    at = next((i for i, text in enumerate(inside) if _OPTION.match(text)), len(inside))
    return inside[:at]
