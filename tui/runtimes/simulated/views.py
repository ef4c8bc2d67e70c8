"""Where a story is shown: on a screen, or nowhere."""

from __future__ import annotations

from typing import Protocol

from tui.runtimes.simulated.steps import Call


class View(Protocol):
    """Shows what happens on a screen."""

    def said(self, text: str, *, complete: bool) -> None:
        """A paragraph grew, or is complete."""

    def thinking(self, text: str) -> None:
        """It thinks."""

    def called(self, call: Call) -> None:
        """A tool runs."""

    def finished(self, call: Call) -> None:
        """The tool is done."""

    def note(self, text: str) -> None:
        """A remark about the run itself."""


class NoView:
    """Shows nothing: headless."""

    def said(self, text: str, *, complete: bool) -> None:
        """Nothing to show."""

    def thinking(self, text: str) -> None:
        """Nothing to show."""

    def called(self, call: Call) -> None:
        """Nothing to show."""

    def finished(self, call: Call) -> None:
        """Nothing to show."""

    def note(self, text: str) -> None:
        """Nothing to show."""
