"""An agent CLI that draws its own screen, read from what it says beside it and from the screen itself.

What it says beside it (files, signals) is told as it comes. What it does *now* is one conclusion, told under the strongest
source that is alive, so that a stale "working" of a stronger source never hides a dialog that is on the screen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from tui.core.activity import STRENGTH, Activity, Source
from tui.core.commands import Answer, Verdict
from tui.core.facts import (
    ActivitySignalled,
    AnyFact,
    PermissionAsked,
    QuestionAsked,
    RequestResolved,
    RunExited,
    TurnStarted,
)
from tui.core.spec import Mode
from tui.core.status import Request
from tui.core.text import one_line
from tui.core.votes import is_needed, says
from tui.runtimes import typing_in
from tui.runtimes.base import Observed, Reader, RunInfo
from tui.runtimes.dialogs import Dialog
from tui.runtimes.endings import judge_drawn
from tui.runtimes.texts import bounded

DETAIL_MAX = 8_000
"""Characters of a dialog's detail."""

AWAY_S = 2
"""A dialog that was missed once, on a screen that then stood still, is gone after this time; a busy machine draws in pieces."""

State = tuple[Activity, str]
"""What it does, and what shows that."""


class DrawnReader(Reader):
    """Reads one interactive run; a CLI's reader says what its screen shows."""

    enter: ClassVar[bytes] = typing_in.ENTER
    enter_after_s: ClassVar[float] = typing_in.ENTER_AFTER_S

    def __init__(self, info: RunInfo) -> None:
        super().__init__(info)
        self.voice = Source.SCREEN
        """The strongest source that has said something in this run."""
        self.shown: Dialog | None = None
        """The dialog on the screen."""
        self.began = False
        """It was ready for a prompt, or worked, at some time."""
        self._lines: Sequence[str] = ()
        """The screen as it was last shown."""
        self._missed = False
        self._missed_s = 0
        self._dialogs = 0
        self._asked_by = Source.SCREEN
        self._state: State | None = None
        self._said: Activity | None = None
        self._fresh = False
        """Something stronger than the screen spoke since the last second."""
        self._begun = False
        """A turn began since the last second: the screen may still be the one from before."""

    # -- what a CLI's reader says --------------------------------------------------------------------------------------

    def dialog(self, screen: Sequence[str]) -> Dialog | None:
        """Return the dialog on a screen, or None."""
        return None

    def at_work(self, screen: Sequence[str]) -> State | None:
        """Return whether a screen shows work or an idle prompt; None if it shows neither."""
        return None

    def noticed(self, screen: Sequence[str]) -> Iterable[Observed]:
        """Return what else a screen tells."""
        return ()

    # -- conclusions ---------------------------------------------------------------------------------------------------

    def heard(self, source: Source, facts: Iterable[AnyFact]) -> list[Observed]:
        """Return facts that the CLI told beside its screen, and remember what they say of its activity."""
        told: list[Observed] = [(source, fact) for fact in facts]
        if told:
            self._rise(source)
        ends = any(says(fact, Mode.INTERACTIVE) is Activity.IDLE for _, fact in told)
        gone: list[Observed] = []
        if ends and source is self.voice and self._missed and self.shown is not None:
            # No turn ends while its dialog waits: that one is gone, not half drawn.
            self._missed = False
            gone = list(self._resolved(self.shown))
        for _, fact in told:
            activity = says(fact, Mode.INTERACTIVE)
            if activity is not None and source is self.voice:
                self._said, self._fresh = activity, True
                self._begun = isinstance(fact, TurnStarted)
                self.began = True
        return [*gone, *told]

    def _rise(self, source: Source) -> None:
        if STRENGTH.index(source) < STRENGTH.index(self.voice):
            self.voice, self._said = source, None

    def state(self, source: Source, activity: Activity, words: str) -> list[Observed]:
        """Conclude what it does now."""
        self._rise(source)
        asked = self._state is not None and is_needed(self._state[0])
        self._state = (activity, words)
        self.began = True
        told: list[Observed] = []
        if asked and self.shown is not None and not is_needed(activity):
            # It said that it waited and now that it does not: no need to see the dialog vanish.
            told += self._resolved(self.shown)
        return [*told, *self._settle()]

    def _settle(self) -> Iterable[Observed]:
        """Say what it does if that is not what was said last."""
        if self.shown is not None:
            asked = Activity.NEEDS_PERMISSION if self.shown.permission else Activity.NEEDS_ANSWER
            if asked is not self._said:
                # What came late of before the dialog was taken for its end: it is asked again, so that it can be answered.
                self._said, self._asked_by = asked, self.voice
                yield self.voice, self._request(self.shown)
            return
        wanted = self._state
        if wanted is not None and wanted[0] is not self._said:
            self._said = wanted[0]
            yield self.voice, ActivitySignalled(activity=wanted[0], text=one_line(wanted[1]))

    def screen(self, lines: Sequence[str]) -> list[Observed]:
        """Look for a dialog, for work, for the idle prompt."""
        self._lines = lines
        told = list(self.noticed(lines))
        found = self.dialog(lines)
        if found is None:
            self._look(lines)
        if found is None and self.shown is not None and not self._missed:
            self._missed = True  # it may be half drawn: it is gone when it is missed twice
            return told
        self._missed = False
        if self.shown is not None and (found is None or found.digest != self.shown.digest):
            told += self._resolved(self.shown)
            if found is None:
                self._look(lines)  # it may wait no longer
        if found is not None and self.shown is None:
            told += self._asked(found)
        if self._begun and self.shown is None:
            return told
        return [*told, *self._settle()]

    def _look(self, lines: Sequence[str]) -> None:
        seen = self.at_work(lines)
        if seen is not None:
            self._state, self.began = seen, True

    def tick(self) -> Iterable[Observed]:
        """What stronger sources said may be over, and the screen knows: it is asked again once they are silent."""
        fresh, self._fresh, self._begun = self._fresh, False, False
        gone: list[Observed] = []
        self._missed_s = self._missed_s + 1 if self._missed else 0
        if self._missed_s >= AWAY_S and self.shown is not None:
            # The screen has stood still since: what else it shows was not looked at yet.
            self._missed_s = 0
            gone = self.screen(self._lines)
        return gone if fresh else [*gone, *self._settle()]

    # -- dialogs -------------------------------------------------------------------------------------------------------

    def _asked(self, dialog: Dialog) -> Iterable[Observed]:
        self.shown, self._dialogs, self._asked_by = dialog, self._dialogs + 1, self.voice
        self._said = Activity.NEEDS_PERMISSION if dialog.permission else Activity.NEEDS_ANSWER
        yield self._asked_by, self._request(dialog)

    def _resolved(self, dialog: Dialog) -> Iterable[Observed]:
        self.shown = None
        if self._asked_by is self.voice:
            self._said = Activity.WORKING
        yield self._asked_by, RequestResolved(request_id=self._request_id(dialog))

    def _request_id(self, dialog: Dialog) -> str:
        return f"{dialog.digest}-{self._dialogs}"

    def _request(self, dialog: Dialog) -> PermissionAsked | QuestionAsked:
        request_id, options = self._request_id(dialog), [one_line(option) for option in dialog.options]
        if not dialog.permission:
            return QuestionAsked(request_id=request_id, text=one_line(dialog.question), options=options)
        return PermissionAsked(
            request_id=request_id,
            tool=one_line(dialog.tool, limit=80),
            title=one_line(dialog.title or dialog.question),
            detail=bounded(dialog.detail, DETAIL_MAX),
            options=options,
        )

    # -- keys ----------------------------------------------------------------------------------------------------------

    def interrupt(self) -> bytes | None:
        """Esc."""
        return typing_in.ESCAPE

    def prompt(self, text: str) -> bytes | None:
        """Paste the text; Enter follows. Nothing while a dialog waits: it would be answered by it."""
        return None if self.shown is not None else typing_in.paste(text.strip())

    def can_answer(self, request: Request) -> bool:
        """True for the dialog that was last seen."""
        return self.shown is not None and self._request_id(self.shown) == request.request_id

    def answer(self, request: Request, answer: Answer, screen: Sequence[str]) -> bytes | None:
        """Return the keys of the option meant, if that same dialog is on the screen now."""
        shown = self.dialog(screen)
        if shown is None or self._request_id(shown) != request.request_id:
            return None
        match answer.verdict:
            case Verdict.ALLOW:
                number = 1 if shown.permission else shown.option("yes")
            case Verdict.ALLOW_ALWAYS:
                number = shown.option("always", "don't ask again", "for this session", "remember")
            case Verdict.DENY:
                number = shown.option("no, ", "no (", "reject", "deny")
                if not number:
                    return shown.deny
            case Verdict.CHOOSE:
                number = answer.choice
        return (shown.keys[number - 1] or None) if 1 <= number <= len(shown.keys) else None

    # -- the end -------------------------------------------------------------------------------------------------------

    def refused(self, tail: str) -> str:
        """Return the line that says that the CLI does not know the session, or nothing."""
        return ""

    def exit(self, code: int | None, signal: int | None, tail: str) -> RunExited:
        """Judge the end: exit 0 is a user's leaving."""
        return judge_drawn(code, signal, tail, self.refused(tail), began=self.began)
