"""How a CLI that speaks the Agent Client Protocol is started: its session and its prompts go in on its input."""

from __future__ import annotations

from tui.core.facts import RunKind
from tui.runtimes.base import Launch


def resumed_session(kind: RunKind, session_id: str) -> str:
    """Return the session that a run resumes; empty for a fresh one, which the CLI names itself."""
    return session_id if kind is RunKind.RESUME else ""


def spoken(
    argv: list[str], env: dict[str, str], cwd: str, session: str, files: dict[str, str] | None = None
) -> Launch:
    """Return the launch of a run that is spoken with.

    Args:
        argv: The whole command line.
        env: The child's environment.
        cwd: The agent's folder.
        session: The session to resume; empty for a fresh one.
        files: Files to write before the spawn.
    """
    return Launch(argv=argv, env=env, cwd=cwd, raw=True, piped=True, session_id=session, files=files or {})
