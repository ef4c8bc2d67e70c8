"""What the fake provider was asked, and what it billed.

A request is billed when its final usage is sent: that is the moment from which the client can know the number.
A stream that is dropped, hangs or is abandoned by the client before that is *announced* but not billed. A real
provider might charge for some of it, but no client can know how much, and Claude Code (which repeats the request without
streaming) leaves it out of `modelUsage` as well.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.fakes.exchange import Ask, Json, Kind
from tests.fakes.usage import ZERO, Usage


@dataclass(slots=True)
class Entry:
    """One request, from its arrival to its end."""

    seq: int
    dialect: str
    method: str
    path: str
    ask: Ask
    tag: str = ""
    attempt: int = 1
    """1 for a request seen for the first time, 2 for its first repetition, and so on."""
    status: int = 0
    outcome: str = "open"
    """`open`, then `complete`, `dropped`, `hung`, `aborted` (by the client) or `failed` (an HTTP error)."""
    announced: Usage = ZERO
    billed: Usage = ZERO
    body: Json = field(default_factory=dict)
    """The request as it came; not written to the file."""
    started_at: float = field(default_factory=time.time)

    def as_json(self) -> Json:
        """The entry as it stands in the file."""
        return {
            "seq": self.seq, "time": self.started_at, "dialect": self.dialect, "method": self.method,
            "path": self.path, "kind": self.ask.kind, "model": self.ask.model, "tag": self.tag,
            "round": self.ask.round, "attempt": self.attempt, "stream": self.ask.stream, "status": self.status,
            "outcome": self.outcome, "announced": asdict(self.announced), "billed": asdict(self.billed),
        }  # fmt: skip


class Ledger:
    """All requests of one server, in memory and as JSON lines. Safe to use from any thread."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._changed = threading.Condition()
        self._entries: list[Entry] = []
        self._attempts: dict[str, int] = {}

    def open(self, dialect: str, method: str, path: str, ask: Ask, tag: str, body: Json) -> Entry:
        """Note a request that has arrived, and count how often it came before."""
        with self._change():
            attempt = 1
            if ask.conversation:
                attempt = self._attempts[ask.conversation] = self._attempts.get(ask.conversation, 0) + 1
            entry = Entry(len(self._entries), dialect, method, path, ask, tag, attempt, body=body)
            self._entries.append(entry)
            self._write(entry)
        return entry

    def update(
        self,
        entry: Entry,
        *,
        status: int | None = None,
        outcome: str | None = None,
        announced: Usage | None = None,
        billed: Usage | None = None,
    ) -> None:
        """Change an entry and write its new state down; the last line of a `seq` is the valid one."""
        with self._change():
            entry.status = entry.status if status is None else status
            entry.outcome = entry.outcome if outcome is None else outcome
            entry.announced = entry.announced if announced is None else announced
            entry.billed = entry.billed if billed is None else billed
            self._write(entry)

    def entries(self, kind: Kind | None = None) -> list[Entry]:
        """The requests so far, oldest first, of one kind or of all."""
        with self._changed:
            return [entry for entry in self._entries if kind in (None, entry.ask.kind)]

    def totals(self, kind: Kind | None = None, model: str | None = None) -> Usage:
        """Sum of what was billed, of one kind and model or of all."""
        chosen = (entry for entry in self.entries(kind) if model in (None, entry.ask.model))
        return sum((entry.billed for entry in chosen), ZERO)

    def by_model(self, kind: Kind | None = None) -> dict[str, Usage]:
        """What was billed for each model, without the models that cost nothing."""
        sums: dict[str, Usage] = {}
        for entry in self.entries(kind):
            if entry.billed != ZERO:
                sums[entry.ask.model] = sums.get(entry.ask.model, ZERO) + entry.billed
        return sums

    def wait_for(self, outcome: str, count: int = 1, deadline_s: float = 10.0) -> list[Entry]:
        """Wait until `count` requests have the outcome; their entries.

        Raises:
            TimeoutError: They did not come within `deadline_s` seconds.
        """

        def found() -> list[Entry]:
            return [entry for entry in self._entries if entry.outcome == outcome]

        with self._changed:
            if not self._changed.wait_for(lambda: len(found()) >= count, deadline_s):
                states = [(entry.path, entry.outcome) for entry in self._entries]
                raise TimeoutError(f"no {count} requests became {outcome!r}: {states}")
            return found()

    @contextmanager
    def _change(self) -> Iterator[None]:
        with self._changed:
            yield
            self._changed.notify_all()

    def _write(self, entry: Entry) -> None:
        if self._path is not None:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(entry.as_json()) + "\n")


def read_log(path: Path) -> list[Json]:
    """The last state of every request in a log file, oldest request first."""
    states: dict[int, Json] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        state = json.loads(line)
        states[state["seq"]] = state
    return [states[seq] for seq in sorted(states)]
