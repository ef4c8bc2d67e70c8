"""The limits of an account with Codex: how full each is, and when it is emptied."""

from __future__ import annotations

from collections.abc import Iterable

from tui.core import facts as f
from tui.core.facts import AnyFact
from tui.core.text import one_line
from tui.runtimes.codex_types import Limits, Window
from tui.runtimes.counts import count


class AccountLimits:
    """The limits as they were last told."""

    def __init__(self) -> None:
        self._windows: dict[str, Window] = {}
        """By name."""

    def told(self, limits: Limits) -> Iterable[AnyFact]:
        """Return the facts of those that have changed."""
        for window in (limits.primary, limits.secondary):
            if window is None or window.used_percent is None:
                continue
            name = _name(window.window_minutes)
            if self._windows.get(name) != window:
                self._windows[name] = window
                yield f.LimitReported(
                    limit=name,
                    used_percent=min(max(window.used_percent, 0.0), 1_000.0),
                    resets_at=max(0.0, window.resets_at or 0.0),
                )

    def limited(self, text: str) -> f.RateLimited:
        """Return the fact of an error that says that a limit is reached, with the fullest limit's reset."""
        name, window = max(
            self._windows.items(), key=lambda item: item[1].used_percent or 0.0, default=("", Window())
        )
        return f.RateLimited(text=one_line(text), resets_at=max(0.0, window.resets_at or 0.0), limit=name)


def _name(minutes: float | None) -> str:
    """Return a limit's name: `5 h`, `week`, or its length."""
    match count(minutes):
        case 0:
            return "limit"
        case 10_080:
            return "week"
        case length if length % 1_440 == 0:
            return f"{length // 1_440} days"
        case length if length % 60 == 0:
            return f"{length // 60} h"
        case length:
            return f"{length} min"
