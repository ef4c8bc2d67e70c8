"""The real Codex: what its threads and its rollout tell, and what it does with a session that is none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fakes.exchange import Kind
from tests.fakes.model_server import ModelServer
from tests.real_cli.environment import Sandbox
from tests.real_cli.subjects import SUBJECTS
from tests.runtimes.driving import Driven
from tui.core import facts as f
from tui.core.facts import RunKind
from tui.core.spec import AgentSpec, Channel, Mode
from tui.core.usage import Usage

pytestmark = pytest.mark.real_cli


def test_it_begins_another_thread_for_what_is_no_id_and_tells_its_model_and_context(
    sandbox: Callable[[str], Sandbox], provider: ModelServer, tmp_path: Path
) -> None:
    cli = sandbox("codex")
    spec = AgentSpec(
        id="a1",
        name="a1",
        runtime="codex",
        mode=Mode.STREAM,
        channel=Channel.PLAIN,
        cwd=str(cli.place.project),
        args=list(SUBJECTS["codex"].allow),
    )
    run = Driven(spec, RunKind.RESUME, "not-a-uuid", "x #bash", dict(cli.environment), tmp_path)
    try:
        run.meter = run.meter.session_total(Usage(input=50_000)).next_run(same_session=True)
        assert run.run().ok
    finally:
        run.close()
    started = run.facts(f.SessionStarted)
    assert started[0].session_id != "not-a-uuid"
    assert started[-1].model == "gpt-5.5"
    bill, told = provider.totals(Kind.MAIN), run.meter.run
    assert (told.input, told.cache_read, told.cache_write) == (bill.input, bill.cache_read, bill.cache_write)
    assert told.output + told.reasoning == bill.output
    last = [fact for fact in run.facts(f.UsageReported) if fact.context_window][-1]
    assert (last.context_tokens, last.context_window) == (4550, 258400)
