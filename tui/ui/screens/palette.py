"""What the command palette offers: what can be done on the page below it, every action of the dashboard, every agent by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider

from tui.core.attention import LOOK
from tui.ui import keymap
from tui.ui.agents import state_of
from tui.ui.screens.page import SHARED, AgentPage, Page

if TYPE_CHECKING:
    from tui.ui.app import DashboardApp


KEYLESS: Final = (
    ("test the notification", "app.test_notification"),
    ("tour: be shown around", "tour"),
    ("new race: one prompt to several runtimes", "new_race"),
    ("save what was spent as CSV (export usage)", "export_usage"),
)
"""What has no key: words and action."""
ALSO: Final[Mapping[str, str]] = {
    "look.why": "stall stalled stuck hang hung quiet reason evidence state",
    "agent.resume": "continue stalled stuck lost session",
    "look.usage": "cost money dollars today spent tokens budget limits",
    "app.stop-all": "everything shutdown end kill",
    "agent.kill": "end stop terminate",
    "agent.interrupt": "stop turn",
    "go.next": "permission question waiting asks",
    "ask.inbox": "permission permissions approve",
    "agent.new": "start run add",
    "agent.like": "duplicate copy clone",
    "look.race": "compare side several models",
    "look.files": "diff changes git",
    "app.quit": "exit leave quit",
    "look.copy": "search history scrollback",
}
"""Words that people look for an action by and that need not stand in its help; they come first."""
_SOUGHT: Final = 100.0
"""The score of such a word, above what letters here and there give."""


def sought(query: str, entry: keymap.Entry) -> float:
    """Return the score of an action that is looked for by one of its other words; 0 if it is not."""
    words = ALSO.get(entry.id, "").split()
    query = query.strip().casefold()
    places = [at for at, word in enumerate(words) if len(query) > 2 and word.startswith(query)]
    return _SOUGHT - places[0] if places else 0.0


OWN_THEMES: Final = ("dark", "light", "high-contrast", "colour-blind", "ansi")


class Offer(NamedTuple):
    """Something to run."""

    words: str
    run: Callable[[], object]
    keys: str = ""
    also: str = ""
    """What else it is called."""
    entry: keymap.Entry | None = None


class _DashboardProvider(Provider):
    @property
    def dashboard(self) -> DashboardApp:
        """The app."""
        return cast("DashboardApp", self.app)

    @property
    def page(self) -> Page | None:
        """The page that the palette was opened on; None: the dashboard itself."""
        return self.screen if isinstance(self.screen, Page) else None

    def on_main(self, action: str) -> None:
        """Run an action of the dashboard, once the palette and the page below it are gone."""

        async def run() -> None:
            await leave(self.page)
            await self.app.run_action(action, self.dashboard.main)

        self.app.call_later(run)


async def leave(page: Page | None) -> None:
    """Go back to the dashboard."""
    if page is not None and page.is_current:
        await page.dismiss()


class KeyCommands(_DashboardProvider):
    """Actions, with their keys."""

    async def discover(self) -> Hits:
        """Offer all of them before anything is typed."""
        for offer in self.offers():
            yield DiscoveryHit(offer.words, offer.run, help=offer.keys)

    async def search(self, query: str) -> Hits:
        """Offer those that match."""
        matcher = self.matcher(query)
        for offer in [*self.offers(), *self._themes()]:
            found = matcher.match(f"{offer.words} {offer.also}".rstrip())
            if (score := max(found, sought(query, offer.entry) if offer.entry is not None else 0.0)) > 0:
                words = matcher.highlight(offer.words)
                yield Hit(score, words, offer.run, text=offer.words, help=offer.keys)

    def offers(self) -> Iterator[Offer]:
        """Yield what can be done: on the page first, then on the dashboard."""
        page = self.page
        if page is not None:
            yield from on_page(page)
        for entry in keymap.TABLE:
            if not entry.aside and self.dashboard.main.can(entry.action):
                run = partial(self.on_main, entry.action)
                yield Offer(entry.help, run, keymap.entry_label(entry), entry.label, entry)
        for words, action in KEYLESS:
            yield Offer(words, partial(self.on_main, action))

    def _themes(self) -> Iterator[Offer]:
        for name in OWN_THEMES:
            if name in self.app.available_themes:
                yield Offer(f"theme: {name}", partial(self.dashboard.choose_theme, name))


def on_page(page: Page) -> Iterator[Offer]:
    """Yield what a page can do that the dashboard cannot: moving about it is left to its keys."""
    moves = {binding.action for binding in SHARED} | page.moves
    for each in page.bound():
        if each.id not in keymap.BY_ID and each.action not in moves:
            run = partial(page.app.call_later, page.app.run_action, each.action, page)
            yield Offer(each.told, run, each.labels[0], each.word)


class AgentCommands(_DashboardProvider):
    """Agents, to go to."""

    async def search(self, query: str) -> Hits:
        """Offer agents whose name matches."""
        matcher = self.matcher(query)
        for view in self.dashboard.fleet.agents.values():
            name = view.status.name
            if (score := matcher.match(name)) > 0:
                yield Hit(
                    score,
                    matcher.highlight(name),
                    lambda agent_id=view.status.id: self._go_to(agent_id),
                    text=name,
                    help=f"{LOOK[state_of(view)].word} · {view.status.runtime}",
                )

    def _go_to(self, agent_id: str) -> None:
        page = self.page

        async def go() -> None:
            self.dashboard.main.select(agent_id)
            if isinstance(page, AgentPage):
                page.look_at(agent_id)
            else:
                await leave(page)

        self.app.call_later(go)
