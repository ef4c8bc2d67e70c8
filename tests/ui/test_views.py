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
from tui.core.spec import Mode
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


def record(folder: Path, lines: list[str]) -> None:
    folder.mkdir(parents=True)
    rows = [msgspec.json.encode({"version": 2, "width": 80, "height": 24, "timestamp": 1000})]
    rows += [msgspec.json.encode([n, "o", f"{line}\r\n"]) for n, line in enumerate(lines)]
    (folder / "output.cast").write_bytes(b"\n".join([*rows, b""]))


async def test_lines_as_printed_are_listed_read_and_found_whole(tmp_path: Path) -> None:
    deep = msgspec.json.encode(
        {"type": "assistant", "pad": "x" * 5_000, "said": "needle \x1b[31m\u202e"}
    ).decode()
    record(
        tmp_path / "state" / "agents" / "one",
        ['{"type":"system","subtype":"init","n":1}', deep, "no json at all"],
    )
    async with opened(tmp_path, [view("one", mode=Mode.STREAM)]) as d:
        await open_view(d, "l")
        await d.press("v")
        await d.until(lambda: "3 lines" in d.text())
        assert "system init" in d.text()
        assert "no JSON" in d.text()
        assert "5.1 kB" in d.text()
        await d.press("slash", *"needle", "enter")
        await d.until(lambda: "1 of 3 lines" in d.text())
        assert "system init" not in d.text()
        await d.press("enter")
        await d.until(lambda: '"said"' in "\n".join(line.plain for line in d.app.screen.page.lines))
        written = "\n".join(line.plain for line in d.app.screen.page.lines)
        assert "needle \\u001b[31m\\u202e" in written
        assert "\x1b" not in written
        assert "\u202e" not in written
        await d.press("escape")
        await d.until(lambda: "system init" in d.text())


async def test_settings_say_where_each_value_comes_from(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.mkdir()
    (config / "agent-tui.toml").write_text("[defaults]\nmodel = 'opus'\n")
    made = view("one")
    spec = msgspec.structs.replace(
        made.spec,
        cwd=str(tmp_path),
        model="opus",
        prompt="fix it",
        env={"TOKEN": "secret-value"},
        origins={"model": "defaults", "prompt": "given", "env": "agent", "cwd": "given"},
    )
    async with opened(tmp_path, [msgspec.structs.replace(made, spec=spec)]) as d:
        await open_view(d, "w")
        d.app.screen.action_open("settings")
        await d.until(lambda: "what it is" in d.text())
        said = [line.plain for line in d.app.screen.page.lines]
        assert any("model" in line and "opus" in line and "[defaults] in" in line for line in said)
        assert any(
            "prompt" in line and "fix it" in line and "given when it was made" in line for line in said
        )
        assert any("TOKEN (set)" in line and "[[agent]]" in line for line in said)
        assert "secret-value" not in "\n".join(said)
        assert any("priority" in line and "default" in line for line in said)
