"""The view of changed files: git is asked while it is open, diffs are read as they are unfolded."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.content import Content

from tui.client import changes as client
from tui.core.changes import Changes
from tui.ui.pages.files import FileRow, changes, files_lines, git_rows, head_line, tool_diff, tool_rows
from tui.ui.tabs.base import Stage, Tab

LOOK_S: Final = 5.0
"""Git is asked again after this …"""
PATIENCE: Final = 20
"""… or after so many times as long as it took."""
OPEN_AT_ONCE: Final = 3
"""As few files as these are unfolded at first."""


class FilesTab(Tab):
    """Files that changed since the agent began."""

    keys: ClassVar = ("fold", "fold_all")
    follows: ClassVar = True

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self.found: Changes | None = None
        self._rows: list[FileRow] = []
        self._places: list[int] = []
        self._selected = 0
        self._unfolded: set[str] = set()
        self._diffs: dict[str, str | None] = {}
        self._asked_at = -1e9
        self._busy = False
        self._is_new = True

    @property
    def count(self) -> int | None:
        """How many files changed."""
        return len(self._rows) if self.found is not None else None

    def open(self) -> None:
        """Ask git now."""
        self._ask()

    def second(self) -> None:
        """Ask git from time to time."""
        took = self.found.took_s if self.found is not None else 0.0
        if self.stage.app.event_clock() - self._asked_at >= max(LOOK_S, PATIENCE * took):
            self._ask()

    def _ask(self) -> None:
        if not self._busy:
            self._busy = True
            self._asked_at = self.stage.app.event_clock()
            self.stage.app.run_task(self._look())

    async def _look(self) -> None:
        try:
            view = self.stage.view
            if view is not None:
                self.found = await client.look(view.status.cwd, view.status.start_commit)
                self._take_rows()
                if self._is_new:
                    self._is_new = False
                    if len(self._rows) <= OPEN_AT_ONCE:
                        self._unfolded |= {row.path for row in self._rows}
                await self._read()
        finally:
            self._busy = False
        self.stage.changed()

    async def _read(self) -> None:
        """Read the diffs of what is unfolded, again too: a file may change and keep its counts."""
        view, found = self.stage.view, self.found
        for row in self._rows:
            if (
                row.path in self._unfolded
                and row.source is not None
                and view is not None
                and found is not None
            ):
                self._diffs[row.path] = await client.diff(view.status.cwd, found.base, row.source)
                self.stage.changed()

    def _take_rows(self) -> None:
        view, now = self.stage.view, self.stage.app.clock.now()
        cwd = view.status.cwd if view is not None else ""
        tools = changes(self.stage.events)
        if self.found is not None and self.found.repository and not self.found.problem:
            self._rows = git_rows(self.found, tools, now, cwd)
        else:
            self._rows = tool_rows(tools, now, cwd)
            self._diffs = {row.path: tool_diff(tools, row.path, cwd) for row in self._rows}
        self._selected = min(self._selected, max(0, len(self._rows) - 1))

    def lines(self, width: int) -> list[Content]:
        """Write the files."""
        self._take_rows()
        written = files_lines(
            self._rows,
            head_line(self.found, self._rows, width),
            width,
            selected=self._selected,
            unfolded=self._unfolded,
            diffs=self._diffs,
        )
        self._places = written.places
        self.place = self._places[self._selected] if self._places else -1
        return written.lines if self._rows else [written.lines[0], Content(""), self._nothing()]

    def _nothing(self) -> Content:
        if self.found is None:
            return Content("")
        told = self.found.repository and not self.found.problem
        words = "Nothing changed." if told else "No tool call changed a file, as far as the CLI tells."
        return Content.styled(words, "$foreground-muted")

    def move(self, by: int) -> bool:
        """Select the next or previous file."""
        if not self._rows:
            return False
        self._selected = min(max(0, self._selected + by), len(self._rows) - 1)
        return True

    def press(self, line: int) -> bool:
        """Select the file of a line, and unfold or fold it."""
        if line not in self._places:
            return False
        self._selected = self._places.index(line)
        self.fold()
        return True

    def fold(self, *, everything: bool = False) -> None:
        """Unfold the selected file, or all; fold what is unfolded."""
        if not self._rows:
            return
        paths = {row.path for row in self._rows} if everything else {self._rows[self._selected].path}
        if paths <= self._unfolded:
            self._unfolded -= paths
        else:
            self._unfolded |= paths
            self.stage.app.run_task(self._read())

    async def copied(self) -> str:
        """Return the diff of the selected file."""
        return (self._diffs.get(self._rows[self._selected].path) or "") if self._rows else ""
