"""What changed in an agent's folder, for a dashboard: git is asked on a thread, one look at a time."""

from __future__ import annotations

import asyncio

from tui.core.changes import Changes, FileChange
from tui.system import gitchanges


async def look(cwd: str, start_commit: str = "") -> Changes:
    """Return what changed in a folder since a commit; empty: since the last one."""
    return await asyncio.to_thread(gitchanges.look, cwd, start_commit)


async def diff(cwd: str, base: str, change: FileChange) -> str:
    """Return the unified diff of one file, inert and bounded."""
    return await asyncio.to_thread(gitchanges.diff, cwd, base, change)
