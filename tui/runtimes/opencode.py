"""OpenCode (https://opencode.ai): how it is started, and who reads it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Final

from tui.core.facts import RunKind
from tui.core.spec import AgentSpec, Channel, Mode
from tui.core.usage import UsageSource
from tui.runtimes import sessions
from tui.runtimes.about import SignIn, Tells
from tui.runtimes.acp_launch import resumed_session, spoken
from tui.runtimes.arguments import as_argument, environment, headless_prompt, instructed, needed, without
from tui.runtimes.base import Launch, Reader, RunInfo, Runtime
from tui.runtimes.opencode_log import CONFIG, CONFIG_TEXT

QUIET: Final = {"OPENCODE_DISABLE_AUTOUPDATE": "1"}
_SESSION_FLAGS: Final = ("--session", "-s")
_SESSION_SWITCHES: Final = ("--continue", "-c", "--fork")


class OpenCode(Runtime):
    """OpenCode, headless or with its own screen."""

    name: ClassVar[str] = "opencode"
    title: ClassVar[str] = "OpenCode"
    executable: ClassVar[str] = "opencode"
    install: ClassVar[str] = "npm i -g opencode-ai"
    modes: ClassVar[tuple[Mode, ...]] = (Mode.STREAM, Mode.INTERACTIVE)
    resumable: ClassVar[bool] = True
    forks: ClassVar[tuple[Mode, ...]] = (Mode.STREAM, Mode.INTERACTIVE)
    tested: ClassVar[str] = "1.18.33"
    sign_in: ClassVar[SignIn] = SignIn(
        variables=("ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GEMINI_API_KEY", "OPENROUTER_API_KEY"),
        files=("$XDG_DATA_HOME/opencode/auth.json", "~/.local/share/opencode/auth.json"),
        mend="Run opencode auth login.",
    )
    tells: ClassVar[Mapping[Mode, Tells]] = {
        Mode.STREAM: Tells(
            state="its JSON events",
            tokens="the sum over its steps; model and retries from its log",
            money=UsageSource.REPORTED,
        ),
        Mode.INTERACTIVE: Tells(
            state="rules over its screen; session and retries from its log",
            tokens="its database (read only)",
            money=UsageSource.REPORTED,
            silent="its conversation; session and tokens where OPENCODE_CONFIG is set",
        ),
    }

    channels: ClassVar[tuple[Channel, ...]] = (Channel.PLAIN, Channel.CONTROL)

    def launch(
        self,
        spec: AgentSpec,
        kind: RunKind,
        session_id: str,
        prompt: str,
        env: Mapping[str, str],
        run_dir: Path,
    ) -> Launch:
        """Build the command line. A new session names itself in its first event.

        Raises:
            RuntimeNotFound: It is not installed.
            SpawnError: A headless run without a prompt, or a prompt too long for an argument.
        """
        if self.is_spoken_with(spec):
            needed(spec, prompt)
            return self._spoken(spec, resumed_session(kind, session_id), env, run_dir)
        stream = spec.mode is Mode.STREAM
        resumed = kind is RunKind.RESUME and bool(session_id)
        prompt = instructed(spec, kind, prompt)
        flags = ["run", "--format", "json", "--thinking"] if stream else []
        if spec.model:
            flags += ["--model", spec.model]
        extra = list(spec.args)
        if resumed or kind is RunKind.FORK:
            flags += ["--session", session_id, *([] if resumed else ["--fork"])]
            extra = without(extra, _SESSION_FLAGS, _SESSION_SWITCHES)
        argv = [*self.command(spec, env), *flags, *extra]
        if stream:
            argv += ["--", headless_prompt(spec, prompt)]
        elif prompt:
            argv.append(f"--prompt={as_argument(prompt, spec.cwd)}")
        surroundings, files = _marked(environment(env, spec, QUIET), run_dir)
        return Launch(
            argv=argv,
            env=surroundings,
            cwd=spec.cwd,
            raw=stream,
            session_id=session_id if resumed else "",
            files=files,
        )

    def _spoken(self, spec: AgentSpec, session: str, env: Mapping[str, str], run_dir: Path) -> Launch:
        extra = without(spec.args, _SESSION_FLAGS, _SESSION_SWITCHES)
        argv = [*self.command(spec, env), "acp", *extra]
        surroundings, files = _marked(environment(env, spec, QUIET), run_dir)
        return spoken(argv, surroundings, spec.cwd, session, files)

    def session_state(self, spec: AgentSpec, session_id: str, env: Mapping[str, str]) -> sessions.Proof:
        """Look for the session in the CLI's own files."""
        return sessions.look(
            spec, self.executable, session_id, lambda: sessions.opencode(env, spec.cwd, session_id)
        )

    def reader(self, info: RunInfo) -> Reader:
        """Return the reader of the agent's mode."""
        if self.is_spoken_with(info.spec):
            from tui.runtimes.opencode_acp import OpenCodeAcpReader

            return OpenCodeAcpReader(info)
        if info.spec.mode is Mode.STREAM:
            from tui.runtimes.opencode_stream import OpenCodeStreamReader

            return OpenCodeStreamReader(info)
        from tui.runtimes.opencode_interactive import OpenCodeInteractiveReader

        return OpenCodeInteractiveReader(info)


def _marked(env: dict[str, str], run_dir: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Return environment and files of a run that its log can be told by; a config that the user names there stays."""
    if env.get("OPENCODE_CONFIG"):
        return env, {}
    path = str(run_dir / CONFIG)
    return {**env, "OPENCODE_CONFIG": path}, {path: CONFIG_TEXT}
