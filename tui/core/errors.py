"""Errors that end in a sentence for the user.

    AgentTuiError
    ├── ConfigError      a config file is wrong: path, key, what was found, what is allowed
    ├── SpecError        an agent was described wrongly on the command line or in a dialog
    ├── SpawnError       a child could not be started: argv, cwd
    ├── RuntimeNotFound  no such runtime, or its CLI is not on PATH
    ├── AgentNotFound    no agent with that id or name
    ├── HostUnreachable  an agent's host does not answer
    ├── ProtocolError    the other end speaks another version, or not our protocol at all
    ├── DecodeError      a line or file of ours that cannot be read: line number
    └── StoreError       a file or folder of ours cannot be read or written: path

What is expected to fail (agents crash, streams break) is state with a reason, not one of these.
"""

from __future__ import annotations


class AgentTuiError(Exception):
    """Something failed in a way that the user can understand.

    Args:
        sentence: One sentence, naming what and where.
        hint: How to mend it; may be empty.
    """

    def __init__(self, sentence: str, hint: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.sentence} {self.hint}" if self.hint else self.sentence

    def all(self) -> tuple[AgentTuiError, ...]:
        """Return this one and what else is wrong beside it."""
        return (self,)


class ConfigError(AgentTuiError):
    """A config file holds a wrong key, type or value.

    Args:
        path: The file.
        key: Dotted path of the key, such as `agent[2].mode`; empty if the file itself is unreadable.
        found: What stands there.
        allowed: What may stand there.

    Attributes:
        others: What else is wrong, in the files' order: whoever mends one should not have to come back for the next.
    """

    def __init__(self, path: str, key: str, found: str, allowed: str) -> None:
        where = f"{path}: {key}" if key else path
        super().__init__(f"{where}: found {found}; allowed: {allowed}.")
        self.path = path
        self.key = key
        self.found = found
        self.allowed = allowed
        self.others: tuple[ConfigError, ...] = ()

    def all(self) -> tuple[ConfigError, ...]:
        """Return this one and the others."""
        return (self, *self.others)


class SpecError(AgentTuiError):
    """An agent was described in a way that cannot work."""


class SpawnError(AgentTuiError):
    """A child could not be started; it would fail the same way again."""

    def __init__(self, sentence: str, hint: str = "", *, argv: tuple[str, ...] = (), cwd: str = "") -> None:
        super().__init__(sentence, hint)
        self.argv = argv
        self.cwd = cwd


class RuntimeNotFound(SpawnError):  # noqa: N818 - the name says what happened
    """No runtime of that name, or its CLI is not installed."""


class AgentNotFound(AgentTuiError):  # noqa: N818 - the name says what happened
    """No agent with that id or name, or more than one."""


class HostUnreachable(AgentTuiError):  # noqa: N818 - the name says what happened
    """The agent's host does not answer."""


class ProtocolError(AgentTuiError):
    """The other end of the socket speaks another version or something else."""


class DecodeError(AgentTuiError):
    """A line or file of ours cannot be read."""

    def __init__(self, sentence: str, *, line_no: int = 0) -> None:
        super().__init__(sentence)
        self.line_no = line_no


class StoreError(AgentTuiError):
    """A file or folder of ours cannot be read or written."""

    def __init__(self, sentence: str, hint: str = "", *, path: str = "") -> None:
        super().__init__(sentence, hint)
        self.path = path
