"""An agent's whole state as the reducer keeps it: what is published, and what is only needed to decide."""

from __future__ import annotations

import enum

import msgspec

from tui.core.activity import Activity, Source, Vote
from tui.core.clock import Now
from tui.core.doing import NOTHING, Doing
from tui.core.effects import Spawn, Stage
from tui.core.facts import RunKind
from tui.core.lifecycle import Lifecycle
from tui.core.limits import Pool
from tui.core.looping import NONE, Circles
from tui.core.prices import ModelPrice
from tui.core.spec import AgentSpec, Step
from tui.core.status import NEVER, Request, Status
from tui.core.usage import Meter


class Goal(enum.StrEnum):
    """What follows when the present run has ended."""

    NONE = "none"
    KILL = "kill"
    RESTART = "restart"
    RESUME = "resume"
    FALLBACK = "fallback"
    """Another session answered than the one asked for."""


class Agent(msgspec.Struct, frozen=True, kw_only=True):
    """State of one agent between two inputs. Replaced, never changed."""

    spec: AgentSpec
    status: Status
    meter: Meter = Meter()
    pools: list[Pool] = msgspec.field(default_factory=list)
    """Budgets that it shares with others."""
    prices: dict[str, ModelPrice] = msgspec.field(default_factory=dict)
    """What is known of the models that were named so far."""
    told_window: bool = False
    """The context window was told by the CLI since the host began."""

    began: Now = NEVER
    """When the present or last run began, as long as its host knows."""
    kind: RunKind = RunKind.START
    asked_session: str = ""
    """The session that the present run was asked to resume."""
    answered: bool = False
    """The CLI has named a session in the present run."""
    asked_prompt: str = ""
    """The prompt of the present run, for a fall-back."""
    pending: Spawn | None = None
    """A run that may not begin yet; see `tui.core.gate`."""
    limit_hit: bool = False
    """A provider's limit refused the present run, and nothing was done since."""
    limit_resets_at: float = 0.0
    """Wall clock; 0: not told."""
    tries: int = 0
    """Runs begun by themselves since the last sound one."""
    ended_as: Lifecycle = Lifecycle.FAILED
    """How the run before a back-off ended."""
    failed_as: str = ""
    """What that end looked like."""
    goal: Goal = Goal.NONE
    goal_prompt: str = ""
    stage: Stage | None = None
    """The last signal sent while stopping."""
    stage_due: float = 0.0
    """Monotonic; when the next, harder signal is due."""
    killed_by: str = ""

    votes: dict[Source, Vote] = msgspec.field(default_factory=dict)
    request: Request | None = None
    """The open request, also while a stronger source does not see it yet."""
    heard: dict[Source, Now] = msgspec.field(default_factory=dict)
    """When each source said something last."""
    settling: tuple[Activity, Now] | None = None
    """A change of activity that is not believed before it lasted, and until when it has to."""
    doing: Doing = NOTHING
    circles: Circles = NONE
    taken: tuple[Step, ...] = ()
    """Steps of the ladder done since the last real progress."""
    step_at: float = 0.0
    """Monotonic time of the last step taken."""
    acted_at: float = 0.0
    """Monotonic time of what the user did last."""
    announced: int = 0
    """Number of the last step announced."""
    postponed_s: float = 0.0
    """Added to the due time of the next step."""
    cancelled_at: Now = NEVER
    """The ladder is held until there is progress after this moment."""
    interrupted: str = ""
    """Who interrupted the present run's turn: `user`, `inactivity`; empty: nobody."""
    takes_prompts: bool = False
    queue: list[str] = msgspec.field(default_factory=list)
    """Prompts for when the present turn is over."""
    given_at: float = 0.0
    """Monotonic time at which the last of them was given."""

    @property
    def alive(self) -> bool:
        """A child process exists."""
        return self.status.lifecycle in (Lifecycle.STARTING, Lifecycle.RUNNING, Lifecycle.STOPPING)

    @property
    def paused(self) -> bool:
        """Its process tree is stopped."""
        return bool(self.status.paused_since.mono)


def new_agent(spec: AgentSpec, status: Status | None = None, meter: Meter | None = None) -> Agent:
    """Return the state of an agent that does not run: a new one, or as its files tell."""
    if status is None:
        status = Status(
            id=spec.id,
            name=spec.name,
            runtime=spec.runtime,
            mode=spec.mode,
            cwd=spec.cwd,
            project=spec.project,
            tags=spec.tags,
            model=spec.model,
            created_at=spec.created_at,
            inactivity_timeout_s=spec.inactivity_timeout_s,
            budget=spec.budget,
        )
    return Agent(spec=spec, status=status, meter=meter or Meter())
