"""An app that says things in passing, and does things that take a while: what goes wrong with them becomes a sentence, too."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

from textual.notifications import SeverityLevel

from tui.core.clock import Clock, SystemClock
from tui.core.errors import AgentTuiError
from tui.ui.fields import is_field
from tui.ui.fit import text
from tui.ui.terminal_app import TerminalApp
from tui.ui.toasts import Severity, Toast, Toasts
from tui.ui.widgets.toast_corner import ToastCorner

T = TypeVar("T")

log = logging.getLogger(__name__)


class TalkingApp(TerminalApp[T], Generic[T], inherit_bindings=False):
    """Base of the dashboard: toasts and tasks, nothing about agents.

    Args:
        clock: Given in tests.
    """

    def __init__(self, *, clock: Clock | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.clock = clock or SystemClock()
        self.toasts = Toasts()
        self._says = False
        """Something is shown: it has to be taken away again."""
        self._tasks: set[asyncio.Task[None]] = set()

    # -- what is said --------------------------------------------------------------------------------------------------

    def say(self, sentence: str, *, severity: SeverityLevel = "information") -> None:
        """Say something in passing; the text is taken literally."""
        self.toasts.add(Toast(text(sentence), Severity(severity), self.clock.now()))
        self.show_toasts()

    def notify(self, message: str, *, severity: SeverityLevel = "information", **options: Any) -> None:
        """Say what Textual itself wants to say, in our own way."""
        del options
        self.say(message, severity=severity)

    @property
    def is_typed_into(self) -> bool:
        """Somebody types, into a dialog or a field: nothing may be laid over it."""
        if not self._screen_stack:
            return True
        return self.screen.is_modal or is_field(self.screen.focused)

    def show_toasts(self) -> None:
        """Show what is said now, unless somebody types."""
        shown = self.toasts.shown(self.clock.now(), hidden=self.is_typed_into, reads=self.is_read)
        if not shown and not self._says:
            return  # as at nearly every second
        self._says = bool(shown)
        for screen in self._screen_stack:
            for rack in screen.query(ToastCorner):
                rack.show(shown if screen is self.screen else [])

    @property
    def is_read(self) -> bool:
        """Somebody reads: news has to wait."""
        return False

    def dismiss_toasts(self) -> None:
        """The user has read them."""
        self.toasts.dismiss()
        self.show_toasts()

    def on_toast_line_pressed(self) -> None:
        """One was clicked."""
        self.dismiss_toasts()

    # -- what is done ---------------------------------------------------------------------------------------------------

    def call_later_s(self, delay_s: float, callback: Callable[..., None], *args: object) -> None:
        """Call after a while."""
        self.set_timer(delay_s, lambda: callback(*args))

    def run_task(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something that waits for a host; what goes wrong becomes a toast."""

        async def guarded() -> None:
            try:
                await work
            except AgentTuiError as error:
                self.say(str(error), severity="error")

        task = asyncio.create_task(guarded(), name="act")
        self._tasks.add(task)
        task.add_done_callback(self._task_done)

    def _task_done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a task of the dashboard failed", exc_info=error)
            self.say(f"That failed inside agent-tui: {error!r}. The log has more.", severity="error")

    def drop_tasks(self) -> None:
        """What is not done by now is not wanted any more."""
        for task in self._tasks:
            task.cancel()
