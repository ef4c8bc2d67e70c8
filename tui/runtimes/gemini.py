"""Gemini CLI (https://github.com/google-gemini/gemini-cli): how it is started, and who reads it."""

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

SESSION_FLAGS: Final = ("--session-id", "--resume", "-r", "--session-file")
SESSION_SWITCHES: Final = ("--continue", "-c")


class Gemini(Runtime):
    """Gemini CLI, headless or with its own screen."""

    name: ClassVar[str] = "gemini"
    title: ClassVar[str] = "Gemini CLI"
    executable: ClassVar[str] = "gemini"
    install: ClassVar[str] = "npm i -g @google/gemini-cli"
    modes: ClassVar[tuple[Mode, ...]] = (Mode.STREAM, Mode.INTERACTIVE)
    resumable: ClassVar[bool] = True
    tested: ClassVar[str] = "0.61.0"
    sign_in: ClassVar[SignIn] = SignIn(
        variables=("GEMINI_API_KEY", "GOOGLE_API_KEY", "GOOGLE_GENAI_USE_VERTEXAI", "GOOGLE_GENAI_USE_GCA"),
        files=("~/.gemini/oauth_creds.json",),
        mend="Run gemini once and sign in, or set GEMINI_API_KEY.",
    )
    tells: ClassVar[Mapping[Mode, Tells]] = {
        Mode.STREAM: Tells(
            state="its JSON events",
            tokens="its totals at the end, its chat file before",
            money=UsageSource.COMPUTED,
            silent="thoughts",
        ),
        Mode.INTERACTIVE: Tells(
            state="its title, its chat file, dialogs on its screen",
            tokens="its chat file",
            money=UsageSource.COMPUTED,
            silent="calls of its router",
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
        """Build the command line: a new session gets an id of ours, so that it is known before it says so.

        Raises:
            RuntimeNotFound: It is not installed.
            SpawnError: A headless run without a prompt, or a prompt too long for an argument.
        """
        if self.is_spoken_with(spec):
            needed(spec, prompt)
            return self._spoken(spec, resumed_session(kind, session_id), env)
        stream = spec.mode is Mode.STREAM
        flags = ["--output-format", "stream-json"] if stream else []
        prompt = instructed(spec, kind, prompt)
        prompt = headless_prompt(spec, prompt) if stream else as_argument(prompt, spec.cwd)
        if spec.model:
            flags += ["--model", spec.model]
        session, session_id, extra = session_flags(spec, kind, session_id)
        argv = [*self.command(spec, env), *flags, *session, *extra]
        if prompt:
            # `--flag=text`: a prompt that begins with a dash is not taken for a flag.
            argv.append(f"--prompt={prompt}" if stream else f"--prompt-interactive={prompt}")
        return Launch(
            argv=argv,
            env=environment(env, spec),
            cwd=spec.cwd,
            raw=stream,
            session_id=session_id,
        )

    def _spoken(self, spec: AgentSpec, session: str, env: Mapping[str, str]) -> Launch:
        model = ["--model", spec.model] if spec.model else []
        extra = without(spec.args, SESSION_FLAGS, SESSION_SWITCHES)
        argv = [*self.command(spec, env), "--acp", *model, *extra]
        return spoken(argv, environment(env, spec), spec.cwd, session)

    def session_state(self, spec: AgentSpec, session_id: str, env: Mapping[str, str]) -> sessions.Proof:
        """Look for the session in the CLI's own files."""
        return sessions.look(
            spec, self.executable, session_id, lambda: sessions.gemini(env, spec.cwd, session_id)
        )

    def reader(self, info: RunInfo) -> Reader:
        """Return the reader of the agent's mode."""
        if self.is_spoken_with(info.spec):
            from tui.runtimes.gemini_acp import GeminiAcpReader

            return GeminiAcpReader(info)
        if info.spec.mode is Mode.STREAM:
            from tui.runtimes.gemini_stream import GeminiStreamReader

            return GeminiStreamReader(info)
        from tui.runtimes.gemini_interactive import GeminiInteractiveReader

        return GeminiInteractiveReader(info)


def session_flags(spec: AgentSpec, kind: RunKind, session_id: str) -> tuple[list[str], str, list[str]]:
    """Return the flags that choose a session, its id, and the user's extra arguments without what contradicts them.

    For CLIs that take `--session-id UUID` for a new session and `--resume UUID` for an old one.
    """
    if kind is RunKind.RESUME and session_id:
        return ["--resume", session_id], session_id, without(spec.args, SESSION_FLAGS, SESSION_SWITCHES)
    if without(spec.args, SESSION_FLAGS, SESSION_SWITCHES) != list(spec.args):
        return [], value_of(spec.args, ("--session-id",)), list(spec.args)
    session_id = str(uuid.uuid4())
    return ["--session-id", session_id], session_id, list(spec.args)
