"""What lost agents left running is said, and ended by a key that asks."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ui.opened import opened
from tui.client import orphans
from tui.client.orphans import Orphan

LEFT = [Orphan(4711, 1.0, "api", "node server.js"), Orphan(4712, 1.0, "api", "\x1b[31mrm\x1b[0m [b]")]


async def test_orphans_are_told_and_a_key_ends_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[list[Orphan]] = []

    async def end(found: list[Orphan]) -> list[Orphan]:
        ended.append(found)
        return []

    monkeypatch.setattr(orphans, "find", lambda _: LEFT)
    monkeypatch.setattr(orphans, "end", end)
    async with opened(tmp_path, []) as d:
        await d.app._leftovers.look()
        assert any("2 processes of lost agents: S ends them." in toast for toast in d.toasts())
        await d.press("S")
        await d.until(lambda: d.screen_name() == "ConfirmScreen")
        await d.press("escape")
        assert ended == []
        await d.press("S")
        await d.until(lambda: d.screen_name() == "ConfirmScreen")
        await d.until(lambda: "api: node server.js (4711)" in d.text())
        await d.press("S")
        await d.until(lambda: ended == [LEFT])
        await d.until(lambda: any("2 processes ended." in toast for toast in d.toasts()))


async def test_nothing_is_said_where_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orphans, "find", lambda _: [])
    async with opened(tmp_path, []) as d:
        await d.app._leftovers.look()
        assert d.toasts() == []
        await d.press("S")
        await d.until(lambda: any("No process of a lost agent runs." in toast for toast in d.toasts()))
