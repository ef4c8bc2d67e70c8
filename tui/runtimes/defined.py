"""A runtime that the user described in the config: its command lines, and who reads it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tui.core.clidef import CliDefinition, fill
from tui.core.facts import RunKind
from tui.core.spec import AgentSpec, Mode
from tui.core.usage import UsageSource
from tui.runtimes.about import Tells
from tui.runtimes.arguments import as_argument, environment, headless_prompt, instructed
from tui.runtimes.base import Launch, Reader, RunInfo, Runtime


class Defined(Runtime):
    """One `[runtime.NAME]`.

    Args:
        definition: As the config says.
    """

    def __init__(self, definition: CliDefinition) -> None:
        self.definition = definition

    def launch(
        self,
        spec: AgentSpec,
        kind: RunKind,
        session_id: str,
        prompt: str,
        env: Mapping[str, str],
        run_dir: Path,
    ) -> Launch:
        """Fill the templates.

        Raises:
            RuntimeNotFound: It is not installed.
            SpawnError: A headless run without a prompt, or a prompt too long for an argument.
        """
        stream = self.definition.stream is not None
        resumed = kind is RunKind.RESUME and bool(session_id) and self.resumable
        prompt = instructed(spec, kind, prompt)
        prompt = headless_prompt(spec, prompt) if stream else as_argument(prompt, spec.cwd)
        values = {"prompt": prompt, "session": session_id, "model": spec.model, "cwd": spec.cwd}
        wanted = self.definition.resume if resumed else self.definition.start
        model = self.definition.model if spec.model else []
        return Launch(
            argv=[*self._program(spec, env), *fill(model, values), *spec.args, *fill(wanted, values)],
            env=environment(env, spec),
            cwd=spec.cwd,
            raw=stream,
            session_id=session_id if resumed else "",
        )

    def _program(self, spec: AgentSpec, env: Mapping[str, str]) -> list[str]:
        if spec.command:
            return list(spec.command)
        return [*self.command(spec, env), *self.definition.command[1:]]

    def reader(self, info: RunInfo) -> Reader:
        """Return the reader of its mode."""
        if self.definition.stream is not None:
            from tui.runtimes.defined_stream import DefinedStreamReader

            return DefinedStreamReader(info, self.definition)
        from tui.runtimes.defined_screen import DefinedScreenReader

        return DefinedScreenReader(info, self.definition)


def runtime_of(definition: CliDefinition) -> Runtime:
    """Return the runtime of a definition: a class of its own, as every runtime is."""

    class One(Defined):
        name = title = definition.name
        executable = definition.command[0]
        modes = (Mode.STREAM,) if definition.stream else (Mode.INTERACTIVE,)
        resumable = bool(definition.resume)

    One.tells = {One.modes[0]: _tells(definition)}
    return One(definition)


def _tells(definition: CliDefinition) -> Tells:
    if definition.stream is None:
        return Tells(state="your patterns over its screen and title, OSC 7501 and 9;4", silent="tokens")
    usage = definition.stream.usage
    money = UsageSource.REPORTED if usage.cost else UsageSource.COMPUTED
    if not (usage.input or usage.output):
        return Tells(state="its JSON lines", silent="tokens")
    return Tells(state="its JSON lines", tokens="its JSON lines", money=money)
