"""What a user, a script or the ladder can ask of an agent."""

from __future__ import annotations

import enum
from decimal import Decimal

import msgspec


class Command(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="command"):
    """Base of all commands; `by` says who asked, for the log."""

    by: str = "user"


class Beginning(Command, frozen=True, kw_only=True):
    """Base of those that begin a run where none is; how it waits for a slot."""

    now: bool = False
    """Do not wait for one."""
    at_most: int = 0
    """How many of those that were asked for with the same bound may run at once; 0: no such bound."""
    asked_at: float = 0.0
    """Wall clock, for the order in the queue; 0: when its host began."""


class Start(Beginning, frozen=True, kw_only=True, tag="start"):
    """First run: the original prompt, a fresh session."""


class Kill(Command, frozen=True, kw_only=True, tag="kill"):
    """End the child and every descendant, with grace."""


class Interrupt(Command, frozen=True, kw_only=True, tag="interrupt"):
    """Stop the turn, keep the agent."""


class Restart(Beginning, frozen=True, kw_only=True, tag="restart"):
    """A new run with the original prompt and a new session."""


class Resume(Beginning, frozen=True, kw_only=True, tag="resume"):
    """A new run on the recorded session."""

    prompt: str = ""


class Prompt(Beginning, frozen=True, kw_only=True, tag="prompt"):
    """Give it something to do: typed into its terminal, or as the next headless turn."""

    text: str
    when_idle: bool = False
    """Keep it while the agent works or asks something; a headless turn is never disturbed anyway."""


class Verdict(enum.StrEnum):
    """Kinds of answers to a request."""

    ALLOW = "allow"
    ALLOW_ALWAYS = "allow-always"
    DENY = "deny"
    CHOOSE = "choose"
    """Option `choice`, or the words in `text`."""


class Answer(Command, frozen=True, kw_only=True, tag="answer"):
    """Answer the request that was shown, and only that one."""

    request_id: str
    verdict: Verdict
    choice: int = 0
    """1-based option for `choose`; 0: `text` is the answer."""
    text: str = ""
    """Reason of a denial, or a free answer."""


class CancelStep(Command, frozen=True, kw_only=True, tag="cancel_step"):
    """Cancel the announced step of the ladder; with `later_s`, postpone it."""

    later_s: float = 0.0


class Pause(Command, frozen=True, kw_only=True, tag="pause"):
    """Stop the whole process tree where it is (SIGSTOP)."""


class Continue(Command, frozen=True, kw_only=True, tag="continue"):
    """Let a paused tree go on (SIGCONT)."""


class Allow(Command, frozen=True, kw_only=True, tag="allow"):
    """Let it use more than its budget; without a figure, as much again as the bound that it reached."""

    tokens: int = 0
    usd: Decimal = Decimal(0)
    turns: int = 0
    time_s: float = 0.0
    unbounded: bool = False
    """Without a bound from now on."""


class Rename(Command, frozen=True, kw_only=True, tag="rename"):
    """Call it otherwise; its id stays."""

    name: str
    """Judged by who asks: see `tui.client.renaming`."""


AnyCommand = (
    Start
    | Kill
    | Interrupt
    | Restart
    | Resume
    | Prompt
    | Answer
    | CancelStep
    | Pause
    | Continue
    | Allow
    | Rename
)
