"""What the command palette offers: every action of the keymap, and every agent by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider

from tui.core.attention import LOOK
from tui.ui import keymap
from tui.ui.agents import state_of

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


class _DashboardProvider(Provider):
    @property
    def dashboard(self) -> DashboardApp:
        """The app."""
        return cast("DashboardApp", self.app)

    def run(self, action: str) -> None:
        """Run an action of the main screen, once the palette is gone."""
        main = self.dashboard.main
        self.app.call_later(self.app.run_action, action, main)


class KeyCommands(_DashboardProvider):
    """Actions, with their keys."""

    async def discover(self) -> Hits:
        """Offer all of them before anything is typed."""
        for entry in keymap.TABLE:
            if entry.palette:
                yield DiscoveryHit(
                    entry.help, lambda action=entry.action: self.run(action), help=self._keys(entry)
                )
        for words, action in KEYLESS:
            yield DiscoveryHit(words, lambda action=action: self.run(action))

    async def search(self, query: str) -> Hits:
        """Offer those that match."""
        matcher = self.matcher(query)
        for entry in keymap.TABLE:
            score = max(matcher.match(f"{entry.help} {entry.label}"), sought(query, entry))
            if entry.palette and score > 0:
                yield Hit(
                    score,
                    matcher.highlight(entry.help),
                    lambda action=entry.action: self.run(action),
                    text=entry.help,
                    help=self._keys(entry),
                )
        for words, action in KEYLESS:
            if (score := matcher.match(words)) > 0:
                yield Hit(score, matcher.highlight(words), lambda action=action: self.run(action), text=words)
        for theme in self.app.available_themes.values():
            title = f"theme: {theme.name}"
            if theme.name in OWN_THEMES and (score := matcher.match(title)) > 0:
                yield Hit(
                    score, matcher.highlight(title), lambda name=theme.name: self.dashboard.choose_theme(name)
                )

    def _keys(self, entry: keymap.Entry) -> str:
        return keymap.entry_label(entry, self.dashboard.user_keys)


OWN_THEMES = frozenset({"dark", "light", "high-contrast", "colour-blind", "ansi"})


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
                    lambda agent_id=view.status.id: self.dashboard.main.select(agent_id),
                    text=name,
                    help=f"{LOOK[state_of(view)].word} · {view.status.runtime}",
                )
