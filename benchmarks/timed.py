"""The dashboard with a stop-watch in it: `python -m benchmarks.timed FILE`, in a terminal, with the fleet of the environment.

Writes what a frame took, from the first line that is drawn to its last byte handed to the terminal, and how long anything
held the loop, as JSON when it ends or at SIGUSR1, which also begins anew.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

from tui.client.places import paths_from_env
from tui.core.settings import Settings
from tui.ui import child
from tui.ui.run import Order

frames_s: list[float] = []
held_s: list[float] = []


def watch_frames() -> None:
    """Time every frame that is drawn."""
    from textual.screen import Screen

    refresh = Screen._compositor_refresh

    def timed(self: Screen[Any]) -> None:
        start = time.perf_counter()
        refresh(self)
        frames_s.append(time.perf_counter() - start)

    Screen._compositor_refresh = timed  # type: ignore[method-assign]


def watch_loop() -> None:
    """Time every call of the loop."""
    run = asyncio.events.Handle._run

    def timed(self: asyncio.events.Handle) -> None:
        start = time.perf_counter()
        run(self)
        held_s.append(time.perf_counter() - start)

    asyncio.events.Handle._run = timed  # type: ignore[method-assign]


def write(path: Path) -> None:
    """Write what was seen, and begin anew."""
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps({"frames_s": frames_s, "held_s": held_s}))
    fresh.replace(path)
    frames_s.clear()
    held_s.clear()


def main() -> int:
    """Open the dashboard and measure until it is closed."""
    path = Path(sys.argv[1])
    paths = paths_from_env()
    folders = (str(paths.state), str(paths.runtime), str(paths.config), str(paths.log))
    app = child._make(Order(folders=folders, settings=Settings(), parent=os.getppid()), paths)
    watch_frames()
    watch_loop()
    signal.signal(signal.SIGUSR1, lambda *_: write(path))
    app.run(mouse=True)
    write(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
