"""The fleet's page, and what is told to who comes back."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from tests.ui.fake_fleet import WALL, view
from tests.ui.opened import Opened, opened
from tui.client.digests import AwayNote, read_away, write_away
from tui.core import facts as f
from tui.core.activity import Activity, Source
from tui.core.budget import date_of
from tui.core.digest import Had
from tui.core.facts import Event
from tui.core.ledger import Day, Ledger
from tui.core.limits import FleetBudget
from tui.core.settings import Settings
from tui.core.usage import Usage, UsageSource
from tui.system.eventlog import EventLog
from tui.system.ledgerfile import write_ledger
from tui.system.paths import Paths


def paths_of(tmp_path: Path) -> Paths:
    return Paths(tmp_path / "state", tmp_path / "run", tmp_path / "config", tmp_path / "log")


def forgotten(tmp_path: Path) -> None:
    """An agent that is gone, whose spending is not."""
    (tmp_path / "state").mkdir(exist_ok=True)
    usage = Usage(input=5_000, cost_usd=Decimal("2.50"))
    days = {date_of(WALL): Day(usage, 3), date_of(WALL - 86_400): Day(usage, 1)}
    write_ledger(
        tmp_path / "state", Ledger(id="gone", name="gone", project="docs", runtime="codex", days=days)
    )


def agent(name: str = "one", usd: str = "1.25", **fields: Any) -> Any:
    usage = Usage(input=9_000, cost_usd=Decimal(usd))
    return view(name, usage=usage, usage_source=UsageSource.REPORTED, **fields)


async def open_fleet(d: Opened) -> Any:
    await d.press("u")
    await d.until(lambda: d.screen_name() == "FleetScreen" and d.app.screen.page.lines)
    return d.app.screen


async def test_all_that_was_spent_today_and_before_also_by_those_that_are_gone(tmp_path: Path) -> None:
    forgotten(tmp_path)
    settings = Settings(budgets={"": FleetBudget(usd_per_day=Decimal(5))})
    async with opened(tmp_path, [agent()], settings=settings) as d:
        screen = await open_fleet(d)
        await d.until(lambda: "gone" in d.text())
        said = [line.plain for line in screen.page.lines]
        assert any(line.startswith("gone") and "$2.50" in line for line in said)
        assert any("in seven days" in line and "$6.25" in line for line in said)
        assert "$3.75 of $5.00" in d.text()
        await d.press("tab")
        assert "dollars a day" in d.text()
        await d.press("p")
        said = [line.plain for line in screen.page.lines]
        assert any("by project in seven days" in line for line in said)
        await d.press("u")
        await d.until(lambda: d.screen_name() == "ViewScreen")
        assert d.app.screen.tab == "usage"


async def test_who_comes_back_is_told_once_what_happened(tmp_path: Path) -> None:
    paths = paths_of(tmp_path)
    for folder in (paths.state, paths.agents(), paths.agent("one")):
        folder.mkdir(exist_ok=True)
    write_away(
        paths,
        AwayNote(at=WALL - 3_600, had={"one": Had(8_000, Decimal(1)), "two": Had(9_000, Decimal("1.25"))}),
    )
    log = EventLog(paths.agent("one"))
    facts = [f.TurnEnded(), f.TurnEnded(ok=False), f.ToolCalled(call_id="1", name="Bash")]
    log.append(
        [
            Event(seq=n, at=WALL - 60, run=1, source=Source.STREAM, fact=fact)
            for n, fact in enumerate(facts, 1)
        ]
    )
    log.close()
    agents = [agent(activity=Activity.DONE, since=50), agent("two", since=7_200)]
    agents[1] = msgspec.structs.replace(
        agents[1],
        status=msgspec.structs.replace(agents[1].status, lifecycle_since=agents[1].status.activity_since),
    )
    async with opened(tmp_path, agents) as d:
        await d.until(lambda: any("while you were away 1h00" in said for said in d.toasts()))
        (told,) = [said for said in d.toasts() if "while you were away" in said]
        assert "✓ 1 done" in told
        assert "$0.25" in told
        await d.press("e")
        await d.until(lambda: d.screen_name() == "FleetScreen")
        await d.until(lambda: "2 turns" in d.text())
        assert "1 tool call" in d.text()
        await d.press("d")
        await d.until(lambda: "while you were away" not in d.text())
        await d.press("escape", "e")
        assert d.screen_name() == "MainScreen"
    assert read_away(paths) == AwayNote(
        at=WALL, had={"one": Had(9_000, Decimal("1.25")), "two": Had(9_000, Decimal("1.25"))}
    )


async def test_a_key_after_a_long_pause_tells_too_and_a_short_one_does_not(tmp_path: Path) -> None:
    async with opened(tmp_path, [agent()]) as d:
        await d.until(lambda: d.app.listener is not None)
        d.clock.advance(300)
        await d.press("j")
        assert d.toasts() == []
        d.clock.advance(700)
        d.fleet.change("one", activity=Activity.DONE, activity_since=d.clock.now())
        d.app.toasts.dismiss()
        await d.press("j")
        await d.until(lambda: any("while you were away" in said for said in d.toasts()))


async def test_nobody_is_told_where_it_is_switched_off(tmp_path: Path) -> None:
    settings = Settings()
    settings = msgspec.structs.replace(
        settings, dashboard=msgspec.structs.replace(settings.dashboard, away_after_s=0.0)
    )
    async with opened(tmp_path, [agent()], settings=settings) as d:
        await d.until(lambda: d.app.listener is not None)
        d.clock.advance(5_000)
        d.fleet.change("one", activity=Activity.DONE, activity_since=d.clock.now())
        d.app.toasts.dismiss()
        await d.press("j", "k")
        assert not any("while you were away" in said for said in d.toasts())


async def test_all_that_was_spent_is_saved_as_a_file_of_the_users_own(tmp_path: Path) -> None:
    forgotten(tmp_path)
    async with opened(tmp_path, [agent()]) as d:
        await open_fleet(d)
        await d.press("s")
        await d.until(lambda: any("Saved: " in said for said in d.toasts()))
        [path] = (tmp_path / "state" / "exports").iterdir()
        assert str(path) in d.toasts()[-1]
        assert path.stat().st_mode & 0o777 == 0o600
        assert [line.split(",")[1] for line in path.read_text().splitlines()] == [
            "agent",
            "gone",
            "gone",
            "one",
        ]
