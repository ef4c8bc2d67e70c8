"""Cline's session files: which session is whose, and what each message used."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.runtimes.reading import facts_of, info
from tui.core import facts as f
from tui.core.spec import Mode
from tui.runtimes.base import CHANGED
from tui.runtimes.cline_files import MESSAGES, SESSIONS, ClineFiles, sessions_folder
from tui.runtimes.cline_interactive import ClineInteractiveReader

BORN = 1_795_617_511_957


def begin(folder: Path, name: str, pid: int) -> None:
    (folder / name).mkdir(parents=True)
    (folder / name / f"{name}.json").write_text(
        json.dumps({"session_id": name, "pid": pid, "metadata": None})
    )


def message(key: str, ts: int, tokens_in: int, cost: float | None = None) -> dict[str, Any]:
    metrics = {"inputTokens": tokens_in, "outputTokens": 3, "cacheReadTokens": 4, "cost": cost}
    return {"id": key, "role": "assistant", "ts": ts, "modelInfo": {"id": "gpt-4.1"}, "metrics": metrics}


def saved(*messages: dict[str, Any]) -> bytes:
    return json.dumps({"version": 1, "messages": messages}).encode()


def test_the_session_that_our_process_began_is_found_among_others(tmp_path: Path) -> None:
    files = ClineFiles(str(tmp_path / "sessions"), BORN)
    files.pid = 7
    assert files.begun() == ""
    begin(tmp_path / "sessions", f"{BORN - 1}_early", 7)
    begin(tmp_path / "sessions", f"{BORN + 1}_other", 8)
    (tmp_path / "sessions" / f"{BORN + 2}_empty").mkdir()
    assert (files.begun(), files.undecided) == ("", True)
    begin(tmp_path / "sessions", f"{BORN + 3}_ours", 7)
    assert files.begun() == f"{BORN + 3}_ours"
    (tmp_path / "sessions" / f"{BORN + 2}_empty" / f"{BORN + 2}_empty.json").write_text('{"pid": 9}')
    assert (files.begun(), files.undecided) == ("", False)


def test_messages_count_once_and_those_of_earlier_runs_not_at_all() -> None:
    files = ClineFiles("/sessions", BORN)
    old, first = message("a", BORN - 1, 10), message("b", BORN, 10)
    (told,) = files.said(saved(old, first, {"id": "u", "role": "user", "ts": BORN, "content": []}))
    assert (told.key, told.model, told.context_tokens) == ("b", "gpt-4.1", 10)
    assert (told.usage.input, told.usage.cache_read, told.usage.output, told.usage.requests) == (6, 4, 3, 1)
    assert told.usage.cost_usd is None
    assert files.said(saved(old, first)) == []
    (second,) = files.said(saved(old, first, message("c", BORN + 5, 20, cost=0.25)))
    assert (second.key, second.usage.cost_usd) == ("c", Decimal("0.25"))


@pytest.mark.parametrize("cut", [0, 1, 40, -1])
def test_a_file_that_is_being_written_tells_nothing_yet(cut: int) -> None:
    files, data = ClineFiles("/sessions", BORN), saved(message("b", BORN, 10))
    assert files.said(data[:cut]) == []
    assert len(files.said(data)) == 1


def test_a_screen_names_its_session_and_counts_its_messages(tmp_path: Path) -> None:
    env = {"CLINE_DATA_DIR": str(tmp_path)}
    base = info(Mode.INTERACTIVE)
    reader = ClineInteractiveReader(
        msgspec.structs.replace(base, launch=msgspec.structs.replace(base.launch, env=env))
    )
    assert facts_of(reader.started(7)) == []
    assert [each.path for each in reader.follows] == [sessions_folder(env)]
    name = f"{2 * BORN}_ours"
    begin(tmp_path / "sessions", name, 7)
    assert facts_of(reader.file(SESSIONS, CHANGED)) == [f.SessionStarted(session_id=name)]
    assert [each.path for each in reader.follows][1:] == [f"{tmp_path}/sessions/{name}/{name}.messages.json"]
    (told,) = facts_of(reader.file(MESSAGES, saved(message("b", 2 * BORN, 10))))
    assert isinstance(told, f.UsageReported)
    assert list(reader.file(SESSIONS, CHANGED)) == []
