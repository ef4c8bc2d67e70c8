"""Codex (https://github.com/openai/codex): how it is started, and who reads it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Final

from tui.core.facts import RunKind
from tui.core.spec import AgentSpec, Mode
from tui.core.usage import UsageSource
from tui.runtimes import sessions
from tui.runtimes.about import SignIn, Tells
from tui.runtimes.arguments import as_argument, environment, headless_prompt, toml_string
from tui.runtimes.base import Launch, Reader, RunInfo, Runtime

LOG_FOLDER: Final = "codex-log"
LOG_FILE: Final = "codex-tui.log"
"""Its log, under LOG_FOLDER of the run's folder."""
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
    tested: ClassVar[str] = "0.169.0"
    sign_in: ClassVar[SignIn] = SignIn(
        variables=("OPENAI_API_KEY", "CODEX_API_KEY"),
        files=("$CODEX_HOME/auth.json", "~/.codex/auth.json"),
        mend="Run codex login, or set OPENAI_API_KEY.",
    )
    tells: ClassVar[Mapping[Mode, Tells]] = {
        Mode.STREAM: Tells(
            state="its JSON events",
            tokens="its JSON events, its rollout file with model, window and limits",
            money=UsageSource.COMPUTED,
            silent="text while it streams, the number of requests",
        ),
        Mode.INTERACTIVE: Tells(
            state="OSC 7501, its rollout file, dialogs on its screen",
            tokens="its rollout file",
            money=UsageSource.COMPUTED,
            silent="the thread after /new",
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
        """Build the command line. A new thread names itself; without a daemon, nothing outlives a kill.

        Raises:
            RuntimeNotFound: It is not installed.
            SpawnError: A headless run without a prompt, or a prompt too long for an argument.
        """
        resumed = kind is RunKind.RESUME and bool(session_id)
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

    def session_state(self, spec: AgentSpec, session_id: str, env: Mapping[str, str]) -> sessions.Proof:
        """Look for the session in the CLI's own files."""
        return sessions.look(spec, self.executable, session_id, lambda: sessions.codex(env, session_id))

    def reader(self, info: RunInfo) -> Reader:
        """Return the reader of the agent's mode."""
        if info.spec.mode is Mode.STREAM:
            from tui.runtimes.codex_stream import CodexStreamReader

            return CodexStreamReader(info)
        from tui.runtimes.codex_interactive import CodexInteractiveReader

        return CodexInteractiveReader(info)
