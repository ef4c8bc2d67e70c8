"""OpenCode spoken with (`opencode acp`). The end of a turn tells the tokens of its last step only: its database tells all.

Each step of a turn is a message there, with its tokens and its money. Its log names the model and what is tried again.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import ClassVar

from tui.core import facts as f
from tui.core.activity import Source
from tui.core.facts import AnyFact
from tui.runtimes.acp import AcpReader
from tui.runtimes.acp_types import Prompted
from tui.runtimes.base import Follow, Observed, RunInfo
from tui.runtimes.opencode_log import LOG, OpenCodeLog, log_path
from tui.runtimes.opencode_store import STORE, OpenCodeStore, StoreChangedError, store_path
from tui.runtimes.opencode_stream import marked_by


class OpenCodeAcpReader(AcpReader):
    """Reads and steers one run."""

    model_option: ClassVar[str] = "model"

    def __init__(self, info: RunInfo) -> None:
        super().__init__(info)
        env = info.launch.env
        self._log = OpenCodeLog(marked_by(info))
        # What a loaded session had before is not ours.
        self._store: OpenCodeStore | None = OpenCodeStore(store_path(env), int(time.time() * 1000))
        self.follows = [
            Follow(LOG, log_path(env), lines=True, from_start=False),
            *(Follow(STORE, store_path(env) + end, only_changes=True) for end in ("", "-wal")),
        ]

    def file(self, name: str, data: bytes) -> Iterable[Observed]:
        """Its log grew, or its database changed."""
        if name == LOG:
            return self._logged(self._log.line(data))
        return [(Source.TRANSCRIPT, fact) for fact in self._used()]

    def tick(self) -> Iterable[Observed]:
        """A second passed: a retry that was not given up by now is one."""
        return [*self._logged(self._log.due()), *super().tick()]

    def _logged(self, facts: Iterable[AnyFact]) -> list[Observed]:
        # What it says itself names the session; it is silent while it retries, so the log speaks for it.
        return [(Source.STREAM, fact) for fact in facts if isinstance(fact, f.Retrying)]

    def turn_counted(self, told: Prompted) -> Iterable[AnyFact]:
        """All its steps are over."""
        return self._used()

    def _used(self) -> Iterable[AnyFact]:
        if self._store is None or not self.session:
            return []
        try:
            return list(self._store.read({self.session: None}))
        except StoreChangedError as error:
            self._store = None
            words = f"OpenCode's database cannot be read, so its tokens are not reported: {error}"
            return [f.ErrorReported(text=words, code="not_reported")]
