"""What the user configures, as typed values. Reading and judging the files is `tui.system.config`."""

from __future__ import annotations

import enum
from decimal import Decimal
from typing import Final

import msgspec

from tui.core.clidef import CliDefinition
from tui.core.keynames import variants
from tui.core.limits import Budget, FleetBudget, OnRateLimit, RestartPolicy
from tui.core.notify import Notify
from tui.core.prices import Override
from tui.core.spec import Channel, Inactivity, Mode, Step

DEFAULT_LEADER: Final = "ctrl+]"

THEMES: Final = ("auto", "dark", "light", "high-contrast", "colour-blind", "ansi")


class Keymap(enum.StrEnum):
    """Which keys the dashboard's actions have before `[keys]`."""

    DEFAULT = "default"
    VIM = "vim"


class Glyphs(enum.StrEnum):
    """Which characters our own chrome is drawn with."""

    UNICODE = "unicode"
    ASCII = "ascii"


class Column(enum.StrEnum):
    """What a row of the list can tell beside glyph and name."""

    STATE = "state"
    TIMER = "timer"
    HEADLINE = "headline"
    RETRIES = "retries"
    BRANCH = "branch"
    FOLDER = "folder"
    RUNTIME = "runtime"
    MODEL = "model"
    SPARKLINE = "sparkline"
    TOKENS = "tokens"
    COST = "cost"
    CONTEXT = "context"


ROW: Final = tuple(column for column in Column if column not in (Column.RUNTIME, Column.MODEL))
"""What rows tell if nothing else is configured, as far as there is room."""


class ShiftEnter(enum.StrEnum):
    """What an agent gets for shift+enter, which has no code of its own in most terminals."""

    ALT_ENTER = "alt+enter"
    """ESC CR: Claude Code and others take it for a new line."""
    NEWLINE = "newline"
    """LF, as from ctrl+j."""
    ENTER = "enter"
    """CR, as enter alone."""


class LeaderMode(enum.StrEnum):
    """What the leader does while an agent has the keyboard."""

    STAY = "stay"
    """Gives the keyboard back to the dashboard until it is given away again."""
    ONCE = "once"
    """The next key is the dashboard's, then the agent has the keyboard again."""


class AgentSettings(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One `[[agent]]`, or the `[defaults]`: None where nothing was said."""

    name: str | None = None
    runtime: str | None = None
    mode: Mode | None = None
    command: list[str] | None = None
    args: list[str] | None = None
    env: dict[str, str] | None = None
    cwd: str | None = None
    """Absolute: relative ones are taken from the config's folder."""
    prompt: str | None = None
    fresh_prompt: str | None = None
    resume_prompt: str | None = None
    system_prompt: str | None = None
    model: str | None = None
    channel: Channel | None = None
    max_turns: int | None = None
    max_budget_usd: Decimal | None = None
    budget: Budget | None = None
    restart: RestartPolicy | None = None
    restarts_per_hour: int | None = None
    on_rate_limit: OnRateLimit | None = None
    inactivity_timeout_s: float | None = None
    on_inactive: list[Step] | None = None
    inactivity: Inactivity | None = None
    stop_wait_s: float | None = None
    history_lines: int | None = None
    record_bytes: int | None = None
    tags: list[str] | None = None
    priority: int | None = None

    def over(self, defaults: AgentSettings) -> AgentSettings:
        """Return these settings where they are given, else the defaults; variables of `env` and keys of `inactivity` are joined."""
        mine = {name: value for name in self.__struct_fields__ if (value := getattr(self, name)) is not None}
        if self.env is not None and defaults.env is not None:
            mine["env"] = {**defaults.env, **self.env}
        if self.inactivity is not None and defaults.inactivity is not None:
            mine["inactivity"] = self.inactivity.over(defaults.inactivity)
        return msgspec.structs.replace(defaults, **mine)


class Dashboard(msgspec.Struct, frozen=True, kw_only=True):
    """`[dashboard]`."""

    theme: str = "auto"
    """One of `THEMES`."""
    leader: str = DEFAULT_LEADER
    """The key that takes the keyboard back from an agent, in Textual's names or as people write it."""
    leader_mode: LeaderMode = LeaderMode.STAY
    keymap: Keymap = Keymap.DEFAULT
    glyphs: Glyphs = Glyphs.UNICODE
    reduced_motion: bool = False
    row: tuple[Column, ...] = ROW
    """Columns of the list, in their order; what there is no room for is left out."""
    shift_enter: ShiftEnter = ShiftEnter.ALT_ENTER
    bell: bool = True
    """Ring the terminal's bell when an agent begins to wait for the user."""
    away_after_s: float = 600.0
    """Seconds without a key after which the dashboard tells what happened meanwhile; 0: never."""

    @property
    def leader_keys(self) -> frozenset[str]:
        """Every name under which terminals deliver the leader."""
        return variants(self.leader)


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """All of a user's and a project's config, merged."""

    defaults: AgentSettings = AgentSettings()
    agents: list[AgentSettings] = msgspec.field(default_factory=list)
    """In the order of the file, without the defaults; names are unique."""
    dashboard: Dashboard = Dashboard()
    keys: dict[str, str] = msgspec.field(default_factory=dict)
    """Id of an action to its keys in Textual's names, comma-separated; empty: none."""
    prices: dict[str, dict[str, Override]] = msgspec.field(default_factory=dict)
    """`[prices]` of each file read, also where it has none: by the file's folder (empty: the user's), then by model."""
    budgets: dict[str, FleetBudget | None] = msgspec.field(default_factory=dict)
    """`[budget]` of each file read, None where it has none: by the file's folder, as `prices`."""
    max_running: dict[str, int] = msgspec.field(default_factory=dict)
    """`max_running` of each file read, 0 where it has none: by the file's folder (empty: the user's)."""
    runtimes: dict[str, CliDefinition] = msgspec.field(default_factory=dict)
    """`[runtime.NAME]` of both files, by name; none has a name that is taken."""
    notify: Notify = Notify()
    """`[notify]`, the project's over the user's."""
    own_notify: Notify = Notify()
    """That of the user's file alone: it has the command, which hosts run."""
    templates: dict[str, str] = msgspec.field(default_factory=dict)
    """`[templates]` of both files: prompts by name."""
    project: str = ""
    """Name of the project whose config this is; empty if only the user's was read."""
    files: list[str] = msgspec.field(default_factory=list)
    """The files this came from, the user's first."""

    def agent(self, own: AgentSettings) -> AgentSettings:
        """Return an agent's settings with the defaults below them."""
        return own.over(self.defaults)
