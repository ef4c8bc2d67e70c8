"""A run that ended by itself, followed by another: by a real host."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

import pytest

from tests.host.hosting import Hosted
from tests.waiting import until
from tui.client import hosts
from tui.client.fleet import Fleet
from tui.core.clock import SystemClock
from tui.core.commands import CancelStep, Kill, Restart, Resume
from tui.core.facts import RunPlanned
from tui.core.lifecycle import Lifecycle
from tui.core.limits import RestartPolicy
from tui.system import processes
from tui.system.slotlimits import write_limits

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


@pytest.mark.parametrize("guardian", [True, False], ids=["by its guardian", "by the next client"])
async def test_a_back_off_goes_on_in_another_host(hosted: Make, guardian: bool) -> None:
    agent = await failing(hosted).start()
    before = await agent.becomes(Lifecycle.BACKOFF)
    if not guardian:
        assert agent.guardian is not None
        agent.guardian.kill()
    agent.kill_host()
    await until(lambda: processes.identity(agent.pid) is None)
    if not guardian:
        assert await hosts.sweep(agent.paths, agent.id)
    await until(lambda: agent.status.host_pid != before.host_pid and agent.paths.socket(agent.id).exists())
    assert (agent.status.lifecycle, agent.status.next_try) == (Lifecycle.BACKOFF, before.next_try)
    client = await agent.connect()
    assert await client.do(Resume()) == ""
    status = await agent.becomes(Lifecycle.FAILED)
    assert status.runs == 2
    assert "failed at once in the same way" in status.note  # what it knew of the run before is known still


async def test_its_slot_is_anothers_during_the_back_off_and_waited_for_afterwards(hosted: Make) -> None:
    agent = failing(hosted)
    write_limits(agent.paths.state, {"": 1})
    await agent.start()
    await agent.becomes(Lifecycle.BACKOFF)
    other = await hosted("two").write(["sleep", "1000"]).start()
    await other.becomes(Lifecycle.RUNNING, Lifecycle.STARTING)
    client = await agent.connect()
    assert await client.do(Resume()) == ""
    status = await agent.becomes(Lifecycle.QUEUED)
    assert (status.queue_place, status.pid) == (1, None)
    assert "waits for a free slot (#1)" in await client.do(Restart())
    await (await other.connect()).do(Kill())
    status = await agent.is_over()
    assert (status.lifecycle, status.runs) == (Lifecycle.FAILED, 2)


async def test_a_resume_of_a_back_off_whose_host_was_killed_begins_it_at_once(hosted: Make) -> None:
    agent = await failing(hosted).start()
    await agent.becomes(Lifecycle.BACKOFF)
    assert agent.guardian is not None
    agent.guardian.kill()
    agent.kill_host()
    await until(lambda: processes.identity(agent.pid) is None)
    fleet = Fleet(agent.paths, clock=SystemClock())
    await fleet.start()
    try:
        await fleet.command(agent.id, Resume())
        await until(lambda: agent.status.lifecycle is Lifecycle.FAILED)
        assert agent.status.runs == 2
    finally:
        await fleet.close()
