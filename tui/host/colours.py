"""The colours in which dashboards draw this agent's pane, for a child that asks whether its terminal is dark or light.

The dashboard that was opened or given another theme last writes them down. They are read when a run begins and whenever
somebody begins to look.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from tui.terminal.colours import COLOURS_FILE, DEFAULT_PALETTE, Palette


class Colours:
    """Reads them, again only after they changed.

    Args:
        state: The state folder.
    """

    def __init__(self, state: Path) -> None:
        self._path = state / COLOURS_FILE
        self._seen = 0
        self._found = DEFAULT_PALETTE

    def read(self) -> Palette:
        """Return the colours now; the usual ones where there are none, or none that can be read."""
        try:
            seen = self._path.stat().st_mtime_ns
            if seen != self._seen:
                self._found = msgspec.json.decode(self._path.read_bytes(), type=Palette)
                self._seen = seen
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            self._seen, self._found = 0, DEFAULT_PALETTE
        return self._found
