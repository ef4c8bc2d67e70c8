from __future__ import annotations

import msgspec
import pytest

from screenshots.cast import NOW, eleven, six
from tests.ui.widgets.stage import Stage, assert_full, lines_of, style_at
from tui.client.view import AgentView
from tui.core.activity import Activity
from tui.ui.theme_table import DARK
from tui.ui.widgets.header import DashboardHeader


async def line(views: list[AgentView], width: int) -> str:
    header = DashboardHeader()
    app = Stage(header)
    async with app.run_test(size=(width, 1)) as pilot:
        header.show(views, NOW)
        await pilot.pause()
        lines = lines_of(app)
    assert_full(lines, width)
    return lines[0]


async def test_a_wide_header_says_everything() -> None:
    said = await line(six(), 200)
    assert said.startswith(
        " agent-tui shop-api    ! 2 need you   ▲ 1 stalled  ✓ 1 done  ● 1 working  ◔ 1 limited  "
    )
    for part in ("/min", "claude 5 h ▰▰▰▰▱ 71%", "3.03M tok", "$3.82", "13:37"):
        assert part in said


async def test_what_is_dropped_as_it_narrows() -> None:
    texts = {width: await line(six(), width) for width in range(30, 201, 2)}
    parts = ("▁", "71%", "/min", "13:37", "tok")
    least = {part: min(w for w, said in texts.items() if part in said) for part in parts}
    assert least["▁"] >= least["71%"] >= least["/min"] >= least["13:37"] >= least["tok"]
    for width, said in texts.items():
        assert "! 2 need you" in said, width
        assert "$3.82" in said, width
    assert "▲ 1 stalled" in texts[120]
    assert "▲1" in texts[64]


async def test_with_nobody_waiting_the_header_has_no_fill() -> None:
    header = DashboardHeader()
    app = Stage(header)
    async with app.run_test(size=(120, 1)) as pilot:
        calm = [v for v in eleven() if v.status.activity in (Activity.WORKING, Activity.IDLE)]
        header.show(calm, NOW)
        await pilot.pause()
        assert "need" not in lines_of(app)[0]
        assert {style_at(app, x, 0)[1] for x in range(120)} == {DARK.background}
        header.show(six(), NOW)
        await pilot.pause()
        chip = lines_of(app)[0].index("! 2")
        assert style_at(app, chip, 0) == (DARK.on_needs, DARK.needs_fill, True)


async def test_one_that_waits_is_told_in_the_singular() -> None:
    assert "! 1 needs you" in await line(six()[:1], 120)


async def test_no_agents_show_no_figures() -> None:
    assert (await line([], 80)).split() == ["agent-tui", "13:37"]


async def test_an_unknown_price_is_not_zero() -> None:
    views = [
        msgspec.structs.replace(
            v,
            status=msgspec.structs.replace(
                v.status, usage=msgspec.structs.replace(v.status.usage, cost_usd=None)
            ),
        )
        for v in six()
    ]
    said = await line(views, 120)
    assert "$" not in said
    assert "–" in said


@pytest.mark.parametrize("project", ["[b]x[/]", "日本" * 20, "👩‍👩‍👧" * 9])
async def test_a_hostile_project_is_only_text(project: str) -> None:
    views = [
        msgspec.structs.replace(v, status=msgspec.structs.replace(v.status, project=project)) for v in six()
    ]
    await line(views, 120)
