"""One run of OpenCode's own screen. Nothing beside the screen tells what it does: its title only names the session.

What it used stands in its database; its screen shows the size of the last request and the price so far.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import ClassVar, Final

from tui.core.activity import Activity, Source
from tui.core.facts import RunKind, SessionStarted
from tui.core.text import one_line
from tui.runtimes.base import Observed, RunInfo
from tui.runtimes.dialogs import ESCAPE, Dialog, bare, drawn
from tui.runtimes.drawn import DrawnReader, State
from tui.runtimes.endings import line_with
from tui.runtimes.opencode_stream import REFUSED

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
        self._session = ""

    def started(self, pid: int) -> Iterable[Observed]:
        """A resumed session is known; a new one says its id when it leaves."""
        return self._name(self.info.launch.session_id)

    def _name(self, session_id: str) -> Iterable[Observed]:
        if not session_id or session_id == self._session:
            return []
        self._session = session_id
        return [(Source.SCREEN, SessionStarted(session_id=one_line(session_id)))]

    def noticed(self, screen: Sequence[str]) -> Iterable[Observed]:
        """When it leaves, it says how to resume."""
        found = next((m for line in screen if (m := _LEFT.search(line))), None)
        return self._name(found[1]) if found else []

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
