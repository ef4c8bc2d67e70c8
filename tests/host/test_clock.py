"""A real host whose wall clock jumps while its agent works."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.host.hosting import Hosted
from tests.waiting import until
from tui.core.commands import Kill
from tui.core.facts import StepAnnounced, StepTaken
from tui.core.lifecycle import Lifecycle
from tui.core.spec import Inactivity, Step
from tui.system.castfile import cast_events

JUMP = Path(__file__).parents[2] / "benchmarks" / "faults" / "jump"
YEAR_S = 365 * 86_400.0


@pytest.mark.parametrize("jump_s", [YEAR_S, -YEAR_S], ids=["ahead", "back"])
async def test_a_year_more_or_less_starts_no_ladder_and_tears_no_recording(
    hosted: Callable[..., Hosted], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jump_s: float
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(JUMP))
    monkeypatch.setenv("AGENT_TUI_FAULTS_CLOCK", str(tmp_path / "clock"))
    talks = ["sh", "-c", "while :; do echo more; sleep 0.1; done"]
    host = (
        await hosted()
        .write(talks, inactivity_timeout_s=60.0, on_inactive=[Step.KILL], inactivity=Inactivity())
        .start()
    )
    await host.becomes(Lifecycle.RUNNING)
    (tmp_path / "clock").write_text(str(jump_s))
    await until(lambda: abs(host.status.published.wall - time.time() - jump_s) < 100)
    jumped = host.status
    await until(lambda: host.status.published.mono > jumped.published.mono + 1)
    assert host.status.lifecycle is Lifecycle.RUNNING
    assert host.status.ladder is None or host.status.ladder.due.mono > host.status.published.mono
    assert not host.facts(StepTaken)
    assert not host.facts(StepAnnounced)
    assert await (await host.connect()).do(Kill()) == ""
    assert (await host.is_over()).lifecycle is Lifecycle.KILLED
    times = [event.at for event in cast_events(host.folder)]
    assert times == sorted(times)
    assert times[-1] - times[0] < 100
