"""Aider (https://aider.chat): a line-oriented program in a terminal. It has no sessions and no events."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Final

from tui.core.activity import Activity
from tui.core.facts import RunKind
from tui.core.spec import AgentSpec, Mode
from tui.runtimes import typing_in
from tui.runtimes.about import SignIn, Tells
from tui.runtimes.arguments import as_argument, environment, instructed
from tui.runtimes.base import Launch, Reader, RunInfo, Runtime
from tui.runtimes.dialogs import Dialog, drawn
from tui.runtimes.drawn import DrawnReader, State

QUIET: Final = {
    "AIDER_CHECK_UPDATE": "false",
    "AIDER_ANALYTICS": "false",
    "AIDER_SHOW_RELEASE_NOTES": "false",
}

_CONFIRM: Final = re.compile(r"^(.*\?) ((?:\([A-Z]\)[a-z' ]+/?)+) \[(\w+)\]:\s*$")
_CHOICE: Final = re.compile(r"\(([A-Z])\)([a-z' ]+)")
_PROMPT: Final = re.compile(r"^(?:[a-z-]+(?: [a-z]+)?)?> $|^(?:ask|architect|code|help|context|multi)?>\s*$")


class Aider(Runtime):
    """Aider in its terminal."""

    name: ClassVar[str] = "aider"
    title: ClassVar[str] = "Aider"
    executable: ClassVar[str] = "aider"
    install: ClassVar[str] = "python -m pip install aider-install && aider-install"
    modes: ClassVar[tuple[Mode, ...]] = (Mode.INTERACTIVE,)
    tested: ClassVar[str] = "0.86.2"
    sign_in: ClassVar[SignIn] = SignIn(
        variables=(
            "ANTHROPIC_API_KEY",
            "OPENAI_API_KEY",
            "GEMINI_API_KEY",
            "OPENROUTER_API_KEY",
            "DEEPSEEK_API_KEY",
        ),
        mend="Set the key of a provider, such as ANTHROPIC_API_KEY.",
    )
    tells: ClassVar[Mapping[Mode, Tells]] = {
        Mode.INTERACTIVE: Tells(
            state="rules over its screen",
            silent="tokens, a session",
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
        """Build the command line: with a prompt it does that one thing and ends; without one it waits for prompts.

        Raises:
            RuntimeNotFound: It is not installed.
            SpawnError: The prompt is too long for an argument.
        """
        argv = self.command(spec, env)
        if spec.model:
            argv += ["--model", spec.model]
        argv += spec.args
        prompt = as_argument(instructed(spec, kind, prompt), spec.cwd)
        if prompt:
            argv.append(f"--message={prompt}")
        return Launch(argv=argv, env=environment(env, spec, QUIET), cwd=spec.cwd)

    def reader(self, info: RunInfo) -> Reader:
        """Return its reader."""
        return AiderReader(info)


class AiderReader(DrawnReader):
    """Reads its last lines: a question that it puts, or its prompt."""

    def dialog(self, screen: Sequence[str]) -> Dialog | None:
        """Return the question on the last line."""
        lines = drawn(screen)
        found = _CONFIRM.match(lines[-1] + " ") if lines else None
        if found is None:
            return None
        choices = _CHOICE.findall(found[2])
        options = tuple(f"{letter}{rest}".strip().rstrip("/") for letter, rest in choices)
        keys = tuple(f"{letter.lower()}\r".encode() for letter, _ in choices)
        above = [line.strip() for line in lines[-12:-1] if line.strip()]
        return Dialog(
            found[1],
            options,
            keys,
            title=found[1],
            detail="\n".join([*above[-6:], found[1]]),
            deny=b"n\r",
        )

    def at_work(self, screen: Sequence[str]) -> State | None:
        """Return that it rests if its prompt is the last line; else that it works."""
        lines = drawn(screen)
        if not lines:
            return None
        if _PROMPT.match(lines[-1] + " ") or _PROMPT.match(lines[-1]):
            return Activity.IDLE, "screen: its prompt"
        return Activity.WORKING, "screen: no prompt"

    def interrupt(self) -> bytes | None:
        """Ctrl-C once."""
        return typing_in.INTERRUPT

    def prompt(self, text: str) -> bytes | None:
        """Type one line, paste several."""
        if self.shown is not None:
            return None
        text = text.strip()
        return typing_in.paste(text) if "\n" in text else typing_in.typed(text)
