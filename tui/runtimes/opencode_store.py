"""OpenCode's database, read while it writes: what each message of some sessions used.

Opened for reading only. While OpenCode runs, the write-ahead log and its index (`-wal`, `-shm`) are there and reading takes no lock
that a writer would wait for. Without them the database rests: it is read as it stands, so that no index is made beside
it (https://www.sqlite.org/wal.html#read_only_databases). Only the columns and JSON fields that are read here need to be
as they were in 1.18.33; where they are not, `StoreChangedError` says so.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from tui.core import facts as f
from tui.core.text import one_line
from tui.runtimes.counts import size
from tui.runtimes.opencode_log import data_folder
from tui.runtimes.opencode_stream import Tokens

if TYPE_CHECKING:
    import sqlite3

STORE: Final = "store"
ROWS_MAX: Final = 10_000
"""Messages read at once."""

_MESSAGES: Final = """
WITH RECURSIVE family(id) AS (
  SELECT id FROM session WHERE id IN ({marks})
  UNION SELECT session.id FROM session JOIN family ON session.parent_id = family.id
)
SELECT message.id, session_id, message.time_updated, json_extract(data, '$.modelID'), json_extract(data, '$.cost'),
       json_extract(data, '$.tokens')
FROM message JOIN family ON session_id = family.id
WHERE message.time_created >= ? AND message.time_updated >= ? AND json_extract(data, '$.role') = 'assistant'
ORDER BY message.time_updated LIMIT ?
"""


class StoreChangedError(Exception):
    """The database is not as it is known; the words say what is the matter."""


def store_path(env: Mapping[str, str]) -> str:
    """Return where the database is, or will be."""
    return env.get("OPENCODE_DB") or f"{data_folder(env)}/opencode.db"


@contextlib.contextmanager
def opened(path: str, wait_s: float) -> Iterator[sqlite3.Connection]:
    """Open a database for reading only; nothing is made beside it.

    Args:
        path: The database.
        wait_s: How long one that is being put in order is waited for.

    Raises:
        sqlite3.Error: It cannot be opened.
    """
    import sqlite3  # only this runtime's hosts pay for it

    resting = "" if os.path.exists(f"{path}-wal") else "&immutable=1"  # noqa: PTH110 - a string
    uri = f"{Path(path).absolute().as_uri()}?mode=ro{resting}"
    with contextlib.closing(sqlite3.connect(uri, uri=True, timeout=wait_s)) as database:
        yield database


class OpenCodeStore:
    """Tells what messages used, each time that it changed.

    Args:
        path: The database.
        since_ms: Messages begun before this moment (milliseconds since the epoch) are not ours: of a resumed session the runs
            before told them, of a forked one its origin did.
    """

    def __init__(self, path: str, since_ms: int) -> None:
        self._path = path
        self._since_ms = since_ms
        self._updated = 0
        self._told: dict[str, tuple[object, object]] = {}

    def read(self, sessions: Mapping[str, None]) -> list[f.UsageReported]:
        """Return what changed since the last time, of these sessions and of their sub-agents'.

        Raises:
            StoreChangedError: It is not as it is known.
        """
        import sqlite3

        if not sessions or not os.path.exists(self._path):  # noqa: PTH110 - a string
            return []
        query = _MESSAGES.format(marks=", ".join("?" * len(sessions)))
        try:
            with opened(self._path, 0.0) as database:
                rows = database.execute(
                    query, (*sessions, self._since_ms, self._updated, ROWS_MAX)
                ).fetchall()
        except sqlite3.OperationalError as error:
            if "locked" in str(error) or "busy" in str(error):
                return []  # it is being put in order: the change after that is told, too
            raise StoreChangedError(one_line(str(error))) from error
        except sqlite3.Error as error:
            raise StoreChangedError(one_line(str(error))) from error
        return [told for row in rows if (told := self._usage(sessions, *row)) is not None]

    def _usage(
        self,
        sessions: Mapping[str, None],
        key: str,
        session: str,
        updated: int,
        model: Any,
        cost: Any,
        tokens: Any,
    ) -> f.UsageReported | None:
        self._updated = max(self._updated, updated)
        if self._told.get(key) == (cost, tokens):
            return None
        self._told[key] = (cost, tokens)
        try:
            # A price of 0 is what it writes where it knows none.
            usd = Decimal(str(cost)) if isinstance(cost, int | float) and cost else None
            usage = msgspec.json.decode(tokens or b"{}", type=Tokens).usage(usd)
        except (msgspec.DecodeError, TypeError, UnicodeError) as error:
            raise StoreChangedError(one_line(str(error))) from error
        if not usage.total:
            return None
        own = session in sessions
        name = one_line(model) if isinstance(model, str) else ""
        return f.UsageReported(
            usage=usage,
            key=one_line(key),
            model=name if own else "",
            billed_model="" if own else name,
            context_tokens=size(usage) if own else 0,
        )
