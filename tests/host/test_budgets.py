"""A budget is kept by the host alone: processes stand still, and go on when it is allowed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from tests.host.hosting import Hosted
from tests.host.test_runs import stands_still
from tests.waiting import until
from tui.core.budget import is_held
from tui.core.commands import Allow, Kill, Restart
from tui.core.lifecycle import Lifecycle
from tui.core.limits import AtLimit, Budget, FleetBudget
from tui.core.spec import Mode
from tui.system.limitsfile import write_shared
from tui.system.slotlimits import write_limits

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


async def test_one_that_is_held_leaves_its_slot_to_others_and_goes_on_when_allowed(hosted: Make) -> None:
    agent = hosted().write(TICKING, budget=Budget(time_s=0.5))
    write_limits(agent.paths.state, {"": 1})
    await agent.start()
    await until(lambda: is_held(agent.status))
    other = await hosted("two").write(["sleep", "1000"]).start()
    await other.becomes(Lifecycle.STARTING, Lifecycle.RUNNING)
    pid = agent.status.pid
    assert pid is not None
    assert await (await agent.connect()).do(Allow(time_s=3600)) == ""
    await until(lambda: not stands_still(pid))


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


async def test_hosts_keep_a_shared_budget_between_them(hosted: Make) -> None:
    claude = [sys.executable, str(Path(__file__).parents[1] / "agents" / "claude_like.py")]
    settings = {"runtime": "claude-code", "prompt": "go", "cwd": "/tmp"}
    first, second, third = (hosted(name).write(claude, Mode.STREAM, **settings) for name in ("a", "b", "c"))
    await first.start()
    used = (await first.is_over()).usage.total
    assert used > 0
    state = first.folder.parent.parent
    write_shared(state, "/tmp", FleetBudget(tokens=used))
    await second.start()
    status = await second.becomes(Lifecycle.QUEUED)
    assert is_held(status)
    assert status.budget_notice is not None
    assert (status.budget_notice.used, status.budget_notice.whose) == (used, "the agents in tmp")
    write_shared(state, "/tmp", FleetBudget(tokens=10 * used))
    assert (await second.is_over()).usage.total == used
    write_shared(state, "/tmp", FleetBudget(tokens_per_day=used, at_limit=AtLimit.KILL))
    await third.start()
    assert "no budget left" in third.ready["error"]
    write_shared(state, "/tmp", None)
    await third.write(claude, Mode.STREAM, **settings).start()
    await third.is_over()
