"""Hosts that do not outlive their test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from tests.host.hosting import Hosted
from tui.system.paths import Paths, ensure


@pytest.fixture
async def hosted(isolated_paths: Paths, no_orphans: None) -> AsyncIterator[Callable[..., Hosted]]:
    """Make an agent: `hosted("id")`. Its host, client and child are gone after the test."""
    ensure(isolated_paths)
    made: list[Hosted] = []

    def make(agent_id: str = "one") -> Hosted:
        made.append(Hosted(isolated_paths, agent_id))
        return made[-1]

    yield make
    for host in made:
        await host.close()
