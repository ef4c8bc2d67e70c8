"""Pi (https://github.com/badlogic/pi-mono): how it is started, and who reads it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Final

from tui.core.facts import RunKind
from tui.core.spec import AgentSpec, Mode
from tui.runtimes.arguments import as_argument, environment, headless_prompt, without
from tui.runtimes.base import Launch, Reader, RunInfo, Runtime

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
        stream = spec.mode is Mode.STREAM
        resumed = kind is RunKind.RESUME and bool(session_id)
        prompt = headless_prompt(spec, prompt) if stream else as_argument(prompt, spec.cwd)
        flags = ["--mode", "json", "--print"] if stream else []
        if spec.model:
            flags += ["--model", spec.model]
        if spec.system_prompt:
            flags += ["--append-system-prompt", as_argument(spec.system_prompt, spec.cwd)]
        extra = list(spec.args)
        if resumed:
            flags += ["--session", session_id]
            extra = without(extra, _SESSION_FLAGS, _SESSION_SWITCHES)
        argv = [*self.command(spec, env), *flags, *extra]
        if prompt:
            # It knows no `--`: a word with a dash is a flag, one with an @ a file. A leading space makes it a message.
            argv.append(f" {prompt}" if prompt[0] in "-@" else prompt)
        return Launch(
            argv=argv,
            env=environment(env, spec, QUIET),
            cwd=spec.cwd,
            raw=stream,
            session_id=session_id if resumed else "",
        )

    def reader(self, info: RunInfo) -> Reader:
        """Return the reader of the agent's mode."""
        if info.spec.mode is Mode.STREAM:
            from tui.runtimes.pi_stream import PiStreamReader

            return PiStreamReader(info)
        from tui.runtimes.pi_interactive import PiInteractiveReader

        return PiInteractiveReader(info)
