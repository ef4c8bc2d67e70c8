"""How many frames a second each pane asks for."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Final, NamedTuple

from tui.ui.layout import PaneKind


class Rates(NamedTuple):
    """Frames a second at most."""

    typed: int
    """While somebody types into it, what is drawn may be the answer to a key."""
    focused: int
    visible: int
    preview: int

    def of(self, kind: PaneKind, *, focused: bool, typed: bool = False) -> int:
        """Return the rate of a pane."""
        if kind is not PaneKind.LIVE:
            return self.preview
        if typed:
            return self.typed
        return self.focused if focused else self.visible


LOCAL: Final = Rates(60, 30, 12, 2)
REMOTE: Final = Rates(20, 20, 5, 1)
"""Over SSH, where every frame is bytes on a line that keys share."""


def rates(env: Mapping[str, str] = os.environ) -> Rates:
    """Return the rates for this terminal."""
    return REMOTE if env.get("SSH_CONNECTION") else LOCAL
