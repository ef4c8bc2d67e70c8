"""Retries of Gemini CLI, which it tells on standard error only, on one line or on two."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from tui.core import facts as f
from tui.core.text import one_line
from tui.runtimes.texts import spoken

LIMIT: Final = re.compile(r"rate limit|quota|RESOURCE_EXHAUSTED|\b429\b", re.IGNORECASE)
_ATTEMPT: Final = re.compile(r"^Attempt (\d{1,4}) failed(?: with status (\d{3}))?[.:]? ?(.*)", re.DOTALL)
_DELAY: Final = re.compile(r"Retrying after (\d{1,9})ms")
_BACKOFF: Final = re.compile(r"^Retrying with backoff\.{3} ")


class Retries:
    """Understands `Attempt 1 failed: why … Retrying after 5368ms...`."""

    def __init__(self) -> None:
        self._attempt = 0
        self.error = ""
        """Why the last attempt failed."""

    def heard(self, text: str) -> Iterable[f.Retrying]:
        """Return the fact of a log line that tells a retry."""
        found = _ATTEMPT.match(text)
        delay = _DELAY.search(text)
        if found:
            self._attempt, self.error = int(found[1]), found[3]
        if not self._attempt or "Retrying" not in text:
            return
        yield f.Retrying(
            attempt=self._attempt,
            delay_s=min(int(delay[1]) / 1000, 86_400.0) if delay else 0.0,
            status=int(found[2]) if found and found[2] else 429 if LIMIT.search(self.error) else None,
            error=one_line(_BACKOFF.sub("", spoken(self.error))),
        )
