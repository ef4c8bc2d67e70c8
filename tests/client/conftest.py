"""Folders of one's own, fake hosts that are closed, and waiting for conditions."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from tests.client.fake_host import FakeHost, make_paths
from tui.client.fleet import Fleet
from tui.core.clock import SystemClock
from tui.system.paths import Paths


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return make_paths(tmp_path)


async def until(condition: Callable[[], object], timeout_s: float = 10.0) -> None:
    """Wait for a condition with a deadline."""
    end = asyncio.get_running_loop().time() + timeout_s
    while not condition():
        assert asyncio.get_running_loop().time() < end, "the condition never came true"
        await asyncio.sleep(0.01)


@pytest.fixture
async def host(paths: Paths) -> AsyncIterator[Callable[..., Awaitable[FakeHost]]]:
    hosts: list[FakeHost] = []

    async def make(agent_id: str = "a", **status: object) -> FakeHost:
        hosts.append(await FakeHost(paths, agent_id, **status).start())
        return hosts[-1]

    yield make
    for each in hosts:
        await each.close()


@pytest.fixture
async def fleet(paths: Paths) -> AsyncIterator[Callable[..., Awaitable[Fleet]]]:
    fleets: list[Fleet] = []

    async def make(**options: object) -> Fleet:
        fleets.append(Fleet(paths, clock=SystemClock(), **options))  # type: ignore[arg-type]  # a table of options
        await fleets[-1].start()
        return fleets[-1]

    yield make
    for each in fleets:
        await each.close()
