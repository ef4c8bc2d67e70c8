"""What stands there before there is any agent: what was found is told apart from what was not."""

from __future__ import annotations

import pytest

from tests.ui.widgets.stage import Stage, lines_of
from tui.client.catalog import RuntimeInfo
from tui.core.spec import Mode
from tui.ui.widgets.first_run import FirstRun

TITLES = (
    "Claude Code",
    "Codex",
    "Gemini CLI",
    "OpenCode",
    "Qwen Code",
    "Copilot CLI",
    "Pi",
    "Cline",
    "Aider",
)


def known(*here: str) -> list[RuntimeInfo]:
    clis = [
        RuntimeInfo(
            title.lower(),
            title,
            (Mode.STREAM,),
            title in here,
            install=f"npm i -g {title.lower()}",
            executable=title,
        )
        for title in TITLES
    ]
    return [*clis, RuntimeInfo("command", "command", (Mode.INTERACTIVE,), True)]


async def said(found: list[RuntimeInfo], size: tuple[int, int] = (80, 22)) -> list[str]:
    page = FirstRun()
    async with Stage(page).run_test(size=size) as pilot:
        page.display = True
        page.show(found, 0)
        await pilot.pause()
        return [line.strip() for line in lines_of(page)]


async def test_nothing_is_listed_as_found_that_was_not() -> None:
    lines = await said(known("Codex", "Pi"))
    found = lines[lines.index("found on this machine") + 1 :]
    assert found[:2] == ["✓ Codex", "✓ Pi"]
    rest = " ".join(found[2:]).strip()
    assert rest.startswith("not found: Claude Code, Gemini CLI")
    assert rest.endswith("(agent-tui doctor says how to install)")
    assert "npm" not in " ".join(lines)


async def test_where_nothing_was_found_it_says_how_to_install_one() -> None:
    lines = await said(known())
    at = next(n for n, line in enumerate(lines) if line.startswith("None of these was found"))
    assert lines[at + 1].split() == ["Claude", "Code", "npm", "i", "-g", "claude", "code"]
    assert not any("✓" in line for line in lines)


async def test_who_has_all_reads_of_nothing_else() -> None:
    lines = await said(known(*TITLES))
    assert "✓ Aider" in lines
    assert not any("not found" in line for line in lines)


@pytest.mark.parametrize("here", [(), TITLES[:4], TITLES[:8], TITLES])
async def test_all_of_it_fits_a_small_terminal(here: tuple[str, ...]) -> None:
    lines = await said(known(*here))
    assert any(line.startswith("agent-tui ") for line in lines), "the first line"
    last = "install)" if 0 < len(here) < len(TITLES) else TITLES[-1]
    assert any(last in line for line in lines), "the last line"
