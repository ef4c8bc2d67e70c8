"""A moment saved: what was known when a user says that a state is wrong. Without environment values."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Final

import msgspec

from tui.core.clock import Clock
from tui.core.errors import StoreError
from tui.core.facts import Event
from tui.core.status import Status
from tui.ui.look import View
from tui.ui.ports import Link

VERSION: Final = 1
EVENTS_MAX: Final = 200
_GATHER_S: Final = 1.0


class Moment(msgspec.Struct, frozen=True):
    """One saved moment."""

    version: int
    saved_at: float
    mono: float
    contact: str
    status: Status
    events: list[Event]
    """The last ones, oldest first."""
    screen: list[str]


async def save(folder: Path, view: View, link: Link, clock: Clock) -> Path:
    """Write a moment and return its file.

    Raises:
        StoreError: The file cannot be written.
    """
    events: list[Event] = []
    came = asyncio.Event()

    def take(found: list[Event]) -> None:
        events.extend(found)
        came.set()

    watching = link.watch_events(take)
    screen: list[str] = []
    try:
        async with asyncio.timeout(_GATHER_S):
            screen = await link.text()
            await came.wait()
    except TimeoutError:
        pass  # what did not come in time is missing from the file
    finally:
        watching.close()
    now = clock.now()
    moment = Moment(VERSION, now.wall, now.mono, str(view.contact), view.status, events[-EVENTS_MAX:], screen)
    path = folder / f"{view.status.id}-{int(now.wall)}.json"
    await asyncio.to_thread(_write, path, msgspec.json.format(msgspec.json.encode(moment)))
    return path


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
    except OSError as error:
        raise StoreError(
            f"The moment could not be saved in {path}: {error.strerror}.", path=str(path)
        ) from error
