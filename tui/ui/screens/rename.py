"""Asks for another name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from tui.core.errors import AgentTuiError
from tui.ui.fit import text
from tui.ui.notes import key
from tui.ui.screens.dialog import Dialog

if TYPE_CHECKING:
    from tui.ui.app import DashboardApp


class RenameScreen(Dialog[str]):
    """Renames an agent; what is wrong with a name is said here, with the name still written.

    Args:
        agent_id: The agent.
        name: What it is called now.
    """

    app: DashboardApp

    def __init__(self, agent_id: str, name: str) -> None:
        super().__init__()
        self._agent = agent_id
        self._called = name
        self._busy = False

    def compose(self) -> ComposeResult:
        """A card at the foot of the screen."""
        with Vertical(classes="card -foot"):
            yield Static(text("rename", "bold") + text(f"  {self._called}"), id="title")
            yield Input(self._called, id="name", select_on_focus=True)
            yield Static("", id="problem")
            yield Static(key("enter", "rename") + Content("   ") + key("esc", "leave it"), id="foot")

    def on_mount(self) -> None:
        """The old name is marked: typing replaces it."""
        super().on_mount()
        self.query_one("#problem", Static).display = False
        self.query_one(Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the name."""
        name = event.value.strip()
        if name == self._called:
            self.dismiss(None)
        elif not self._busy:
            self._busy = True
            self.app.run_task(self._rename(name))

    async def _rename(self, name: str) -> None:
        try:
            await self.app.fleet.rename(self._agent, name)
        except AgentTuiError as error:
            if self.is_attached:
                problem = self.query_one("#problem", Static)
                problem.update(text(str(error), "$error"))
                problem.display = True
            return
        finally:
            self._busy = False
        self.dismiss(name)
