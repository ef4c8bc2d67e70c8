"""Screens that are left once: keys typed faster than a screen goes away must not leave what lies below it, too."""

from __future__ import annotations

from typing import Generic, TypeVar

from textual.await_complete import AwaitComplete

from tui.ui.screens.keyed import Keyed

T = TypeVar("T")


class LeftOnce(Keyed[T], Generic[T]):
    """A screen that can be dismissed any number of times."""

    is_left = False

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        """Leave with a result; the first counts.

        Textual takes a screen off at once but lets it handle the keys that it had got before, and a second dismissal ends the app.
        """
        if self.is_left:
            return AwaitComplete()
        self.is_left = True
        return super().dismiss(result)
