"""The views of one agent: files with their diffs, searching a page, copying from it."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.ui.fake_fleet import view
from tests.ui.opened import Opened, opened
from tui.client.view import AgentView
from tui.core import facts as f
from tui.core.activity import Source
from tui.core.facts import Event
from tui.ui import clipboard


def in_folder(folder: Path, **fields: Any) -> AgentView:
    made = view("one", **fields)
    return msgspec.structs.replace(made, status=msgspec.structs.replace(made.status, cwd=str(folder)))


def git(folder: Path, *arguments: str) -> None:
    who = ["-c", "user.name=n", "-c", "user.email=n@example.org"]
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    for n in range(5):
        (folder / f"f{n}.py").write_text("one\ntwo\n")
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "1")
    for n in range(5):
        (folder / f"f{n}.py").write_text(f"one\nchanged {n}\nmore\n")
    return folder


async def open_view(d: Opened, key: str) -> Any:
    await d.press(key)
    await d.until(lambda: d.screen_name() == "ViewScreen" and d.app.screen.page.lines)
    return d.app.screen


async def test_files_are_told_by_git_and_unfold(tmp_path: Path, shop: Path) -> None:
    async with opened(tmp_path, [in_folder(shop)]) as d:
        screen = await open_view(d, "d")
        await d.until(lambda: "files 5" in d.text())
        assert "since the last commit" in d.text()
        assert "+10 −5" in d.text()
        await d.press("j", "enter")
        await d.until(lambda: "changed 1" in d.text())
        assert "changed 0" not in d.text()
        await d.press("a")
        await d.until(lambda: "changed 4" in "\n".join(line.plain for line in screen.page.lines))
        (shop / "new.txt").write_text("x\n")
        d.app.screen.shown._ask()
        await d.until(lambda: "files 6" in d.text())
        await d.press("escape")
        assert d.screen_name() == "MainScreen"


async def test_the_diff_of_a_file_is_copied(
    tmp_path: Path, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[str] = []

    async def send(app: object, text: str) -> None:
        copied.append(text)

    monkeypatch.setattr(clipboard, "send", send)
    async with opened(tmp_path, [in_folder(shop)]) as d:
        await open_view(d, "d")
        await d.until(lambda: "files 5" in d.text())
        await d.press("enter")
        await d.until(lambda: "changed 0" in d.text())
        await d.press("c")
        await d.until(lambda: copied)
        assert "-two\n+changed 0\n+more\n" in copied[0]


async def test_words_are_found_on_a_page(tmp_path: Path) -> None:
    events = [
        Event(
            seq=n,
            at=1.0 + n,
            run=1,
            source=Source.STREAM,
            fact=f.Text(text=f"needle {n}" if n % 50 == 0 else "hay"),
        )
        for n in range(1, 201)
    ]

    def prepare(fleet: Any) -> None:
        fleet.link("one").events = events

    async with opened(tmp_path, [view("one")], prepare=prepare) as d:
        screen = await open_view(d, "l")
        await d.press("home", "slash", *"NEEdle", "enter")
        await d.until(lambda: "1 of 4 lines" in d.text())
        assert "needle 50" in d.text()
        await d.press("n")
        assert "2 of 4 lines" in d.text()
        assert "needle 100" in d.text()
        await d.press("N", "N")
        assert "needle 200" in d.text()
        await d.press("slash", "x", "enter")
        assert "nowhere on this page" in d.text()
        await d.press("escape")
        assert d.app.screen is screen
        await d.press("escape")
        assert d.screen_name() == "MainScreen"
