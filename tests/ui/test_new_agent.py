"""The dialog for a new agent."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from textual.widgets import Input

from tests.ui.fake_fleet import view
from tests.ui.opened import RUNTIMES, Opened, opened
from tui.client.launch import Draft, _default_name
from tui.core.errors import SpecError
from tui.core.spec import Mode
from tui.ui.drafting import dollars, seconds
from tui.ui.memory import LastAgent, Memory, recall, remember
from tui.ui.widgets.fields import Chips, complete_folder


def fill(d: Opened, **values: str) -> None:
    for name, value in values.items():
        d.app.screen.query_one(f"#{name}", Input).value = value


async def test_enter_in_the_prompt_starts_with_what_is_installed(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")]) as d:
        await d.press("n", *"do it", "ctrl+j", *"now")
        fill(d, name="reports", folder=str(tmp_path), model="opus", quiet="10:00", budget="$2.50")
        await d.press("enter")
        await d.until(lambda: d.fleet.created)
        [draft] = d.fleet.created
        assert (draft.name, draft.runtime, draft.mode) == ("reports", "claude-code", Mode.INTERACTIVE)
        assert (draft.prompt, draft.model, draft.cwd) == ("do it\nnow", "opus", str(tmp_path))
        assert (draft.inactivity_timeout_s, draft.max_budget_usd) == (600.0, Decimal("2.50"))
        await d.until(lambda: d.screen_name() == "MainScreen")
        assert d.selected == "reports"


async def test_what_was_used_last_is_filled_in(tmp_path: Path) -> None:
    last = LastAgent(runtime="codex", mode=Mode.STREAM, model="gpt", cwd=str(tmp_path), quiet="1h20")
    remember(tmp_path / "state", Memory(last=last))
    async with opened(tmp_path, [view("one")]) as d:
        await d.press("n")
        assert d.app.screen.query_one("#runtime", Chips).value == "codex"
        assert "npm i codex" in d.text()
        await d.press("x", "enter")
        await d.until(lambda: d.fleet.created)
        [draft] = d.fleet.created
        assert (draft.runtime, draft.mode, draft.model) == ("codex", Mode.STREAM, "gpt")
        assert (draft.cwd, draft.inactivity_timeout_s) == (str(tmp_path), 4800.0)


async def test_a_long_text_scrolls_with_the_cursor(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")], size=(80, 24)) as d:
        await d.press("n")
        for name in ("folder", "budget"):
            field = d.app.screen.query_one(f"#{name}", Input)
            field.focus()
            field.value = "abcdefghijklmnopqrstuvwxyz" * 3
            await d.pilot.press("end", "T", "H", "E", "E", "N", "D")
            await d.until(lambda: "THEEND" in d.text())
            field.value = ""
            await d.until(lambda: "THEEND" not in d.text())


async def test_a_command_needs_a_command(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")]) as d:
        await d.press("n")
        d.app.screen.query_one("#runtime", Chips).take("command")
        await d.pilot.pause()
        d.app.screen.query_one("#command").focus()
        await d.press("enter")
        assert "There is no command to run." in d.text()
        fill(d, command="python -c 'print(1)'")
        await d.press("enter")
        await d.until(lambda: d.fleet.created)
        assert d.fleet.created[0].command == ["python", "-c", "print(1)"]
    assert recall(tmp_path / "state").last.command == "python -c 'print(1)'"


async def test_a_refusal_stays_in_the_dialog_with_what_was_written(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")]) as d:
        d.fleet.refuse = "Cannot start: claude is not on PATH."
        await d.press("n", *"task", "enter")
        await d.until(lambda: "Cannot start: claude" in d.text())
        assert d.screen_name() == "NewAgentScreen"
        d.fleet.refuse = ""
        await d.press("enter")
        await d.until(lambda: d.fleet.created)
        assert d.fleet.created[0].prompt == "task"


async def test_one_like_this(tmp_path: Path) -> None:
    model = view("one", mode=Mode.STREAM, runtime="codex")
    async with opened(tmp_path, [model]) as d:
        await d.press("N")
        assert "like one" in d.text()
        await d.press("x", "enter")
        await d.until(lambda: d.fleet.created)
        [draft] = d.fleet.created
        assert (draft.runtime, draft.mode, draft.cwd) == ("codex", Mode.STREAM, "/home/me/src/shop-api")
        assert draft.on_inactive == model.spec.on_inactive


async def test_one_like_a_simulated_agent_tells_the_same_story(tmp_path: Path) -> None:
    model = view("one", runtime="demo")
    spec = msgspec.structs.replace(model.spec, args=["flaky-tests"], prompt="mend it")
    async with opened(tmp_path, [msgspec.structs.replace(model, spec=spec)]) as d:
        await d.press("N")
        assert d.app.screen.query_one("#runtime", Chips).value == "demo"
        await d.press("enter")
        await d.until(lambda: d.fleet.created)
        [draft] = d.fleet.created
        assert (draft.runtime, draft.args, draft.prompt) == ("demo", ["flaky-tests"], "mend it")


async def test_where_a_cli_is_stays_told_however_long_its_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/opt/{'deep/' * 20}claude"
    infos = [msgspec.structs.replace(RUNTIMES[0], path=path), *RUNTIMES[1:]]
    monkeypatch.setattr("tests.ui.opened.RUNTIMES", infos)
    async with opened(tmp_path, [view("one")]) as d:
        await d.press("n")
        assert "deep/claude" in d.text()
        assert "space marks racers" in d.text()
        assert "used last" not in d.text()


async def test_the_common_case_takes_two_keys_and_the_prompt(tmp_path: Path) -> None:
    last = LastAgent(runtime="claude-code", mode=Mode.INTERACTIVE, cwd=str(tmp_path))
    remember(tmp_path / "state", Memory(last=last))
    async with opened(tmp_path, [view("one")]) as d:
        keys = ["n", "enter"]
        for at, each in enumerate(keys):
            await d.press(each, *("mend the login" if not at else ""))
        await d.until(lambda: d.fleet.created)
        [draft] = d.fleet.created
        assert (draft.runtime, draft.mode, draft.cwd) == ("claude-code", Mode.INTERACTIVE, str(tmp_path))
        assert draft.prompt == "mend the login"


async def test_the_name_that_is_promised_is_the_one_given(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    async with opened(tmp_path, [view("one")]) as d:
        await d.press("n")
        chips, name = d.app.screen.query_one("#runtime", Chips), d.app.screen.query_one("#name", Input)
        assert name.placeholder == "the folder's"
        chips.take("command")
        await d.pilot.pause()
        assert name.placeholder == "the program's"
        fill(d, command="bash -l", folder=str(tmp_path / "shop"))
        d.app.screen.query_one("#command").focus()
        await d.press("enter")
        await d.until(lambda: d.fleet.created)
        assert _default_name(d.fleet.created[0], str(tmp_path / "shop")) == "bash"
        assert _default_name(Draft(cwd=str(tmp_path / "shop")), str(tmp_path / "shop")) == "shop"


async def test_escape_starts_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")]) as d:
        await d.press("n", *"hm", "escape")
        assert d.screen_name() == "MainScreen"
        assert d.fleet.created == []


async def test_tab_completes_a_folder_and_then_goes_on(tmp_path: Path) -> None:
    (tmp_path / "alpha-one").mkdir()
    (tmp_path / "alpha-two").mkdir()
    async with opened(tmp_path, [view("one")]) as d:
        await d.press("n")
        folder = d.app.screen.query_one("#folder", Input)
        folder.focus()
        folder.value = f"{tmp_path}/al"
        await d.press("tab")
        assert folder.value == f"{tmp_path}/alpha-"
        assert folder.has_focus
        await d.press("tab")
        assert not folder.has_focus


def test_completion(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "some-file").touch()
    assert complete_folder(f"{tmp_path}/s") == f"{tmp_path}/src/"
    assert complete_folder(f"{tmp_path}/x") == f"{tmp_path}/x"
    assert complete_folder(f"{tmp_path}/missing/x") == f"{tmp_path}/missing/x"


@pytest.mark.parametrize(
    ("written", "meant"),
    [("", None), ("90", 90.0), ("5:00", 300.0), ("1h", 3600.0), ("1h20", 4800.0), ("0", 0.0)],
)
def test_durations(written: str, meant: float | None) -> None:
    assert seconds(written) == meant


@pytest.mark.parametrize("written", ["five", "5:0", "-1", "1h20m"])
def test_what_is_no_duration(written: str) -> None:
    with pytest.raises(SpecError, match="duration"):
        seconds(written)


def test_money() -> None:
    assert (dollars("$2"), dollars("0.50"), dollars("")) == (Decimal(2), Decimal("0.50"), None)
    for wrong in ("two", "NaN", "inf"):
        with pytest.raises(SpecError, match="money"):
            dollars(wrong)


async def test_a_headless_agent_without_a_prompt_is_refused_in_one_sentence(tmp_path: Path) -> None:
    async with opened(tmp_path) as d:
        await d.press("n", "tab", "right")
        assert "● headless a timeline" in d.text()
        assert "○ terminal its own screen" in d.text()
        await d.press("enter")
        assert d.fleet.created == []
        assert "A headless agent needs a prompt" in d.text()
