"""What an agent is: the settings that outlive its runs."""

from __future__ import annotations

import enum
from decimal import Decimal
from typing import Final

import msgspec

from tui.core.clidef import CliDefinition
from tui.core.limits import NO_BUDGET, Budget, OnRateLimit, RestartPolicy

SPEC_VERSION: Final = 1

DEFAULT_INACTIVITY_TIMEOUT_S: Final = 300.0
DEFAULT_RESUME_PROMPT: Final = "Continue from where you left off."


class Mode(enum.StrEnum):
    """How the CLI is run."""

    STREAM = "stream"
    """Headless, printing JSON events."""
    INTERACTIVE = "interactive"
    """Drawing its own screen."""


class Channel(enum.StrEnum):
    """How a headless CLI is spoken with."""

    PLAIN = "plain"
    """It gets its prompt as an argument and prints; what it may not do it refuses by itself."""
    CONTROL = "control"
    """It is spoken with while it runs: it asks and is answered, is interrupted and prompted."""


class Step(enum.StrEnum):
    """A step of the inactivity ladder, mildest first."""

    NOTIFY = "notify"
    INTERRUPT = "interrupt"
    RESUME = "resume"
    RESTART = "restart"
    KILL = "kill"


class Inactivity(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Limits and steps of the kinds of quiet; None: as `tui.core.policies` says. Seconds count without progress."""

    thinking_s: float | None = None
    on_thinking: list[Step] | None = None
    tool_busy_s: float | None = None
    """Of a tool whose processes use the processor or move data."""
    on_tool_busy: list[Step] | None = None
    tool_idle_s: float | None = None
    """Of a tool whose processes do neither."""
    on_tool_idle: list[Step] | None = None
    retrying_s: float | None = None
    on_retrying: list[Step] | None = None
    loop_repeats: int | None = None
    """Equal calls with equal results that make a loop; 0: none."""
    loop_tokens: int | None = None
    """With so many tokens used and no file changed, half as many repeats make one; 0: never."""
    on_loop: list[Step] | None = None
    tries: int | None = None
    """Steps that act (interrupt, resume, restart) before the ladder gives up, until a turn ends well or you act."""

    def over(self, defaults: Inactivity) -> Inactivity:
        """Return these settings where they are given, else the defaults."""
        mine = {name: value for name in self.__struct_fields__ if (value := getattr(self, name)) is not None}
        return msgspec.structs.replace(defaults, **mine)


class AgentSpec(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An agent's settings, as stored in `spec.json`."""

    version: int = SPEC_VERSION
    id: str
    """Short, unique, safe as a file name: `[a-z0-9-]`, at most 24 characters."""
    name: str
    first_name: str = ""
    """What it was called before it was renamed, as a config may still do; empty: it never was."""
    runtime: str
    mode: Mode
    command: list[str] = msgspec.field(default_factory=list)
    """The argv of a `command` agent; for another runtime its executable and leading arguments instead of the one on PATH."""
    args: list[str] = msgspec.field(default_factory=list)
    """Extra arguments, given to the CLI as they are."""
    env: dict[str, str] = msgspec.field(default_factory=dict)
    """Added to the cleaned environment."""
    cwd: str
    prompt: str = ""
    fork: str = ""
    """The session that its first run begins with a copy of; empty: a fresh one."""
    fresh_prompt: str = ""
    """Prompt of the fresh session that follows a refused resume; empty: a hand-over is made."""
    resume_prompt: str = DEFAULT_RESUME_PROMPT
    """Sent when a headless session is resumed without a prompt of its own."""
    system_prompt: str = ""
    model: str = ""
    channel: Channel | None = None
    """In stream mode; None: the runtime's default."""
    max_turns: int | None = None
    max_budget_usd: Decimal | None = None
    budget: Budget = NO_BUDGET
    """What it may use over all its runs; kept by its host."""
    restart: RestartPolicy = RestartPolicy.NEVER
    restarts_per_hour: int = 6
    """Runs begun by themselves, at most."""
    on_rate_limit: OnRateLimit = OnRateLimit.ASK
    inactivity_timeout_s: float = DEFAULT_INACTIVITY_TIMEOUT_S
    """Seconds without progress after which the ladder begins; 0: never."""
    on_inactive: list[Step] = msgspec.field(default_factory=lambda: [Step.NOTIFY])
    inactivity: Inactivity = Inactivity()
    stop_wait_s: float = 5.0
    """Grace between SIGINT and SIGTERM, and again before SIGKILL."""
    project: str = ""
    """Name of the project it belongs to: the folder of the config, or of the repository."""
    cli: CliDefinition | None = None
    """How a runtime that the config describes is run and read; None for those that come with the program."""
    tags: list[str] = msgspec.field(default_factory=list)
    """Free words to group and filter by."""
    priority: int = 0
    """Where agents wait for a slot, higher ones go first; -1000 to 1000."""
    created_at: float = 0.0
    """Wall clock, seconds since the epoch."""
    rows: int = 40
    cols: int = 120
    history_lines: int = 10_000
    record_bytes: int = 64_000_000
    """Bound of the recording on disk, over its two files."""
    origins: dict[str, str] = msgspec.field(default_factory=dict)
    """Where each setting that was said comes from: `given`, `agent` (a config's `[[agent]]`) or `defaults`; by its name."""
