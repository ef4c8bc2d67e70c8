"""What a run begins with: the proof that its session is there, its prompt, its files, its program and what understands it.

Nothing runs yet when this is done; whatever cannot work is known by then.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from tui.core.effects import Spawn
from tui.core.errors import SpawnError
from tui.core.facts import Event, RunKind
from tui.core.handover import compose
from tui.core.spec import AgentSpec, Mode
from tui.host.runfiles import prepare
from tui.runtimes.base import Launch, Reader, RunInfo, Runtime
from tui.runtimes.environment import clean
from tui.runtimes.sessions import UNKNOWN, Proof

_log = logging.getLogger(__name__)


class Launching:
    """Prepares the runs of one agent.

    Args:
        folder: The agent's folder.
        runtime: What it runs.
        env: The host's environment, from which the child's is made.
        logged: Gives all that happened so far, for a hand-over.
    """

    def __init__(
        self, folder: Path, runtime: Runtime, env: Mapping[str, str], logged: Callable[[], Iterable[Event]]
    ) -> None:
        self._folder = folder
        self._runtime = runtime
        self._env = env
        self._logged = logged

    def proof(self, spec: AgentSpec, wanted: Spawn) -> Proof:
        """Look whether the session to resume or fork is there; UNKNOWN: nothing is to be resumed, or only trying tells."""
        if wanted.kind not in (RunKind.RESUME, RunKind.FORK) or not wanted.session_id:
            return UNKNOWN
        env = clean(self._env, agent_id=spec.id, extra=spec.env)
        proof = self._runtime.session_state(spec, wanted.session_id, env)
        _log.info("session to resume: %s", proof.state)
        return proof

    def prepared(self, spec: AgentSpec, wanted: Spawn, proof: Proof) -> tuple[Launch, Reader]:
        """Write the run's files, and return how to spawn it and what reads it.

        Raises:
            AgentTuiError: It cannot be started.
        """
        if proof.gone:
            raise SpawnError(f"Cannot fork: session {wanted.session_id} {proof.words}.")
        prompt = compose(spec, self._logged(), wanted.prompt) if wanted.hand_over else wanted.prompt
        if spec.mode is Mode.STREAM:
            self._runtime.channel(spec)
        run_dir = prepare(self._folder)
        launch = self._runtime.launch(spec, wanted.kind, wanted.session_id, prompt, self._env, run_dir.path)
        run_dir.write(launch.files)
        info = RunInfo(spec=spec, kind=wanted.kind, launch=launch, prompt=prompt)
        return launch, self._runtime.reader(info)
