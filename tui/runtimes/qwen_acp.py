"""Qwen Code spoken with (`qwen --acp`). Each request's usage comes with an empty piece of text; input holds what was cached."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import ClassVar, Final

from tui.core import facts as f
from tui.core.facts import AnyFact
from tui.core.text import one_line
from tui.runtimes.acp import AcpReader
from tui.runtimes.acp_types import Session, Update
from tui.runtimes.base import RunInfo
from tui.runtimes.counts import inclusive, size

_MODEL: Final = re.compile(r"^(?:\$runtime\|[^|]*\|)?(.+?)(?:\([^()]*\))?$")
"""`$runtime|openai|qwen3-coder-plus(openai)`: the model between its provider and its way of signing in."""


class QwenAcpReader(AcpReader):
    """Reads and steers one run."""

    takes_instructions: ClassVar[bool] = True

    def __init__(self, info: RunInfo) -> None:
        super().__init__(info)
        self._messages = 0

    def model_of(self, told: Session) -> str:
        """Return the model without what it is wrapped in."""
        found = _MODEL.match(told.model)
        return found[1] if found else told.model

    def counted(self, update: Update) -> Iterable[AnyFact]:
        """One request is over."""
        told = update.meta.usage if update.meta is not None else None
        if told is None:
            return
        self._messages += 1
        usage = inclusive(
            told.inputTokens, told.outputTokens, told.cachedReadTokens, told.cachedWriteTokens, requests=1
        )
        parent = bool(update.meta and update.meta.parentToolCallId)
        yield f.UsageReported(
            usage=usage,
            key=f"{one_line(self.session)}:{self._messages}",
            context_tokens=0 if parent else size(usage),
        )
