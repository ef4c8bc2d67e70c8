"""A user's extra arguments for Codex, said to its app server: that one takes settings of the config as flags, the rest with a thread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tui.core.spec import AgentSpec

_VALUED: Final = {
    "-m": "model", "--model": "model",
    "-s": "sandbox", "--sandbox": "sandbox",
    "-a": "approvalPolicy", "--ask-for-approval": "approvalPolicy",
}  # fmt: skip
_SWITCHES: Final[dict[str, dict[str, str]]] = {
    "--dangerously-bypass-approvals-and-sandbox": {
        "approvalPolicy": "never",
        "sandbox": "danger-full-access",
    },
    "--yolo": {"approvalPolicy": "never", "sandbox": "danger-full-access"},
    "--full-auto": {"approvalPolicy": "on-request", "sandbox": "workspace-write"},
    "--skip-git-repo-check": {},  # it does not look
}
_KEPT: Final = frozenset({"-c", "--config", "--enable", "--disable"})


def understood(args: Sequence[str]) -> tuple[list[str], dict[str, str]] | None:
    """Return arguments as those of the app server and settings of a thread; None if there is one that it knows no place for."""
    kept: list[str] = []
    settings: dict[str, str] = {}
    words = iter(args)
    for word in words:
        name, equals, value = word.partition("=") if word.startswith("--") else (word, "", "")
        if name in _SWITCHES and not equals:
            settings |= _SWITCHES[name]
            continue
        if name not in _KEPT and name not in _VALUED:
            return None
        given = value if equals else next(words, None)
        if given is None:
            return None
        if name in _KEPT:
            kept += [name, given]
        else:
            settings[_VALUED[name]] = given
    return kept, settings


def thread_settings(spec: AgentSpec) -> dict[str, str]:
    """Return what a thread is begun or resumed with."""
    _, settings = understood(spec.args) or ([], {})
    if spec.model:
        settings["model"] = spec.model
    if spec.system_prompt:
        settings["developerInstructions"] = spec.system_prompt
    return settings
