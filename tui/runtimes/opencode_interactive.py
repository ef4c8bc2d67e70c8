"""One run of OpenCode's own screen.

The screen tells what it does; its log names session, model and retries, its database has the tokens and the money of each
message. Its title only names the session.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Sequence
from typing import ClassVar, Final

from tui.core.activity import Activity, Source
from tui.core.facts import AnyFact, ErrorReported, Retrying, RunKind, SessionStarted
from tui.core.text import one_line
from tui.runtimes.base import Follow, Observed, RunInfo
from tui.runtimes.dialogs import ESCAPE, Dialog, bare, drawn
from tui.runtimes.drawn import DrawnReader, State
from tui.runtimes.endings import line_with
from tui.runtimes.opencode_log import LOG, OpenCodeLog, log_path
from tui.runtimes.opencode_store import STORE, OpenCodeStore, StoreChangedError, store_path
from tui.runtimes.opencode_stream import REFUSED, marked_by

OPTIONS: Final = ("Allow once", "Allow always", "Reject")
RIGHT: Final = b"\x1b[C"
ENTER: Final = b"\r"

_ASKS: Final = re.compile(r"△ Permission required")
_CHOICE: Final = re.compile(r"Allow once\s+Allow always\s+Reject")
_HEAD: Final = re.compile(r"^(?:#|→|←|\$)\s*(.*)$")
_BOX: Final = re.compile(r"^\s*╹▀{10,}")
_WORKING: Final = re.compile(r"^\s*[■⬝]{4,}")
_LEFT: Final = re.compile(r"opencode (?:-s|--session) (ses_\w+)")
_TOOLS: Final = {"Shell command": "bash"}


class OpenCodeInteractiveReader(DrawnReader):
    """Reads one interactive run."""

    interrupt_again_s: ClassVar[float] = 0.4

    def __init__(self, info: RunInfo) -> None:
        super().__init__(info)
        env = info.launch.env
        self._session = ""
        self._log = OpenCodeLog(marked_by(info))
        self._store: OpenCodeStore | None = OpenCodeStore(store_path(env), int(time.time() * 1000))
        self.follows = [
            Follow(LOG, log_path(env), lines=True, from_start=False),
            *(Follow(STORE, store_path(env) + end, only_changes=True) for end in ("", "-wal")),
        ]

    def started(self, pid: int) -> Iterable[Observed]:
        """A resumed session is known; a new one is named by the log, or when it leaves."""
        return self._name(self.info.launch.session_id)

    def _name(self, session_id: str) -> list[Observed]:
        if not session_id or session_id == self._session:
            return []
        self._session = session_id
        return [(Source.SCREEN, SessionStarted(session_id=one_line(session_id)))]

    def noticed(self, screen: Sequence[str]) -> Iterable[Observed]:
        """When it leaves, it says how to resume."""
        found = next((m for line in screen if (m := _LEFT.search(line))), None)
        return self._name(found[1]) if found else []

    # -- beside the screen ---------------------------------------------------------------------------------------------

    def file(self, name: str, data: bytes) -> Iterable[Observed]:
        """Its log grew, or its database changed."""
        if name == LOG:
            facts = self._log.line(data)
            self._session = self._log.session or self._session
            return self.heard(Source.TRANSCRIPT, map(_told, facts)) if facts else []
        return self._used()

    def _used(self) -> Iterable[Observed]:
        if self._store is None:
            return []
        try:
            facts = self._store.read(self._log.sessions)
        except StoreChangedError as error:
            self._store = None
            words = f"OpenCode's database cannot be read, so its tokens are not reported: {error}"
            return self.heard(Source.TRANSCRIPT, [ErrorReported(text=words, code="not_reported")])
        return self.heard(Source.TRANSCRIPT, facts) if facts else []

    def tick(self) -> Iterable[Observed]:
        """A second passed: a retry that was not given up by now is one."""
        due = self._log.due()
        return [*(self.heard(Source.TRANSCRIPT, map(_told, due)) if due else ()), *super().tick()]

    # -- the screen ----------------------------------------------------------------------------------------------------

    def dialog(self, screen: Sequence[str]) -> Dialog | None:
        """Return the permission dialog at the bottom of the screen: its choices lie side by side, the first is marked."""
        lines = drawn(screen)
        choice = next((i for i in range(len(lines) - 1, -1, -1) if _CHOICE.search(lines[i])), None)
        if choice is None or any(bare(line).strip() for line in lines[choice + 1 :]):
            return None
        top = next((i for i in range(choice - 1, -1, -1) if _ASKS.search(lines[i])), None)
        if top is None:
            return None
        body = [text for line in lines[top + 1 : choice] if (text := bare(line).strip())]
        head = _HEAD.sub(r"\1", body[0]) if body else ""
        detail = body[1:]
        command = next((line[2:] for line in detail if line.startswith("$ ")), "")
        tool = _TOOLS.get(head, head.partition(" ")[0].lower())
        return Dialog(
            "Permission required",
            OPTIONS,
            (ENTER, RIGHT + ENTER, RIGHT + RIGHT + ENTER),
            tool=tool,
            title=command or head,
            detail="\n".join(detail) or head,
        )

    def at_work(self, screen: Sequence[str]) -> State | None:
        """Return whether it works or rests: its footer tells."""
        lines = drawn(screen)
        box = next((i for i in range(len(lines) - 1, -1, -1) if _BOX.match(lines[i])), None)
        if box is None:
            return None
        if any(_WORKING.search(line) for line in lines[box + 1 :]):
            return Activity.WORKING, "screen: its moving bar"
        return Activity.IDLE, "screen: its prompt"

    def interrupt(self) -> bytes | None:
        """Esc, and once more: two in one burst are taken for another key."""
        return ESCAPE

    def refused(self, tail: str) -> str:
        """Return the line that says that it does not know the session."""
        return line_with(REFUSED, tail) if self.info.kind is RunKind.RESUME else ""


def _told(fact: AnyFact) -> AnyFact:
    """A screen that works again says so late: only that it tries again is told, not that it is held."""
    return Retrying(attempt=fact.attempt, error=fact.error) if isinstance(fact, Retrying) else fact
