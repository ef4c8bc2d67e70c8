"""Hosts that wait for a slot."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from tests.agents import argv
from tests.host.hosting import Hosted
from tests.waiting import until
from tui.core import facts as f
from tui.core.commands import AnyCommand, Kill, Prompt, Restart, Resume, Start
from tui.core.lifecycle import Lifecycle
from tui.core.spec import AgentSpec, Mode
from tui.host.queue import Queue
from tui.system.slotlimits import write_limits

Make = Callable[..., Hosted]


async def running_and_waiting(hosted: Make) -> tuple[Hosted, Hosted]:
    first = await hosted("one").write(argv("silent")).start()
    await first.becomes(Lifecycle.RUNNING, Lifecycle.STARTING)
    second = await hosted("two").write(argv("silent")).start()
    assert second.ready["ready"] is True
    await second.becomes(Lifecycle.QUEUED)
    return first, second


@pytest.fixture
def one_slot(hosted: Make) -> Make:
    write_limits(hosted("any").paths.state, {"": 1})
    return hosted


async def test_the_second_waits_and_begins_when_the_first_is_over(one_slot: Make) -> None:
    first, second = await running_and_waiting(one_slot)
    assert (second.status.queue_place, second.status.runs, second.status.pid) == (1, 0, None)
    third = await one_slot("three").write(argv("silent"), priority=5).start()
    await until(lambda: (second.status.queue_place, third.status.queue_place) == (2, 1))
    assert await (await first.connect()).do(Kill()) == ""
    await first.is_over()
    await until(lambda: third.status.runs == 1)
    assert third.status.queue_place == 0
    await until(lambda: second.status.queue_place == 1)
    assert second.status.lifecycle is Lifecycle.QUEUED


async def test_a_killed_host_frees_its_slot(one_slot: Make) -> None:
    first, second = await running_and_waiting(one_slot)
    first.kill_host()
    await until(lambda: second.status.runs == 1)


async def test_what_waits_goes_on_waiting_when_its_host_is_killed(one_slot: Make) -> None:
    first, second = await running_and_waiting(one_slot)
    second.kill_host()
    await until(lambda: second.status.host_pid != second.pid)
    assert (second.status.lifecycle, second.status.queue_place) == (Lifecycle.QUEUED, 1)
    assert await (await first.connect()).do(Kill()) == ""
    await until(lambda: second.status.runs == 1)


@pytest.mark.parametrize("command", [Start(now=True), Resume(now=True), Restart(now=True)])
async def test_now_ends_the_wait(one_slot: Make, command: AnyCommand) -> None:
    first, second = await running_and_waiting(one_slot)
    client = await second.connect()
    assert "#1" in await client.do(Resume())
    assert "#1" in await client.do(Prompt(text="x"))
    assert await client.do(command) == ""
    await until(lambda: second.status.runs == 1)
    assert not (second.folder / "pending.json").exists()
    assert first.status.pid


async def test_now_at_once_does_not_wait_at_all(one_slot: Make) -> None:
    await running_and_waiting(one_slot)
    third = await one_slot("three").write(argv("silent")).start(Start(now=True))
    await until(lambda: third.status.runs == 1)


async def test_kill_takes_it_out_of_the_queue(one_slot: Make) -> None:
    _, second = await running_and_waiting(one_slot)
    assert await (await second.connect()).do(Kill()) == ""
    status = await second.is_over()
    assert (status.lifecycle, status.queue_place, status.runs) == (Lifecycle.KILLED, 0, 0)
    assert status.exit is not None
    assert status.exit.reason == "taken out of the queue by you"
    assert not (second.folder / "pending.json").exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
async def test_what_it_was_to_begin_with_outlives_its_host(one_slot: Make, number: signal.Signals) -> None:
    _, second = await running_and_waiting(one_slot)
    os.kill(second.pid, number)
    status = await second.is_over()
    assert status.lifecycle is Lifecycle.QUEUED
    kept = msgspec.json.decode((second.folder / "pending.json").read_bytes(), type=AnyCommand)
    assert isinstance(kept, Start)


class Standing:
    """Queues of agents that run, on this loop."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.placed: list[int] = []

    def queue(self, name: str) -> Queue:
        folder = self.state / "agents" / name
        folder.mkdir(parents=True)
        spec = AgentSpec(id=name, name=name, runtime="command", mode=Mode.INTERACTIVE, cwd="/")
        return Queue(
            self.state,
            folder / "pending.json",
            spec,
            Start(),
            placed=self.placed.append,
            begin=lambda _: None,
        )


async def test_who_rests_leaves_its_slot_to_others_and_takes_one_again_when_it_works(tmp_path: Path) -> None:
    write_limits(tmp_path, {"": 1})
    fleet = Standing(tmp_path)
    rests, waits, third = fleet.queue("rests"), fleet.queue("waits"), fleet.queue("third")
    assert rests.enter()
    assert not waits.enter()
    rests.follow(None, 100.0)
    rests.follow(100.05, 100.0)
    assert waits.place == 1, "it has rested for a moment only"
    await until(lambda: waits.place == 0)
    rests.follow(None, 120.0)
    rests.follow(None, 121.0)
    waits.close()
    assert not third.enter(), "the one that rested works again"
    rests.follow(130.0, 130.0)
    await until(lambda: third.place == 0)
    for each in (rests, third):
        each.close()


async def test_who_works_again_before_its_time_has_kept_its_slot(tmp_path: Path) -> None:
    write_limits(tmp_path, {"": 1})
    fleet = Standing(tmp_path)
    works, waits = fleet.queue("works"), fleet.queue("waits")
    assert works.enter()
    works.follow(100.02, 100.0)
    works.follow(None, 100.01)
    await asyncio.sleep(0.03)
    assert not waits.enter()
    for each in (works, waits):
        each.close()


async def test_so_many_of_those_that_are_resumed_together(hosted: Make) -> None:
    for name in ("one", "two"):
        host = await hosted(name).write(argv("silent")).start(Start(at_most=1))
        await until(lambda host=host: host.status.runs or host.status.queue_place)
    assert host.status.queue_place == 1
    free = await hosted("three").write(argv("silent")).start()
    await until(lambda: free.status.runs == 1)
    assert not host.facts(f.RunStarted)
