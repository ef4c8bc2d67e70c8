"""Codex (https://github.com/openai/codex): how it is started, and who reads it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Final

import msgspec

from tui.core.errors import SpawnError
from tui.core.facts import RunKind
from tui.core.spec import AgentSpec, Channel, Mode
from tui.core.usage import UsageSource
from tui.runtimes import sessions
from tui.runtimes.about import SignIn, Tells
from tui.runtimes.acp_launch import resumed_session, spoken
from tui.runtimes.arguments import as_argument, environment, headless_prompt, needed, toml_string
from tui.runtimes.base import Launch, Reader, RunInfo, Runtime
from tui.runtimes.codex_flags import understood

LOG_FOLDER: Final = "codex-log"
LOG_FILE: Final = "codex-tui.log"
"""Its log, under LOG_FOLDER of the run's folder."""
UNLOGGED: Final = {"RUST_LOG": "off"}
"""What its app server logs it also tells in messages."""
LOG_FILTER: Final = "error,codex_core::tasks=info"
"""Two short lines a turn, which name the thread; else only errors."""


class Codex(Runtime):
    """Codex, headless or with its own screen."""

    name: ClassVar[str] = "codex"
    title: ClassVar[str] = "Codex"
    executable: ClassVar[str] = "codex"
    install: ClassVar[str] = "npm i -g @openai/codex"
    modes: ClassVar[tuple[Mode, ...]] = (Mode.STREAM, Mode.INTERACTIVE)
    resumable: ClassVar[bool] = True
    forks: ClassVar[tuple[Mode, ...]] = (Mode.STREAM, Mode.INTERACTIVE)
    channels: ClassVar[tuple[Channel, ...]] = (Channel.CONTROL, Channel.PLAIN)
    tested: ClassVar[str] = "0.169.0"
    sign_in: ClassVar[SignIn] = SignIn(
        variables=("OPENAI_API_KEY", "CODEX_API_KEY"),
        files=("$CODEX_HOME/auth.json", "~/.codex/auth.json"),
        mend="Run codex login, or set OPENAI_API_KEY.",
    )
    tells: ClassVar[Mapping[Mode, Tells]] = {
        Mode.STREAM: Tells(
            state="its app server",
            tokens="its thread's counter, after each request",
            money=UsageSource.COMPUTED,
            silent="the number of requests, tokens of sub-agents",
        ),
        Mode.INTERACTIVE: Tells(
            state="OSC 7501, its rollout file, dialogs on its screen",
            tokens="its rollout file",
            money=UsageSource.COMPUTED,
            silent="the thread after /new",
        ),
    }

    def channel(self, spec: AgentSpec) -> Channel:
        """Return how it is spoken with: plainly, where its arguments have no place in its app server and nobody asked for that.

        Raises:
            SpawnError: It has no such channel, or was given arguments that do not fit the one asked for.
        """
        channel = super().channel(spec)
        if channel is Channel.PLAIN or understood(spec.args) is not None:
            return channel
        if spec.channel is None:
            return Channel.PLAIN
        raise SpawnError(
            f"Cannot start: codex app-server has no place for some of {' '.join(spec.args)}.",
            'Set channel = "plain".',
            cwd=spec.cwd,
        )

    def launch(
        self,
        spec: AgentSpec,
        kind: RunKind,
        session_id: str,
        prompt: str,
        env: Mapping[str, str],
        run_dir: Path,
    ) -> Launch:
        """Build the command line. A new thread names itself; without a daemon, nothing outlives a kill.

        Raises:
            RuntimeNotFound: It is not installed.
            SpawnError: A headless run without a prompt, or a prompt too long for an argument.
        """
        resumed = kind is RunKind.RESUME and bool(session_id)
        if self.is_spoken_with(spec):
            needed(spec, prompt)
            return self._spoken(spec, kind, session_id, env)
        stream = spec.mode is Mode.STREAM
        quiet: dict[str, str] = {}
        if stream:
            prompt = headless_prompt(spec, prompt)
            flags = ["exec", "--json"]
        else:
            prompt = as_argument(prompt, spec.cwd)
            quiet = {"RUST_LOG": LOG_FILTER}
            flags = ["--no-daemon", "-c", f"log_dir={toml_string(str(run_dir / LOG_FOLDER))}"]
        flags += ["-c", "check_for_update_on_startup=false"]
        if spec.model:
            flags += ["-m", spec.model]
        if spec.system_prompt:
            text = as_argument(spec.system_prompt, spec.cwd)
            flags += ["-c", f"developer_instructions={toml_string(text)}"]
        argv = [*self.command(spec, env), *flags, *spec.args]
        if resumed or kind is RunKind.FORK:
            argv += ["resume" if resumed else "fork", session_id]
        if prompt:
            argv += ["--", prompt]
        return Launch(
            argv=argv,
            env=environment(env, spec, quiet),
            cwd=spec.cwd,
            raw=stream,
            session_id=session_id if resumed else "",
        )

    def _spoken(self, spec: AgentSpec, kind: RunKind, session: str, env: Mapping[str, str]) -> Launch:
        flags, _ = understood(spec.args) or ([], {})
        argv = [*self.command(spec, env), "app-server", "-c", "check_for_update_on_startup=false", *flags]
        launch = spoken(argv, environment(env, spec, UNLOGGED), spec.cwd, resumed_session(kind, session))
        return msgspec.structs.replace(launch, forked_id=session) if kind is RunKind.FORK else launch

    def session_state(self, spec: AgentSpec, session_id: str, env: Mapping[str, str]) -> sessions.Proof:
        """Look for the session in the CLI's own files."""
        return sessions.look(spec, self.executable, session_id, lambda: sessions.codex(env, session_id))

    def reader(self, info: RunInfo) -> Reader:
        """Return the reader of the agent's mode and channel."""
        if self.is_spoken_with(info.spec):
            from tui.runtimes.codex_server import CodexServerReader

            return CodexServerReader(info)
        if info.spec.mode is Mode.STREAM:
            from tui.runtimes.codex_stream import CodexStreamReader

            return CodexStreamReader(info)
        from tui.runtimes.codex_interactive import CodexInteractiveReader

        return CodexInteractiveReader(info)
