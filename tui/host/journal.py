"""What happened to an agent, in order: numbered, logged, and given to whoever listens."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from tui.core.activity import Source
from tui.core.clock import Clock
from tui.core.errors import StoreError
from tui.core.facts import (
    TEXT_MAX,
    AnyFact,
    Event,
    RunExited,
    RunStarted,
    Text,
    TextDelta,
    Thinking,
    ThinkingDelta,
    TurnEnded,
)
from tui.system.reserve import Reserve
from tui.system.store import EventLog, read_events

Sink = Callable[[list[Event]], None]

_BLOCKS_MAX: Final = 16
"""Unfinished blocks kept for late listeners."""

_log = logging.getLogger(__name__)


class Journal:
    """Owns the event log. Events of one turn of the loop are written and given out together.

    Args:
        folder: The agent's folder.
        clock: Dates the events.

    Raises:
        StoreError: The log that is there cannot be read.
    """

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock
        self._file = EventLog(folder)
        self.last_seq = self._file.last_seq
        self._pending: list[Event] = []
        self._scheduled = False
        self._sinks: list[Sink] = []
        self._blocks: dict[tuple[type[AnyFact], str, str], list[str]] = {}
        self._failing = False
        self._run = 0
        self._reserve = Reserve(folder, "events")

    def record(self, source: Source, fact: AnyFact, run: int) -> None:
        """Take a fact."""
        self._run = run
        seq = 0
        if not fact.ephemeral:
            self.last_seq += 1
            seq = self.last_seq
        self._pending.append(Event(seq=seq, at=self._clock.now().wall, run=run, source=source, fact=fact))
        self._keep_partial(fact)
        if not self._scheduled:
            self._scheduled = True
            asyncio.get_running_loop().call_soon(self.flush)

    def flush(self) -> None:
        """Write and give out what was recorded."""
        self._scheduled = False
        events, self._pending = self._pending, []
        if not events:
            return
        self._write([event for event in events if event.seq])
        for sink in list(self._sinks):
            sink(events)

    def _write(self, events: list[Event]) -> None:
        try:
            self._reserve.write(lambda: self._file.append(events))
            self._failing = False
            self._reserve.keep()
        except StoreError as error:
            if not self._failing:
                self._failing = True
                _log.error("%s", error.sentence)

    def listen(self, sink: Sink) -> None:
        """Give events to a listener from now on."""
        self._sinks.append(sink)

    def unlisten(self, sink: Sink) -> None:
        """Give no more to a listener."""
        if sink in self._sinks:
            self._sinks.remove(sink)

    def logged(self, after: int) -> Iterator[Event]:
        """Return the events on disk with a number greater than `after`, read as they are taken."""
        self.flush()
        return read_events(self._folder, after)

    def partial(self) -> list[Event]:
        """Return the unfinished blocks of the message that streams now, each as one delta."""
        at = self._clock.now().wall
        events = []
        for (kind, block, parent), pieces in self._blocks.items():
            text = "".join(pieces)
            pieces[:] = [text]
            fact = (
                TextDelta(text=text, block=block, parent=parent)
                if kind is TextDelta
                else ThinkingDelta(text=text, block=block)
            )
            events.append(Event(seq=0, at=at, run=self._run, source=Source.STREAM, fact=fact))
        return events

    def _keep_partial(self, fact: AnyFact) -> None:
        match fact:
            case TextDelta(text=text, block=block, parent=parent):
                self._grow((TextDelta, block, parent), text)
            case ThinkingDelta(text=text, block=block) if text:
                self._grow((ThinkingDelta, block, ""), text)
            case Text(block=block, parent=parent):
                self._blocks.pop((TextDelta, block, parent), None)
            case Thinking(block=block):
                self._blocks.pop((ThinkingDelta, block, ""), None)
            case TurnEnded() | RunStarted() | RunExited():
                self._blocks.clear()
            case _:
                pass

    def _grow(self, key: tuple[type[AnyFact], str, str], text: str) -> None:
        pieces = self._blocks.setdefault(key, [])
        pieces.append(text)
        if len(pieces) > 256:
            # Joined now and then; what is beyond the bound comes with the complete block.
            pieces[:] = ["".join(pieces)[:TEXT_MAX]]
        while len(self._blocks) > _BLOCKS_MAX:
            del self._blocks[next(iter(self._blocks))]

    def close(self) -> None:
        """Write what is left and close."""
        self.flush()
        self._file.close()
        self._reserve.drop()
