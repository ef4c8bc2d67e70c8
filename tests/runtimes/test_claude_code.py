from __future__ import annotations

import uuid
from decimal import Decimal
from pathlib import Path

import pytest

from tests.runtimes.reading import FOLDER, spec
from tui.core.errors import RuntimeNotFound, SpawnError
from tui.core.facts import RunKind
from tui.core.spec import Channel, Mode
from tui.runtimes import registry
from tui.runtimes.arguments import ARGUMENT_MAX
from tui.runtimes.base import Launch
from tui.runtimes.claude_code import ClaudeCode, without_session_flags

HEADLESS = ["-p", "--output-format", "stream-json", "--verbose", "--include-partial-messages"]
SPOKEN_WITH = [
    *HEADLESS, "--input-format", "stream-json", "--permission-prompt-tool", "stdio", "--replay-user-messages",
]  # fmt: skip
PLAIN = {"channel": Channel.PLAIN}
OLD = "11111111-2222-4333-8444-555555555555"
S, I = Mode.STREAM, Mode.INTERACTIVE  # noqa: E741 - the two columns of a table


def launch(
    mode: Mode = S, kind: RunKind = RunKind.START, session: str = "", prompt: str = "", **more: object
) -> Launch:
    agent = spec(mode, command=["claude"], **more)
    return ClaudeCode().launch(agent, kind, session, prompt, {"HOME": "/h", "TMUX": "x"}, Path("/run"))


def argv(built: Launch) -> list[str]:
    """The argv with the id that we chose named `NEW`, without the settings that every screen is handed."""
    words = ["NEW" if word == built.session_id and word != OLD else word for word in built.argv]
    handed = words.index("--settings") if built.files else len(words)
    return [*words[:handed], *words[handed + 2 :]]


START, RESUME, RESTART, FALLBACK = RunKind.START, RunKind.RESUME, RunKind.RESTART, RunKind.FALLBACK


@pytest.mark.parametrize(
    ("mode", "kind", "session", "prompt", "more", "expected"),
    [
        (S, START, "", "do it", PLAIN, [*HEADLESS, "--session-id", "NEW", "--", "do it"]),
        (S, RESTART, "", "-x", PLAIN, [*HEADLESS, "--session-id", "NEW", "--", "-x"]),
        (S, FALLBACK, "", "again", PLAIN, [*HEADLESS, "--session-id", "NEW", "--", "again"]),
        (S, RESUME, OLD, "go on", PLAIN, [*HEADLESS, "--resume", OLD, "--", "go on"]),
        (I, START, "", "", {}, ["--session-id", "NEW"]),
        (I, START, "", "hello", {}, ["--session-id", "NEW", "--", "hello"]),
        (I, RESUME, OLD, "", {}, ["--resume", OLD]),
        (I, RunKind.FORK, OLD, "", {}, ["--resume", OLD, "--fork-session", "--session-id", "NEW"]),
        (S, RunKind.FORK, OLD, "x", PLAIN, [*HEADLESS, "--resume", OLD, "--fork-session", "--session-id", "NEW", "--", "x"]),
        (
            S, START, "", "p",
            {**PLAIN, "model": "opus", "max_turns": 3, "max_budget_usd": Decimal("1.50"), "system_prompt": "be brief"},
            [
                *HEADLESS, "--session-id", "NEW", "--model", "opus", "--append-system-prompt", "be brief",
                "--max-turns", "3", "--max-budget-usd", "1.50", "--", "p",
            ],
        ),
        (I, START, "", "", {"model": "opus", "max_turns": 3}, ["--session-id", "NEW", "--model", "opus"]),
        (
            S, START, "", "p", {**PLAIN, "args": ["--allowedTools", "Bash", "Read"]},
            [*HEADLESS, "--session-id", "NEW", "--allowedTools", "Bash", "Read", "--", "p"],
        ),
        (S, START, "", "p", {**PLAIN, "args": ["--continue"]}, [*HEADLESS, "--continue", "--", "p"]),
        (S, RESUME, OLD, "p", {**PLAIN, "args": ["-c", "--verbose"]}, [*HEADLESS, "--resume", OLD, "--verbose", "--", "p"]),
        (S, START, "", "do it", {}, [*SPOKEN_WITH, "--session-id", "NEW"]),
        (S, RESUME, OLD, "go on", {"channel": Channel.CONTROL}, [*SPOKEN_WITH, "--resume", OLD]),
        (
            S, START, "", "p", {"args": ["--permission-prompt-tool=mcp__x", "--replay-user-messages"]},
            [
                *HEADLESS, "--input-format", "stream-json", "--session-id", "NEW",
                "--permission-prompt-tool=mcp__x", "--replay-user-messages",
            ],
        ),
    ],
)  # fmt: skip
def test_command_lines(
    mode: Mode, kind: RunKind, session: str, prompt: str, more: dict[str, object], expected: list[str]
) -> None:
    built = launch(mode, kind, session, prompt, **more)
    assert argv(built) == ["claude", *expected]
    assert built.raw is (mode is S)
    assert built.piped is ("--input-format" in built.argv)
    assert built.cwd == FOLDER


def test_a_new_session_has_an_id_of_its_own() -> None:
    first, second = launch(prompt="p"), launch(prompt="p")
    assert uuid.UUID(first.session_id) != uuid.UUID(second.session_id)
    assert launch(prompt="p", args=["--session-id", OLD]).session_id == OLD
    assert launch(prompt="p", args=[f"--session-id={OLD}"]).session_id == OLD


def test_the_environment_is_clean_and_marked() -> None:
    env = launch(prompt="p", env={"IS_SANDBOX": "1"}).env
    assert env["AGENT_TUI_AGENT_ID"] == "a1"
    assert env["IS_SANDBOX"] == "1"
    assert "TMUX" not in env
    assert "IS_SANDBOX" not in launch(prompt="p").env


def test_what_cannot_start_says_why() -> None:
    with pytest.raises(SpawnError, match="needs a prompt"):
        launch(prompt=" ")
    with pytest.raises(SpawnError, match="131,071"):
        launch(prompt="é" * ARGUMENT_MAX, **PLAIN)
    with pytest.raises(RuntimeNotFound, match="claude is not on PATH") as missing:
        ClaudeCode().launch(spec(), RunKind.START, "", "p", {"PATH": "/nonexistent"}, Path("/run"))
    assert "npm i -g" in missing.value.hint
    assert launch(prompt="a\0b", **PLAIN).argv[-1] == "ab"
    assert launch(prompt="é" * ARGUMENT_MAX).piped


def test_a_channel_that_a_cli_does_not_have_is_refused() -> None:
    with pytest.raises(SpawnError, match="has no control channel") as refused:
        registry.get("cline").channel(spec(channel=Channel.CONTROL))
    assert refused.value.hint == 'Set channel = "plain".'


@pytest.mark.parametrize(
    ("args", "kept"),
    [
        (["--resume", OLD, "--verbose"], ["--verbose"]),
        (["--resume", "--verbose"], ["--verbose"]),
        (["-r", "x", "-c", "--fork-session"], []),
        ([f"--session-id={OLD}", "--model", "x"], ["--model", "x"]),
        ([], []),
    ],
)
def test_session_flags_are_taken_out(args: list[str], kept: list[str]) -> None:
    assert without_session_flags(args) == kept


def test_the_registry_knows_its_runtimes() -> None:
    assert [runtime.name for runtime in registry.all_runtimes()] == registry.names()
    assert registry.get("claude-code") is registry.get("claude-code")
    with pytest.raises(RuntimeNotFound, match="no runtime 'claud'") as unknown:
        registry.get("claud")
    assert "claude-code" in unknown.value.hint
