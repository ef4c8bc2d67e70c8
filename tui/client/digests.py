"""What happened while nobody looked: read from event logs on a thread; when somebody looked last is kept in the state folder."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

from tui.core.attention import RowState
from tui.core.digest import Digest, Had, counted, digest, story
from tui.core.errors import StoreError
from tui.core.facts import Event
from tui.core.status import Status
from tui.system.eventlog import read_since
from tui.system.paths import Paths
from tui.system.store import write_atomic

AWAY: Final = "away.json"
_BYTES_MAX: Final = 1_000_000


class AwayNote(msgspec.Struct, frozen=True, omit_defaults=True):
    """When a dashboard was looked at last, and what each agent had spent by then."""

    version: int = 1
    at: float = 0.0
    """Wall clock."""
    had: dict[str, Had] = {}


def read_away(paths: Paths) -> AwayNote | None:
    """Return the note; None if there is none, or none that can be read."""
    try:
        with (paths.state / AWAY).open("rb") as stream:
            return msgspec.json.decode(stream.read(_BYTES_MAX), type=AwayNote)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None


def write_away(paths: Paths, note: AwayNote) -> None:
    """Keep the note; a convenience, so that it may fail."""
    try:
        write_atomic(paths.state / AWAY, msgspec.json.encode(note))
    except StoreError as error:
        raise OSError(str(error)) from error


async def digest_of(
    paths: Paths,
    statuses: Sequence[Status],
    states: Mapping[str, RowState],
    had: Mapping[str, Had],
    since: float,
    until: float,
) -> Digest:
    """Return what happened since a moment.

    Args:
        paths: Where the logs are.
        statuses: All agents as they are now.
        states: What their rows show, by id.
        had: What they had spent at that moment, by id.
        since: The moment, wall clock.
        until: Now, wall clock.
    """
    stories = []
    for status in statuses:
        heard = max(status.last_progress.wall, status.activity_since.wall, status.lifecycle_since.wall)
        # The others' logs say nothing new.
        events = await asyncio.to_thread(_events, paths.agent(status.id), since) if heard > since else []
        stories.append(story(status, states[status.id], counted(events, since), had.get(status.id), since))
    return digest(stories, since, until)


def _events(folder: Path, since: float) -> list[Event]:
    return list(read_since(folder, since))
