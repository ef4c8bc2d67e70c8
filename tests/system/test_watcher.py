"""Changes in folders arrive on the loop."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from pathlib import Path

from tests.waiting import until
from tui.system.watcher import FolderWatcher, nearest_folder


async def test_a_change_is_told_on_the_loop(tmp_path: Path) -> None:
    seen: set[Path] = set()
    loops: list[asyncio.AbstractEventLoop] = []

    def noted(paths: set[Path]) -> None:
        seen.update(paths)
        loops.append(asyncio.get_running_loop())

    watcher = FolderWatcher(tmp_path, noted, recursive=True)
    assert watcher.start()
    (tmp_path / "a").write_text("x")
    await until(lambda: tmp_path / "a" in seen)
    (tmp_path / "below").mkdir()
    await until(lambda: tmp_path / "below" in seen)
    (tmp_path / "b.tmp").write_text("x")
    (tmp_path / "b.tmp").replace(tmp_path / "b")
    await until(lambda: tmp_path / "b" in seen)
    watcher.close()
    assert set(loops) == {asyncio.get_running_loop()}


async def test_a_change_is_told_in_the_context_of_who_watches(tmp_path: Path) -> None:
    """Textual's timers find their app there: one that was set without it never fired."""
    app: ContextVar[str] = ContextVar("app", default="none")
    app.set("dashboard")
    told: list[str] = []
    watcher = FolderWatcher(tmp_path, lambda paths: told.append(app.get()))
    watcher.start()
    (tmp_path / "a").write_text("x")
    await until(lambda: told)
    watcher.close()
    assert set(told) == {"dashboard"}


async def test_reading_is_not_a_change(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    seen: set[Path] = set()
    watcher = FolderWatcher(tmp_path, seen.update)
    assert watcher.start()
    (tmp_path / "a").read_text()
    (tmp_path / "end").write_text("x")
    await until(lambda: tmp_path / "end" in seen)
    watcher.close()
    assert tmp_path / "a" not in seen


async def test_a_missing_folder_is_said_and_harmless(tmp_path: Path) -> None:
    watcher = FolderWatcher(tmp_path / "none", lambda paths: None)
    assert not watcher.start()
    assert watcher.add(tmp_path)
    watcher.remove(tmp_path)
    watcher.remove(tmp_path)
    watcher.close()


def test_nearest_folder(tmp_path: Path) -> None:
    assert nearest_folder(tmp_path / "a" / "b" / "c.json") == tmp_path
