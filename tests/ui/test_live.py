"""Config files that are edited while the dashboard runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
from textual.widgets import Input, TextArea

from tests.ui.fake_fleet import moods
from tests.ui.opened import Opened, opened
from tui.core.errors import AgentTuiError
from tui.core.settings import AgentSettings, Dashboard, Glyphs, Settings
from tui.ui.live import LiveConfig


class Files:
    """Config files as a test writes them."""

    def __init__(self) -> None:
        self.settings = Settings()
        self.error: AgentTuiError | None = None
        self.running = False
        self._tell: Callable[[], None] = lambda: None

    def watch(self, on_change: Callable[[], None]) -> Files:
        self._tell = on_change
        return self

    def start(self) -> None:
        self.running = True

    def close(self) -> None:
        self.running = False

    def write(self, settings: Settings) -> None:
        self.settings, self.error = settings, None
        self._tell()

    def spoil(self, sentence: str) -> None:
        self.error = AgentTuiError(sentence)
        self._tell()


def follow(d: Opened) -> Files:
    files = Files()
    LiveConfig(d.app, files.watch).start()
    assert files.running
    return files


def dashboard(**fields: object) -> Settings:
    return Settings(dashboard=msgspec.convert(fields, Dashboard))


async def test_another_theme_leader_and_glyphs(tmp_path: Path) -> None:
    async with opened(tmp_path, moods()) as d:
        files = follow(d)
        files.write(dashboard(theme="light", leader="ctrl+g", glyphs="ascii"))
        await d.until(lambda: "^ 1 stalled" in d.text())
        assert d.app.theme == "light"
        d.main.select("api-refactor")
        await d.press("enter")
        await d.until(lambda: "ctrl+g" in d.text())
        await d.press("ctrl+g")
        assert d.app.keyboard.owner is None
        files.write(dashboard(glyphs="unicode"))
        await d.until(lambda: "▲ 1 stalled" in d.text())


async def test_other_keys(tmp_path: Path) -> None:
    async with opened(tmp_path) as d:
        follow(d).write(Settings(keys={"agent.new": "f5"}))
        await d.press("n")
        assert d.screen_name() == "MainScreen"
        await d.press("f5")
        assert d.screen_name() == "NewAgentScreen"


async def test_a_wrong_edit_is_one_sentence_until_it_is_mended(tmp_path: Path) -> None:
    async with opened(tmp_path) as d:
        files = follow(d)
        files.spoil("config.toml:3: theme is neither dark nor light.")
        files.spoil("config.toml:3: theme is neither dark nor light.")
        assert d.toasts() == ["config.toml:3: theme is neither dark nor light."]
        assert d.app.settings == Settings()
        files.write(dashboard(glyphs=Glyphs.UNICODE))
        assert d.toasts() == []


async def test_less_motion_is_taken_over_and_given_back(tmp_path: Path) -> None:
    async with opened(tmp_path) as d:
        d.app.animation_default = "full"
        files = follow(d)
        files.write(dashboard(reduced_motion=True))
        assert d.app.animation_level == "none"
        files.write(dashboard(reduced_motion=False))
        assert d.app.animation_level == "full"


async def test_agents_that_are_started_afterwards_have_the_new_defaults(tmp_path: Path) -> None:
    async with opened(tmp_path) as d:
        defaults = AgentSettings(model="opus", inactivity_timeout_s=90.0, args=["--verbose"])
        follow(d).write(Settings(defaults=defaults))
        await d.press("n", *"fix it", "enter")
        await d.until(lambda: d.fleet.created)
        made = d.fleet.created[0]
        assert (made.model, made.inactivity_timeout_s, made.args) == ("opus", 90.0, ["--verbose"])


async def test_with_less_motion_no_cursor_blinks(tmp_path: Path) -> None:
    async with opened(tmp_path, settings=dashboard(reduced_motion=True)) as d:
        await d.press("n")
        fields = [*d.app.screen.query(Input), *d.app.screen.query(TextArea)]
        assert fields
        assert not any(field.cursor_blink for field in fields)
