"""One run of Cline's own screen: its screen tells what it does, its session's files which session it is and what it used."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Sequence
from typing import Final

from tui.core.activity import Activity, Source
from tui.core.facts import SessionStarted
from tui.core.text import one_line
from tui.runtimes.base import Follow, Observed, RunInfo
from tui.runtimes.cline_files import MESSAGES, MESSAGES_MAX_BYTES, SESSIONS, ClineFiles, sessions_folder
from tui.runtimes.dialogs import ESCAPE, Dialog, drawn
from tui.runtimes.drawn import DrawnReader, State

OPTIONS: Final = ("Approve", "Deny")

_ASKS: Final = re.compile(r"Cline needs permission|Approve tool call\?")
_CHOICE: Final = re.compile(r"\[y\] Approve\s+\[n\] Deny")
_LEFT: Final = re.compile(r"cline --id (\S+)")
_OFFER: Final = re.compile(r"Press Enter to open, any other key to close")
_SPINNER: Final = re.compile(r"^\s{0,2}[⠀-⣿]\s")
_RULE: Final = re.compile(r"^\s*─{20,}\s*$")
_PROMPT: Final = re.compile(r"^\s*❯(?:\s|$)")


class ClineInteractiveReader(DrawnReader):
    """Reads one interactive run."""

    def __init__(self, info: RunInfo) -> None:
        super().__init__(info)
        self._session = ""
        self._files = ClineFiles(sessions_folder(info.launch.env), int(time.time() * 1000))
        self._follow(info.launch.session_id)

    def _follow(self, session_id: str) -> None:
        """Watch for sessions to come, and what was said in this one."""
        path = self._files.messages_path(session_id)
        said = [Follow(MESSAGES, path, most_bytes=MESSAGES_MAX_BYTES)] if path else []
        self.follows = [Follow(SESSIONS, self._files.folder, only_changes=True), *said]

    def started(self, pid: int) -> Iterable[Observed]:
        """Sessions that this process begins are ours; a resumed one is known."""
        self._files.pid = pid
        return self._named(self.info.launch.session_id)

    def file(self, name: str, data: bytes) -> Iterable[Observed]:
        """A session began, or something was said in ours."""
        if name == SESSIONS:
            return self._named(self._files.begun())
        facts = self._files.said(data)
        return self.heard(Source.TRANSCRIPT, facts) if facts else []

    def tick(self) -> Iterable[Observed]:
        """A second passed: a folder that was empty when it came may tell by now whose it is."""
        begun = self._named(self._files.begun()) if self._files.undecided else []
        return [*begun, *super().tick()]

    def _named(self, session_id: str) -> list[Observed]:
        if not session_id or session_id == self._session:
            return []
        self._session = session_id
        self._follow(session_id)
        return self.heard(Source.TRANSCRIPT, [SessionStarted(session_id=one_line(session_id))])

    def noticed(self, screen: Sequence[str]) -> Iterable[Observed]:
        """When it leaves, it says how to resume."""
        found = next((m for line in screen if (m := _LEFT.search(line))), None)
        return self._named(found[1]) if found else []

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
