"""What is known of an agent at a moment: published to dashboards and kept in `status.json`."""

from __future__ import annotations

from typing import Final

import msgspec

from tui.core.activity import Activity, Evidence, Vote
from tui.core.clock import Now
from tui.core.lifecycle import Lifecycle
from tui.core.limits import NO_BUDGET, NOTHING_SPENT, Budget, BudgetNotice, Day, Spent
from tui.core.spec import Mode, Step
from tui.core.triage import Triage
from tui.core.usage import Usage, UsageSource

STATUS_VERSION: Final = 1

NEVER: Final = Now(0.0, 0.0)
"""Stands for a moment that has not been."""


class Exit(msgspec.Struct, frozen=True, omit_defaults=True):
    """How the last run ended."""

    code: int | None = None
    signal: int | None = None
    reason: str = ""
    at: float = 0.0
    """Wall clock, seconds since the epoch."""
    by: str = ""
    """Who ended it: `user`, `inactivity`, `shutdown`; empty: it ended by itself, or was lost."""


class Request(msgspec.Struct, frozen=True, omit_defaults=True):
    """A permission or question that waits for the user."""

    request_id: str
    permission: bool = True
    """False: a question."""
    tool: str = ""
    title: str = ""
    detail: str = ""
    options: list[str] = msgspec.field(default_factory=list)
    answerable: bool = False
    """True where the host can hand the answer over (control channel, or keys that the runtime knows)."""


class LadderStep(msgspec.Struct, frozen=True, omit_defaults=True):
    """The next step of the inactivity ladder."""

    step: Step
    number: int
    of: int
    due: Now
    announced: bool = False


class Limit(msgspec.Struct, frozen=True, omit_defaults=True):
    """Use of a provider's limit."""

    limit: str
    used_percent: float
    resets_at: float = 0.0


class Retry(msgspec.Struct, frozen=True, omit_defaults=True):
    """A failed model request that is tried again."""

    attempt: int = 0
    max_attempts: int = 0
    until: Now = NEVER
    error: str = ""
    since: Now = NEVER
    """When the first attempt failed."""


class Plan(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a further run that is due depends on: kept, so that another host can begin it."""

    tries: int = 0
    """Runs begun by themselves since the last sound one."""
    ended_as: Lifecycle = Lifecycle.FAILED
    failed_as: str = ""
    limit_hit: bool = False
    limit_resets_at: float = 0.0
    """Wall clock; 0: not told."""


class Transition(msgspec.Struct, frozen=True, omit_defaults=True):
    """A past change of state."""

    at: float
    lifecycle: Lifecycle
    activity: Activity
    because: str = ""


class Status(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything a row, a pane header and `ls --json` need. Small: it is pushed on every change."""

    version: int = STATUS_VERSION
    id: str
    name: str
    runtime: str
    mode: Mode
    cwd: str
    project: str = ""
    branch: str = ""
    start_commit: str = ""
    """The commit that was checked out when it began; empty outside a repository and where that was not looked at."""
    tags: list[str] = msgspec.field(default_factory=list)
    """Free words of the user's, to group and filter by."""
    host_pid: int = 0
    host_started: float = 0.0
    """When the host started, in `tui.system.processes`' own clock: with the pid it names the process for certain."""
    boot_id: str = ""
    """Names the boot that the monotonic readings belong to."""
    pid: int | None = None
    """The child, while it lives."""
    processes: int = 0
    """Processes below the host, when last counted."""

    lifecycle: Lifecycle = Lifecycle.QUEUED
    lifecycle_since: Now = NEVER
    activity: Activity = Activity.UNKNOWN
    activity_since: Now = NEVER
    evidence: Evidence = Evidence()
    votes: list[Vote] = msgspec.field(default_factory=list)
    """What each source says, strongest first."""
    transitions: list[Transition] = msgspec.field(default_factory=list)
    """Last changes of state, newest last, at most 12."""

    session_id: str = ""
    old_session_ids: list[str] = msgspec.field(default_factory=list)
    """Sessions that this agent had before, oldest first: nothing is forgotten."""
    model: str = ""
    cli_version: str = ""
    context_tokens: int = 0
    context_window: int = 0
    """0 if unknown."""

    created_at: float = 0.0
    started_at: float = 0.0
    """Start of the present or last run, wall clock; 0 before the first."""
    runs: int = 0
    last_byte: Now = NEVER
    last_progress: Now = NEVER
    inactivity_timeout_s: float = 0.0
    triage: Triage | None = None
    """Why it is quiet; None while it is not, or rests."""
    ladder: LadderStep | None = None
    ladder_tries: int = 0
    """Steps of the ladder that acted and did not help."""
    ladder_note: str = ""
    """Why the ladder gave up; empty while it did not."""
    request: Request | None = None
    retry: Retry | None = None
    limited_until: float = 0.0
    """Wall clock; 0 while not limited or not told."""
    limit_told: Now = NEVER
    """When that was told."""
    limits: list[Limit] = msgspec.field(default_factory=list)

    usage: Usage = Usage()
    """Over all runs."""
    run_usage: Usage = Usage()
    usage_source: UsageSource = UsageSource.NONE
    """How the tokens are known."""
    cost_source: UsageSource = UsageSource.NONE
    """How the money is known: where a CLI reports tokens alone, it is computed from prices."""
    turns: int = 0
    minutes: list[tuple[int, int]] = msgspec.field(default_factory=list)
    """Tokens a minute: (minutes since the epoch, tokens), the last 16 that had any."""

    budget: Budget = NO_BUDGET
    """As set."""
    allowed: Spent = NOTHING_SPENT
    """What the user allowed on top."""
    unbounded: bool = False
    """The user allowed it to go on without a bound."""
    day: Day = Day()
    budget_notice: BudgetNotice | None = None
    """The budget of which most is used, from four fifths on."""
    ran_s: float = 0.0
    """Seconds with a process that was not paused, up to `ran_from`."""
    ran_from: Now = NEVER
    """NEVER while none runs."""

    exit: Exit | None = None
    headline: str = ""
    """What it does or said last, one line."""
    note: str = ""
    """What stays said until seen: a fallback, why it cannot start."""
    recording: bool = True
    recording_note: str = ""
    notify_problem: str = ""
    """What went wrong when the user's notification command was run last."""
    title: str = ""
    queued_prompts: int = 0
    queue_place: int = 0
    """Its place among those that wait for a slot, from 1; 0: it does not wait for one."""
    paused_since: Now = NEVER
    """NEVER unless the tree is stopped by `Pause`."""
    next_try: Now = NEVER
    """When a run in back-off begins; NEVER otherwise."""
    plan: Plan | None = None
    """Of the run that `next_try` is for."""
    restarted_at: list[float] = msgspec.field(default_factory=list)
    """Wall clock of the runs that began by themselves within the last hour."""
    published: Now = NEVER

    @property
    def context_share(self) -> float | None:
        """Share of the context window in the last request, 0..1 and beyond; None if unknown."""
        return (
            self.context_tokens / self.context_window if self.context_window and self.context_tokens else None
        )


def quiet_s(status: Status, now: Now) -> float:
    """Seconds since the child last printed anything; 0 if it never ran."""
    return max(0.0, now.mono - status.last_byte.mono) if status.last_byte.mono else 0.0


def no_progress_s(status: Status, now: Now) -> float:
    """Seconds since the last fact that counts as progress; 0 if it never ran."""
    return max(0.0, now.mono - status.last_progress.mono) if status.last_progress.mono else 0.0
