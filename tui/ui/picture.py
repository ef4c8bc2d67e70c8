"""A terminal's screen as it is shown: rows, cursor, and where it stands below the scrollback."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from tui.protocol.screen import Cursor
from tui.ui.scrollback import Styled


@dataclass
class Picture:
    """One screen."""

    rows: list[Styled] = field(default_factory=list)
    cursor: Cursor = Cursor(visible=False)  # noqa: RUF009 - frozen
    base: int = 0
    """Absolute number of the first row."""
    wrapped: frozenset[int] = frozenset()
    """Rows that go on in the next one."""

    def copy(self) -> Picture:
        """Return it as it is now."""
        return replace(self, rows=list(self.rows))
