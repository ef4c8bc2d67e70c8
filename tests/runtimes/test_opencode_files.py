"""OpenCode's log and database: whose session is whose, what each message used, what is tried again."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.runtimes.reading import facts_of, info
from tui.core import facts as f
from tui.core.facts import RunKind
from tui.core.spec import Mode
from tui.runtimes.base import CHANGED, RunInfo
from tui.runtimes.opencode import OpenCode
from tui.runtimes.opencode_interactive import OpenCodeInteractiveReader
from tui.runtimes.opencode_log import LOG, OpenCodeLog, fields
from tui.runtimes.opencode_store import STORE, OpenCodeStore, StoreChangedError, opened
from tui.runtimes.opencode_stream import OpenCodeStreamReader

SCHEMA = """
CREATE TABLE session (id text PRIMARY KEY, parent_id text, directory text NOT NULL);
CREATE TABLE message (id text PRIMARY KEY, session_id text, time_created integer, time_updated integer, data text);
"""
MARK = "/state/agents/a 1/run/opencode.json"
STREAM = "message=stream providerID=fake modelID=m session.id=ses_1 small=false agent=build"
REFUSED = (
    STREAM.replace("message=stream", 'message="stream error"')
    + ' error.error="AI_APICallError: Too many requests."'
)


def line(run: str, rest: str) -> bytes:
    return f"timestamp=2026-11-25T14:35:24.988Z level=INFO run={run} {rest}".encode()


def marked(run: str = "aa11") -> OpenCodeLog:
    log = OpenCodeLog(MARK)
    assert log.line(line(run, f'message=loading path="{MARK}"')) == []
    return log


def created(session: str, parent: str = "undefined") -> str:
    return f'message=created id={session} slug=x parentID={parent} title="a parentID=b \\"c\\"" agent=build'


def test_only_the_process_that_loaded_our_file_names_sessions() -> None:
    log = marked()
    assert log.line(line("bb22", created("ses_other"))) == []
    assert log.line(line("aa11", created("ses_1"))) == [f.SessionStarted(session_id="ses_1")]
    assert log.line(line("aa11", created("ses_child", parent="ses_1"))) == []
    assert log.line(line("aa11", "message=loop session.id=ses_child step=0")) == []
    assert log.line(line("aa11", "message=loop session.id=ses_0 step=0")) == [
        f.SessionStarted(session_id="ses_0")
    ]
    assert list(log.sessions) == ["ses_1", "ses_0"]


def test_a_process_without_a_mark_is_never_taken_for_another() -> None:
    log = OpenCodeLog("")
    assert log.line(line("aa11", "message=loading path=")) == []
    assert log.line(line("aa11", created("ses_1"))) == []


def test_the_model_is_named_once_and_not_that_of_titles() -> None:
    log = marked()
    log.line(line("aa11", created("ses_1")))
    assert log.line(line("aa11", STREAM.replace("small=false", "small=true"))) == []
    assert log.line(line("aa11", STREAM)) == [f.SessionStarted(session_id="ses_1", model="m")]
    assert log.line(line("aa11", STREAM)) == []


def test_a_refused_request_is_a_retry_unless_it_is_given_up() -> None:
    log = marked()
    log.line(line("aa11", STREAM))
    assert log.line(line("aa11", REFUSED)) == []
    assert log.due() == [f.Retrying(attempt=1, status=429, error="Too many requests.")]
    assert log.due() == []
    log.line(line("aa11", REFUSED))
    (second,) = log.line(line("aa11", STREAM))
    assert second == f.Retrying(attempt=2, status=429, error="Too many requests.")
    log.line(line("aa11", REFUSED))
    log.line(line("aa11", 'message=process session.id=ses_1 error="no"'))
    assert log.due() == []


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"=", b'run="', b'a="\\x"', b"run=aa11 message"])
def test_any_line_is_read(data: bytes) -> None:
    assert marked().line(data) == []
    assert isinstance(fields(data.decode("utf-8", "replace")), dict)


# -- the database ------------------------------------------------------------------------------------------------------


@pytest.fixture
def database(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(tmp_path / "opencode.db", isolation_level=None)) as made:
        made.execute("PRAGMA journal_mode=WAL")
        made.executescript(SCHEMA)
        made.execute(
            "INSERT INTO session VALUES ('ses_1', NULL, '/p'), ('ses_2', NULL, '/p'), ('ses_sub', 'ses_1', '/p')"
        )
        yield made


def say(
    database: sqlite3.Connection, key: str, session: str, at: int, cost: float = 0.5, **more: Any
) -> None:
    tokens = {"input": 10, "output": 3, "reasoning": 2, "cache": {"read": 5, "write": 1}}
    data = {"role": "assistant", "modelID": "m", "cost": cost, "tokens": tokens, **more}
    database.execute(
        "INSERT OR REPLACE INTO message VALUES (?, ?, ?, ?, ?)", (key, session, at, at, json.dumps(data))
    )


def test_messages_of_our_sessions_and_their_sub_agents_count_once(
    database: sqlite3.Connection, tmp_path: Path
) -> None:
    store = OpenCodeStore(str(tmp_path / "opencode.db"), since_ms=100)
    say(database, "old", "ses_1", 99)
    say(database, "m1", "ses_1", 100)
    say(database, "other", "ses_2", 101)
    say(database, "m2", "ses_sub", 102, cost=0)
    say(database, "user", "ses_1", 103, role="user")
    first, second = store.read({"ses_1": None})
    assert (first.key, first.model, first.billed_model, first.context_tokens) == ("m1", "m", "", 16)
    assert (first.usage.total, first.usage.cost_usd) == (21, Decimal("0.5"))
    assert (second.key, second.model, second.billed_model, second.context_tokens) == ("m2", "", "m", 0)
    assert second.usage.cost_usd is None
    assert store.read({"ses_1": None}) == []
    say(database, "m1", "ses_1", 104, cost=0.75)
    assert [told.usage.cost_usd for told in store.read({"ses_1": None})] == [Decimal("0.75")]
    assert store.read({}) == []


def test_reading_writes_nothing_and_waits_for_nobody(database: sqlite3.Connection, tmp_path: Path) -> None:
    path = tmp_path / "opencode.db"
    say(database, "m1", "ses_1", 1)
    database.execute("BEGIN IMMEDIATE")  # a writer at work
    assert len(OpenCodeStore(str(path), 0).read({"ses_1": None})) == 1
    database.execute("COMMIT")
    with opened(str(path), 0.0) as reading, pytest.raises(sqlite3.OperationalError, match="readonly"):
        reading.execute("DELETE FROM message")
    database.close()  # the last one puts the log into the database and takes it away
    before = sorted(each.name for each in tmp_path.iterdir())
    assert len(OpenCodeStore(str(path), 0).read({"ses_1": None})) == 1
    assert sorted(each.name for each in tmp_path.iterdir()) == before == ["opencode.db"]


def interactive(tmp_path: Path) -> OpenCodeInteractiveReader:
    env = {"HOME": str(tmp_path), "OPENCODE_DB": str(tmp_path / "opencode.db")}
    base = info(Mode.INTERACTIVE, env=env)
    launch = msgspec.structs.replace(base.launch, files={MARK: "{}"})
    return OpenCodeInteractiveReader(msgspec.structs.replace(base, launch=launch))


def test_a_changed_schema_is_said_once_and_nothing_is_reported(
    database: sqlite3.Connection, tmp_path: Path
) -> None:
    reader = interactive(tmp_path)
    reader.file(LOG, line("aa11", f'message=loading path="{MARK}"'))
    reader.file(LOG, line("aa11", created("ses_1")))
    database.execute("ALTER TABLE message RENAME COLUMN data TO body")
    (note,) = facts_of(reader.file(STORE, CHANGED))
    assert isinstance(note, f.ErrorReported)
    assert "tokens are not reported: no such column: data" in note.text
    assert list(reader.file(STORE, CHANGED)) == []
    store = OpenCodeStore(str(tmp_path / "opencode.db"), 0)
    with pytest.raises(StoreChangedError):
        store.read({"ses_1": None})


def test_a_screen_is_counted_by_its_own_session(database: sqlite3.Connection, tmp_path: Path) -> None:
    reader = interactive(tmp_path)
    at = 2**52
    say(database, "other", "ses_2", at)
    assert list(reader.file(STORE, CHANGED)) == []
    reader.file(LOG, line("aa11", f'message=loading path="{MARK}"'))
    reader.file(LOG, line("aa11", created("ses_1")))
    say(database, "m1", "ses_1", at)
    (told,) = facts_of(reader.file(STORE, CHANGED))
    assert isinstance(told, f.UsageReported)
    assert told.key == "m1"
    reader.file(LOG, line("aa11", REFUSED))
    (again, *_) = facts_of(reader.tick())
    assert again == f.Retrying(attempt=1, error="Too many requests.")


def test_a_headless_run_tells_retries_in_its_stream(tmp_path: Path) -> None:
    base = info()
    launch = msgspec.structs.replace(base.launch, files={MARK: "{}"})
    reader = OpenCodeStreamReader(msgspec.structs.replace(base, launch=launch))
    told = [
        fact
        for each in (f'message=loading path="{MARK}"', created("ses_1"), STREAM, REFUSED)
        for fact in facts_of(reader.file(LOG, line("aa11", each)))
    ]
    assert told == [f.SessionStarted(session_id="ses_1"), f.SessionStarted(session_id="ses_1", model="m")]
    assert facts_of(reader.tick()) == [f.Retrying(attempt=1, status=429, error="Too many requests.")]


def test_the_mark_is_handed_over_unless_the_user_has_a_config_there(tmp_path: Path) -> None:
    def launched(**env: str) -> RunInfo:
        spec = msgspec.structs.replace(info().spec, command=["opencode"], cwd=str(tmp_path))
        launch = OpenCode().launch(spec, RunKind.START, "", "x", {"HOME": "/h", **env}, tmp_path / "run")
        return RunInfo(spec=spec, kind=RunKind.START, launch=launch, prompt="x")

    ours = launched().launch
    assert list(ours.files) == [ours.env["OPENCODE_CONFIG"]] == [str(tmp_path / "run" / "opencode.json")]
    theirs = launched(OPENCODE_CONFIG="/mine.json").launch
    assert (theirs.files, theirs.env["OPENCODE_CONFIG"]) == ({}, "/mine.json")
