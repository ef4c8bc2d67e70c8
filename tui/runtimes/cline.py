"""Cline (https://docs.cline.bot/cline-cli): how it is started, and who reads it.

Headless sessions are not resumable: with `--json` it takes no session.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Final

from tui.core.facts import RunKind
from tui.core.spec import AgentSpec, Mode
from tui.core.usage import UsageSource
from tui.runtimes import sessions
from tui.runtimes.about import SignIn, Tells
from tui.runtimes.arguments import as_argument, environment, headless_prompt, without
from tui.runtimes.base import Launch, Reader, RunInfo, Runtime

QUIET: Final = {
    "AI_SDK_LOG_WARNINGS": "false",
    # Else a server in the background does the work of all Clines of a user: started by one agent, it would end with that
    # one's processes, in the middle of another's turn.
    "CLINE_SESSION_BACKEND_MODE": "local",
}


class Cline(Runtime):
    """Cline, headless or with its own screen."""

    name: ClassVar[str] = "cline"
    title: ClassVar[str] = "Cline"
    executable: ClassVar[str] = "cline"
    install: ClassVar[str] = "npm i -g cline"
    modes: ClassVar[tuple[Mode, ...]] = (Mode.STREAM, Mode.INTERACTIVE)
    resumable: ClassVar[bool] = True
    tested: ClassVar[str] = "3.0.65"
    sign_in: ClassVar[SignIn] = SignIn(
        files=("~/.cline/data/settings/providers.json",),
        mend="Run cline auth.",
    )
    tells: ClassVar[Mapping[Mode, Tells]] = {
        Mode.STREAM: Tells(
            state="its JSON events",
            tokens="its running totals",
            money=UsageSource.REPORTED,
            silent="its session, so it cannot be resumed",
        ),
        Mode.INTERACTIVE: Tells(
            state="rules over its screen; its session from its session folder",
            tokens="its session's messages",
            money=UsageSource.COMPUTED,
            silent="its conversation; session and tokens behind a wrapper",
        ),
    }

    def launch(
        self,
        spec: AgentSpec,
        kind: RunKind,
        session_id: str,
        prompt: str,
        env: Mapping[str, str],
        run_dir: Path,
    ) -> Launch:
        """Build the command line.

        Raises:
            RuntimeNotFound: It is not installed.
            SpawnError: A headless run without a prompt, or a prompt too long for an argument.
        """
        stream = spec.mode is Mode.STREAM
        resumed = kind is RunKind.RESUME and bool(session_id) and not stream
        prompt = headless_prompt(spec, prompt) if stream else as_argument(prompt, spec.cwd)
        flags = ["--json"] if stream else ["--tui"]
        if spec.model:
            flags += ["--model", spec.model]
        if spec.system_prompt:
            flags += ["--system", as_argument(spec.system_prompt, spec.cwd)]
        extra = list(spec.args)
        if resumed:
            flags += ["--id", session_id]
            extra = without(extra, ("--id",))
        argv = [*self.command(spec, env), *flags, *extra]
        if prompt:
            argv += ["--", prompt]
        return Launch(
            argv=argv,
            env=environment(env, spec, QUIET),
            cwd=spec.cwd,
            raw=stream,
            session_id=session_id if resumed else "",
        )

    def session_state(self, spec: AgentSpec, session_id: str, env: Mapping[str, str]) -> sessions.Proof:
        """Look for the session in the CLI's own files."""
        return sessions.look(
            spec, self.executable, session_id, lambda: sessions.cline(env, spec.mode, session_id)
        )

    def reader(self, info: RunInfo) -> Reader:
        """Return the reader of the agent's mode."""
        if info.spec.mode is Mode.STREAM:
            from tui.runtimes.cline_stream import ClineStreamReader

            return ClineStreamReader(info)
        from tui.runtimes.cline_interactive import ClineInteractiveReader

        return ClineInteractiveReader(info)
