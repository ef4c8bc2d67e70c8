"""How a headless run ended. Exit 0 proves nothing by itself: agent CLIs exit so after errors and after signals, too."""

from __future__ import annotations

import re
from typing import Final

from tui.core.facts import RunExited, TurnEnded
from tui.core.text import one_line
from tui.runtimes.base import exit_words
from tui.runtimes.texts import last_words

REASON_MAX: Final = 300
"""Characters of a reason."""

SIGNALLED: Final = {129: 1, 130: 2, 131: 3, 143: 15}
"""Exit codes by which a program says that it left because of a signal (POSIX shells: 128 + its number)."""


def judge(
    code: int | None, signal: int | None, tail: str, end: TurnEnded | None, refused: str = ""
) -> RunExited:
    """Judge the end of a headless run: success needs exit 0 and a last event that tells no error.

    Args:
        code: Exit code, or None.
        signal: Number of the signal that ended it, or None.
        tail: Last lines that were not JSON.
        end: The last event that ends a turn, if there was one.
        refused: Why the session to resume was refused; empty if it was not.
    """
    if code == 0 and end is not None and end.ok and not refused:
        return RunExited(code=code, ok=True, done=True)
    if refused:
        reason = refused
    elif end is not None and not end.ok:
        reason = end.error
    elif signal is not None:
        reason = exit_words(code, signal)
    elif code in SIGNALLED:
        reason = exit_words(None, SIGNALLED[code])
    elif code == 0:
        reason = "ended without a result"
    else:
        reason = last_words(tail)
    return RunExited(
        code=code,
        signal=signal,
        refused=bool(refused),
        reason=one_line(reason or exit_words(code, signal), limit=REASON_MAX),
    )


def judge_drawn(
    code: int | None, signal: int | None, tail: str, refused: str = "", *, began: bool = True
) -> RunExited:
    """Judge the end of an interactive run: exit 0 is a user's leaving.

    Args:
        code: Exit code, or None.
        signal: Number of the signal that ended it, or None.
        tail: Last lines of the screen.
        refused: Why the session to resume was refused; empty if it was not.
        began: It was ready for a prompt at some time; if not, the screen says why it ended.
    """
    if code == 0 and not refused:
        return RunExited(code=code, ok=True)
    reason = refused or ("" if began or signal is not None else last_words(tail)) or exit_words(code, signal)
    return RunExited(
        code=code, signal=signal, refused=bool(refused), reason=one_line(reason, limit=REASON_MAX)
    )


def line_with(pattern: re.Pattern[str], text: str) -> str:
    """Return the line of a text in which a pattern is found, inert and on one line; empty if there is none."""
    found = pattern.search(text)
    if found is None:
        return ""
    begin = text.rfind("\n", 0, found.start()) + 1
    end = text.find("\n", found.end())
    return one_line(text[begin : end if end >= 0 else len(text)], limit=REASON_MAX)
