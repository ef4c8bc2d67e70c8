"""A race in the dashboard: begun in the dialog, followed, one kept, the rest tidied up."""

from __future__ import annotations

import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.ui.fake_fleet import ago, view
from tests.ui.opened import RUNTIMES, Opened, opened
from tui.client import racing
from tui.core.activity import Activity
from tui.core.lifecycle import Lifecycle
from tui.core.usage import Usage
from tui.system.paths import Paths
from tui.ui.layout import Arrangement
from tui.ui.screens.race import RaceScreen
from tui.ui.widgets.fields import Chips


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository, which the dashboard is opened in."""
    made = tmp_path / "shop"
    made.mkdir()
    (made / "app.py").write_text("one\n")
    who = ["-c", "user.name=me", "-c", "user.email=me@here"]
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "first"]):
        subprocess.run(["git", *who, *arguments], cwd=made, check=True)
    monkeypatch.chdir(made)
    return made


@pytest.fixture(autouse=True)
def both_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two CLIs on this machine; nothing is looked for."""
    infos = [msgspec.structs.replace(info, installed=True) for info in RUNTIMES]
    monkeypatch.setattr("tests.ui.opened.RUNTIMES", infos)
    monkeypatch.setattr("tui.client.racing.launch.judge", lambda draft: None)


def paths_of(tmp_path: Path) -> Paths:
    return Paths(tmp_path / "state", tmp_path / "run", tmp_path / "config", tmp_path / "log")


async def begin(d: Opened) -> Any:
    """Begin a race as the palette does, with a prompt; the race is returned."""
    d.main.action_new_race()
    await d.until(lambda: d.screen_name() == "NewAgentScreen")
    await d.pilot.pause()
    await d.press(*"go", "enter")
    await d.until(lambda: d.screen_name() == "MainScreen")
    [race] = racing.races(d.app.paths)
    for racer in race.racers:
        d.fleet.change(racer.agent_id, tags=[race.name], cwd=racer.worktree)
    d.main.show_race(race)
    return race


async def open_page(d: Opened) -> RaceScreen:
    await d.press("comma")
    await d.until(lambda: isinstance(d.app.screen, RaceScreen) and d.app.screen.page.lines)
    await d.until(lambda: d.app.screen._work)
    return d.app.screen


async def test_marking_two_runtimes_makes_it_a_race(tmp_path: Path, shop: Path) -> None:
    async with opened(tmp_path, [view("one")]) as d:
        await d.press("n")
        chips = d.app.screen.query_one("#runtime", Chips)
        chips.focus()
        assert "New agent" in d.text()
        await d.press("space", "right", "space")
        assert chips.marked == ["claude-code", "codex"]
        assert "New race" in d.text()
        assert "2 racers, each in a git worktree of its own" in d.text()
        assert "start race" in d.text()
        assert "● headless" in d.text()
        await d.press("space")
        assert "New agent" in d.text()
        assert "● terminal" in d.text()


async def test_each_racer_starts_in_a_worktree_and_all_are_shown_side_by_side(
    tmp_path: Path, shop: Path
) -> None:
    async with opened(tmp_path, [view("one")], size=(200, 50)) as d:
        race = await begin(d)
        assert [draft.runtime for draft in d.fleet.created] == ["claude-code", "codex"]
        assert [draft.cwd for draft in d.fleet.created] == [racer.worktree for racer in race.racers]
        assert all((Path(draft.cwd) / "app.py").read_text() == "one\n" for draft in d.fleet.created)
        assert {tuple(draft.tags) for draft in d.fleet.created} == {("race",)}
        await d.until(lambda: sorted(d.main.slots) == ["race-claude-code", "race-codex"])
        assert d.main.board.arrangement is Arrangement.COLUMNS
        await d.press("escape")
        assert "one" in d.main.agents.shown


async def test_who_finished_first_leads_and_is_kept(tmp_path: Path, shop: Path) -> None:
    async with opened(tmp_path, [view("one")]) as d:
        race = await begin(d)
        (Path(race.racers[1].worktree) / "app.py").write_text("better\n")
        (Path(race.racers[1].worktree) / "new.py").write_text("new\n")
        spent = Usage(input=31_200, cost_usd=Decimal("0.42"))
        d.fleet.change(
            "race-codex",
            lifecycle=Lifecycle.EXITED,
            activity=Activity.DONE,
            lifecycle_since=ago(0),
            usage=spent,
        )
        screen = await open_page(d)
        first, second = (screen.page.lines[at].plain for at in (5, 6))
        assert first.startswith("▌ 1 race-codex")
        assert all(part in first for part in ("done", "31.2k", "$0.42", "2 files  +2 −1")), first
        assert "race-claude-code" in second
        listed = [line.plain for line in screen.page.lines if line.plain.startswith(("M ", "? "))]
        assert [line.split() for line in listed] == [["M", "app.py", "+1", "−1"], ["?", "new.py", "+1", "−0"]]
        await d.press("A")
        await d.until(lambda: d.screen_name() == "ConfirmScreen")
        assert "2 files, +2 −1, go into" in d.text()
        await d.press("A")
        await d.until(lambda: any("To undo: git apply -R" in said for said in d.toasts()))
        assert (shop / "app.py").read_text() == "better\n"
        assert (shop / "new.py").exists()
        await d.until(lambda: "◂ kept" in d.text())


async def test_where_the_folder_went_on_it_is_said_and_nothing_is_overwritten(
    tmp_path: Path, shop: Path
) -> None:
    async with opened(tmp_path, [view("one")]) as d:
        race = await begin(d)
        for racer in race.racers:
            (Path(racer.worktree) / "app.py").write_text("better\n")
        (shop / "app.py").write_text("mine\n")
        await open_page(d)
        await d.press("A")
        await d.until(lambda: d.screen_name() == "ConfirmScreen")
        await d.press("A")
        await d.until(lambda: any("Nothing was changed" in said for said in d.toasts()))
        assert (shop / "app.py").read_text() == "mine\n"


async def test_tidying_up_ends_who_runs_and_loses_nothing(tmp_path: Path, shop: Path) -> None:
    async with opened(tmp_path, [view("one")]) as d:
        race = await begin(d)
        (Path(race.racers[0].worktree) / "app.py").write_text("lost?\n")
        d.fleet.change("race-codex", lifecycle=Lifecycle.EXITED)
        await open_page(d)
        await d.press("E")
        await d.until(lambda: d.screen_name() == "ConfirmScreen")
        assert "race-claude-code is ended." in d.text()
        assert "1 racer has changes that were not kept." in d.text()
        await d.press("E")
        await d.until(lambda: d.fleet.commands)
        [(ended, command)] = d.fleet.commands
        assert (ended, type(command).__name__) == ("race-claude-code", "Kill")
        assert Path(race.racers[0].worktree).exists()
        d.fleet.change("race-claude-code", lifecycle=Lifecycle.KILLED)
        await d.until(lambda: any("Removed." in said for said in d.toasts()))
        assert not Path(race.racers[0].worktree).exists()
        assert "+lost?" in racing.patch_of(d.app.paths, race, race.racers[0]).read_text()
        await d.until(lambda: "worktree removed" in d.text())


async def test_a_folder_outside_a_repository_is_refused_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir("/")
    async with opened(tmp_path, [view("one")]) as d:
        await d.press("comma")
        await d.until(lambda: d.screen_name() == "NewAgentScreen")
        await d.pilot.pause()
        await d.press(*"go", "enter")
        await d.until(lambda: "is in no git repository" in d.text())
        assert d.fleet.created == []
