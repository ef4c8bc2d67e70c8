"""The runtime `claude-code` with the real Claude Code under a pseudo-terminal, against the fake provider."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.real_cli.environment import Sandbox
from tests.runtimes.driving import Driven
from tui.core import facts as f
from tui.core.facts import RunKind
from tui.core.spec import AgentSpec, Channel, Mode

pytestmark = pytest.mark.real_cli

Start = Callable[..., Driven]


@pytest.fixture
def start(sandbox: Callable[[str], Sandbox], tmp_path: Path) -> Iterator[Start]:
    claude = sandbox("claude")
    runs: list[Driven] = []

    def begin(prompt: str, args: tuple[str, ...] = (), channel: Channel | None = None) -> Driven:
        spec = AgentSpec(
            id="a1",
            name="a1",
            runtime="claude-code",
            mode=Mode.STREAM,
            cwd=str(claude.place.project),
            args=list(args),
            channel=channel,
        )
        runs.append(Driven(spec, RunKind.START, "", prompt, dict(claude.environment), tmp_path))
        return runs[-1]

    yield begin
    for run in runs:
        run.close()


def test_a_wrong_flag_is_said_in_the_cli_s_words(start: Start) -> None:
    bad = start("x", args=("--no-such-flag",)).run()
    assert (bad.code, bad.reason) == (1, "error: unknown option '--no-such-flag'")


def test_an_interrupted_headless_turn_is_no_success(start: Start) -> None:
    run = start("x #hang", channel=Channel.PLAIN)
    run.until(lambda: run.facts(f.TextDelta))
    run.interrupt()
    ended = run.run()
    assert not ended.ok
    assert not ended.done


def test_a_headless_turn_interrupted_over_the_control_channel_leaves_it_ready_for_the_next(
    start: Start,
) -> None:
    run = start("x #hang")
    run.until(lambda: run.facts(f.TextDelta))
    run.interrupt()
    run.until(lambda: run.facts(f.TurnEnded))
    assert run.facts(f.TurnEnded)[0].interrupted
    run.prompt("once more #text")
    ended = run.run()
    assert (ended.ok, ended.done) == (True, True)
