"""What is said in passing: which sentences are on the screen now, and which wait. Pure; knows nothing of widgets.

Nothing is shown over what one types. A sentence that waited is shown afterwards, if it is still true then.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Callable
from typing import Final, NamedTuple

from textual.content import Content

from tui.core import figures
from tui.core.clock import Now
from tui.ui.fit import text

SHOWN_S: Final = 5.0
"""How long a sentence stays; one about an error stays until it is dismissed."""
AT_ONCE: Final = 2
WAITING_MAX: Final = 50


class Severity(enum.StrEnum):
    """How much a sentence matters; the values are the classes of its edge."""

    INFORMATION = "information"
    WARNING = "warning"
    ERROR = "error"


_RANK: Final = {severity: rank for rank, severity in enumerate(Severity)}


def _always() -> bool:
    return True


class Toast(NamedTuple):
    """One sentence."""

    line: Content
    severity: Severity
    at: Now
    """When it was said."""
    is_true: Callable[[], bool] = _always
    """Asked for as long as it waits or is shown."""
    for_s: float = SHOWN_S
    """How long it stays."""

    @property
    def is_news(self) -> bool:
        """It tells of an agent; others answer what the user did."""
        return self.is_true is not _always


class Shown(NamedTuple):
    """What stands on the screen: a sentence, and how many are left out below it."""

    line: Content
    severity: Severity
    more: Content | None = None


class Toasts:
    """The sentences of the last seconds."""

    def __init__(self) -> None:
        self._told: list[tuple[Toast, float]] = []
        """Each with the moment at which it goes, on the monotonic clock."""
        self._waiting: list[Toast] = []

    @property
    def messages(self) -> list[str]:
        """All that is told now, or waits to be, as plain text."""
        return [toast.line.plain for toast in (*(toast for toast, _ in self._told), *self._waiting)]

    @property
    def has_errors(self) -> bool:
        """One stands there until it is dismissed."""
        return any(until == math.inf for _, until in self._told)

    def add(self, toast: Toast) -> None:
        """Say something; the same sentence is not told twice at once."""
        self._waiting = [other for other in self._waiting if other.line.plain != toast.line.plain]
        self._waiting = [*self._waiting, toast][-WAITING_MAX:]

    def dismiss(self) -> None:
        """The user has read what is shown."""
        self._told.clear()

    def shown(self, now: Now, *, hidden: bool, reads: bool = False) -> list[Shown]:
        """Return what is on the screen now, the most urgent first, among equals the newest.

        Args:
            now: The present.
            hidden: Somebody types: nothing may be shown, and no sentence's time begins.
            reads: Somebody reads where sentences would stand: news waits, answers to a key do not.
        """
        self._told = [(t, until) for t, until in self._told if until > now.mono and t.is_true()]
        self._waiting = [toast for toast in self._waiting if toast.is_true()]
        news = [toast for toast, _ in self._told if hidden or (reads and toast.is_news)]
        if news:
            self._waiting = [*news, *self._waiting][-WAITING_MAX:]
            self._told = [told for told in self._told if told[0] not in news]
        if hidden:
            return []
        for toast in self._waiting:
            if reads and toast.is_news:
                continue
            self._told = [(t, until) for t, until in self._told if t.line.plain != toast.line.plain]
            until = math.inf if toast.severity is Severity.ERROR else now.mono + toast.for_s
            self._told.append((toast, until))
        self._waiting = [toast for toast in self._waiting if reads and toast.is_news]
        newest = [toast for toast, _ in reversed(self._told)]
        ranked = sorted(newest, key=lambda toast: -_RANK[toast.severity])
        return _merged(ranked, now)


def _merged(ranked: list[Toast], now: Now) -> list[Shown]:
    shown = [Shown(toast.line, toast.severity) for toast in ranked[:AT_ONCE]]
    rest = ranked[AT_ONCE:]
    if rest:
        since = figures.clock(min(toast.at.wall for toast in rest), now.wall)
        more = text(f"and {len(rest)} more since {since}", "$foreground-muted")
        shown[-1] = shown[-1]._replace(more=more)
    return shown
