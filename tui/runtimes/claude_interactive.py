"""One run of Claude Code's own screen, read from all it says about itself.

Strongest first: the state file of its process, its transcript, its title, its screen; model, window and money from its status
line. A dialog is drawn on the screen
only; the state file proves that it is one. Without that file (an older version) the dialog is told under the strongest
source that is alive, else a stale "working" of the transcript would hide it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from textwrap import dedent
from typing import ClassVar, Final

import msgspec

from tui.core.activity import Activity, Source
from tui.core.commands import Answer, Verdict
from tui.core.facts import (
    ActivitySignalled,
    AnyFact,
    PermissionAsked,
    QuestionAsked,
    RequestResolved,
    Retrying,
    RunExited,
    RunKind,
    SessionStarted,
    SourceEnded,
    UsageReported,
)
from tui.core.signals import Progress, TerminalSignal, TitleChanged
from tui.core.status import Request
from tui.core.text import one_line, plain
from tui.runtimes import claude_screen, typing_in
from tui.runtimes.base import Follow, Observed, Reader, RunInfo, exit_words
from tui.runtimes.claude_files import Transcript, session_file, state, state_path, transcript_path
from tui.runtimes.claude_screen import Dialog
from tui.runtimes.claude_statusline import TOLD, StatusLine, told_path
from tui.runtimes.claude_words import REASON_MAX, refused_words
from tui.runtimes.texts import last_words

STATE: Final = "state"
OWN_STATE: Final = "own-state"
"""The state file of the process that is known to be ours: it alone tells by vanishing that it will say no more."""
TRANSCRIPT: Final = "transcript"

DETAIL_MAX: Final = 8_000
_IDLE_TITLE: Final = "✳"
_BUSY_TITLES: Final = "⠂⠐"


class ClaudeInteractiveReader(Reader):
    """Reads one interactive run."""

    enter: ClassVar[bytes] = typing_in.ENTER
    enter_after_s: ClassVar[float] = typing_in.ENTER_AFTER_S

    def __init__(self, info: RunInfo) -> None:
        super().__init__(info)
        self._session = ""
        self._pid = 0
        self._transcript = Transcript(info.launch.cwd, _now() if info.kind is RunKind.FORK else "")
        self._line = StatusLine(fresh=info.kind is not RunKind.RESUME)
        self._counted = False
        """A message of this run was counted."""
        self._alive: set[Source] = set()
        """Sources that have said something in this run."""
        self._said: dict[Source, Activity] = {}
        self._dialog: Dialog | None = None
        self._dialogs = 0
        self._asked_by = Source.SCREEN
        self._busy_title: bool | None = None
        self._attempt = 0
        """The attempt that the screen announced last."""

    # -- files -----------------------------------------------------------------------------------------------------

    def started(self, pid: int) -> Iterable[Observed]:
        """Watch the process's state file and the session's transcript."""
        self._pid = pid
        self._follow(self.info.launch.session_id, resumed=self.info.kind is RunKind.RESUME)
        return ()

    def _follow(self, session_id: str, *, resumed: bool) -> None:
        self._session = session_id
        env, cwd = self.info.launch.env, self.info.launch.cwd
        follows = [Follow(OWN_STATE, state_path(env, self._pid)), Follow(STATE, state_path(env, "*"))]
        if told := told_path(self.info.launch.files):
            follows.append(Follow(TOLD, told))
        path = transcript_path(env, cwd, session_id)
        if path:
            # What a resumed session used before was counted by the runs before.
            follows.append(Follow(TRANSCRIPT, path, lines=True, from_start=not resumed))
        self.follows = follows

    def file(self, name: str, data: bytes) -> Iterable[Observed]:
        """A state file changed, or the transcript grew."""
        if name == TRANSCRIPT:
            if data:
                self._alive.add(Source.TRANSCRIPT)
            return [(Source.TRANSCRIPT, self._used(fact)) for fact in self._transcript.line(data)]
        if name == TOLD:
            # It says nothing of what is done: it is no source of activity.
            return [(Source.TRANSCRIPT, fact) for fact in self._line.told(data, counted=self._counted)]
        if name == OWN_STATE and not data:
            return list(self._state_gone())
        if name in (STATE, OWN_STATE):
            return list(self._state(data))
        return ()

    def _used(self, fact: AnyFact) -> AnyFact:
        """Leave the name of the model to the status line, which knows the window that it is used with."""
        if not isinstance(fact, UsageReported):
            return fact
        self._counted = True
        if not self._line.model or not fact.model:
            return fact
        return msgspec.structs.replace(fact, model="", billed_model=fact.model)

    def _state(self, data: bytes) -> Iterable[Observed]:
        file = session_file(data)
        # The child may be a wrapper: then the CLI has another pid, but the session that we asked for.
        if file is None or not (file.pid == self._pid or (self._session and file.sessionId == self._session)):
            return
        known = Source.HOOK in self._alive
        self._alive.add(Source.HOOK)
        if file.sessionId and (not known or file.sessionId != self._session):
            if file.sessionId != self._session:
                self._pid = file.pid
                self._follow(file.sessionId, resumed=True)
                self._transcript = Transcript(self.info.launch.cwd)
            started = SessionStarted(session_id=one_line(file.sessionId), version=one_line(file.version))
            yield Source.HOOK, started
        told = state(file)
        if told:
            yield from self._vote(Source.HOOK, *told)

    def _state_gone(self) -> Iterable[Observed]:
        if Source.HOOK in self._alive:
            self._alive.discard(Source.HOOK)
            self._said.pop(Source.HOOK, None)
            yield Source.HOOK, SourceEnded(reason="its state file is gone")

    def _vote(self, source: Source, activity: Activity, words: str) -> Iterable[Observed]:
        """Say an activity if this source did not just say it."""
        if self._said.get(source) is not activity:
            self._said[source] = activity
            yield source, ActivitySignalled(activity=activity, text=words)

    # -- terminal --------------------------------------------------------------------------------------------------

    def signal(self, signal: TerminalSignal) -> Iterable[Observed]:
        """Read the title and the progress report."""
        match signal:
            case TitleChanged(title=title) if title[:1] in (*_BUSY_TITLES, _IDLE_TITLE) and title:
                self._busy_title = title[0] != _IDLE_TITLE
            case Progress(state=shown) if shown in (0, 3):
                self._busy_title = shown == 3
            case _:
                return []
        self._alive.add(Source.OSC)
        return list(self._title_vote())

    def _title_vote(self) -> Iterable[Observed]:
        """The title only tells working from not working: it rests while a dialog waits, too."""
        if self._busy_title is None:
            return []
        if self._busy_title:
            return self._vote(Source.OSC, Activity.WORKING, "title: working")
        if self._dialog is None:
            return self._vote(Source.OSC, Activity.IDLE, "title: at rest")
        asked = Activity.NEEDS_PERMISSION if self._dialog.is_permission else Activity.NEEDS_ANSWER
        return self._vote(Source.OSC, asked, "title: at rest, with a dialog on the screen")

    def screen(self, lines: Sequence[str]) -> Iterable[Observed]:
        """Look for a dialog, else for work or the idle prompt."""
        told: list[Observed] = []
        found = claude_screen.dialog(lines)
        if found is not None:
            if self._dialog is None or found.digest != self._dialog.digest:
                told += self._dialog_gone()
                told += self._dialog_came(found)
        else:
            told += self._dialog_gone()
            told += self._retry(lines)
            seen = claude_screen.activity(lines)
            if seen is not None:
                told += self._vote(Source.SCREEN, *seen)
        told += self._title_vote()
        return told

    def _retry(self, lines: Sequence[str]) -> Iterable[Observed]:
        """Its transcript knows nothing of a request that is tried again, and its screen not why."""
        attempt, most, delay_s = claude_screen.retry(lines) or (0, 0, 0.0)
        if attempt and attempt != self._attempt:
            yield (
                Source.SCREEN,
                Retrying(attempt=attempt, max_attempts=most, delay_s=delay_s, error="API error"),
            )
        self._attempt = attempt

    def _dialog_came(self, dialog: Dialog) -> Iterable[Observed]:
        self._dialog, self._dialogs = dialog, self._dialogs + 1
        self._asked_by = self._witness()
        asked = Activity.NEEDS_PERMISSION if dialog.is_permission else Activity.NEEDS_ANSWER
        self._said[self._asked_by] = asked
        yield self._asked_by, self._request(dialog)

    def _witness(self) -> Source:
        if Source.HOOK in self._alive:
            return Source.SCREEN
        return next((s for s in (Source.TRANSCRIPT, Source.OSC) if s in self._alive), Source.SCREEN)

    def _dialog_gone(self) -> Iterable[Observed]:
        if self._dialog is None:
            return
        request_id, self._dialog = self._request_id(self._dialog), None
        self._said[self._asked_by] = Activity.WORKING
        yield self._asked_by, RequestResolved(request_id=request_id)

    def _request_id(self, dialog: Dialog) -> str:
        return f"{dialog.digest}-{self._dialogs}"

    def _request(self, dialog: Dialog) -> AnyFact:
        request_id, options = self._request_id(dialog), [one_line(option) for option in dialog.options]
        if not dialog.is_permission:
            return QuestionAsked(request_id=request_id, text=one_line(dialog.question), options=options)
        return PermissionAsked(
            request_id=request_id,
            tool=one_line(dialog.tool),
            title=one_line(dialog.title),
            detail=plain(dedent("\n".join(dialog.body[1:])), limit=DETAIL_MAX),
            options=options,
        )

    # -- keys ------------------------------------------------------------------------------------------------------

    def interrupt(self) -> bytes | None:
        """Esc."""
        return typing_in.ESCAPE

    def prompt(self, text: str) -> bytes | None:
        """Paste the text; Enter follows."""
        return typing_in.paste(text.strip())

    def can_answer(self, request: Request) -> bool:
        """True for the dialog that was last seen."""
        return self._dialog is not None and self._request_id(self._dialog) == request.request_id

    def answer(self, request: Request, answer: Answer, screen: Sequence[str]) -> bytes | None:
        """Return the key of the option meant, if that same dialog is on the screen now."""
        shown = claude_screen.dialog(screen)
        if shown is None or self._request_id(shown) != request.request_id:
            return None
        match answer.verdict:
            case Verdict.ALLOW:
                number = 1 if shown.is_permission else shown.option("yes")
            case Verdict.ALLOW_ALWAYS:
                number = shown.option(
                    "always", "don't ask again", "don’t ask again", "all edits", "during this session"
                )
            case Verdict.DENY:
                number = shown.option("no,", "no (", "exit") or (
                    len(shown.options) if shown.options[-1] == "No" else 0
                )
                if not number:
                    return typing_in.ESCAPE
            case Verdict.CHOOSE:
                number = answer.choice
        return str(number).encode() if 1 <= number <= min(len(shown.options), 9) else None

    # -- the end ---------------------------------------------------------------------------------------------------

    def exit(self, code: int | None, signal: int | None, tail: str) -> RunExited:
        """Judge the end: exit 0 is a user's leaving."""
        if code == 0:
            return RunExited(code=code, ok=True)
        refused = self.info.kind is RunKind.RESUME and refused_words(tail)
        reason = refused or (exit_words(code, signal) if signal is not None else "")
        reason = (
            reason or (last_words(tail) if Source.HOOK not in self._alive else "") or exit_words(code, signal)
        )
        return RunExited(
            code=code, signal=signal, refused=bool(refused), reason=one_line(reason, limit=REASON_MAX)
        )


def _now() -> str:
    """Return this moment as its transcripts write it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
