from __future__ import annotations

import pytest

from tests.ui.widgets.stage import Stage, assert_full, lines_of, style_at
from tui.ui.theme_table import DARK
from tui.ui.widgets.footer import FooterItem, FooterLine

ITEMS = [
    FooterItem("space", "next that needs you", "waiting(1)", "next"),
    FooterItem("enter", "type here", "enter", "type"),
    FooterItem("n", "new", "new"),
    FooterItem("r", "resume", "resume"),
    FooterItem("i", "interrupt", "interrupt"),
    FooterItem("K", "kill", "kill"),
    FooterItem("w", "why", "why"),
    FooterItem("z", "zoom", "zoom"),
    FooterItem("g", "layout", "layout"),
    FooterItem("u", "usage", "usage"),
]
RIGHT = [FooterItem(":", "commands", "palette"), FooterItem("?", "help", "help")]


class Listening(Stage):
    def __init__(self, footer: FooterLine) -> None:
        super().__init__(footer)
        self.pressed: list[str] = []

    def on_footer_line_pressed(self, message: FooterLine.Pressed) -> None:
        self.pressed.append(message.action)


async def line(width: int, items: list[FooterItem] = ITEMS, chip: str | None = None) -> str:
    footer = FooterLine()
    app = Stage(footer)
    async with app.run_test(size=(width, 1)) as pilot:
        footer.show(items, chip, RIGHT)
        await pilot.pause()
        lines = lines_of(app)
    assert_full(lines, width)
    return lines[0]


async def test_at_most_nine_keys_three_cells_apart() -> None:
    said = await line(200)
    assert said.startswith(
        " space next that needs you   enter type here   n new   r resume   i interrupt   K kill   w why"
    )
    assert "usage" not in said
    assert said.endswith(": commands   ? help ")


async def test_labels_shorten_only_when_few_keys_are_left() -> None:
    assert "next that needs you" in await line(120)
    narrow = await line(80)
    assert narrow.startswith(" space next   enter type   n new   r resume")
    assert narrow.endswith(": commands   ? help ")


@pytest.mark.parametrize("width", range(1, 60, 3))
async def test_every_width_is_filled(width: int) -> None:
    await line(width)
    await line(width, chip="keys go to 日本語エージェント")


async def test_the_chip_is_filled_and_names_the_agent() -> None:
    footer = FooterLine()
    app = Stage(footer)
    async with app.run_test(size=(120, 1)) as pilot:
        items = [FooterItem("ctrl+]", "gives them back"), FooterItem("", "then"), FooterItem("space", "next")]
        footer.show(items, "keys go to [b]api-refactor[/]", [FooterItem("", "ctrl+] twice sends it")])
        await pilot.pause()
        said = lines_of(app)[0]
        assert said.startswith("  keys go to [b]api-refactor[/]   ctrl+] gives them back  then  space next")
        assert said.endswith("ctrl+] twice sends it ")
        assert style_at(app, 3, 0) == (DARK.on_fill, DARK.primary, True)


@pytest.mark.parametrize("width", [80, 120, 200])
async def test_a_click_presses_exactly_what_stands_there(width: int) -> None:
    footer = FooterLine()
    app = Listening(footer)
    async with app.run_test(size=(width, 1)) as pilot:
        footer.show(ITEMS, None, RIGHT)
        await pilot.pause()
        said = lines_of(app)[0]
        for word, action in (("new", "new"), ("resume", "resume"), (": comm", "palette"), ("? he", "help")):
            x = said.index(word)
            app.pressed.clear()
            await pilot.click(FooterLine, offset=(x, 0))
            await pilot.pause()
            assert app.pressed == [action], word
        app.pressed.clear()
        await pilot.click(FooterLine, offset=(said.index("   n new"), 0))
        assert app.pressed == []
