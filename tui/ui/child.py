"""The dashboard's own process: reads its order, runs the app, says goodbye."""

from __future__ import annotations

import gc
import logging
import logging.handlers
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from tui.client.fleet import Fleet
from tui.client.places import Paths
from tui.core.clock import SystemClock
from tui.ui import stopping
from tui.ui.run import Order

if TYPE_CHECKING:
    from tui.ui.app import DashboardApp
    from tui.ui.live import Watched

_LOG_BYTES: Final = 1_000_000


def main(told: int) -> int:
    """Run the dashboard as ordered through a file descriptor; return its exit code."""
    gc.disable()  # what is made until the first frame stays; the app begins to collect after it
    load()
    with os.fdopen(told, "rb") as file:
        data = file.read()
    if not data:
        return 0
    order = msgspec.json.decode(data, type=Order)
    os.environ.update(order.environment)
    paths = Paths(*(Path(folder) for folder in order.folders))
    _log_to(paths.log / "dashboard.log")
    app = _make(order, paths)
    app.run(mouse=True)
    code = app.return_code or 0
    if code == 0 and not order.demo:
        sys.stdout.write(goodbye(app) + "\n")
    return code


def load() -> None:
    """Load the toolkit and the app."""
    # In-band resize and pixel mouse positions; what Textual reads here at import is no business of our agents.
    given = os.environ.get("TEXTUAL_SMOOTH_SCROLL")
    os.environ["TEXTUAL_SMOOTH_SCROLL"] = "0"
    import tui.ui.app
    import tui.ui.driver  # noqa: F401

    if given is None:
        del os.environ["TEXTUAL_SMOOTH_SCROLL"]


def _make(order: Order, paths: Paths) -> DashboardApp:
    load()
    from tui.ui.app import DashboardApp
    from tui.ui.driver import TerminalDriver

    TerminalDriver.typed_before = order.typed

    def connect(on_change: Callable[[frozenset[str]], None]) -> Fleet:
        return Fleet(paths, clock=SystemClock(), on_change=on_change)

    def watch(on_change: Callable[[], None]) -> Watched:
        from tui.client.configs import watch_config

        return watch_config(paths, Path.cwd(), on_change)

    app = DashboardApp(
        connect,
        paths,
        order.settings,
        attach=order.attach,
        theme=order.theme,
        rescuer=order.parent,
        watch=watch,
    )
    app.main.tour.wanted = order.tour
    return app


def goodbye(app: DashboardApp) -> str:
    """Return the line that is left on the terminal: `6 agents go on (2 need you). …`."""
    going, waiting = app.going_on, app.still_waiting
    if app.main.stopped:
        return stopping.told(app.main.stopped, going)
    if not going:
        return "No agent is running. agent-tui to return."
    agents = "1 agent goes on" if going == 1 else f"{going} agents go on"
    need = f" ({waiting} need{'s' if waiting == 1 else ''} you)" if waiting else ""
    return f"{agents}{need}. agent-tui to return."


def _log_to(path: Path) -> None:
    try:
        handler = logging.handlers.RotatingFileHandler(path, maxBytes=_LOG_BYTES, backupCount=1, delay=True)
        path.touch(mode=0o600)
    except OSError:
        return  # a dashboard without a log is better than none
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(os.environ.get("AGENT_TUI_LOG", "INFO").upper())
    logging.getLogger("asyncio").setLevel(logging.WARNING)
