"""A terminal that does not take frames: they are skipped, and what they would have shown is drawn when it does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual._compositor import LayoutUpdate
from textual.app import App
from textual.geometry import Region

from tests.ui.fake_fleet import frame, view
from tests.ui.opened import Opened, opened
from tui.protocol.screen import Frame, WinSize


class Terminal:
    """What reaches a terminal, which may stop reading."""

    def __init__(self, d: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reads = True
        self.updates: list[Any] = []
        d.app._is_behind = lambda: not self.reads  # type: ignore[method-assign]
        monkeypatch.setattr(App, "_display", lambda app, screen, update: self.updates.append(update))

    @property
    def rows(self) -> set[int]:
        return {y for update in self.updates if update is not None for y, *_ in update.spans}


def _row(number: int, text: str) -> Frame:
    whole = frame([""] * number + [text], size=WinSize(31, 84))
    lines = {number: whole.lines[number]}
    return Frame(2, whole.size, lines, whole.styles, whole.cursor, whole.modes)


async def test_only_what_was_skipped_is_drawn_later_and_as_it_is_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(tmp_path, [view("one")]) as d:
        terminal, link = Terminal(d, monkeypatch), d.fleet.link("one")
        link.push(frame([""] * 31, size=WinSize(31, 84)))
        pane = d.main.board.pane_of("one")
        await d.until(lambda: terminal.updates)
        terminal.reads = False
        terminal.updates.clear()
        for text in ("early", "late"):
            link.push(_row(4, text))
            await d.until(lambda: d.app._lost)
            await d.until(lambda: not pane.terminal._undrawn and not d.main._dirty_widgets)
        assert terminal.updates == []
        terminal.reads = True
        await d.until(lambda: terminal.updates)
        top = pane.terminal.region.y
        assert top + 4 in terminal.rows
        assert len(terminal.rows) < 20
        assert "late" in "".join(piece.strip.text for update in terminal.updates for piece in update.pieces)
        assert not d.app._lost


async def test_a_skipped_picture_of_everything_is_everything(tmp_path: Path) -> None:
    async with opened(tmp_path, [view("one")]) as d:
        d.app._lose(d.main, LayoutUpdate([], Region(0, 0, 120, 36)))
        assert d.app._lost == {Region(0, 0, 120, 36)}
