"""What a fresh session is told when the old one cannot be resumed: made from the event log."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable
from typing import Final

from tui.core import facts as f
from tui.core.spec import AgentSpec
from tui.core.text import one_line

LIMIT: Final = 6_000
"""Characters of what stands before the prompt, at most; the prompt itself is never cut."""
_PROMPTS: Final = 5
_STEPS: Final = 40
_FILES: Final = 40
_WORDS: Final = 1_500
_SEVERAL: Final = re.compile(r"\d+ files: ")
_EDITS: Final = ("edit", "write", "patch", "replace", "create", "notebook")


def compose(spec: AgentSpec, events: Iterable[f.Event], prompt: str) -> str:
    """Return the first prompt of a session that goes on with the work of a lost one.

    Args:
        spec: The agent.
        events: Its event log, oldest first; read once.
        prompt: What it is asked now; empty: only to go on.

    Returns:
        Plain text: what was asked, what was done, the files touched, the last words, and the prompt. What comes before
        the prompt is at most `LIMIT` characters.
    """
    story = _Story()
    for event in events:
        story.take(event.fact)
    parts = [
        "You take over work that an earlier session began; its conversation is lost. This is what is known of it.",
        _section("What was asked", _unique([spec.prompt, *story.prompts]), 600),
        _section("What was done, oldest first", list(story.steps), 160),
        _section("Files touched", list(story.files), 200),
        _quoted("Its last words", story.words),
    ]
    told = "\n\n".join(part for part in parts if part)
    if len(told) > LIMIT:
        told = f"{told[: LIMIT - 1]}…"
    end = "Look at the present state of the files first; do not do again what is done. "
    return f"{told}\n\n{end}" + (f"Then:\n\n{prompt}" if prompt else "Then go on.")


class _Story:
    """What the log tells, bounded while it is read."""

    def __init__(self) -> None:
        self.prompts: deque[str] = deque(maxlen=_PROMPTS)
        self.steps: deque[str] = deque(maxlen=_STEPS)
        self.files: dict[str, None] = {}
        self.words = ""

    def take(self, fact: f.AnyFact) -> None:
        """Learn from a fact."""
        match fact:
            case f.TurnStarted(prompt=prompt) if prompt:
                self.prompts.append(prompt)
            case f.UserActed(text=text, action=action) if text and action.startswith("prompt"):
                self.prompts.append(text)
            case f.ToolCalled(name=name, title=title):
                self.steps.append(f"{name}: {title}" if title else name)
                if title and any(word in name.lower() for word in _EDITS):
                    self._touched(title)
            case f.ToolFinished(ok=False, exit_code=code, denied=denied) if self.steps:
                how = "denied" if denied else f"exit {code}" if code is not None else "failed"
                self.steps[-1] = f"{self.steps[-1]} ({how})"
            case f.Text(text=text, parent="") if text.strip():
                self.words = text
            case f.TurnEnded(text=text) if text.strip():
                self.words = text
            case _:
                pass

    def _touched(self, title: str) -> None:
        """Note the files of an edit; one that changes several names them after their number: `2 files: a.py, b.py`."""
        for name in _SEVERAL.sub("", title).split(", ") if _SEVERAL.match(title) else [title]:
            self.files.pop(name, None)
            self.files[name] = None
            if len(self.files) > _FILES:
                del self.files[next(iter(self.files))]


def _unique(prompts: list[str]) -> list[str]:
    return list(dict.fromkeys(prompt.strip() for prompt in prompts if prompt.strip()))


def _section(title: str, lines: list[str], limit: int) -> str:
    shown = [one_line(line, limit=limit) for line in lines]
    return f"{title}:\n" + "\n".join(f"- {line}" for line in shown) if shown else ""


def _quoted(title: str, text: str) -> str:
    text = text.strip()
    if len(text) > _WORDS:
        text = f"…{text[-_WORDS:]}"
    return f"{title}:\n" + "\n".join(f"> {line}" for line in text.splitlines()) if text else ""
