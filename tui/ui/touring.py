"""The tour: a few steps over the real dashboard, each done by doing it. Pure; `tui.ui.tour` shows them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple


class Seen(NamedTuple):
    """The dashboard, as far as the tour looks at it."""

    agents: int
    selected: str | None
    waiting: int
    """Agents that need the user."""
    strip: bool
    """Answers are open."""
    typing: bool
    """An agent has the keyboard."""
    zoomed: bool
    screen: str
    """Name of the screen on top."""


class Step(NamedTuple):
    """One thing to try."""

    needs: tuple[str, ...]
    """Ids of actions; their keys stand for `{0}`, `{1}` and so on. Without one that has a key the step is left out."""
    words: str
    is_done: Callable[[Seen, Seen], bool]
    """Given the dashboard as the step began and as it is now."""
    fits: Callable[[Seen], bool] = lambda seen: True
    """Whether it can be tried now."""


LEADER: Final = "leader"
"""Stands among `needs` for the key that takes the keyboard back."""

STEPS: Final[tuple[Step, ...]] = (
    Step(("go.down",), "{0} selects the next agent", lambda was, now: now.selected != was.selected, lambda s: s.agents > 1),
    Step(("go.next",), "{0} goes to who needs you, its answers open", lambda was, now: now.strip, lambda s: s.waiting > 0),
    Step(("ask.allow", "ask.deny"), "{0} allows, {1} denies, esc lets it wait", lambda was, now: not now.strip, lambda s: s.strip),
    Step(
        ("go.type",),
        "{0} types into the agent (a headless one gets a prompt; esc leaves that)",
        lambda was, now: now.typing or now.screen == "ComposerScreen",
        lambda s: s.agents > 0,
    ),
    Step((LEADER,), "{0} takes the keyboard back", lambda was, now: not now.typing, lambda s: s.typing),
    Step(("look.zoom",), "{0} shows this agent alone, {0} again all of them", lambda was, now: now.zoomed, lambda s: s.agents > 0),
    Step(("look.why",), "{0} tells why it is in this state; esc comes back", lambda was, now: now.screen == "ViewScreen", lambda s: s.agents > 0),
    Step(
        ("app.palette", "app.help"),
        "{0} finds every action by its words, {1} lists all keys; esc comes back",
        lambda was, now: now.screen in ("CommandPalette", "HelpScreen"),
    ),
)  # fmt: skip


class Tour:
    """Where somebody stands in the steps.

    Args:
        keys: Gives the key of an action as the user has it; empty if there is none.
        steps: What to try.
    """

    def __init__(self, keys: Callable[[str], str], steps: Sequence[Step] = STEPS) -> None:
        self._keys = keys
        self._steps = [step for step in steps if all(keys(name) for name in step.needs)]
        self._at = 0
        self._was: Seen | None = None

    @property
    def is_over(self) -> bool:
        """All steps were done or passed by."""
        return self._at >= len(self._steps)

    @property
    def place(self) -> tuple[int, int]:
        """The number of the present step, and of all."""
        return self._at + 1, len(self._steps)

    @property
    def words(self) -> str:
        """What to try now."""
        if self.is_over:
            return ""
        step = self._steps[self._at]
        return step.words.format(*(self._keys(name) for name in step.needs))

    def look(self, seen: Seen) -> None:
        """Go on where a step was done; pass by what cannot be tried."""
        while not self.is_over:
            step = self._steps[self._at]
            if self._was is None:
                if not step.fits(seen):
                    self._at += 1
                    continue
                self._was = seen
            if not step.is_done(self._was, seen):
                return
            self._at, self._was = self._at + 1, None
