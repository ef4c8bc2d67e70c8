"""A moment saved because a state was wrong: one file with what was known, that a test can replay. Without environment.

`tests/moments` replays every file of its folder: what should have been concluded is written into `should` there.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import msgspec

from tui.core.clock import Now
from tui.core.errors import AgentTuiError, DecodeError
from tui.core.facts import Event
from tui.core.redact import redact, speaking_values
from tui.core.spec import AgentSpec
from tui.core.status import Status
from tui.system import store
from tui.system.castfile import CastEvent, cast_events
from tui.system.paths import Paths, make_folder

VERSION: Final = 2
FOLDER: Final = "moments"
EVENTS_MAX: Final = 300
BYTES_MAX: Final = 256 * 1024
"""Characters of the recording kept, from its end."""


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """One saved moment."""

    version: int = VERSION
    saved_at: Now
    contact: str = ""
    should: str = ""
    """The activity that should have been concluded; empty until a person writes it. A replay then has to give it."""
    note: str = ""
    """What the user said."""
    spec: AgentSpec
    """Without variables."""
    status: Status
    """What was concluded, with its evidence, votes, transitions and triage."""
    events: list[Event] = []
    """The last facts of the log, oldest first."""
    output: list[CastEvent] = []
    """The end of the recording, its sizes included."""
    screen: list[str] = []
    """As it was shown, where someone looked."""


def gather(
    paths: Paths,
    status: Status,
    now: Now,
    *,
    spec: AgentSpec | None = None,
    contact: str = "",
    note: str = "",
    screen: Iterable[str] = (),
) -> Moment:
    """Return what is known of an agent now, without secrets.

    Raises:
        AgentTuiError: Its settings cannot be read.
    """
    folder = paths.agent(status.id)
    spec = spec or store.read_spec(folder)
    moment = Moment(
        saved_at=now,
        contact=contact,
        note=note,
        spec=msgspec.structs.replace(spec, env={}),
        status=status,
        events=list(deque(store.read_events(folder), EVENTS_MAX)),
        output=_end(folder),
        screen=list(screen),
    )
    values = [*spec.env.values(), *speaking_values(os.environ)]
    moment = msgspec.structs.replace(moment, output=_clean_output(moment.output, values))
    return msgspec.convert(_clean(msgspec.to_builtins(moment, str_keys=True), values), Moment)


def _end(folder: Path) -> list[CastEvent]:
    """Return the end of a recording, and the size that it begins with."""
    kept: deque[CastEvent] = deque()
    size: CastEvent | None = None
    held = 0
    try:
        for event in cast_events(folder):
            kept.append(event)
            held += len(event.data)
            while held > BYTES_MAX and len(kept) > 1:
                old = kept.popleft()
                held -= len(old.data)
                size = old if old.kind == "r" else size
    except AgentTuiError:
        pass  # what can be read is saved
    return [*([size] if size else []), *kept]


def _clean_output(events: list[CastEvent], secrets: list[str]) -> list[CastEvent]:
    """Take the secrets out of what was printed: one may be split over several events."""
    text = redact("".join(event.data for event in events if event.kind == "o"), secrets)
    cleaned: list[CastEvent] = []
    at = 0
    for event in events:
        if event.kind == "o":
            end = at + len(event.data)
            event, at = msgspec.structs.replace(event, data=text[at:end]), end
        cleaned.append(event)
    return cleaned


def _clean(value: Any, secrets: list[str]) -> Any:
    match value:
        case str():
            return redact(value, secrets)
        case dict():
            return {key: _clean(each, secrets) for key, each in value.items()}
        case list() | tuple():
            return [_clean(each, secrets) for each in value]
        case _:
            return value


def save(paths: Paths, moment: Moment) -> Path:
    """Write a moment, readable by its owner alone, and return its file.

    Raises:
        StoreError: It cannot be written.
    """
    folder = paths.state / FOLDER
    make_folder(folder)
    name = f"{moment.status.id}-{int(moment.saved_at.wall)}"
    names = (f"{name}{more}.json" for more in ("", *(f"-{number}" for number in range(2, 100))))
    # Two of one second are two moments.
    path = next((path for each in names if not (path := folder / each).exists()), folder / f"{name}.json")
    store.write_atomic(path, msgspec.json.format(msgspec.json.encode(moment), indent=1) + b"\n")
    return path


def load(path: Path) -> Moment:
    """Read a saved moment.

    Raises:
        DecodeError: It is none.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=Moment)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise DecodeError(f"{path.name} is no saved moment: {error}.") from error
