"""The other real CLIs against the fake provider: what each counts is what was billed."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest

from tests.fakes.exchange import Json, Kind
from tests.fakes.model_server import ModelServer
from tests.fakes.scenarios import NOTES
from tests.fakes.usage import ROUNDS, ZERO
from tests.real_cli.clis import CLIS
from tests.real_cli.counting import Counted, billed, counted
from tests.real_cli.environment import Run, Sandbox

pytestmark = pytest.mark.real_cli

OTHERS = sorted(set(CLIS) - {"claude"})

SESSION_FIELDS = {
    "codex": ("thread.started", "thread_id"),
    "gemini": ("init", "session_id"),
    "opencode": ("step_start", "sessionID"),
    "qwen": ("system", "session_id"),
    "pi": ("session", "id"),
    "copilot": ("result", "sessionId"),
}
"""The event and its field that tell the session, for the CLIs that can resume."""

UNKNOWN_SESSIONS = {
    "codex": (1, "no rollout found for thread id"),
    "gemini": (42, "Invalid session identifier"),
    "opencode": (1, "Session not found"),
    "qwen": (1, "No saved session found with ID"),
    "pi": (1, "No session found matching"),
    "copilot": (1, "No session, task, or name matched"),
}
"""Exit status and words of a run that asks for a session which does not exist."""


def expected(provider: ModelServer, name: str) -> Counted:
    """What a CLI should have counted: its turns alone, but Qwen Code also counts the keeping of its memory."""
    return billed(provider.totals(None if name == "qwen" else Kind.MAIN))


def session_of(run: Run, name: str) -> str:
    kind, field = SESSION_FIELDS[name]
    event: Json = run.of_type(kind)[0]
    return str(event[field])


@pytest.mark.parametrize(("tag", "rounds"), [("#text", 1), ("#think", 1), ("#bash", 2), ("#three", 3)])
@pytest.mark.parametrize("name", OTHERS)
def test_a_turn_counts_what_was_billed(
    sandbox: Callable[[str], Sandbox], provider: ModelServer, name: str, tag: str, rounds: int
) -> None:
    cli = sandbox(name)
    run = cli.prompt(f"do it {tag}")
    assert run.exit_status == 0, str(run)
    assert provider.totals(Kind.MAIN) == sum(ROUNDS[:rounds], ZERO)
    assert counted(run, cli) == expected(provider, name)


@pytest.mark.parametrize("name", OTHERS)
def test_a_file_is_really_written(
    sandbox: Callable[[str], Sandbox], provider: ModelServer, name: str
) -> None:
    cli = sandbox(name)
    notes = cli.place.project / "notes.txt"
    run = cli.prompt(f"write {notes} #write")
    assert run.exit_status == 0, str(run)
    assert notes.read_text() == NOTES
    assert counted(run, cli) == expected(provider, name)


@pytest.mark.parametrize("name", sorted(SESSION_FIELDS))
def test_resuming_keeps_the_session(
    sandbox: Callable[[str], Sandbox], provider: ModelServer, name: str
) -> None:
    cli = sandbox(name)
    first = cli.prompt("begin #bash")
    second = cli.resume(session_of(first, name), "go on #text")
    assert session_of(second, name) == session_of(first, name)
    assert provider.totals(Kind.MAIN) == ROUNDS[0] + ROUNDS[1] + ROUNDS[0]


@pytest.mark.parametrize("name", sorted(UNKNOWN_SESSIONS))
def test_an_unknown_session_fails_before_any_request(
    sandbox: Callable[[str], Sandbox], provider: ModelServer, name: str
) -> None:
    status, words = UNKNOWN_SESSIONS[name]
    session = "ses_0123456789abcdef0123456789" if name == "opencode" else str(uuid.uuid4())
    cli = sandbox(name)
    if name == "gemini":
        cli.prompt("a project without any session would say something else #text")
    requests = len(provider.entries(Kind.MAIN))
    run = cli.resume(session, "go on #text")
    assert run.exit_status == status, str(run)
    assert words in run.stderr
    assert len(provider.entries(Kind.MAIN)) == requests


def test_gemini_without_any_session_says_so(sandbox: Callable[[str], Sandbox]) -> None:
    run = sandbox("gemini").resume(str(uuid.uuid4()), "go on #text")
    assert (run.exit_status, run.stdout) == (42, "")
    assert "No previous sessions found for this project" in run.stderr


@pytest.mark.parametrize("name", OTHERS)
def test_rate_limits_are_retried(sandbox: Callable[[str], Sandbox], provider: ModelServer, name: str) -> None:
    cli = sandbox(name)
    run = cli.prompt("x #429")
    assert run.exit_status == 0, str(run)
    assert [entry.status for entry in provider.entries(Kind.MAIN)] == [429, 429, 200]
    assert provider.totals(Kind.MAIN) == ROUNDS[0]
    assert counted(run, cli) == expected(provider, name)


@pytest.mark.parametrize("name", OTHERS)
def test_an_invalid_request_costs_nothing(
    sandbox: Callable[[str], Sandbox], provider: ModelServer, name: str
) -> None:
    run = sandbox(name).prompt("x #400")
    assert {entry.status for entry in provider.entries(Kind.MAIN)} == {400}, str(run)
    assert provider.totals(Kind.MAIN) == ZERO


def test_codex_repeats_a_dropped_stream_and_counts_it_once(
    sandbox: Callable[[str], Sandbox], provider: ModelServer
) -> None:
    cli = sandbox("codex")
    run = cli.prompt("x #drop")
    assert [(e.ask.stream, e.outcome) for e in provider.entries(Kind.MAIN)] == [
        (True, "dropped"),
        (True, "complete"),
    ]
    assert counted(run, cli) == billed(ROUNDS[0])


def test_codex_counts_over_the_whole_thread(sandbox: Callable[[str], Sandbox], provider: ModelServer) -> None:
    cli = sandbox("codex")
    first = cli.prompt("begin #bash")
    second = cli.resume(session_of(first, "codex"), "go on #text")
    assert counted(first, cli) == Counted(9529, 4001, 84)
    assert counted(second, cli) == Counted(14539, 4001, 137) == billed(provider.totals(Kind.MAIN))
