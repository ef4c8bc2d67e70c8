"""Looking around with simulated agents from the first screen: the demo has the terminal until it is closed."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Final

from textual.app import SuspendNotSupported

if TYPE_CHECKING:
    from tui.ui.app import DashboardApp

# -P: a file of the folder we stand in must not be taken for one of the standard library.
ARGV: Final = (sys.executable, "-P", "-c", "import tui.cli; tui.cli.main()", "--demo")


def look_around(app: DashboardApp, *, tour: bool = False) -> None:
    """Hand the terminal to the demo, in folders of its own, and take it back when it is closed."""
    try:
        with app.suspend():
            subprocess.run([*ARGV, *(["--tour"] if tour else [])], check=False)
    except SuspendNotSupported:
        app.say("This terminal cannot be handed over: agent-tui --demo opens it.")
