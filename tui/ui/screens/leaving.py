"""Screens that are left once, and leave nothing but themselves: not what lies below, not what lies above."""

from __future__ import annotations

from typing import Generic, TypeVar

from textual.await_complete import AwaitComplete

from tui.ui.screens.keyed import Keyed

T = TypeVar("T")


class LeftOnce(Keyed[T], Generic[T]):
    """A screen that can be dismissed any number of times."""

    is_left = False
    _is_late = False
    """It was left while something lay over it, and goes when that has gone."""
    _late: T | None = None

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        """Leave with a result; the first counts.

        Textual takes a screen off at once but lets it handle the keys that it had got before, and a second dismissal ends the app.
        It takes off whatever is on top: a screen that has a dialog or the palette over it goes when that has gone.
        """
        if self.is_left:
            return AwaitComplete()
        self.is_left = True
        if self.app.screen is not self and self in self.app.screen_stack:
            self._is_late, self._late = True, result
            return AwaitComplete()
        return super().dismiss(result)

    def on_screen_resume(self) -> None:
        """Nothing is over it any more."""
        if self._is_late:
            self._is_late = False
            super().dismiss(self._late)
