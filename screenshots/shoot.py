"""Draws the pictures of a directed afternoon: the real dashboard on real agents."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, cast
from unittest import mock

from textual.pilot import Pilot

from screenshots import plots
from screenshots.cast import at
from screenshots.live import Afternoon, StillClock, StillFleet
from screenshots.plots import Plot
from screenshots.scenes import Scene
from screenshots.stage import dashboard, folders, still_world
from tui.client.digests import AWAY, AwayNote, write_away
from tui.ui.app import DashboardApp
from tui.ui.widgets.pane import Pane
from tui.ui.widgets.timeline import TimelineView

PLOTS: Final = {plot.name: plot for plot in (*plots.SIX, *plots.MORE)}
_LOOK_S: Final = 0.03
_SAME: Final = 4
"""So many looks in a row that are the same are rest: sizes are told to agents after a tenth of a second."""
_LOOKS: Final = 400


async def shoot(scenes: Sequence[Scene], draw: Callable[[DashboardApp], str]) -> dict[str, str]:
    """Play the afternoon as far as scenes need it, and return their pictures by name."""
    with still_world() as home:
        afternoon = Afternoon(folders(home), home)
        wanted: list[Plot] = [
            plot for name, plot in PLOTS.items() if any(name in scene.agents for scene in scenes)
        ]
        try:
            await afternoon.play(wanted)
            return {scene.name: await _picture(afternoon, scene, draw) for scene in scenes}
        finally:
            await afternoon.end()


async def _picture(afternoon: Afternoon, scene: Scene, draw: Callable[[DashboardApp], str]) -> str:
    paths = afternoon.paths
    _forget(paths.state)
    await afternoon.shrink()
    if scene.away:
        write_away(paths, AwayNote(at=at(scene.away)))

    def connect(on_change: Callable[[frozenset[str]], None]) -> StillFleet:
        return StillFleet(paths, clock=StillClock(), on_change=on_change, only=scene.agents)

    with mock.patch.dict(os.environ, {} if scene.colour else {"NO_COLOR": "1"}):
        return await _played(dashboard(connect, paths, scene.size, theme=scene.theme), afternoon, scene, draw)


async def _played(
    opening: contextlib.AbstractAsyncContextManager[Pilot[int]],
    afternoon: Afternoon,
    scene: Scene,
    draw: Callable[[DashboardApp], str],
) -> str:
    async with opening as pilot:
        await settle(pilot, afternoon)
        await scene.script(pilot)
        await settle(pilot, afternoon)
        picture = draw(cast("DashboardApp", pilot.app))
        await pilot.press(*scene.undo)
        await pilot.pause()
        return picture


def _forget(state: Path) -> None:
    """Forget what the dashboard of the picture before remembered."""
    for name in ("dashboard.json", AWAY):
        (state / name).unlink(missing_ok=True)


async def settle(pilot: Pilot[int], afternoon: Afternoon) -> None:
    """Wait until agents have drawn themselves for their panes, and some looks in a row are the same.

    Raises:
        TimeoutError: It still moves, which a still clock does not explain.
    """
    before, same = "", 0
    for _ in range(_LOOKS):
        await pilot.pause(_LOOK_S)
        pilot.app.main.tick()  # type: ignore[attr-defined] # the dashboard's own screen
        _true_thumbs(pilot)
        update = pilot.app.screen._compositor.render_update(full=True)
        now = repr(getattr(update, "strips", update))
        same = same + 1 if now == before and _fits(pilot, afternoon) else 0
        if same >= _SAME:
            return
        before = now
        await asyncio.sleep(_LOOK_S)
    raise TimeoutError("The scene does not come to rest.")


def _true_thumbs(pilot: Pilot[int]) -> None:
    """Put the thumb of each scroll bar where it belongs: a timeline moves its own only when it has moved far enough to be seen."""
    for view in pilot.app.screen.query(TimelineView):
        bar = view.vertical_scrollbar
        bar.window_virtual_size, bar.window_size = view.virtual_size.height, view.size.height
        bar.position = view.scroll_y
        bar.refresh()


def _fits(pilot: Pilot[int], afternoon: Afternoon) -> bool:
    """Return whether each agent whose screen is shown has drawn it, in the size of its pane."""
    for pane in pilot.app.screen.query(Pane):
        terminal = pane.terminal
        drawn = afternoon.drawn(pane.agent_id or "")
        if pane.display and terminal.display and terminal.size and drawn != (0, 0):
            size = terminal.screen_size
            if drawn != (size.cols, size.rows):
                return False
    return True
