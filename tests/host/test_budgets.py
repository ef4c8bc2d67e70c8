"""A budget is kept by the host alone: processes stand still, and go on when it is allowed."""

from __future__ import annotations

from collections.abc import Callable

from tests.host.hosting import Hosted
from tests.host.test_runs import stands_still
from tests.waiting import until
from tui.core.budget import is_held
from tui.core.commands import Allow, Kill, Restart
from tui.core.lifecycle import Lifecycle
from tui.core.limits import Budget

Make = Callable[..., Hosted]
TICKING = ["sh", "-c", "while :; do echo tick; sleep 0.05; done"]


async def test_time_used_up_stops_the_tree_without_a_dashboard_and_allowing_goes_on(hosted: Make) -> None:
    agent = hosted().write(TICKING, budget=Budget(time_s=0.5))
    await agent.start()
    await until(lambda: is_held(agent.status))
    pid = agent.status.pid
    assert pid is not None
    await until(lambda: stands_still(pid))
    client = await agent.connect()
    assert await client.do(Allow(time_s=3600)) == ""
    await until(lambda: not stands_still(pid))
    assert await client.do(Kill()) == ""
    await agent.is_over()


async def test_a_host_begun_anew_asks_before_it_starts_a_process(hosted: Make) -> None:
    agent = hosted().write(TICKING, budget=Budget(time_s=0.3))
    await agent.start()
    await until(lambda: is_held(agent.status))
    agent.kill_host()
    await agent.becomes(Lifecycle.LOST)
    await agent.start(Restart())
    status = await agent.becomes(Lifecycle.QUEUED)
    assert is_held(status)
    assert status.pid is None
    client = await agent.connect()
    assert await client.do(Kill()) == ""
    assert (await agent.is_over()).exit.reason == "not started, cancelled by you"  # type: ignore[union-attr]
