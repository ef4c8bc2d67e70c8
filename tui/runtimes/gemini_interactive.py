"""One run of Gemini CLI's own screen: its title tells its state, its chat file the conversation, its dialogs what it asks.

The title is a complete report of the CLI about itself, so it counts as one (`Source.HOOK`) and outranks the chat file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import ClassVar, Final

from tui.core.activity import Activity, Source
from tui.core.facts import RunKind, SessionStarted
from tui.core.signals import TerminalSignal, TitleChanged
from tui.core.text import one_line
from tui.runtimes.base import Follow, Observed, RunInfo
from tui.runtimes.dialogs import Dialog, drawn, numbered
from tui.runtimes.drawn import DrawnReader, State
from tui.runtimes.endings import line_with
from tui.runtimes.gemini_chat import Chat, chat_pattern
from tui.runtimes.gemini_stream import CHAT, REFUSED

ENTER_AFTER_S: Final = 0.6
"""An Enter 0.3 s after a paste was seen to be lost on a busy machine."""

_TITLES: Final = {
    "◇": Activity.IDLE,
    "✦": Activity.WORKING,
    "⏲": Activity.WORKING,
    "✋": Activity.NEEDS_PERMISSION,
}
_BELOW: Final = re.compile(r"esc to (?:cancel|go back)|use enter|press |↑/↓", re.IGNORECASE)
_TOOL: Final = re.compile(r"^\s*\?\s+(\S+)\s+(\S.*?)\s*$")
_PERMISSION: Final = re.compile(r"^(?:Allow|Apply|Approve|Do you want to proceed)\b")
_PROMPT: Final = re.compile(r"^\s*[>!*]\s+(?:Type your message|\S)")


class GeminiInteractiveReader(DrawnReader):
    """Reads one interactive run."""

    enter_after_s: ClassVar[float] = ENTER_AFTER_S

    def __init__(self, info: RunInfo) -> None:
        super().__init__(info)
        self._chat = Chat(info.launch.cwd, whole=True)
        self._named = False
        self._has_drawn = False
        """Its prompt was on the screen, so that it takes one."""
        self._ready = ""
        """A title that said "ready" before that."""
        session = info.launch.session_id
        pattern = chat_pattern(info.launch.env, info.launch.cwd, session)
        if pattern:
            fresh = info.kind is not RunKind.RESUME
            self.follows = [Follow(CHAT, pattern, lines=True, from_start=fresh)]

    def file(self, name: str, data: bytes) -> Iterable[Observed]:
        """The chat file grew."""
        return self.heard(Source.TRANSCRIPT, self._chat.line(data))

    def signal(self, signal: TerminalSignal) -> Iterable[Observed]:
        """Read the title."""
        if not isinstance(signal, TitleChanged) or signal.title[:1] not in _TITLES:
            return []
        told: list[Observed] = []
        if not self._named and self.info.launch.session_id:
            self._named = True
            told = [(Source.HOOK, SessionStarted(session_id=one_line(self.info.launch.session_id)))]
        words = f"title: {one_line(signal.title)}"
        state = _TITLES[signal.title[0]]
        if state is Activity.IDLE and not self._has_drawn:
            # It says so before it reads its input: a prompt that came now would be lost.
            self._ready = words
            return told
        return [*told, *self.state(Source.HOOK, state, words)]

    def dialog(self, screen: Sequence[str]) -> Dialog | None:
        """Return the dialog at the bottom of the screen."""
        found = numbered(drawn(screen), _BELOW, boxed=False)
        if found is None:
            return None
        return boxed_dialog(found.options, found.keys, found.above)

    def at_work(self, screen: Sequence[str]) -> State | None:
        """Its state comes with the title; the screen is asked only where that never came."""
        seen = work_or_prompt(screen)
        if seen is not None and not self._has_drawn:
            self._has_drawn = True
            if self._ready:
                self._rise(Source.HOOK)
                return Activity.IDLE, self._ready
        return seen if self.voice is not Source.HOOK else None

    def refused(self, tail: str) -> str:
        """Return the line that says that it does not know the session."""
        return line_with(REFUSED, tail) if self.info.kind is RunKind.RESUME else ""


def boxed_dialog(options: tuple[str, ...], keys: tuple[bytes, ...], above: Sequence[str]) -> Dialog | None:
    """Return the dialog of Gemini CLI and its descendants: `? Tool what`, a body, a question, options."""
    words = [line.strip() for line in above if line.strip()]
    if not words:
        return None
    question = words[-1]
    at = next((i for i in range(len(words) - 1, -1, -1) if _TOOL.match(words[i])), None)
    if at is None or not _PERMISSION.match(question):
        asked = words[at] if at is not None else next((w for w in reversed(words) if "?" in w), question)
        return Dialog(asked.lstrip("? "), options, keys, permission=False)
    tool = _TOOL.match(words[at])
    body = words[at + 1 : -1]
    title = tool[2].removesuffix("←").strip() if tool else ""
    return Dialog(
        question, options, keys, tool=tool[1] if tool else "", title=title, detail="\n".join(body) or title
    )


def work_or_prompt(screen: Sequence[str]) -> State | None:
    """Return whether the screen of Gemini CLI or a descendant shows work or its prompt."""
    lines = drawn(screen)
    if any("esc to cancel" in line for line in lines[-14:]):
        return Activity.WORKING, "screen: esc to cancel"
    if any(_PROMPT.match(line) for line in lines[-8:]):
        return Activity.IDLE, "screen: its prompt"
    return None
