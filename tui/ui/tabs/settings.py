"""The view of what an agent was started with."""

from __future__ import annotations

from textual.content import Content

from tui.client.origins import Setting, settings_of
from tui.ui.fit import text
from tui.ui.pages.settings import settings_lines
from tui.ui.tabs.base import Stage, Tab


class SettingsTab(Tab):
    """Its settings, each with where it comes from."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._settings: list[Setting] | None = None

    def open(self) -> None:
        """Look which file each default stands in now."""
        self.stage.app.run_task(self._read())

    async def _read(self) -> None:
        view = self.stage.view
        if view is not None:
            self._settings = await settings_of(self.stage.app.paths, view.status.id, view.spec)
            self.stage.changed()

    def lines(self, width: int) -> list[Content]:
        """Write them."""
        if self._settings is None:
            return [text("Its settings are not read yet.", "$foreground-muted")]
        return settings_lines(self._settings, width)
