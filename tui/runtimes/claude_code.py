"""Claude Code (https://docs.claude.com/en/docs/claude-code): how it is started, and who reads it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Final

from tui.core.facts import RunKind
from tui.core.spec import AgentSpec, Channel, Mode
from tui.core.usage import UsageSource
from tui.runtimes import sessions
from tui.runtimes.about import SignIn, Tells
from tui.runtimes.arguments import as_argument, needed
from tui.runtimes.base import Launch, Reader, RunInfo, Runtime
from tui.runtimes.claude_statusline import Handed, hand_over
from tui.runtimes.environment import clean

_SESSION_FLAGS: Final = frozenset({"--session-id", "--resume", "-r"})
_SESSION_SWITCHES: Final = frozenset({"--continue", "-c", "--fork-session"})
CONTROL_FLAGS: Final = (
    ("--input-format", "stream-json"),
    ("--permission-prompt-tool", "stdio"),
    ("--replay-user-messages", ""),
)
"""Prompts and answers come on its input, and it says when it has taken a prompt."""


class ClaudeCode(Runtime):
    """Claude Code, headless or with its own screen."""

    name: ClassVar[str] = "claude-code"
    title: ClassVar[str] = "Claude Code"
    executable: ClassVar[str] = "claude"
    install: ClassVar[str] = "npm i -g @anthropic-ai/claude-code"
    modes: ClassVar[tuple[Mode, ...]] = (Mode.STREAM, Mode.INTERACTIVE)
    resumable: ClassVar[bool] = True
    forks: ClassVar[tuple[Mode, ...]] = (Mode.STREAM, Mode.INTERACTIVE)
    tested: ClassVar[str] = "2.1.197"
    sign_in: ClassVar[SignIn] = SignIn(
        variables=(
            "ANTHROPIC_API_KEY",
            "ANTHROPIC_AUTH_TOKEN",
            "CLAUDE_CODE_OAUTH_TOKEN",
            "CLAUDE_CODE_USE_BEDROCK",
            "CLAUDE_CODE_USE_VERTEX",
        ),
        files=("$CLAUDE_CONFIG_DIR/.credentials.json", "~/.claude/.credentials.json"),
        mend="Run claude once and type /login, or set ANTHROPIC_API_KEY.",
    )
    tells: ClassVar[Mapping[Mode, Tells]] = {
        Mode.STREAM: Tells(
            state="its JSON stream",
            tokens="its JSON stream: messages live, the run's own totals at the end",
            money=UsageSource.REPORTED,
        ),
        Mode.INTERACTIVE: Tells(
            state="~/.claude/sessions, its transcript, its title, dialogs on its screen",
            tokens="its transcript; model, window and money from its status line",
            money=UsageSource.REPORTED,
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
        resumed = kind is RunKind.RESUME and bool(session_id)
        control = self.is_spoken_with(spec)
        if not control:
            prompt = as_argument(prompt, spec.cwd)
        handed = Handed(list(spec.args))
        if spec.mode is Mode.INTERACTIVE:
            handed = hand_over(spec, clean(env, agent_id=spec.id, extra=spec.env), run_dir)
        forked = kind is RunKind.FORK
        extra = without_session_flags(handed.args) if resumed or forked else handed.args
        session = ["--resume", session_id] if resumed or forked else []
        if not resumed and not _names_session(extra):
            session_id = str(uuid.uuid4())
            session += [*(["--fork-session"] if forked else []), "--session-id", session_id]
        flags = [*_mode_flags(spec, prompt), *handed.flags]
        if control:
            flags += without_flags(CONTROL_FLAGS, extra)
        argv = [*self.command(spec, env), *flags, *session, *_settings(spec), *extra]
        if prompt and not control:
            # After `--` nothing in the prompt is taken for an option, and no option of the user's swallows it.
            argv += ["--", prompt]
        return Launch(
            argv=argv,
            env=clean(env, agent_id=spec.id, extra=spec.env),
            cwd=spec.cwd,
            raw=spec.mode is Mode.STREAM,
            piped=control,
            session_id=session_id if session else _given_session(extra),
            files=handed.files,
        )

    def session_state(self, spec: AgentSpec, session_id: str, env: Mapping[str, str]) -> sessions.Proof:
        """Look for the session in the CLI's own files."""
        return sessions.look(
            spec, self.executable, session_id, lambda: sessions.claude(env, spec.cwd, session_id)
        )

    def reader(self, info: RunInfo) -> Reader:
        """Return the reader of the agent's mode."""
        if self.is_spoken_with(info.spec):
            from tui.runtimes.claude_control import ClaudeControlReader

            return ClaudeControlReader(info)
        if info.spec.mode is Mode.STREAM:
            from tui.runtimes.claude_stream import ClaudeStreamReader

            return ClaudeStreamReader(info)
        from tui.runtimes.claude_interactive import ClaudeInteractiveReader

        return ClaudeInteractiveReader(info)


def without_flags(pairs: Sequence[tuple[str, str]], given: Sequence[str]) -> list[str]:
    """Return flags with their values but those that the user gives himself."""
    named = {word.partition("=")[0] for word in given}
    return [word for pair in pairs if pair[0] not in named for word in pair if word]


def without_session_flags(args: Sequence[str]) -> list[str]:
    """Return extra arguments without those that choose a session: ours is the one to resume."""
    kept: list[str] = []
    skip = False
    for at, word in enumerate(args):
        if skip:
            skip = False
        elif word in _SESSION_FLAGS:
            skip = at + 1 < len(args) and not args[at + 1].startswith("-")
        elif word not in _SESSION_SWITCHES and not word.startswith(("--session-id=", "--resume=")):
            kept.append(word)
    return kept


def _names_session(args: Sequence[str]) -> bool:
    return without_session_flags(args) != list(args)


def _given_session(args: Sequence[str]) -> str:
    """Return the id that the user's own `--session-id` chooses, or nothing."""
    for at, word in enumerate(args):
        if word.startswith("--session-id="):
            return word.partition("=")[2]
        if word == "--session-id" and at + 1 < len(args):
            return args[at + 1]
    return ""


def _mode_flags(spec: AgentSpec, prompt: str) -> list[str]:
    if spec.mode is Mode.INTERACTIVE:
        return []
    needed(spec, prompt)
    return ["-p", "--output-format", "stream-json", "--verbose", "--include-partial-messages"]


def _settings(spec: AgentSpec) -> list[str]:
    flags: list[str] = []
    if spec.model:
        flags += ["--model", spec.model]
    if spec.system_prompt:
        flags += ["--append-system-prompt", as_argument(spec.system_prompt, spec.cwd)]
    if spec.mode is Mode.STREAM:
        if spec.max_turns is not None:
            flags += ["--max-turns", str(spec.max_turns)]
        if spec.max_budget_usd is not None:
            flags += ["--max-budget-usd", str(spec.max_budget_usd)]
    return flags
