from __future__ import annotations

import pytest
from textual.containers import Vertical

from screenshots import events
from screenshots.cast import NOW, csv_export, six
from tests.ui.widgets.stage import Stage, assert_full, lines_of, style_at
from tui.ui.agents import Agents
from tui.ui.widgets.agent_list import AgentList
from tui.ui.widgets.band import PaneBand
from tui.ui.widgets.footer import FooterItem, FooterLine
from tui.ui.widgets.header import DashboardHeader
from tui.ui.widgets.tile import TileBody
from tui.ui.widgets.timeline import TimelineView


def is_grey(colour: str) -> bool:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return max(red, green, blue) - min(red, green, blue) <= 2


@pytest.mark.parametrize("theme", ["dark", "light", "ansi"])
@pytest.mark.parametrize("colour", [True, False])
async def test_everything_is_drawn_in_every_theme_with_and_without_colour(
    theme: str, colour: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if colour:
        monkeypatch.delenv("NO_COLOR", raising=False)
    else:
        monkeypatch.setenv("NO_COLOR", "1")
    header, agent_list, band, tile = DashboardHeader(), AgentList(), PaneBand(), TileBody()
    timeline, footer = TimelineView(), FooterLine()
    css = "AgentList { height: 12; } TimelineView { height: 30; } TileBody { height: 5; margin: 0; }"
    app = Stage(Vertical(header, agent_list, band, tile, timeline, footer), theme=theme, css=css)
    async with app.run_test(size=(100, 51)) as pilot:
        header.show(six(), NOW)
        agents = Agents()
        agents.update({view.id: view for view in six()}, NOW)
        agent_list.show(agents.listing, NOW, "docs")
        band.show(six()[0], NOW, typing=True)
        tile.show(six()[2], NOW)
        timeline.feed(events.csv_export())
        timeline.show(csv_export(), NOW)
        footer.show([FooterItem("n", "new")], "keys go to docs")
        await pilot.pause()
        lines = lines_of(app)
        assert_full(lines, 100)
        text = "\n".join(lines)
        for part in (
            "! 2 need you",
            "▌",
            "permission 1:52",
            "keys go to this agent",
            "+7 −3",
            "keys go to docs",
        ):
            assert part in text
        if not colour and theme != "ansi":
            chip = lines[0].index("! 2")
            front, back, bold = style_at(app, chip, 0)
            assert is_grey(front)
            assert is_grey(back)
            assert bold
            assert back != style_at(app, chip - 3, 0)[1]
