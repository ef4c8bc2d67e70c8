"""Qwen Code (https://github.com/QwenLM/qwen-code): how it is started, and who reads it."""

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
from tui.runtimes.arguments import as_argument, environment, headless_prompt, needed, without
from tui.runtimes.base import Launch, Reader, RunInfo, Runtime
from tui.runtimes.gemini import SESSION_FLAGS, SESSION_SWITCHES, session_flags

EVENTS_FILE: Final = "qwen-events.jsonl"
"""Where an interactive run writes its events, in the run's folder."""


class Qwen(Runtime):
    """Qwen Code, headless or with its own screen."""

    name: ClassVar[str] = "qwen"
    title: ClassVar[str] = "Qwen Code"
    executable: ClassVar[str] = "qwen"
    install: ClassVar[str] = "npm i -g @qwen-code/qwen-code"
    modes: ClassVar[tuple[Mode, ...]] = (Mode.STREAM, Mode.INTERACTIVE)
    resumable: ClassVar[bool] = True
    tested: ClassVar[str] = "0.15.10"
    sign_in: ClassVar[SignIn] = SignIn(
        variables=("OPENAI_API_KEY", "DASHSCOPE_API_KEY"),
        files=("~/.qwen/oauth_creds.json",),
        mend="Run qwen once and sign in, or set OPENAI_API_KEY.",
    )
    tells: ClassVar[Mapping[Mode, Tells]] = {
        Mode.STREAM: Tells(
            state="the Agent Client Protocol",
            tokens="each request, when it is over",
            money=UsageSource.COMPUTED,
            silent="retries",
        ),
        Mode.INTERACTIVE: Tells(
            state="the JSON file that it writes beside its screen",
            tokens="the same file",
            money=UsageSource.COMPUTED,
            silent="requests that it makes by itself",
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
        """Build the command line: a new session gets an id of ours, so that it is known before it says so.

        Raises:
            RuntimeNotFound: It is not installed.
            SpawnError: A headless run without a prompt, or a prompt too long for an argument.
        """
        if self.is_spoken_with(spec):
            needed(spec, prompt)
            return self._spoken(spec, resumed_session(kind, session_id), env)
        stream = spec.mode is Mode.STREAM
        files: dict[str, str] = {}
        if stream:
            prompt = headless_prompt(spec, prompt)
            flags = ["--output-format", "stream-json", "--include-partial-messages", *_turns(spec)]
        else:
            prompt = as_argument(prompt, spec.cwd)
            events = str(run_dir / EVENTS_FILE)
            flags = ["--json-file", events]
            files[events] = ""
        flags += _settings(spec)
        session, session_id, extra = session_flags(spec, kind, session_id)
        argv = [*self.command(spec, env), *flags, *session, *extra]
        if prompt:
            argv.append(f"--prompt={prompt}" if stream else f"--prompt-interactive={prompt}")
        return Launch(
            argv=argv,
            env=environment(env, spec),
            cwd=spec.cwd,
            raw=stream,
            session_id=session_id,
            files=files,
        )

    def _spoken(self, spec: AgentSpec, session: str, env: Mapping[str, str]) -> Launch:
        extra = without(spec.args, SESSION_FLAGS, SESSION_SWITCHES)
        argv = [*self.command(spec, env), "--acp", *_turns(spec), *_settings(spec), *extra]
        return spoken(argv, environment(env, spec), spec.cwd, session)

    def session_state(self, spec: AgentSpec, session_id: str, env: Mapping[str, str]) -> sessions.Proof:
        """Look for the session in the CLI's own files."""
        return sessions.look(
            spec, self.executable, session_id, lambda: sessions.qwen(env, spec.cwd, session_id)
        )

    def reader(self, info: RunInfo) -> Reader:
        """Return the reader of the agent's mode."""
        if self.is_spoken_with(info.spec):
            from tui.runtimes.qwen_acp import QwenAcpReader

            return QwenAcpReader(info)
        if info.spec.mode is Mode.STREAM:
            from tui.runtimes.qwen_stream import QwenStreamReader

            return QwenStreamReader(info)
        from tui.runtimes.qwen_interactive import QwenInteractiveReader

        return QwenInteractiveReader(info)


def _turns(spec: AgentSpec) -> list[str]:
    return [] if spec.max_turns is None else ["--max-session-turns", str(spec.max_turns)]


def _settings(spec: AgentSpec) -> list[str]:
    flags = ["--model", spec.model] if spec.model else []
    if spec.system_prompt:
        flags += ["--append-system-prompt", as_argument(spec.system_prompt, spec.cwd)]
    return flags
