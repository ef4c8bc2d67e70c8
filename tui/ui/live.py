"""Config files that are edited while the dashboard runs: what they say is taken over at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from tui.core.errors import AgentTuiError
from tui.core.settings import Settings
from tui.ui import keymap
from tui.ui.fit import text
from tui.ui.keyboard import made_for
from tui.ui.keymaps import KEYMAPS
from tui.ui.memory import recall
from tui.ui.toasts import Severity, Toast

if TYPE_CHECKING:
    from tui.ui.app import DashboardApp


class Watched(Protocol):
    """The files; `tui.client.configs` has the real ones."""

    @property
    def settings(self) -> Settings:
        """The newest that were good."""
        ...

    @property
    def error(self) -> AgentTuiError | None:
        """What is wrong with the files now."""
        ...

    def start(self) -> None:
        """Begin to watch."""
        ...

    def close(self) -> None:
        """Stop watching."""
        ...


Watch = Callable[[Callable[[], None]], Watched]
"""Makes the watch, given whom to tell of changes."""


class LiveConfig:
    """Follows the files for one dashboard.

    Args:
        app: The dashboard.
        watch: Makes the watch.
    """

    def __init__(self, app: DashboardApp, watch: Watch) -> None:
        self._app = app
        self._watched = watch(self._changed)

    def start(self) -> None:
        """Begin; call it on the loop."""
        self._watched.start()

    def close(self) -> None:
        """Stop."""
        self._watched.close()

    def _changed(self) -> None:
        app, error = self._app, self._watched.error
        if error is not None:
            more = len(error.all()) - 1
            words = f"{error} {more} more: agent-tui doctor." if more else str(error)
            wrong = Toast(text(words), Severity.ERROR, app.clock.now(), lambda: self._watched.error is error)
            app.toasts.add(wrong)
        elif self._watched.settings != app.settings:
            take_over(app, self._watched.settings)
        app.show_toasts()


def take_over(app: DashboardApp, new: Settings) -> None:
    """Put other settings in force."""
    old, app.settings = app.settings, new
    if user_keys(new) != user_keys(old):
        app.user_keys = keymap.usable(user_keys(new))
        keymap.put_in_force(app.user_keys)
        for problem in keymap.problems(user_keys(new)):
            app.say(problem, severity="warning")
    before, now = old.dashboard, new.dashboard
    if (now.leader, now.leader_mode) != (before.leader, before.leader_mode):
        owner = app.keyboard.owner
        app.keyboard = made_for(now)
        app.keyboard.owner = owner
    if now.theme != before.theme:
        wanted = recall(app.paths.state).theme if now.theme == "auto" else now.theme
        if wanted in app.available_themes:
            app.theme = wanted
    app.main.agent_list.wanted = now.row
    set_motion(app)
    if (now.glyphs, now.leader, now.leader_mode) != (before.glyphs, before.leader, before.leader_mode):
        app.main.dress(now.glyphs.value, app.keyboard.label, once=app.keyboard.once)
    if new.notify.desktop is not old.notify.desktop:
        app.run_task(app.notifier.renew())
    app.main.sync()


def user_keys(settings: Settings) -> dict[str, str]:
    """Return the chosen keymap with the user's own keys over it, as Textual takes them."""
    own = {name: keys or keymap.UNBOUND for name, keys in settings.keys.items()}
    return {**KEYMAPS[settings.dashboard.keymap], **own}


def set_motion(app: DashboardApp) -> None:
    """Move nothing where that is wanted, or where the environment says so."""
    still = app.settings.dashboard.reduced_motion or app.animation_default == "none"
    app.animation_level = "none" if still else app.animation_default
