"""GitHub Copilot CLI (https://docs.github.com/copilot/how-tos/copilot-cli): how it is started, and who reads it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Final

from tui.core.facts import RunKind
from tui.core.spec import AgentSpec, Channel, Mode
from tui.core.usage import UsageSource
from tui.runtimes import sessions
from tui.runtimes.about import SignIn, Tells
from tui.runtimes.acp_launch import resumed_session, spoken
from tui.runtimes.arguments import (
    as_argument,
    environment,
    headless_prompt,
    instructed,
    needed,
    value_of,
    without,
)
from tui.runtimes.base import Launch, Reader, RunInfo, Runtime

QUIET: Final = {"COPILOT_AUTO_UPDATE": "false"}
_SESSION_FLAGS: Final = ("--session-id", "--resume", "-r", "--connect")
_SESSION_SWITCHES: Final = ("--continue",)


class Copilot(Runtime):
    """Copilot CLI, headless or with its own screen."""

    name: ClassVar[str] = "copilot"
    title: ClassVar[str] = "Copilot CLI"
    executable: ClassVar[str] = "copilot"
    install: ClassVar[str] = "npm i -g @github/copilot"
    modes: ClassVar[tuple[Mode, ...]] = (Mode.STREAM, Mode.INTERACTIVE)
    resumable: ClassVar[bool] = True
    tested: ClassVar[str] = "1.0.102"
    sign_in: ClassVar[SignIn] = SignIn(
        variables=("COPILOT_GITHUB_TOKEN", "GH_TOKEN", "GITHUB_TOKEN", "COPILOT_PROVIDER_BASE_URL"),
        mend="Run copilot once and type /login, or set GH_TOKEN.",
    )
    tells: ClassVar[Mapping[Mode, Tells]] = {
        Mode.STREAM: Tells(
            state="the Agent Client Protocol, retries from its log",
            tokens="its events.jsonl",
            money=UsageSource.COMPUTED,
            silent="tokens without that file",
        ),
        Mode.INTERACTIVE: Tells(
            state="its events.jsonl, dialogs on its screen",
            tokens="the same file",
            money=UsageSource.COMPUTED,
        ),
    }

    channels: ClassVar[tuple[Channel, ...]] = (Channel.CONTROL, Channel.PLAIN)

    def launch(
        self,
        spec: AgentSpec,
        kind: RunKind,
        session_id: str,
        prompt: str,
        env: Mapping[str, str],
        run_dir: Path,
    ) -> Launch:
        """Build the command line: a new session gets an id of ours, for it tells its own only at the very end.

        Raises:
            RuntimeNotFound: It is not installed.
            SpawnError: A headless run without a prompt, or a prompt too long for an argument.
        """
        if self.is_spoken_with(spec):
            needed(spec, prompt)
            return self._spoken(spec, resumed_session(kind, session_id), env, run_dir)
        stream = spec.mode is Mode.STREAM
        prompt = instructed(spec, kind, prompt)
        prompt = headless_prompt(spec, prompt) if stream else as_argument(prompt, spec.cwd)
        flags = ["--output-format", "json"] if stream else []
        if spec.model:
            flags += ["--model", spec.model]
        extra = list(spec.args)
        if kind is RunKind.RESUME and session_id:
            flags.append(f"--resume={session_id}")
            extra = without(extra, _SESSION_FLAGS, _SESSION_SWITCHES)
        elif without(extra, _SESSION_FLAGS, _SESSION_SWITCHES) == extra:
            session_id = str(uuid.uuid4())
            flags.append(f"--session-id={session_id}")
        else:
            session_id = value_of(extra, ("--session-id",))
        argv = [*self.command(spec, env), *flags, *extra]
        if prompt:
            argv.append(f"--prompt={prompt}" if stream else f"--interactive={prompt}")
        return Launch(
            argv=argv,
            env=environment(env, spec, QUIET),
            cwd=spec.cwd,
            raw=stream,
            session_id=session_id,
        )

    def _spoken(self, spec: AgentSpec, session: str, env: Mapping[str, str], run_dir: Path) -> Launch:
        from tui.runtimes.copilot_acp import log_flags

        model = ["--model", spec.model] if spec.model else []
        extra = without(spec.args, _SESSION_FLAGS, _SESSION_SWITCHES)
        argv = [*self.command(spec, env), "--acp", *log_flags(run_dir, extra), *model, *extra]
        return spoken(argv, environment(env, spec, QUIET), spec.cwd, session)

    def session_state(self, spec: AgentSpec, session_id: str, env: Mapping[str, str]) -> sessions.Proof:
        """Look for the session in the CLI's own files."""
        return sessions.look(spec, self.executable, session_id, lambda: sessions.copilot(env, session_id))

    def reader(self, info: RunInfo) -> Reader:
        """Return the reader of the agent's mode."""
        if self.is_spoken_with(info.spec):
            from tui.runtimes.copilot_acp import CopilotAcpReader

            return CopilotAcpReader(info)
        if info.spec.mode is Mode.STREAM:
            from tui.runtimes.copilot_stream import CopilotStreamReader

            return CopilotStreamReader(info)
        from tui.runtimes.copilot_interactive import CopilotInteractiveReader

        return CopilotInteractiveReader(info)
