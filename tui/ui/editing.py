"""Text that is written in the user's own editor and comes back."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import SuspendNotSupported

from tui.ui.clipboard import to_file
from tui.ui.outside import command, run_outside

if TYPE_CHECKING:
    from textual.app import App


async def edit_text(app: App[Any], words: str) -> str | None:
    """Return what was made of a text; None, with a word to the user, where nothing came of it."""
    try:
        argv = command("editor", os.environ)
    except ValueError as error:
        app.notify(f"$VISUAL or $EDITOR is no command line: {error}.", severity="error")
        return None
    if argv is None:
        app.notify("No editor was found: set $EDITOR.", severity="error")
        return None
    name = Path(argv[0]).name
    path = await asyncio.to_thread(to_file, (words + "\n").encode(errors="replace"))
    try:
        with app.suspend():
            end = run_outside([*argv, str(path)])
    except SuspendNotSupported:
        path.unlink(missing_ok=True)
        app.notify("This terminal cannot be left for an editor.")
        return None
    finally:
        app.refresh(layout=True)
    if isinstance(end, OSError):
        path.unlink(missing_ok=True)
        app.notify(f"Cannot start {name}: {end.strerror or end}.", severity="error")
        return None
    if end:
        app.notify(f"{name} failed: the prompt is as it was. Its file: {path}", severity="warning")
        return None
    return await asyncio.to_thread(_taken, path)


def _taken(path: Path) -> str:
    found = path.read_text(errors="replace")
    path.unlink(missing_ok=True)
    return found.rstrip("\n")
