"""Whether an agent goes in circles: the same call with the same result, or the same error, again and again.

A changed file, a new turn or the user's word begins the count anew: tests that run after each edit are no loop.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from tui.core import facts as f
from tui.core.clock import Now
from tui.core.doing import Doing
from tui.core.status import NEVER
from tui.core.text import one_line

WINDOW: Final = 32
"""Calls that are looked back at: circles of several calls are found, too."""

_EDITS: Final = re.compile(r"edit|write|patch|create|replace|save|rename|move", re.IGNORECASE)
_COUNTS: Final = re.compile(r"\d+")


class Circles(msgspec.Struct, frozen=True, gc=False):
    """What repeats."""

    seen: tuple[tuple[str, Now], ...] = ()
    """Digests of the last calls with their results, and of errors, oldest first, with their time."""
    words: str = ""
    """The last of them, in words."""
    times: int = 0
    """How often the last of them came within the window."""
    since: Now = NEVER
    """When it came first."""
    noticed: Now = NEVER
    """When it became a loop; NEVER while it is none."""
    spent_before: int = 0
    """Tokens that were used when a file changed last."""


NONE: Final = Circles()


def circled(
    circles: Circles, fact: f.AnyFact, doing: Doing, spent: int, now: Now, *, repeats: int, tokens: int
) -> Circles:
    """Return what repeats after a fact.

    Args:
        circles: What repeated before it.
        fact: What came.
        doing: What was in flight before it: names the call that a result belongs to.
        spent: Tokens used so far.
        now: The time.
        repeats: How many make a loop; 0: none.
        tokens: Without a changed file: so many make half as many repeats enough; 0: no number does.
    """
    match fact:
        case f.TurnStarted() | f.FileChanged() | f.UserActed():
            return Circles(spent_before=spent)
        case f.ToolFinished(call_id=call_id):
            call = next((tool for tool in doing.tools if tool.call_id == call_id), None)
            if call is None:
                return circles
            if fact.ok and (fact.diff or _EDITS.search(call.name)):
                return Circles(spent_before=spent)
            result = "" if fact.ok else _COUNTS.sub("", fact.output[:2_000])
            key = f"{call.name}\0{call.title}\0{fact.ok}\0{result}\0{fact.output[:20_000] if fact.ok else ''}"
            words = f"the same {one_line(call.name, limit=40)} call"
        case f.ErrorReported(text=text, fatal=False):
            key, words = (
                f"error\0{_COUNTS.sub('', text[:2_000])}",
                f"the same error, {one_line(text, limit=60)},",
            )
        case _:
            return circles
    if repeats <= 0:
        return circles
    return _counted(circles, key, words, spent, now, repeats=repeats, tokens=tokens)


def _counted(
    circles: Circles, key: str, words: str, spent: int, now: Now, *, repeats: int, tokens: int
) -> Circles:
    import hashlib  # loads OpenSSL, which a dashboard has no use for

    digest = hashlib.blake2s(key.encode("utf-8", "replace"), digest_size=8).hexdigest()
    seen = (*circles.seen, (digest, now))[-WINDOW:]
    same = [at for each, at in seen if each == digest]
    enough = repeats
    if tokens and spent - circles.spent_before >= tokens:
        enough = min(repeats, max(3, repeats // 2))
    loops = len(same) >= min(enough, WINDOW)
    return Circles(
        seen=seen,
        words=words,
        times=len(same),
        since=same[0],
        noticed=(circles.noticed if circles.noticed.mono else now) if loops else NEVER,
        spent_before=circles.spent_before,
    )
