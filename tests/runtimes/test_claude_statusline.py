"""The status line as a source: handed over per run, the user's own kept, its counters read as what they are."""

from __future__ import annotations

import json
import os
import stat
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.runtimes.reading import info
from tui.core import facts as f
from tui.core.facts import RunKind
from tui.core.spec import AgentSpec, Mode
from tui.runtimes.base import Launch, RunInfo
from tui.runtimes.claude_code import ClaudeCode
from tui.runtimes.claude_interactive import TRANSCRIPT, ClaudeInteractiveReader
from tui.runtimes.claude_statusline import TOLD, StatusLine, told_path


def spec(tmp_path: Path, **more: Any) -> AgentSpec:
    (tmp_path / "project").mkdir(exist_ok=True)
    return AgentSpec(
        id="a", name="a", runtime="claude-code", mode=Mode.INTERACTIVE, cwd=str(tmp_path / "project"),
        **{"command": ["claude"], **more},
    )  # fmt: skip


def launched(tmp_path: Path, **more: Any) -> Launch:
    run_dir = tmp_path / "it's a run"
    run_dir.mkdir(exist_ok=True)
    env = {"HOME": str(tmp_path)}
    return ClaudeCode().launch(spec(tmp_path, **more), RunKind.START, "", "", env, run_dir)


def settings(built: Launch) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(built.files[built.argv[built.argv.index("--settings") + 1]])
    return found


def draw(built: Launch, told: bytes) -> str:
    """What the line is drawn with, as Claude Code would run it."""
    for path, text in built.files.items():
        Path(path).write_text(text)
    done = subprocess.run(
        ["sh", "-c", settings(built)["statusLine"]["command"]], input=told, capture_output=True, check=True
    )
    return done.stdout.decode()


def write(path: Path, line: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"statusLine": line, "model": "opus"}))


def test_without_a_line_of_the_users_nothing_is_drawn_and_all_is_kept(tmp_path: Path) -> None:
    built = launched(tmp_path)
    assert draw(built, b'{"a": 1}') == ""
    assert Path(told_path(built.files)).read_bytes() == b'{"a": 1}'


def test_what_it_is_told_is_kept_for_the_user_alone(tmp_path: Path) -> None:
    built = launched(tmp_path)
    draw(built, b"{}")
    assert stat.S_IMODE(Path(told_path(built.files)).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "make", [os.mkfifo, lambda path: path.write_bytes(b'{"statusLine": {"command": "caf\xe9"}}')]
)
def test_settings_of_the_folder_that_no_one_can_read_are_none(tmp_path: Path, make: Any) -> None:
    (tmp_path / "project" / ".claude").mkdir(parents=True)
    make(tmp_path / "project" / ".claude" / "settings.json")
    assert "exec" not in next(text for path, text in launched(tmp_path).files.items() if path.endswith(".sh"))


def test_the_users_own_line_gets_the_same_and_is_drawn(tmp_path: Path) -> None:
    own = {"type": "command", "command": "printf '[%s]' \"$(cat)\"", "padding": 2}
    write(tmp_path / ".claude" / "settings.json", own)
    built = launched(tmp_path)
    assert settings(built) == {"statusLine": {**own, "command": settings(built)["statusLine"]["command"]}}
    assert draw(built, b'{"a": "\'b\'"}') == '[{"a": "\'b\'"}]'
    write(tmp_path / "project" / ".claude" / "settings.local.json", {**own, "command": "echo nearer"})
    assert draw(launched(tmp_path), b"{}") == "nearer\n"


@pytest.mark.parametrize("as_file", [True, False])
def test_settings_that_the_user_hands_over_are_taken_up(tmp_path: Path, as_file: bool) -> None:
    given = {"hooks": {"Stop": []}, "statusLine": {"type": "command", "command": "echo mine"}}
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "own.json").write_text(json.dumps(given))
    built = launched(tmp_path, args=["--settings", "own.json" if as_file else json.dumps(given), "--verbose"])
    assert built.argv.count("--settings") == 1
    assert built.argv[-1] == "--verbose"
    assert settings(built)["hooks"] == {"Stop": []}
    assert draw(built, b"{}") == "mine\n"


@pytest.mark.parametrize(
    "more",
    [
        {"args": ["--settings", "missing.json"]},
        {"args": ["--settings={"]},
        {"command": ["docker", "run", "claude"]},
    ],
)
def test_what_cannot_be_read_or_runs_elsewhere_is_left_alone(tmp_path: Path, more: dict[str, Any]) -> None:
    built = launched(tmp_path, **more)
    assert built.files == {}
    assert not [word for word in built.argv if "claude-settings" in word]
    assert told_path(built.files) == ""


# -- what it is told ---------------------------------------------------------------------------------------------------


def told(usd: float, window: int = 200_000, model: str = "claude-opus-4-8", size: int = 10) -> bytes:
    usage = {"input_tokens": size, "cache_creation_input_tokens": 3, "cache_read_input_tokens": 2}
    return json.dumps(
        {
            "session_id": "s", "version": "2.1", "model": {"id": model}, "cost": {"total_cost_usd": usd},
            "context_window": {"context_window_size": window, "current_usage": usage},
        }
    ).encode()  # fmt: skip


def money_of(facts: list[f.AnyFact]) -> list[Decimal | None]:
    return [fact.usage.cost_usd for fact in facts if isinstance(fact, f.UsageReported)]


def test_model_window_and_money_are_told_once_each() -> None:
    line = StatusLine(fresh=True)
    first, second = line.told(told(0.5), counted=True)
    assert first == f.SessionStarted(
        session_id="s", model="claude-opus-4-8", version="2.1", context_window=200_000
    )
    assert isinstance(second, f.UsageReported)
    assert (second.scope, second.usage.cost_usd, second.context_tokens) == ("money", Decimal("0.5"), 15)
    assert list(line.told(told(0.5), counted=True)) == []
    (wider,) = line.told(told(0.5, 1_000_000, "claude-opus-4-8[1m]"), counted=True)
    assert isinstance(wider, f.SessionStarted)
    assert (wider.model, wider.context_window) == ("claude-opus-4-8[1m]", 1_000_000)


def test_a_resumed_session_s_money_is_not_counted_again() -> None:
    line = StatusLine(fresh=False)
    assert money_of(list(line.told(told(2.0), counted=False))) == []
    assert money_of(list(line.told(told(2.5), counted=True))) == [Decimal("0.5")]
    assert money_of(list(line.told(told(0.25), counted=True))) == [Decimal("0.75")]  # it began anew: /clear
    late = StatusLine(fresh=False)
    assert money_of([*late.told(told(2.0), counted=True), *late.told(told(3.0), counted=True)]) == []


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"session_id": 1}', told(1.0)[:50]])
def test_what_is_half_written_tells_nothing(data: bytes) -> None:
    assert list(StatusLine(fresh=True).told(data, counted=False)) == []


def test_the_transcript_leaves_the_model_to_the_line_and_a_copied_past_is_skipped(tmp_path: Path) -> None:
    built = launched(tmp_path)
    base = info(Mode.INTERACTIVE)
    reader = ClaudeInteractiveReader(RunInfo(spec=base.spec, kind=RunKind.FORK, launch=built, prompt=""))
    reader.started(7)
    assert told_path(built.files) in [each.path for each in reader.follows]
    message = {
        "id": "m",
        "model": "claude-opus-4-8",
        "content": [],
        "usage": {"input_tokens": 4, "output_tokens": 1},
    }
    past = {"type": "assistant", "timestamp": "2020-01-01T00:00:00.000Z", "message": message}
    assert list(reader.file(TRANSCRIPT, json.dumps(past).encode())) == []
    reader.file(TOLD, told(0.0, 1_000_000, "claude-opus-4-8[1m]"))
    now = {**past, "timestamp": "2999-01-01T00:00:00.000Z"}
    ((_, fact),) = reader.file(TRANSCRIPT, json.dumps(now).encode())
    assert isinstance(fact, f.UsageReported)
    assert (fact.model, fact.billed_model) == ("", "claude-opus-4-8")
    assert msgspec.structs.replace(fact, billed_model="").usage.total == 5
