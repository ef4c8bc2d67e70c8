"""Leave that was given for what is alike: while this dashboard is open it answers for the user, and says so.

Only where the CLI has no `always` of its own, which would hold without a dashboard.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tui.core.alike import Alike, alike
from tui.core.commands import Answer, Verdict
from tui.core.status import Request
from tui.core.text import one_line
from tui.ui.look import View
from tui.ui.notes import request_words

if TYPE_CHECKING:
    from tui.ui.screens.acts import Acts

GIVEN_MAX: Final = 200


class Standing:
    """The leaves of one dashboard.

    Args:
        acts: Gives the answers.
    """

    def __init__(self, acts: Acts) -> None:
        self._acts = acts
        self._given: dict[tuple[str, Alike], None] = {}
        self._answered: dict[str, str] = {}
        """The request that was answered last, by agent."""

    def give(self, agent_id: str, what: Alike, request_id: str) -> None:
        """Allow from now on what is alike; the request that it was given for is being answered."""
        self._given[agent_id, what] = None
        self._answered[agent_id] = request_id
        while len(self._given) > GIVEN_MAX:
            del self._given[next(iter(self._given))]

    def of(self, agent_id: str) -> list[str]:
        """Return what an agent may do without asking, in words."""
        return [what.told for owner, what in self._given if owner == agent_id]

    def take_back(self, agent_id: str) -> int:
        """Ask again about everything; returns how many leaves there were."""
        mine = [key for key in self._given if key[0] == agent_id]
        for key in mine:
            del self._given[key]
        return len(mine)

    def follow(self) -> None:
        """Answer what is alike."""
        if not self._given:
            return
        for view in list(self._acts.app.fleet.agents.values()):
            self._look(view)

    def _look(self, view: View) -> None:
        agent_id, request = view.status.id, view.status.request
        if request is None or not request.answerable or self._answered.get(agent_id) == request.request_id:
            return
        what = alike(request, view.status.cwd)
        if what is None or (agent_id, what) not in self._given:
            return
        self._answered[agent_id] = request.request_id
        self._acts.app.run_task(self._answer(view, request, what))

    async def _answer(self, view: View, request: Request, what: Alike) -> None:
        from tui.client.proposals import stays_inside

        agent_id = view.status.id
        # A link may lead out of the folder; nothing is answered that was taken back while that was looked up.
        if not await stays_inside(request, view.status.cwd) or (agent_id, what) not in self._given:
            return
        answer = Answer(request_id=request.request_id, verdict=Verdict.ALLOW)
        self._acts.command(agent_id, answer, word="alike")
        asked = one_line(request_words(request), limit=40)
        self._acts.app.say(f"{view.status.name}: allowed, as you said for {what.told}: {asked}")
