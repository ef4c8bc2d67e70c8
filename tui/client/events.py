"""The events of one agent for any number of watchers: the log from disk first, then what the host pushes, nothing twice.

The log is read from the file in any case: it is the same machine, and so agents that are over read like those that live.

After each subscription a host says once more what streams now, whole (events of run 0). A watcher that has part of it is
given the rest only.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from tui.core.facts import Event, RunExited, RunStarted, Text, TextDelta, Thinking, ThinkingDelta, TurnEnded
from tui.system.eventlog import read_events

BATCH: Final = 500
"""Events handed over in one call while the log is read."""

_log = logging.getLogger(__name__)

OnEvents = Callable[[list[Event]], None]


class EventWatch:
    """One watcher: loads the log, then follows."""

    def __init__(
        self,
        folder: Path,
        on_events: OnEvents,
        *,
        loaded: Callable[[EventWatch], None],
        closed: Callable[[EventWatch], None],
    ) -> None:
        self.last_seq = 0
        """Number of the last event handed over."""
        self.loading = True
        self._is_closed = False
        self._folder = folder
        self._on_events = on_events
        self._loaded = loaded
        self._closed = closed
        self._held: list[Event] = []
        self._streamed: dict[tuple[bool, str, str], int] = {}
        """Characters handed over of each block that streams."""
        self._task = asyncio.get_running_loop().create_task(self._load(), name=f"events of {folder.name}")

    def push(self, events: list[Event]) -> None:
        """Take events from the host; those that came from the file already are dropped."""
        if self._is_closed:
            return
        if self.loading:
            self._held.extend(events)
            return
        fresh = [rest for event in events if (rest := self._rest(event)) is not None]
        if fresh:
            self.last_seq = max(self.last_seq, *(event.seq for event in fresh))
            self._hand_over(fresh)

    def _rest(self, event: Event) -> Event | None:
        """Return what of an event was not handed over yet."""
        if event.seq:
            if event.seq <= self.last_seq:
                return None
            if isinstance(event.fact, Text | Thinking):
                self._streamed.pop(_block(event.fact), None)
            elif isinstance(event.fact, TurnEnded | RunStarted | RunExited):
                self._streamed.clear()
            return event
        if not isinstance(event.fact, TextDelta | ThinkingDelta):
            return event
        key = _block(event.fact)
        known = self._streamed.get(key, 0)
        if event.run:
            self._streamed[key] = known + len(event.fact.text)
            return event
        rest = event.fact.text[known:]
        self._streamed[key] = known + len(rest)
        if not rest:
            return None
        return msgspec.structs.replace(event, fact=msgspec.structs.replace(event.fact, text=rest))

    def catch_up(self) -> None:
        """Read again what the file holds beyond the last event: its host wrote more than it could say."""
        if not self._is_closed and not self.loading:
            self.loading = True
            self._task = asyncio.get_running_loop().create_task(self._load())

    def close(self) -> None:
        """Watch no more; may be called twice."""
        if not self._is_closed:
            self._is_closed = True
            self._task.cancel()
            self._held.clear()
            self._closed(self)

    @property
    def up_to_date(self) -> bool:
        """Everything that the log holds was handed over."""
        return not self.loading

    def set_fps(self, fps: int) -> None:
        """Do nothing: events are not drawn."""

    async def _load(self) -> None:
        events = read_events(self._folder, self.last_seq)
        while not self._is_closed:
            try:
                batch = await asyncio.to_thread(lambda: list(itertools.islice(events, BATCH)))
            except OSError as error:
                _log.warning("cannot read the events of %s: %s", self._folder.name, error)
                break  # what its host says is told still
            if not batch or self._is_closed:
                break
            self.last_seq = max(self.last_seq, batch[-1].seq)
            self._hand_over(batch)
        self.loading = False
        held, self._held = self._held, []
        if not self._is_closed:
            # What streamed while we read is shown whole by the complete facts that follow it.
            self.push([event for event in held if event.seq])
            self._loaded(self)

    def _hand_over(self, events: list[Event]) -> None:
        try:
            self._on_events(events)
        except Exception:  # noqa: BLE001 - a watcher's bug must not cut the others off; it is logged whole
            _log.exception("a watcher of events failed")


def _block(fact: Text | TextDelta | Thinking | ThinkingDelta) -> tuple[bool, str, str]:
    parent = "" if isinstance(fact, ThinkingDelta | Thinking) else fact.parent
    return isinstance(fact, TextDelta | Text), fact.block, parent
