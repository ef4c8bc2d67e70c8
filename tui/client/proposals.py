"""What an edit that waits for leave would do to the file as it is now. The file is read on a thread."""

from __future__ import annotations

import asyncio
import os
import stat
from pathlib import Path
from typing import Final

import msgspec

from tui.core.alike import is_inside, may_touch, reached, written_path
from tui.core.placing import placed
from tui.core.status import Request

FILE_BYTES: Final = 1_000_000


class Proposal(msgspec.Struct, frozen=True):
    """An edit, judged."""

    path: str = ""
    """As the request names it; empty if it names none."""
    diff: str = ""
    """With the file's own line numbers where they are known; empty if the request holds no diff."""
    inside: bool = True
    """It stays in the agent's folder, links followed."""
    is_new: bool = False
    """There is no such file yet."""


async def proposal(request: Request, cwd: str) -> Proposal:
    """Return what a request would write."""
    return await asyncio.to_thread(_proposal, request, cwd)


async def stays_inside(request: Request, cwd: str) -> bool:
    """Return whether all that a request names lies in a folder and is not hidden there, links followed."""
    return await asyncio.to_thread(_stays_inside, request, cwd)


def _stays_inside(request: Request, cwd: str) -> bool:
    base = os.path.realpath(cwd)
    return all(
        may_touch(os.path.realpath(Path(cwd) / path.removesuffix("/...")), base) for path in reached(request)
    )


def _proposal(request: Request, cwd: str) -> Proposal:
    path = written_path(request)
    if not path:
        return Proposal()
    whole = Path(cwd) / path
    text = _text(whole)
    has_diff = "\n@@ " in f"\n{request.detail}"
    real = os.path.realpath(whole)
    return Proposal(
        path=path,
        diff=placed(request.detail, text or "") if has_diff else "",
        inside=is_inside(real, os.path.realpath(cwd)),
        is_new=not whole.exists(),
    )


def _text(path: Path) -> str | None:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                return None
            data = file.read(FILE_BYTES + 1)
    except OSError:
        return None
    return data.decode("utf-8", "replace").replace("\r\n", "\n") if len(data) <= FILE_BYTES else None
