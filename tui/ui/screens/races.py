"""Races on the main screen: begun, looked at, side by side. A part of the main screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.ui.layout import Arrangement
from tui.ui.screens.parts import Part

if TYPE_CHECKING:
    from tui.core.racing import Race


class Races(Part):
    """Actions on races."""

    def action_race(self) -> None:
        """Show how the race of the selected agent stands, or the newest; without one, begin one."""
        self.app.run_task(self._show_race())

    async def _show_race(self) -> None:
        from tui.ui.screens.race import RaceScreen, all_races

        races = await all_races(self.app)
        if not races:
            self.action_new_race()
            return
        selected = self.agents.selected or ""
        mine = next((race for race in races if race.racer(selected) is not None), races[0])
        self.app.push_screen(RaceScreen(races, mine.name))

    def action_new_race(self) -> None:
        """Describe a race: the dialog for a new agent, with two runtimes marked."""
        from tui.ui.screens.new_agent import NewAgentScreen

        self.app.push_screen(NewAgentScreen(race=True))

    def show_race(self, race: Race) -> None:
        """Show its racers alone, side by side."""
        ids = [racer.agent_id for racer in race.racers]
        self.agents.update(self.app.fleet.agents, self.now())
        self.app.main.set_filter(f"tag:{race.name}")
        if self.board.arrangement is not Arrangement.COLUMNS:
            self.board.choose(Arrangement.COLUMNS)
            self._places = []
        self.app.main.select(next((agent_id for agent_id in ids if agent_id in self.agents.shown), None))
        self.sync()
