"""Facts of the host and of its user: what was decided and done, not what a CLI said."""

from __future__ import annotations

from typing import ClassVar

from tui.core.activity import Source
from tui.core.factbase import Fact


class StateChanged(Fact, frozen=True, kw_only=True, tag="state_changed"):
    """The concluded state changed: written by the host for the log and the timeline."""

    lifecycle: str
    activity: str
    source: Source = Source.HOST
    because: str = ""


class TreeSampled(Fact, frozen=True, kw_only=True, tag="tree_sampled"):
    """What the processes of the running tool used since the last look."""

    ephemeral: ClassVar[bool] = True
    processes: int = 0
    cpu_percent: float = 0.0
    """Of one processor."""
    io_bytes_s: float = 0.0
    """Read and written, terminals and pipes included, where the system tells it."""
    name: str = ""
    """The busiest of them, or the one started last."""


class SourceEnded(Fact, frozen=True, kw_only=True, tag="source_ended"):
    """A source will say no more (its file is gone): what it said last counts no longer."""

    reason: str = ""


class LadderEnded(Fact, frozen=True, kw_only=True, tag="ladder_ended"):
    """The inactivity ladder gave up; it begins again when a turn ends well or the user acts."""

    reason: str
    tries: int


class UserActed(Fact, frozen=True, kw_only=True, tag="user_acted"):
    """Someone asked for something: kill, resume, prompt, answer."""

    action: str
    text: str = ""


class StepAnnounced(Fact, frozen=True, kw_only=True, tag="step_announced"):
    """The inactivity ladder will do something."""

    step: str
    number: int
    of: int
    in_s: float


class StepTaken(Fact, frozen=True, kw_only=True, tag="step_taken"):
    """The inactivity ladder did something."""

    step: str
    number: int
    of: int
    quiet_s: float = 0.0
    no_progress_s: float = 0.0


class StepCancelled(Fact, frozen=True, kw_only=True, tag="step_cancelled"):
    """The announced step was cancelled, or postponed by `later_s`."""

    step: str
    later_s: float = 0.0


class RunPlanned(Fact, frozen=True, kw_only=True, tag="run_planned"):
    """A run ended, and another one begins by itself."""

    in_s: float
    why: str = ""


class BudgetChanged(Fact, frozen=True, kw_only=True, tag="budget_changed"):
    """A budget is nearly used, used up, or more was allowed."""

    what: str
    """`warned`, `paused`, `not started`, `killed`, `allowed`, `goes on`."""
    text: str = ""


class RecordingChanged(Fact, frozen=True, kw_only=True, tag="recording_changed"):
    """Recording stopped (full disk, lost permission) or goes on."""

    on: bool
    reason: str = ""
