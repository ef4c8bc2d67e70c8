"""What stands there before there is any agent: three choices, then what was found on this machine."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Final

from textual.content import Content
from textual.strip import Strip
from textual.widget import Widget

from tui import __version__
from tui.ui.fit import ALWAYS, EMPTY, Piece, fit, text
from tui.ui.keymap import BY_ID, entry_label, key_in_words
from tui.ui.paint import Painter
from tui.ui.widgets.footer import FooterItem

if TYPE_CHECKING:
    from tui.client.catalog import RuntimeInfo

_WIDTH: Final = 68
_CHOICES: Final = (
    ("agent.new", "new agent"),
    ("app.demo", "demo"),
    ("app.demo-tour", "tour"),
    ("app.quit", "close"),
)


class FirstRun(Widget):
    """Shown while there are no agents."""

    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__(id="first-run")
        self._painter = Painter(self)
        self._runtimes: Sequence[RuntimeInfo] = ()
        self._config_agents = 0
        self.asked = False
        """Somebody looks for what is installed."""
        self.display = False

    def show(self, runtimes: Sequence[RuntimeInfo], config_agents: int) -> None:
        """Say what was found.

        Args:
            runtimes: All families of agent CLIs.
            config_agents: Agents that the project's config describes.
        """
        self._runtimes, self._config_agents = runtimes, config_agents
        self.refresh()

    def items(self) -> list[FooterItem]:
        """Return the footer's keys."""
        found = []
        for name, label in _CHOICES:
            if key := entry_label(BY_ID[name]):
                found.append(FooterItem(key, label, BY_ID[name].action))
        return found

    def lines(self) -> list[Content]:
        """Return what it says."""
        found = next((r.title for r in self._runtimes if r.installed and r.executable), "a command")
        lines = [
            text("agent-tui ", "bold") + text(__version__, "$foreground-muted"),
            EMPTY,
            Content("No agents yet. They will live here, each in its own process:"),
            Content("close this window whenever you like, they go on."),
            EMPTY,
            self._choice(key_in_words("agent.new"), "start your first agent", found, first=True),
            EMPTY,
            self._choice(key_in_words("app.demo"), "look around with six demo agents", "no key, no network"),
            self._choice(
                key_in_words("app.demo-tour"), "be shown around there, in eight steps", "esc ends it"
            ),
        ]
        if self._config_agents:
            many = self._config_agents
            what = (
                f"start the {many} agents of this project" if many > 1 else "start the agent of this project"
            )
            lines += [EMPTY, self._choice(" ", what, "agent-tui up")]
        return [*lines, EMPTY, EMPTY, *self._found()]

    def _choice(self, key: str, what: str, where: str, *, first: bool = False) -> Content:
        chip = text(
            f"  {key}  ",
            "bold $on-fill on $primary" if first else "bold $primary on $panel" if key.strip() else "",
        )
        left = [Piece(ALWAYS, chip), Piece(ALWAYS, text(f"  {what}", "bold" if first else ""))]
        return fit(left, [Piece(1, text(where, "$foreground-muted"))], _WIDTH)

    def _found(self) -> list[Content]:
        clis = [info for info in self._runtimes if info.executable]
        here = [info for info in clis if info.installed]
        if not clis:
            return []
        if not here:
            return [
                text("None of these was found on this machine. To install one:", "bold $foreground-muted"),
                *(self._cli("  ", info.title, info.install) for info in clis),
            ]
        others = [info.title for info in clis if not info.installed]
        lines = [text("found on this machine", "bold $foreground-muted")]
        lines += [self._cli("✓ ", info.title, "") for info in here]
        if others:
            told = f"not found: {', '.join(others)} (agent-tui doctor says how to install)"
            lines += [text(line, "$foreground-muted") for line in wrap(told, _WIDTH)]
        return lines

    def _cli(self, mark: str, title: str, install: str) -> Content:
        left = [Piece(ALWAYS, text(mark, "$success") + text(title))]
        return fit(left, [Piece(1, text(install, "$foreground-muted"))], _WIDTH)

    def render_line(self, y: int) -> Strip:
        """Draw one line, the whole in the middle."""
        lines, (width, height) = self.lines(), self.size
        index = y - max(0, (height - len(lines)) // 2)
        if not 0 <= index < len(lines):
            return self._painter.blank(width)
        return self._painter.strip(Content(" " * max(1, (width - _WIDTH) // 2)) + lines[index], width)
