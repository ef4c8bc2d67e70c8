"""A run that ended by itself, followed by another: by a real host."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

from tests.host.hosting import Hosted
from tui.core.commands import CancelStep, Resume
from tui.core.facts import RunPlanned
from tui.core.lifecycle import Lifecycle
from tui.core.limits import RestartPolicy

Make = Callable[..., Hosted]
FAILS = ["sh", "-c", "echo up; sleep 0.6; exit 3"]


def failing(hosted: Make) -> Hosted:
    return hosted().write(FAILS, restart=RestartPolicy.ON_FAILURE)


async def test_it_counts_down_starts_when_told_and_gives_up_what_fails_in_the_same_way(hosted: Make) -> None:
    agent = await failing(hosted).start()
    status = await agent.becomes(Lifecycle.BACKOFF)
    assert status.next_try.wall > status.lifecycle_since.wall
    assert status.pid is None
    client = await agent.connect()
    assert await client.do(Resume()) == ""
    status = await agent.is_over()
    assert (status.lifecycle, status.runs) == (Lifecycle.FAILED, 2)
    assert "failed at once in the same way" in status.note
    assert len(agent.facts(RunPlanned)) == 1


async def test_it_is_cancelled_and_its_host_leaves(hosted: Make) -> None:
    agent = await failing(hosted).start()
    await agent.becomes(Lifecycle.BACKOFF)
    client = await agent.connect()
    assert await client.do(CancelStep()) == ""
    status = await agent.is_over()
    assert (status.lifecycle, status.runs) == (Lifecycle.FAILED, 1)


async def test_a_shutdown_ends_the_wait_so_that_resume_all_brings_it_back(hosted: Make) -> None:
    agent = await failing(hosted).start()
    await agent.becomes(Lifecycle.BACKOFF)
    os.kill(agent.pid, signal.SIGTERM)
    status = await agent.is_over()
    assert status.exit is not None
    assert (status.lifecycle, status.exit.by) == (Lifecycle.KILLED, "shutdown")
