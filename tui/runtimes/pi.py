"""Pi (https://github.com/badlogic/pi-mono): how it is started, and who reads it."""

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
from tui.runtimes.arguments import as_argument, environment, headless_prompt, needed, without
from tui.runtimes.base import Launch, Reader, RunInfo, Runtime
from tui.runtimes.environment import home

OWN: Final = "agent-tui_"
"""Begins the names of sessions that we chose: Pi finds a session by its file, and names the new ones itself otherwise."""

QUIET: Final = {"PI_SKIP_VERSION_CHECK": "1", "PI_TELEMETRY": "0"}
_SESSION_FLAGS: Final = ("--session", "--fork")
_SESSION_SWITCHES: Final = ("--continue", "-c", "--resume", "-r", "--no-session")


class Pi(Runtime):
    """Pi, headless or with its own screen."""

    name: ClassVar[str] = "pi"
    title: ClassVar[str] = "Pi"
    executable: ClassVar[str] = "pi"
    install: ClassVar[str] = "npm i -g @mariozechner/pi-coding-agent"
    modes: ClassVar[tuple[Mode, ...]] = (Mode.STREAM, Mode.INTERACTIVE)
    resumable: ClassVar[bool] = True
    forks: ClassVar[tuple[Mode, ...]] = (Mode.STREAM,)
    """Its screen names a forked session in no way."""
    channels: ClassVar[tuple[Channel, ...]] = (Channel.CONTROL, Channel.PLAIN)
    tested: ClassVar[str] = "0.73.1"
    sign_in: ClassVar[SignIn] = SignIn(
        variables=("ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GEMINI_API_KEY", "OPENROUTER_API_KEY"),
        files=("~/.pi/agent/auth.json",),
        mend="Run pi once and type /login, or set the key of a provider, such as ANTHROPIC_API_KEY.",
    )
    tells: ClassVar[Mapping[Mode, Tells]] = {
        Mode.STREAM: Tells(
            state="its RPC mode",
            tokens="its messages",
            money=UsageSource.REPORTED,
            silent="that a stream was cut off",
        ),
        Mode.INTERACTIVE: Tells(
            state="its session file, its screen",
            tokens="its session file",
            money=UsageSource.REPORTED,
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
        """Build the command line. A new headless session names itself in its first event; a drawn one gets a file of ours.

        Raises:
            RuntimeNotFound: It is not installed.
            SpawnError: A headless run without a prompt, or a prompt too long for an argument.
        """
        stream = spec.mode is Mode.STREAM
        resumed = kind is RunKind.RESUME and bool(session_id)
        spoken_with = self.is_spoken_with(spec)
        if spoken_with:
            needed(spec, prompt)
            flags, prompt = ["--mode", "rpc"], ""  # it goes in on its input
        elif stream:
            flags, prompt = ["--mode", "json", "--print"], headless_prompt(spec, prompt)
        else:
            flags, prompt = [], as_argument(prompt, spec.cwd)
        if spec.model:
            flags += ["--model", spec.model]
        if spec.system_prompt:
            flags += ["--append-system-prompt", as_argument(spec.system_prompt, spec.cwd)]
        child_env = environment(env, spec, QUIET)
        extra = list(spec.args)
        if resumed or kind is RunKind.FORK:
            extra = without(extra, _SESSION_FLAGS, _SESSION_SWITCHES)
        else:
            chosen = without(extra, _SESSION_FLAGS, _SESSION_SWITCHES) != extra
            session_id = "" if stream or chosen else f"{OWN}{uuid.uuid4()}"
        if session_id:
            own = session_id.startswith(OWN)
            named = own_path(child_env, spec.cwd, session_id) if own else session_id
            flags += ["--fork" if kind is RunKind.FORK else "--session", named]
        argv = [*self.command(spec, env), *flags, *extra]
        if prompt:
            # It knows no `--`: a word with a dash is a flag, one with an @ a file. A leading space makes it a message.
            argv.append(f" {prompt}" if prompt[0] in "-@" else prompt)
        return Launch(
            argv=argv,
            env=child_env,
            cwd=spec.cwd,
            raw=stream,
            piped=spoken_with,
            session_id="" if kind is RunKind.FORK else session_id,
        )

    def session_state(self, spec: AgentSpec, session_id: str, env: Mapping[str, str]) -> sessions.Proof:
        """Look for the session in the CLI's own files."""
        return sessions.look(
            spec, self.executable, session_id, lambda: sessions.pi(env, spec.cwd, session_id)
        )

    def reader(self, info: RunInfo) -> Reader:
        """Return the reader of the agent's mode and channel."""
        if self.is_spoken_with(info.spec):
            from tui.runtimes.pi_rpc import PiRpcReader

            return PiRpcReader(info)
        if info.spec.mode is Mode.STREAM:
            from tui.runtimes.pi_stream import PiStreamReader

            return PiStreamReader(info)
        from tui.runtimes.pi_interactive import PiInteractiveReader

        return PiInteractiveReader(info)


def sessions_folder(env: Mapping[str, str], cwd: str) -> str:
    """Return where Pi keeps the sessions of a folder."""
    base = env.get("PI_CODING_AGENT_DIR") or f"{home(env)}/.pi/agent"
    return f"{base}/sessions/--{cwd.strip('/').replace('/', '-').replace(':', '-')}--"


def own_path(env: Mapping[str, str], cwd: str, session_id: str) -> str:
    """Return the file of a session that we named."""
    return f"{sessions_folder(env, cwd)}/{session_id}.jsonl"
