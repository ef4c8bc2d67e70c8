"""Views that are only written: the event log, why, and usage."""

from __future__ import annotations

from typing import ClassVar

from textual.content import Content

from tui.ui.pages.log import log_lines
from tui.ui.pages.usage import usage_lines
from tui.ui.pages.why import why_lines
from tui.ui.tabs.base import Tab


class LogTab(Tab):
    """What happened, a line each."""

    follows: ClassVar = True
    at_end: ClassVar = True

    def lines(self, width: int) -> list[Content]:
        """Write the log."""
        return log_lines(self.stage.events, self.stage.app.clock.now(), width)


class WhyTab(Tab):
    """Why it is in this state."""

    keys: ClassVar = ("save_moment",)
    ticks: ClassVar = True

    def lines(self, width: int) -> list[Content]:
        """Write the evidence."""
        view = self.stage.view
        return why_lines(view, self.stage.app.clock.now(), width) if view is not None else []


class UsageTab(Tab):
    """What it spent."""

    ticks: ClassVar = True

    def lines(self, width: int) -> list[Content]:
        """Write the figures."""
        view, now = self.stage.view, self.stage.app.clock.now()
        return usage_lines(view, self.stage.meter, now, width) if view is not None else []
