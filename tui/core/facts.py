"""What can be known about an agent: small typed values.

A runtime turns bytes, files and signals into facts and knows nothing else; the host adds its own. `tui.core.reduce`
concludes from them. All texts in facts are inert (`tui.core.text.plain`) and bounded.

Facts whose class sets `ephemeral` are shown live and never written to the event log: the complete fact follows.
"""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

import msgspec

from tui.core.activity import Source
from tui.core.factbase import TEXT_MAX, Fact, RunKind
from tui.core.hostfacts import (
    BudgetChanged,
    LadderEnded,
    RecordingChanged,
    RunPlanned,
    SourceEnded,
    StateChanged,
    StepAnnounced,
    StepCancelled,
    StepTaken,
    TreeSampled,
    UserActed,
)
from tui.core.signalfacts import (
    ActivitySignalled,
    FileChanged,
    LogLine,
    Notified,
    Oversized,
    ScreenAdvanced,
    TitleChanged,
    Unparsed,
)
from tui.core.usage import Usage, UsageSource

__all__ = [
    "TEXT_MAX",
    "ActivitySignalled",
    "AnyFact",
    "BudgetChanged",
    "ErrorReported",
    "Event",
    "Fact",
    "FellBack",
    "FileChanged",
    "HostLost",
    "LadderEnded",
    "LimitReported",
    "LogLine",
    "Notified",
    "Oversized",
    "PermissionAsked",
    "QuestionAsked",
    "RateLimited",
    "RecordingChanged",
    "RequestResolved",
    "RequestStarted",
    "Retrying",
    "RunExited",
    "RunKind",
    "RunPlanned",
    "RunStarted",
    "ScreenAdvanced",
    "SessionStarted",
    "SourceEnded",
    "SpawnFailed",
    "StateChanged",
    "StepAnnounced",
    "StepCancelled",
    "StepTaken",
    "Text",
    "TextDelta",
    "Thinking",
    "ThinkingDelta",
    "TitleChanged",
    "ToolCalled",
    "ToolFinished",
    "ToolOutput",
    "TreeSampled",
    "TurnEnded",
    "TurnStarted",
    "Unparsed",
    "UsageReported",
    "UserActed",
]

# -- the run -----------------------------------------------------------------------------------------------------------


class RunStarted(Fact, frozen=True, kw_only=True, tag="run_started"):
    """A child was spawned."""

    pid: int
    kind: RunKind
    session_id: str = ""
    """The session asked for, empty for a fresh one."""
    takes_prompts: bool = False
    """The running child takes further prompts (its reader encodes them); False: it is resumed with them."""


class SpawnFailed(Fact, frozen=True, kw_only=True, tag="spawn_failed"):
    """A child could not be started; it would fail the same way again."""

    reason: str
    hint: str = ""


class RunExited(Fact, frozen=True, kw_only=True, tag="run_exited"):
    """The child's exit was reaped and no descendant is left."""

    code: int | None = None
    signal: int | None = None
    reason: str = ""
    """In words, by the runtime: why this was a failure, or what it ended with."""
    ok: bool = False
    """Proved success: exit status, terminal event and no error inside it."""
    done: bool = False
    """It did what it was asked and said so (a headless turn that completed)."""
    refused: bool = False
    """The CLI did not know the session it was to resume."""
    left: int = 0
    """Descendants still alive although everything was tried (0 but for unkillable ones)."""


class FellBack(Fact, frozen=True, kw_only=True, tag="fell_back"):
    """A refused resume became a fresh session."""

    old_session_id: str
    reason: str
    prompt: str = ""
    """`fresh`: the configured fresh_prompt; `hand-over`: the original prompt with what was done; `none`."""
    gone: bool = False
    """The session was looked for in the CLI's files and not found; False: the CLI refused it."""


class HostLost(Fact, frozen=True, kw_only=True, tag="host_lost"):
    """The host died; whoever noticed wrote this."""

    reason: str


# -- the conversation --------------------------------------------------------------------------------------------------


class SessionStarted(Fact, frozen=True, kw_only=True, tag="session_started"):
    """The CLI named its session."""

    progress: ClassVar[bool] = True
    session_id: str
    model: str = ""
    version: str = ""
    context_window: int = 0
    """Tokens; 0 if unknown."""


class TurnStarted(Fact, frozen=True, kw_only=True, tag="turn_started"):
    """The agent began to work on a prompt."""

    progress: ClassVar[bool] = True
    prompt: str = ""


class RequestStarted(Fact, frozen=True, kw_only=True, tag="request_started"):
    """A model request is in flight."""

    ephemeral: ClassVar[bool] = True


class TextDelta(Fact, frozen=True, kw_only=True, tag="text_delta"):
    """A piece of the answer, while it streams."""

    ephemeral: ClassVar[bool] = True
    progress: ClassVar[bool] = True
    text: str
    block: str = ""
    """Names the block it belongs to: all deltas of a block make one `Text`."""
    parent: str = ""


class Text(Fact, frozen=True, kw_only=True, tag="text"):
    """One complete block of the answer (Markdown)."""

    progress: ClassVar[bool] = True
    text: str
    block: str = ""
    parent: str = ""
    """Call id of the sub-agent's tool call, empty for the agent itself."""


class ThinkingDelta(Fact, frozen=True, kw_only=True, tag="thinking_delta"):
    """A piece of thinking, while it streams; the text may be empty where the CLI only counts."""

    ephemeral: ClassVar[bool] = True
    progress: ClassVar[bool] = True
    text: str = ""
    block: str = ""
    tokens: int = 0


class Thinking(Fact, frozen=True, kw_only=True, tag="thinking"):
    """One complete block of thinking."""

    progress: ClassVar[bool] = True
    text: str
    block: str = ""
    parent: str = ""


class ToolCalled(Fact, frozen=True, kw_only=True, tag="tool_called"):
    """A tool call began."""

    progress: ClassVar[bool] = True
    call_id: str
    name: str
    title: str = ""
    """The telling argument on one line: the command, the file."""
    arguments: str = ""
    """All arguments as JSON, bounded."""
    parent: str = ""


class ToolOutput(Fact, frozen=True, kw_only=True, tag="tool_output"):
    """Output of a tool while it runs."""

    ephemeral: ClassVar[bool] = True
    progress: ClassVar[bool] = True
    call_id: str
    text: str


class ToolFinished(Fact, frozen=True, kw_only=True, tag="tool_finished"):
    """A tool call ended."""

    progress: ClassVar[bool] = True
    call_id: str
    ok: bool = True
    output: str = ""
    exit_code: int | None = None
    denied: bool = False
    diff: str = ""
    """Unified diff where the CLI gives one."""


class PermissionAsked(Fact, frozen=True, kw_only=True, tag="permission_asked"):
    """The agent waits for leave to do something."""

    request_id: str
    tool: str = ""
    title: str = ""
    """What it wants to do, on one line."""
    detail: str = ""
    """The whole command, diff or arguments."""
    options: list[str] = msgspec.field(default_factory=list)
    """Choices in the CLI's own words, if it lists them."""


class QuestionAsked(Fact, frozen=True, kw_only=True, tag="question_asked"):
    """The agent waits for an answer."""

    request_id: str
    text: str
    options: list[str] = msgspec.field(default_factory=list)


class RequestResolved(Fact, frozen=True, kw_only=True, tag="request_resolved"):
    """A permission or question is no longer open."""

    progress: ClassVar[bool] = True
    request_id: str = ""
    """Empty: whichever was open."""
    how: str = ""


class UsageReported(Fact, frozen=True, kw_only=True, tag="usage_reported"):
    """Token figures; `tui.core.usage.Meter` knows how the scopes combine."""

    progress: ClassVar[bool] = True
    usage: Usage
    scope: str = "message"
    """`message`: one API message, keyed by `key`, the latest replaces · `run`: total of this run so far ·
    `session`: total of the session over all runs (cumulative counter) · `money`: what the run has cost so far; its tokens
    are told apart · `start`: where the session's counter stood when the session began as a copy of another."""
    key: str = ""
    model: str = ""
    billed_model: str = ""
    """The model that these tokens belong to, where it may not be the agent's own (a sub-agent's)."""
    source: UsageSource = UsageSource.REPORTED
    earlier: bool = False
    """What grew was spent before this moment: it counts, but not for the rate."""
    context_tokens: int = 0
    """Tokens in the last request; 0 if not told here."""
    context_window: int = 0


class TurnEnded(Fact, frozen=True, kw_only=True, tag="turn_ended"):
    """The agent finished a turn and says how."""

    progress: ClassVar[bool] = True
    ok: bool = True
    text: str = ""
    """Its last words."""
    error: str = ""
    turns: int = 0
    cost_usd: Decimal | None = None
    duration_s: float = 0.0
    interrupted: bool = False


class Retrying(Fact, frozen=True, kw_only=True, tag="retrying"):
    """A model request failed and is tried again."""

    attempt: int = 0
    max_attempts: int = 0
    delay_s: float = 0.0
    status: int | None = None
    error: str = ""


class RateLimited(Fact, frozen=True, kw_only=True, tag="rate_limited"):
    """The provider refuses until a time."""

    text: str = ""
    resets_at: float = 0.0
    """Seconds since the epoch; 0 if not told."""
    limit: str = ""
    """Which limit: `5 h`, `week`, …"""


class LimitReported(Fact, frozen=True, kw_only=True, tag="limit_reported"):
    """How much of a provider's limit is used."""

    limit: str
    used_percent: float
    resets_at: float = 0.0


class ErrorReported(Fact, frozen=True, kw_only=True, tag="error_reported"):
    """Something failed; the run may go on."""

    text: str
    code: str = ""
    fatal: bool = False


AnyFact = (
    RunStarted | SpawnFailed | RunExited | FellBack | HostLost
    | SessionStarted | TurnStarted | RequestStarted | TextDelta | Text | ThinkingDelta | Thinking
    | ToolCalled | ToolOutput | ToolFinished | PermissionAsked | QuestionAsked | RequestResolved
    | UsageReported | TurnEnded | Retrying | RateLimited | LimitReported | ErrorReported
    | ActivitySignalled | TitleChanged | Notified | ScreenAdvanced | FileChanged
    | LogLine | Unparsed | Oversized
    | StateChanged | TreeSampled | SourceEnded | LadderEnded | UserActed | StepAnnounced | StepTaken | StepCancelled
    | BudgetChanged | RunPlanned | RecordingChanged
)  # fmt: skip


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A fact as the log keeps it and dashboards receive it."""

    seq: int
    """Grows by one per logged event of an agent, over all its runs, from 1; 0 for an ephemeral one."""
    at: float
    """Wall clock, seconds since the epoch."""
    run: int
    """Number of the run, from 1."""
    source: Source
    fact: AnyFact
