"""Keys, footer, help and palette say the same on every screen, whichever keymap is in force, and nothing that is named is dead.

A screen that nobody can open here fails the first test: no new one is forgotten.
"""

from __future__ import annotations

import contextlib
import importlib
import pkgutil
import re
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from textual.actions import parse
from textual.screen import Screen

import tui.ui
from tests.ui.opened import Opened, opened
from tui.core.racing import Race
from tui.core.settings import Dashboard, Keymap, Settings
from tui.ui import footing, keymap
from tui.ui.screens.composer import ComposerScreen, Receivers
from tui.ui.screens.confirm import ConfirmScreen, CountScreen
from tui.ui.screens.dialog import Dialog
from tui.ui.screens.fleet import FleetScreen
from tui.ui.screens.help import TOGETHER, HelpScreen, keys_together
from tui.ui.screens.inbox import InboxScreen
from tui.ui.screens.keyed import Keyed
from tui.ui.screens.main import MainScreen
from tui.ui.screens.new_agent import NewAgentScreen
from tui.ui.screens.page import SHARED, AgentPage, Page
from tui.ui.screens.page_help import PageHelp
from tui.ui.screens.palette import KeyCommands
from tui.ui.screens.prompt import PromptScreen
from tui.ui.screens.questions import Question
from tui.ui.screens.race import RaceScreen
from tui.ui.screens.receipt import Receipt, ReceiptScreen
from tui.ui.screens.rename import RenameScreen
from tui.ui.screens.templates import TemplateScreen
from tui.ui.screens.timeline import TimelineScreen
from tui.ui.screens.view import ViewScreen
from tui.ui.widgets.footer import FooterItem
from tui.ui.widgets.tabs import TABS

OVERRIDE = {
    "ask.deny": "f9",
    "ask.allow": "ctrl+y",
    "app.help": "f12",
    "app.palette": "f3",
    "page.back": "f4",
    "agent.kill": "f8,ctrl+k",
    "agent.new": "f7",
    "go.below": "f6",
    "look.copy": "",
    "view.search": "ctrl+f",
}
SETTINGS = {
    "default": Settings(),
    "vim": Settings(dashboard=Dashboard(keymap=Keymap.VIM)),
    "override": Settings(keys=OVERRIDE),
}
BASES = {Keyed, Page, AgentPage, Dialog}
QUESTION = Question("Kill one?", ["It works."])
RACE = Race(name="race", prompt="go", cwd="/", commit="c" * 40, began_at=1.0)

OPENERS: dict[type[Screen[Any]], Callable[[Opened], list[Screen[Any]]]] = {
    ComposerScreen: lambda d: [
        ComposerScreen(
            [Receivers("one", ("one",), busy=True), Receivers("two", ("two",))],
            earlier=["hi"],
            templates={"a": "b"},
        )
    ],
    ConfirmScreen: lambda d: [ConfirmScreen(lambda: QUESTION, confirm="K", verb="kill", leave="leave it")],
    CountScreen: lambda d: [CountScreen(QUESTION, 5)],
    FleetScreen: lambda d: [FleetScreen()],
    HelpScreen: lambda d: [HelpScreen()],
    InboxScreen: lambda d: [InboxScreen()],
    NewAgentScreen: lambda d: [NewAgentScreen()],
    PageHelp: lambda d: [PageHelp("here", d.main.bound())],
    PromptScreen: lambda d: [PromptScreen("prompt", "one")],
    RaceScreen: lambda d: [RaceScreen([RACE, RACE], "race")],
    RenameScreen: lambda d: [RenameScreen("bench", "bench")],
    ReceiptScreen: lambda d: [ReceiptScreen("sent", [Receipt("one", "sent", True)])],
    TemplateScreen: lambda d: [TemplateScreen({"a": "b"})],
    TimelineScreen: lambda d: [TimelineScreen("migrate-db"), TimelineScreen("migrate-db", search=True)],
    ViewScreen: lambda d: [ViewScreen("migrate-db", tab) for tab in TABS if tab != "pane"],
}
"""How each screen comes about; the main screen is always there."""


def all_screens() -> set[type[Screen[Any]]]:
    for module in pkgutil.walk_packages(tui.ui.__path__, "tui.ui."):
        importlib.import_module(module.name)

    def below(kind: type[Screen[Any]]) -> Iterator[type[Screen[Any]]]:
        for each in kind.__subclasses__():
            yield each
            yield from below(each)

    return {kind for kind in below(Screen) if kind.__module__.startswith("tui.")}


def test_no_screen_is_forgotten() -> None:
    leaves = {kind for kind in all_screens() if not any(kind in other.__bases__ for other in all_screens())}
    assert leaves == {MainScreen, *OPENERS}
    assert all(issubclass(kind, Keyed) for kind in leaves)


@contextlib.asynccontextmanager
async def shown(d: Opened, screen: Screen[Any]) -> AsyncIterator[Any]:
    await d.app.push_screen(screen)
    await d.pilot.pause()
    await d.until(lambda: d.app.screen is screen and getattr(screen, "shown_at", 0.0) < 1e300)
    yield screen
    while d.app.screen is not d.main:
        await d.app.pop_screen()


def own_keys(screen: Any) -> dict[str, str]:
    """All keys that do something on a screen itself, with their actions."""
    return {
        key: active.binding.action
        for key, active in screen.active_bindings.items()
        if active.node is screen and active.enabled and key != keymap.UNBOUND
    }


def said(page: Any) -> list[str]:
    return [line.plain.rstrip() for line in page.lines]


def footer_items(screen: Any) -> list[FooterItem]:
    return [*screen.footer._items, *screen.footer._right]


def check_help(screen: Any, lines: list[str]) -> None:
    """Every key that works is in the screen's help, with what it does."""
    bound = screen.bound()
    assert {key for each in bound for key in each.keys} == set(own_keys(screen)), "a key without a word"
    for each in bound:
        [line] = [line for line in lines if line.endswith(f"  {each.told}")]
        assert line[: -len(each.told)].split() == list(each.labels)


def check_footer(screen: Any) -> None:
    """The footer's keys are keys that work, by the same words."""
    known = {each.action: each for each in screen.bound()}
    for item in footer_items(screen):
        each = known[item.action]
        assert item.key.split()[-1] == each.labels[0], item
        assert set(item.key.split()) <= {other.labels[0] for other in known.values()}, item
        assert item.label.startswith(each.word.split()[0]), (item, each.word)


def check_palette(d: Opened, screen: Any) -> None:
    """Every action is in the palette, or there is a reason why it is not."""
    offered = {offer.words for offer in KeyCommands(screen).offers()}
    aside = {binding.action for binding in SHARED} | screen.moves
    for each in screen.bound():
        entry = keymap.BY_ID.get(each.id)
        reason = each.action in aside or (entry is not None and entry.aside)
        assert reason or each.told in offered or (entry is not None and entry.help in offered), each


@contextlib.contextmanager
def recorded(d: Opened) -> Iterator[list[str]]:
    """Nothing is done; what would be is written down."""
    ran: list[str] = []

    async def run(action: Any, node: Any = None, *rest: Any) -> bool:
        whose, name, parameters = parse(action)
        if not (d.app if whose == "app" or node is None else node).check_action(name, parameters):
            return False
        ran.append(action)
        return True

    with mock.patch.object(d.app, "run_action", run):
        yield ran


async def check_presses(d: Opened, screen: Any) -> None:
    """A key of the footer does what a click on it does."""
    with recorded(d) as ran:
        for item in footer_items(screen):
            keys = next(each.keys for each in screen.bound() if each.action == item.action)
            await d.pilot.press(keys[0])
            assert ran[-1] == item.action


@pytest.mark.parametrize("name", SETTINGS)
async def test_pages_and_dialogs_agree(tmp_path: Path, name: str) -> None:
    async with opened(tmp_path, settings=SETTINGS[name]) as d:
        d.main.select("migrate-db")
        for make in OPENERS.values():
            for screen in make(d)[: None if name == "default" else 1]:
                async with shown(d, screen):
                    assert d.main.footer.render().plain == "", "a screen that has no keys names none"
                    if isinstance(screen, Page):
                        typed = getattr(screen, "entry", None) is not None
                        check_palette(d, screen)
                        if not typed:
                            check_footer(screen)
                            await check_presses(d, screen)
                    else:
                        assert not d.app.check_action("command_palette", ())
                    screen.action_page_help()
                    await d.until(lambda s=screen: d.app.screen is not s)
                    await d.pilot.pause()
                    check_help(screen, said(d.app.screen.query_one("#keys")))
                    await d.app.pop_screen()


@pytest.mark.parametrize("name", SETTINGS)
async def test_the_dashboards_help_names_every_action_by_its_keys_in_force(tmp_path: Path, name: str) -> None:
    async with opened(tmp_path, settings=SETTINGS[name], size=(80, 60)) as d:
        active = d.main.active_bindings
        for entry in keymap.TABLE:
            for key in keymap.keys_in_force(entry) if d.main.can(entry.action) else ():
                does = active[key].binding.action
                assert does.removeprefix("app.") == entry.action.removeprefix("app."), (entry.id, key)
        await d.app.push_screen(HelpScreen())
        await d.pilot.pause()
        lines = "\n".join(said(d.app.screen.query_one("#keys")))
        for entry in keymap.TABLE:
            names = next((names for names, _ in TOGETHER.values() if entry.id in names), (entry.id,))
            what = next((told for names, told in TOGETHER.values() if entry.id in names), entry.help)
            written = keys_together(names)
            if written and (keymap.is_answer(entry) or d.main.can(entry.action)):
                assert re.search(rf"{re.escape(written)} +{re.escape(what)}( |$)", lines, re.M), entry.id
                assert what in lines
                label = keymap.entry_label(entry)
                assert label.rpartition("+")[2] in written or not label or written == "1 … 9", entry.id


@pytest.mark.parametrize("name", SETTINGS)
async def test_the_dashboards_footer_and_palette_agree_with_its_keys(tmp_path: Path, name: str) -> None:
    async with opened(tmp_path, settings=SETTINGS[name], size=(200, 50)) as d:
        offered = {offer.words: offer.keys for offer in KeyCommands(d.main).offers()}
        for entry in keymap.TABLE:
            assert bool(entry.aside) == (entry.help not in offered) or not d.main.can(entry.action), entry.id
            assert offered.get(entry.help, keymap.entry_label(entry)) == keymap.entry_label(entry)
        for agent_id in d.fleet.agents:
            d.main.select(agent_id)
            d.main.show_footer()
            words = {
                keymap.BY_ID[i].action: word for i, word in footing.board_labels(d.main.agents.view).items()
            }
            await check_main(d, words)
        await check_main(d, {}, d.main.action_mark)
        d.main.agents.unmark()
        d.main.select("flaky-tests")
        d.main.open_strip()
        await d.until(lambda: d.main.strip is not None and d.main.strip.shown_at < 1e300)
        await check_main(d, None)


async def test_no_word_of_the_help_is_cut(tmp_path: Path) -> None:
    async with opened(tmp_path, size=(120, 36)) as d:
        await d.press("question_mark")
        lines = said(d.app.screen.query_one("#keys"))
        assert not any("…" in line for line in lines if "comes back" not in line and "1 …" not in line), lines
        words = {word for line in lines for word in line.split()}
        assert {
            word for entry in keymap.TABLE[-20:] if d.main.can(entry.action) for word in entry.help.split()
        } <= words


async def check_main(
    d: Opened, words: dict[str, str] | None, prepare: Callable[[], None] = lambda: None
) -> None:
    """Each item runs by its key what it runs by a click; its word is the table's, or what the agent's state makes of it."""
    prepare()
    await d.pilot.pause()
    d.main.show_footer()
    known = {each.action: each for each in d.main.bound()}
    with recorded(d) as ran:
        for item in footer_items(d.main):
            each = known[item.action]
            assert item.key.split()[0] == each.labels[0], item
            if words is not None and each.id != "app.back":
                assert item.label == words.get(item.action, each.word), item
            await d.pilot.press(each.keys[0])
            assert ran[-1] == item.action, item


async def test_a_reader_and_a_typist_are_told_keys_that_work(tmp_path: Path) -> None:
    async with opened(tmp_path, size=(200, 50)) as d:
        d.main.select("api-refactor")
        await d.press("c")
        reader = d.main.reader
        active = d.main.active_bindings
        for item in footer_items(d.main):
            if item.action.startswith("app.press("):
                key = item.action.split("'")[1]
                assert active[key].node in (reader, d.main), item
                assert keymap.key_label(key) == item.key.split()[0]  # "[ ]": a click goes the first way
        await d.press("f1")
        lines = said(d.app.screen.query_one("#keys"))
        assert len(lines) == len(d.main.bound(reader))
        await d.press("escape")
        click = next(item for item in footer_items(d.main) if item.label == "mark")
        await d.app.run_action(click.action, d.main)
        await d.until(lambda: d.main.reader.marked is not None)
        await d.press("escape", "escape", "enter")
        assert d.app.keyboard.owner == "api-refactor"
        d.main.show_footer()
        [back] = [item for item in footer_items(d.main) if "gives them back" in item.label]
        await d.app.run_action(back.action, d.main)
        await d.until(lambda: d.app.keyboard.owner is None)


async def test_an_answers_own_key_leaves_the_others_of_its_key_alone(tmp_path: Path) -> None:
    settings = Settings(keys={"ask.deny": "f9", "ask.words": "f10", "ask.always": "f11"})
    async with opened(tmp_path, settings=settings) as d:
        d.main.select("flaky-tests")
        await d.press("a")
        await d.until(lambda: "F9 deny" in d.text())
        await d.until(lambda: d.main.strip.shown_at < 1e300)
        await d.press("escape", "n")
        assert d.screen_name() == "NewAgentScreen", "n was nobody's"
        await d.press("escape", "exclamation_mark")
        await d.until(lambda: d.screen_name() == "InboxScreen" and d.app.screen.strip is not None)
        await d.until(lambda: d.app.screen.strip.shown_at < 1e300)
        assert "F9 deny" in d.text()
        await d.press("n")
        assert d.fleet.commands == []
        await d.press("f9")
        assert [command.verdict for _, command in d.fleet.commands] == ["deny"]
