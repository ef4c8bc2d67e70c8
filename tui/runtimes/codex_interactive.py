"""One run of Codex's own screen: the state that it tells its terminal (OSC 7501), its rollout file, and its dialogs.

OSC 7501 is a report of the CLI about itself, complete and immediate, so it counts as one (`Source.HOOK`) and outranks the
rollout, which knows nothing of approvals. The thread names itself in the log that we have it write into the run's folder.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Final

from tui.core.activity import Activity, Source
from tui.core.facts import AnyFact, RunKind, SessionStarted, TurnEnded
from tui.core.signals import AgentState, TerminalSignal
from tui.core.text import one_line
from tui.runtimes.base import Follow, Observed, RunInfo
from tui.runtimes.codex import LOG_FILE
from tui.runtimes.codex_rollout import Rollout, rollout_pattern
from tui.runtimes.codex_stream import REFUSED, ROLLOUT
from tui.runtimes.command import state_fact
from tui.runtimes.dialogs import Dialog, drawn, numbered
from tui.runtimes.drawn import DrawnReader, State
from tui.runtimes.endings import line_with

LOG: Final = "log"

_THREAD: Final = re.compile(rb"\bthread[._]id=([0-9a-f]{8}-[0-9a-f-]{27})\b")
_RESUME_HINT: Final = re.compile(r"codex resume ([0-9a-f]{8}-[0-9a-f-]{27})")
_BELOW: Final = re.compile(r"(?:press )?enter.*(?:confirm|esc)|esc to |\^c quit", re.IGNORECASE)
_QUESTION: Final = re.compile(r"^\s{0,4}(?:Would you like to|Do you want to|Allow ).*\?\s*$")
_COMMAND: Final = re.compile(r"^\s*\$ (.*)")
_WORKING: Final = re.compile(r"^\s{0,2}[•◦·] .*\(\d.*esc to interrupt\)")
_PROMPT: Final = re.compile(r"^›(?:\s|$)")


class CodexInteractiveReader(DrawnReader):
    """Reads one interactive run."""

    def __init__(self, info: RunInfo) -> None:
        super().__init__(info)
        self._rollout: Rollout | None = None
        self._asked_thread = info.launch.session_id if info.kind is RunKind.RESUME else ""
        if self._asked_thread:
            self._thread(self._asked_thread)
        else:
            log = _log_folder(info.launch.argv)
            self.follows = [Follow(LOG, f"{log}/{LOG_FILE}", lines=True)] if log else []

    # -- files -----------------------------------------------------------------------------------------------------

    def _thread(self, thread_id: str) -> SessionStarted:
        forked = self.info.kind is RunKind.FORK
        self._rollout = Rollout(self.info.launch.cwd, thread_id, whole=True, forked=forked)
        pattern = rollout_pattern(self.info.launch.env, thread_id)
        # What a resumed thread said before was told by the runs before.
        self.follows = (
            [Follow(ROLLOUT, pattern, lines=True, from_start=not self._asked_thread)] if pattern else []
        )
        return SessionStarted(session_id=one_line(thread_id))

    def file(self, name: str, data: bytes) -> Iterable[Observed]:
        """The log names the thread; the rollout tells what it does."""
        if name == ROLLOUT:
            return self._rolled(self._rollout.line(data)) if self._rollout else []
        found = _THREAD.search(data) if self._rollout is None else None
        # The first thread is the user's; those that follow write its title.
        return self.heard(Source.TRANSCRIPT, [self._thread(found[1].decode())]) if found else []

    def _rolled(self, facts: Iterable[AnyFact]) -> Iterable[Observed]:
        told = self.heard(Source.TRANSCRIPT, facts)
        if self.voice is Source.HOOK and any(isinstance(fact, TurnEnded) and not fact.ok for _, fact in told):
            # After an API error it goes on telling its terminal that it works.
            told += self.state(Source.HOOK, Activity.IDLE, "rollout: the turn failed")
        return told

    # -- terminal --------------------------------------------------------------------------------------------------

    def signal(self, signal: TerminalSignal) -> Iterable[Observed]:
        """Read OSC 7501."""
        fact = state_fact(signal) if isinstance(signal, AgentState) else None
        return self.state(Source.HOOK, fact.activity, fact.text) if fact else []

    def dialog(self, screen: Sequence[str]) -> Dialog | None:
        """Return the approval or announcement at the bottom of the screen."""
        found = numbered(drawn(screen), _BELOW, boxed=False)
        if found is None:
            return None
        at = next((i for i in range(len(found.above) - 1, -1, -1) if _QUESTION.match(found.above[i])), None)
        if at is None:
            words = [line.strip() for line in found.above if line.strip()]
            question = words[0] if words else "Choose"
            return Dialog(question, found.options, found.keys, permission=False)
        body = [line.strip() for line in found.above[at + 1 :] if line.strip()]
        command = next((m[1] for line in body if (m := _COMMAND.match(line))), "")
        question = found.above[at].strip()
        return Dialog(
            question,
            found.options,
            found.keys,
            tool="shell" if command else "apply_patch" if "edit" in question or "change" in question else "",
            title=command or question,
            detail="\n".join(body),
        )

    def at_work(self, screen: Sequence[str]) -> State | None:
        """Its state comes over OSC 7501; the screen is asked only where that never came."""
        if self.voice is Source.HOOK:
            return None
        lines = drawn(screen)
        if any(_WORKING.match(line) for line in lines):
            return Activity.WORKING, "screen: esc to interrupt"
        if any(_PROMPT.match(line) for line in lines[-6:]):
            return Activity.IDLE, "screen: its prompt"
        return None

    def noticed(self, screen: Sequence[str]) -> Iterable[Observed]:
        """When it leaves, it says how to resume: the last chance to learn the thread."""
        if self._rollout is None:
            for line in screen:
                found = _RESUME_HINT.search(line)
                if found:
                    self._rollout = Rollout(self.info.launch.cwd, found[1], whole=True)
                    yield Source.SCREEN, SessionStarted(session_id=found[1])
                    return

    def refused(self, tail: str) -> str:
        """Return the line that says that it does not know the thread."""
        return line_with(REFUSED, tail) if self.info.kind is RunKind.RESUME else ""


def _log_folder(argv: Sequence[str]) -> str:
    """Return the folder that Codex was told to log into; the last word on the command line counts."""
    for word in reversed(argv):
        if word.startswith("log_dir="):
            try:
                folder = json.loads(word.partition("=")[2])
            except ValueError:
                folder = word.partition("=")[2]
            return folder if isinstance(folder, str) else ""
    return ""
