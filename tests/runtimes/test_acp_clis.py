"""What each CLI does in its own way over the Agent Client Protocol: command lines, tokens, models, errors, retries."""

from __future__ import annotations

import json
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest

from tests.runtimes.acp import GREETED, OLD, Talk
from tests.runtimes.recorded import FOLDER, kinds, metered, used
from tui.core import facts as f
from tui.core.activity import Source
from tui.core.errors import SpawnError
from tui.core.facts import RunKind
from tui.core.spec import AgentSpec, Channel, Mode
from tui.runtimes.base import Follow, Launch
from tui.runtimes.registry import get

RUN = Path("/run/a1")
LOGS = ["--log-dir", "/run/a1/copilot-log", "--log-level", "warning"]


def launch(
    cli: str, kind: RunKind = RunKind.START, session: str = "", prompt: str = "go", **more: Any
) -> Launch:
    spec = AgentSpec(
        id="a1",
        name="a1",
        runtime=cli,
        mode=Mode.STREAM,
        cwd=FOLDER,
        command=[cli],
        channel=Channel.CONTROL,
        **more,
    )
    return get(cli).launch(spec, kind, session, prompt, {"HOME": "/home/dev"}, RUN)


@pytest.mark.parametrize(
    ("cli", "argv"),
    [
        ("qwen", ["qwen", "--acp", "--model", "m", "--yolo"]),
        ("gemini", ["gemini", "--acp", "--model", "m", "--yolo"]),
        ("copilot", ["copilot", "--acp", *LOGS, "--model", "m", "--yolo"]),
        # It takes its model in the session.
        ("opencode", ["opencode", "acp", "--yolo"]),
    ],
)
def test_command_lines(cli: str, argv: list[str]) -> None:
    made = launch(
        cli, model="m", args=["--yolo", "--resume", "x"] if cli != "opencode" else ["-s", "x", "--yolo"]
    )
    assert (made.argv, made.piped, made.raw, made.session_id) == (argv, True, True, "")
    assert launch(cli, RunKind.RESUME, OLD).session_id == OLD
    # A prompt goes in on its input: no argument's bound holds for it.
    assert launch(cli, prompt="x" * 200_000).argv == launch(cli).argv
    with pytest.raises(SpawnError, match="needs a prompt"):
        launch(cli, prompt=" ")


def test_a_log_folder_of_the_user_s_own_stays() -> None:
    assert launch("copilot", args=["--log-dir=/tmp/x"]).argv == ["copilot", "--acp", "--log-dir=/tmp/x"]


@pytest.mark.parametrize(
    ("told", "model"),
    [
        ("$runtime|openai|qwen3-coder-plus(openai)", "qwen3-coder-plus"),
        ("coder-model(qwen-oauth)", "coder-model"),
        ("gpt-4.1", "gpt-4.1"),
        ("", ""),
    ],
)
def test_qwen_names_its_model_in_wrappings(told: str, model: str) -> None:
    talk = Talk("qwen")
    talk.result("initialize", GREETED)
    (started, *_) = talk.result("session/new", {"sessionId": "s1", "models": {"currentModelId": told}})
    assert started.model == model


def test_who_takes_no_system_prompt_is_told_it_in_a_fresh_session_s_first_prompt() -> None:
    for cli, said in (("qwen", "go"), ("copilot", "Be brief.\n\ngo")):
        talk = Talk(cli, prompt="go", system_prompt="Be brief.").opened()
        assert talk.said[-1]["params"]["prompt"] == [{"type": "text", "text": said}]
        assert kinds(talk.facts, f.TurnStarted)[0].prompt == "go"
        talk.reader.prompt("more")
        talk.over()
        assert talk.said[-1]["params"]["prompt"] == [{"type": "text", "text": "more"}]


# -- copilot -----------------------------------------------------------------------------------------------------------


def test_copilot_s_error_is_a_text_in_a_turn_that_ended_well() -> None:
    talk = Talk("copilot").opened()
    talk.words("Error: 400 it is not valid")
    (error, ended) = talk.over()[-2:]
    assert error.text == ended.error == "API error 400 it is not valid"
    assert talk.reader.exit(0, None, "").reason == "API error 400 it is not valid"


def test_copilot_s_words_about_an_error_are_words() -> None:
    talk = Talk("copilot").opened()
    talk.words("Error: 400 is what it says.")
    talk.words(" I shall look.")
    talk.over()
    assert talk.reader.exit(0, None, "").ok
    talk = Talk("copilot").opened()
    talk.words("Error: 1")
    talk.update("tool_call", toolCallId="c1", rawInput={"command": "ls"}, status="completed")
    talk.over()
    assert talk.reader.exit(0, None, "").ok


def test_copilot_s_file_has_the_last_word_on_an_error() -> None:
    told = {
        "type": "session.error",
        "data": {"errorType": "query", "message": "400 it is not valid", "statusCode": 400},
    }
    error, shutdown = json.dumps(told).encode(), b'{"type":"session.shutdown","data":{}}'

    def ended(words: str, before: list[bytes], after: list[bytes]) -> f.RunExited:
        talk = Talk("copilot").opened()
        for line in before:
            list(talk.reader.file("events", line))
        talk.words(words)
        talk.over()
        for line in after:
            list(talk.reader.file("events", line))
        return talk.reader.exit(0, None, "")

    for before, after in (([error], [shutdown]), ([], [error, shutdown])):
        for words in ("Error: 400 it is not valid", "All is well."):
            reason = ended(words, before, after).reason
            assert reason == "API error 400 it is not valid"
    assert ended("Error: that is how the log begins.", [], [shutdown]).done
    assert not ended("Error: that is how the log begins.", [], []).ok  # it cannot be told


def test_copilot_s_file_counts_and_is_followed_from_where_the_run_began() -> None:
    path = "/home/dev/.copilot/session-state/{}/events.jsonl"
    talk = Talk("copilot").opened()
    assert talk.reader.follows == [Follow("events", path.format("s1"), lines=True)]
    record = {"model": "gpt-4.1", "inputTokens": 5010, "outputTokens": 53, "cacheReadTokens": 1000}
    line = json.dumps({"type": "session.usage_record", "data": {"usage": record}, "id": "u1"}).encode()
    ((source, counted),) = talk.reader.file("events", line)
    assert source is Source.TRANSCRIPT
    assert metered([counted]).run == used(4010, 53, 1000, n=1)
    assert counted.model == "gpt-4.1"
    resumed = Talk("copilot", OLD)
    assert resumed.reader.follows == [Follow("events", path.format(OLD), lines=True, from_start=False)]


def test_copilot_s_log_tells_what_is_tried_again() -> None:
    talk = Talk("copilot").opened()

    def logged(status: int, **more: object) -> list[f.Retrying]:
        told = json.dumps({"stage": "inference", "http_status": status, **more})
        line = f"2026-11-25T15:11:47Z [WARNING] [producer] Model provider request failed {told}"
        return [fact for _, fact in talk.reader.file("log", line.encode())]

    assert logged(429, retry_after_ms=1500) == [
        f.Retrying(attempt=1, status=429, delay_s=1.5, error="too many requests")
    ]
    assert logged(503)[0].attempt == 2
    assert logged(400) == []
    talk.words("At last.")
    assert logged(429)[0].attempt == 1
    assert list(talk.reader.file("log", b"Model provider request failed {torn")) == []


# -- gemini ------------------------------------------------------------------------------------------------------------


def test_gemini_s_chat_file_counts_and_standard_error_tells_retries() -> None:
    session = "09f58ea7-0109-4de6-875c-0b6a80b2633e"
    talk = Talk("gemini")
    talk.result("initialize", GREETED)
    talk.result("session/new", {"sessionId": session})
    (follow,) = talk.reader.follows
    assert follow.path == "/home/dev/.gemini/tmp/project/chats/session-*-09f58ea7.jsonl"
    assert follow.from_start
    tokens = {"input": 5010, "output": 53, "cached": 1000, "thoughts": 17, "tool": 0, "total": 5080}
    line = json.dumps({"id": "m1", "type": "gemini", "content": "x", "tokens": tokens, "model": "m"}).encode()
    counted = [fact for _, fact in talk.reader.file("chat", line)]
    assert metered(counted).run == used(4010, 53, 1000, 0, 17, n=1)
    again = [
        fact for _, fact in talk.reader.line(b"Attempt 1 failed with status 429. Retrying with backoff... x")
    ]
    assert [(fact.attempt, fact.status) for fact in kinds(again, f.Retrying)] == [(1, 429)]


def test_gemini_s_thoughts_come_whole_each_on_its_line() -> None:
    talk = Talk("gemini").opened()
    for text in ("****\nfirst", "**Plan**\nsecond"):
        talk.update("agent_thought_chunk", content={"type": "text", "text": text})
    talk.over()
    assert kinds(talk.facts, f.Thinking)[0].text == "first\n**Plan**\nsecond\n"


def test_gemini_s_history_that_comes_late_is_waited_for() -> None:
    talk = Talk("gemini", OLD)
    talk.result("initialize", GREETED)
    talk.update("user_message_chunk", OLD, content={"type": "text", "text": "before"})
    assert [type(fact) for fact in talk.result("session/load", {})] == [f.SessionStarted]
    assert talk.said == []
    assert list(talk.reader.tick()) == []
    assert talk.update("agent_message_chunk", OLD, content={"type": "text", "text": "long ago"}) == []
    assert talk.reader.prompt("and this") == b""
    assert list(talk.reader.tick()) == []
    begun = [fact for _, fact in talk.reader.tick()]
    assert [type(fact) for fact in begun] == [f.TurnStarted, f.RequestStarted]
    talk.said = talk._heard()
    assert [one["method"] for one in talk.said] == ["session/prompt"]
    (said,) = talk.update("agent_message_chunk", OLD, content={"type": "text", "text": "Now."})
    assert said.text == "Now."


# -- opencode ----------------------------------------------------------------------------------------------------------


class Database:
    """OpenCode's, with the columns that are read."""

    def __init__(self, home: Path) -> None:
        folder = home / ".local/share/opencode"
        folder.mkdir(parents=True)
        self._base = sqlite3.connect(folder / "opencode.db")
        self._base.execute("CREATE TABLE session (id TEXT PRIMARY KEY, parent_id TEXT)")
        self._base.execute(
            "CREATE TABLE message (id TEXT PRIMARY KEY, session_id TEXT, time_created INTEGER, "
            "time_updated INTEGER, data TEXT)"
        )
        self._base.executemany("INSERT INTO session VALUES (?, NULL)", [("s1",), ("s2",)])
        self._now = int(time.time() * 1000)

    def put(
        self, key: str, after_s: int, session: str = "s1", role: str = "assistant", **tokens: int
    ) -> None:
        at = self._now + after_s * 1000
        cache = {"read": tokens.pop("read", 0), "write": 0}
        data = {"role": role, "tokens": {**tokens, "cache": cache}, "cost": tokens.get("input", 0) / 1000}
        self._base.execute(
            "INSERT OR REPLACE INTO message VALUES (?, ?, ?, ?, ?)", (key, session, at, at, json.dumps(data))
        )
        self._base.commit()

    def close(self) -> None:
        self._base.close()


def test_opencode_s_database_tells_each_step_once(tmp_path: Path) -> None:
    base = Database(tmp_path)
    base.put("m0", -60, input=9, output=9)  # before the session was loaded
    talk = Talk("opencode", "s1", home=str(tmp_path))
    talk.result("initialize", GREETED)
    talk.update("user_message_chunk", content={"type": "text", "text": "before"})
    assert list(talk.reader.file("store", b"")) == []
    talk.result("session/load", {})
    base.put("u1", 10, role="user")
    base.put("m1", 11, input=5010, output=36, reasoning=17)
    base.put("other", 12, session="s2", input=7)
    first = [fact for _, fact in talk.reader.file("store", b"")]
    assert metered(first).run == used(5010, 36, 0, 0, 17, 1, "5.01")
    base.put("m2", 13, input=0, output=0)  # a step that goes on
    assert list(talk.reader.file("store", b"")) == []
    base.put("m2", 14, input=518, output=20, reasoning=11, read=4001)
    told = [*first, *talk.over()]
    assert metered(told).run == used(5528, 56, 4001, 0, 28, 2, "5.528")
    assert len(kinds(told, f.UsageReported)) == 2
    base.close()


def test_opencode_without_a_database_tells_no_tokens_and_with_another_says_so(tmp_path: Path) -> None:
    talk = Talk("opencode", home=str(tmp_path)).opened()
    talk.over()
    assert kinds(talk.facts, f.UsageReported) == []
    assert talk.reader.exit(0, None, "").ok
    (tmp_path / ".local/share/opencode").mkdir(parents=True)
    (tmp_path / ".local/share/opencode/opencode.db").write_text("something else")
    talk = Talk("opencode", home=str(tmp_path)).opened()
    assert [fact.code for fact in kinds(talk.over(), f.ErrorReported)] == ["not_reported"]


def test_opencode_is_given_its_model_in_the_session() -> None:
    talk = Talk("opencode", model="fake/big")
    talk.result("initialize", GREETED)
    options = [{"id": "model", "currentValue": "fake/m"}]
    (started,) = talk.result("session/new", {"sessionId": "s1", "configOptions": options})
    assert started.model == "fake/m"
    assert talk.said[0]["params"] == {"sessionId": "s1", "configId": "model", "value": "fake/big"}
    (renamed, *_) = talk.result("session/set_config_option", {})
    assert renamed.model == "fake/big"
    assert talk.said[0]["method"] == "session/prompt"
    refused = Talk("opencode", model="none")
    refused.result("initialize", GREETED)
    refused.result("session/new", {"sessionId": "s1", "configOptions": options})
    refused.result("session/set_config_option", code=-32602, message="Unknown model: none")
    assert refused.reader.exit(0, None, "").reason == "Unknown model: none"
