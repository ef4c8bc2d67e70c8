"""An agent's plan as facts: told whole each time, it becomes a call that is over at once, and only when a step has changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from tui.core import facts as f
from tui.core.facts import AnyFact
from tui.core.text import one_line
from tui.runtimes.texts import bounded

_MARKS: Final = {"completed": "[x]", "in_progress": "[>]", "inProgress": "[>]"}


class Plan:
    """The plan as it was last told."""

    def __init__(self) -> None:
        self._steps: list[str] = []
        self._told = 0

    def told(self, steps: Iterable[tuple[str, str]]) -> Iterable[AnyFact]:
        """Return the facts of a plan.

        Args:
            steps: Each with its state (`pending`, `in_progress`, `completed`) and its words.
        """
        now = [f"{_MARKS.get(state, '[ ]')} {one_line(words)}" for state, words in steps]
        if now == self._steps:
            return
        self._steps, self._told = now, self._told + 1
        key = f"plan:{self._told}"
        yield f.ToolCalled(call_id=key, name="update_plan", title=f"{len(now)} steps")
        yield f.ToolFinished(call_id=key, output=bounded("\n".join(now)))
