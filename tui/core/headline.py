"""What an agent's row says it does, in one line."""

from __future__ import annotations

import re
from typing import Final

from tui.core import facts as f
from tui.core.text import one_line

_SENTENCE_END: Final = re.compile(r"(?<=[.!?:])\s+")
_MARKS: Final = re.compile(
    # Markdown's marks, but not the underscores inside of names.
    r"^[\s>]*(?:#+|[-*+]|\d+[.)])\s+|[*`]+|(?<!\w)_(?=[^\W_])|(?<=[^\W_])_(?!\w)"
)


def headline(fact: f.AnyFact) -> str | None:
    """Return the headline after a fact, or None if it does not change it."""
    match fact:
        case f.ToolCalled(name=name, title=title):
            return (
                one_line(f"{name}  {title}")
                if not title
                else f"{one_line(name, limit=40)}  {one_line(title)}"
            )
        case f.PermissionAsked(tool=tool, title=title):
            return f"{one_line(tool, limit=40).lower() or 'wants'}  {one_line(title)}"
        case f.QuestionAsked(text=text):
            return f"“{one_line(text)}”"
        case f.Text(text=text):
            return last_sentence(text)
        case f.TurnEnded(ok=True, text=text) if text:
            return last_sentence(text)
        case f.TurnEnded(ok=False, error=error) if error:
            return one_line(error)
        case f.RateLimited(text=text) if text:
            return one_line(text)
        case f.Retrying(attempt=attempt, max_attempts=most, error=error):
            count = f"{attempt} of {most}" if most else f"{attempt}"
            return one_line(f"retry {count}  {error}")
        case f.ErrorReported(text=text) if text:
            return one_line(text)
        case f.TurnStarted(prompt=prompt) if prompt:
            return f"› {one_line(prompt)}"
        case _:
            return None


def last_sentence(text: str) -> str | None:
    """Return the last sentence of a Markdown text without its marks; None if there is none."""
    for line in reversed(text[-2_000:].splitlines()):
        words = _MARKS.sub("", line).strip()
        if words and not set(words) <= set("-=|+~ "):
            return one_line(_SENTENCE_END.split(words)[-1] or words)
    return None
