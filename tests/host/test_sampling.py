"""The processes of a tool that runs in silence are measured, and only then."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.agents import argv
from tests.host.hosting import Hosted
from tests.waiting import until
from tui.core.clock import SystemClock
from tui.core.spec import Mode
from tui.core.triage import Quiet, words

Make = Callable[..., Hosted]


@pytest.mark.parametrize(
    ("command", "busy"), [("sleep 600", False), ("while :; do :; done", True)], ids=["still", "computing"]
)
async def test_a_tool_is_told_to_compute_or_not(hosted: Make, command: str, busy: bool) -> None:
    host = hosted().write(argv("claude_like"), Mode.STREAM, runtime="claude-code", prompt=f"TOOL {command}")
    await host.start()
    await until(lambda: host.status.triage is not None and host.status.triage.cpu_percent is not None)
    await until(lambda: (host.status.triage is not None and host.status.triage.busy) is busy)
    found = host.status.triage
    assert found is not None
    assert (found.kind, found.what) == (Quiet.TOOL, f"Bash {command}")
    assert found.process in ("sleep", "sh", "bash", "dash")
    if not busy:
        assert words(found, SystemClock().now()) == "Bash sleep 600, no output, 0 % CPU"
