"""Real hosts of a CLI that tells tokens and no money: what it cost is computed, also when the price comes late."""

from __future__ import annotations

import fcntl
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from genai_prices import Usage, calc_price

from tests.agents import argv
from tests.host.hosting import Hosted
from tests.waiting import until
from tui.client.prices import publish
from tui.core.commands import Kill, Resume
from tui.core.lifecycle import Lifecycle
from tui.core.prices import Override
from tui.core.settings import Settings
from tui.core.spec import Channel, Mode
from tui.core.status import Status
from tui.core.usage import UsageSource
from tui.system import processes, store
from tui.system.pricefile import PRICES, read_table

Make = Callable[..., Hosted]
MODEL = "claude-opus-4-5-20251101"


def unpriced(host: Hosted, model: str, prompt: str = "x", cwd: str = "/") -> Hosted:
    return host.write(
        *(argv("unpriced"), Mode.STREAM),
        runtime="claude-code",
        channel=Channel.PLAIN,
        model=model,
        prompt=prompt,
        cwd=cwd,
    )


def expected() -> Decimal:
    """Return what the price list takes for one turn, its sub-agent's message by that one's model."""
    main = Usage(input_tokens=6000, output_tokens=200, cache_read_tokens=5000)
    side = Usage(input_tokens=100, output_tokens=20)
    return calc_price(main, MODEL).total_price + calc_price(side, "claude-haiku-4-5").total_price


def counted(status: Status) -> None:
    assert status.usage.total == 6320
    assert status.usage.cost_usd == expected()
    assert (status.usage_source, status.cost_source) == (UsageSource.REPORTED, UsageSource.COMPUTED)
    assert status.context_window == 200_000
    assert status.model == MODEL


async def test_the_first_agent_of_a_model_has_it_looked_up(hosted: Make) -> None:
    host = await unpriced(hosted(), MODEL).start()
    # The child ends at once; its host waits for the answer.
    status = await host.is_over()
    counted(status)
    assert set(read_table(host.paths.state / PRICES).models) == {MODEL, "claude-haiku-4-5"}
    meter = store.read_meter(host.folder)
    assert meter is not None
    assert meter.total == status.usage
    await host.start(Resume())
    again = await host.is_over()
    assert again.usage.cost_usd == 2 * expected()
    assert again.run_usage.cost_usd == expected()


async def test_a_price_is_shown_while_the_run_goes_on(hosted: Make, tmp_path: Path) -> None:
    host = await unpriced(hosted(), MODEL, "#wait", str(tmp_path)).start()
    await until(lambda: host.status.usage.cost_usd == expected())
    assert host.status.context_window == 200_000
    (tmp_path / "go").touch()
    counted(await host.is_over())


async def test_a_kill_spares_the_look_up_and_its_answer_counts(hosted: Make, tmp_path: Path) -> None:
    host = hosted()

    def looking() -> list[int]:
        below = processes.descendants(host.pid)
        return [pid for pid in below if "tui.client.pricelist" in processes.command_line(pid)]

    with (host.paths.state / f".{PRICES}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        await unpriced(host, MODEL, "#wait", str(tmp_path)).start()
        await until(lambda: len(looking()) == 2)
        child = host.status.pid
        assert child is not None
        client = await host.connect()
        assert await client.do(Kill()) == ""
        await until(lambda: processes.identity(child) is None)
        assert len(looking()) == 2
    status = await host.is_over()
    assert status.lifecycle is Lifecycle.KILLED
    assert status.usage.cost_usd == expected()


@pytest.mark.parametrize("damage", [b"", b"{", b"[1]", b'{"version": 9}'])
async def test_a_damaged_table_is_made_anew(hosted: Make, damage: bytes) -> None:
    host = hosted()
    (host.paths.state / PRICES).write_bytes(damage)
    counted(await (await unpriced(host, MODEL).start()).is_over())


async def test_an_unknown_model_shows_tokens_and_no_price_until_the_config_sets_one(
    hosted: Make, tmp_path: Path
) -> None:
    host = await unpriced(hosted(), "nobody-1", "#wait", str(tmp_path)).start()
    side = calc_price(Usage(input_tokens=100, output_tokens=20), "claude-haiku-4-5").total_price
    # Only its sub-agent's model has a price.
    await until(lambda: host.status.usage.cost_usd == side)
    assert host.status.usage.total == 6320
    assert host.status.context_window == 0
    own = Override(input=Decimal(2), output=Decimal(10), context_window=9000)
    publish(host.paths, Settings(prices={str(tmp_path): {"nobody-1": own}}))
    (tmp_path / "go").touch()
    status = await host.is_over()
    assert status.usage.cost_usd == Decimal("0.014") + side
    assert status.context_window == 9000


async def test_a_reported_cost_stands_whatever_the_model_costs(hosted: Make) -> None:
    host = hosted().write(argv("claude_like"), Mode.STREAM, runtime="claude-code", prompt="x")
    publish(host.paths, Settings(prices={"": {"test-1": Override(input=Decimal(100_000))}}))
    status = await (await host.start()).is_over()
    assert status.usage.cost_usd == Decimal("0.01")
    assert status.cost_source is UsageSource.REPORTED


def test_a_host_that_asks_loads_no_price_list() -> None:
    code = (
        "import sys, tui.host.main, tui.host.prices; from tui.system.pricefile import installed; installed(); "
        "print(sorted(m for m in sys.modules if m.split('.')[0] in ('genai_prices', 'pydantic', 'httpx2')))"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
