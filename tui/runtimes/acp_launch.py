"""How a CLI that speaks the Agent Client Protocol is started: its session and its prompts go in on its input."""

from __future__ import annotations

from tui.core.facts import RunKind
from tui.core.spec import AgentSpec
from tui.runtimes.base import Launch


def spoken(
    argv: list[str],
    env: dict[str, str],
    spec: AgentSpec,
    kind: RunKind,
    session_id: str,
    files: dict[str, str] | None = None,
) -> Launch:
    """Return the launch of a run that is spoken with.

    Args:
        argv: The whole command line.
        env: The child's environment.
        spec: The agent.
        kind: Why it is started.
        session_id: The session to resume; a new one is named by the CLI.
        files: Files to write before the spawn.
    """
    return Launch(
        argv=argv,
        env=env,
        cwd=spec.cwd,
        raw=True,
        piped=True,
        session_id=session_id if kind is RunKind.RESUME else "",
        files=files or {},
    )
