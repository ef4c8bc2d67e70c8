"""A new agent that goes on from another's conversation, on a copy of its session."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping

import msgspec

from tui.client import launch
from tui.core.errors import SpecError
from tui.core.spec import AgentSpec, Mode
from tui.runtimes import registry
from tui.system import store
from tui.system.configchecks import NAME_MAX, valid_name
from tui.system.paths import Paths


def fork(
    paths: Paths, origin_id: str, *, name: str = "", prompt: str = "", env: Mapping[str, str] = os.environ
) -> AgentSpec:
    """Make an agent with the settings of another, whose first run begins with a copy of that one's session.

    Nothing is started, and the other agent is not touched.

    Args:
        paths: The folders.
        origin_id: The other agent.
        name: What to call it; empty: after the other.
        prompt: What to ask; empty: to go on, where a headless run needs a prompt.
        env: What the command is looked for with.

    Raises:
        SpecError: The CLI forks no session in this mode, or there is none.
        StoreError: A file cannot be read or written.
        DecodeError: The other agent's files cannot be understood.
    """
    origin = store.read_spec(paths.agent(origin_id))
    status = store.read_status(paths.agent(origin_id))
    runtime = registry.of(origin)
    if origin.mode not in runtime.forks:
        able = ", ".join(each.name for each in registry.all_runtimes() if origin.mode in each.forks)
        mode = "headless" if origin.mode is Mode.STREAM else "with its own screen"
        raise SpecError(f"{runtime.title} cannot fork a session {mode}.", f"These can: {able}.")
    session = status.session_id if status is not None else ""
    if not session:
        raise SpecError(f"{origin.name} has no session to fork yet.", "Its first turn begins one.")
    if name and not valid_name(name):
        raise SpecError(
            f"{name[:60]!r} cannot be a name.",
            f"A name has 1 to {NAME_MAX} printable characters, no - first.",
        )
    wanted = prompt or (origin.resume_prompt if origin.mode is Mode.STREAM else "")
    spec = msgspec.structs.replace(
        origin,
        id="new",
        name=name or origin.name,
        first_name="",
        prompt=wanted,
        fork=session,
        created_at=time.time(),
    )
    launch.check(spec, env)
    return launch.stored(paths, spec)
