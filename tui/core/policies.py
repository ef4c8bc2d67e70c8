"""What is done about each kind of quiet: after how long, and which steps. Configured as `[inactivity]`.

`inactivity_timeout_s` and `on_inactive` are the rule for what hangs, and for every kind that nobody configured once a user
chose a limit of their own: who says "after a minute" means it. Only while that limit is the default do the kinds have
defaults of their own.
"""

from __future__ import annotations

from typing import Final

import msgspec

from tui.core.spec import DEFAULT_INACTIVITY_TIMEOUT_S, AgentSpec, Step
from tui.core.triage import Quiet

THINKING_S: Final = 600.0
TOOL_BUSY_S: Final = 1800.0
TOOL_IDLE_S: Final = 300.0
RETRYING_S: Final = 300.0
LOOP_REPEATS: Final = 6
LOOP_TOKENS: Final = 500_000
TRIES: Final = 6

GAP_MIN_S: Final = 5.0
GAP_MAX_S: Final = 120.0
"""Between two steps of one stall: half the limit, within these bounds; doubled by each try that did not help."""
BACKED_OFF_MAX_S: Final = 1800.0
LOOP_GAP_S: Final = 30.0


class Policy(msgspec.Struct, frozen=True):
    """The rule for one kind of quiet."""

    limit_s: float
    """Without progress, before it begins; 0: never. Of a loop it is 0 too: the number of repeats is its limit."""
    steps: list[Step]
    begins: bool
    """False: this kind has no ladder."""

    def gap_s(self, tries: int) -> float:
        """Return the time between two steps after so many tries that did not help."""
        first = min(max(self.limit_s / 2, GAP_MIN_S), GAP_MAX_S) if self.limit_s else LOOP_GAP_S
        doubled: float = first * 2.0 ** min(max(0, tries - 1), 16)
        return min(doubled, max(first, BACKED_OFF_MAX_S))


def policy(spec: AgentSpec, kind: Quiet, *, busy: bool = False) -> Policy:
    """Return the rule for a kind of quiet; `busy`: the tool that runs uses the processor or moves data."""
    own = spec.inactivity
    usual_s = spec.inactivity_timeout_s
    default = usual_s == DEFAULT_INACTIVITY_TIMEOUT_S
    notify = [Step.NOTIFY]
    match kind:
        case Quiet.THINKING:
            limit_s = _first(own.thinking_s, THINKING_S if default else usual_s)
            steps = _steps(own.on_thinking, notify if default else spec.on_inactive)
        case Quiet.TOOL if busy:
            limit_s = _first(own.tool_busy_s, TOOL_BUSY_S if default else usual_s)
            steps = _steps(own.on_tool_busy, spec.on_inactive)
        case Quiet.TOOL:
            limit_s = _first(own.tool_idle_s, TOOL_IDLE_S if default else usual_s)
            steps = _steps(own.on_tool_idle, spec.on_inactive)
        case Quiet.RETRYING:
            limit_s = _first(own.retrying_s, RETRYING_S if default else usual_s)
            steps = _steps(own.on_retrying, notify)
        case Quiet.LOOPING:
            return Policy(0.0, _steps(own.on_loop, [Step.NOTIFY, Step.INTERRUPT]), loop_repeats(spec) > 0)
        case Quiet.HUNG:
            limit_s, steps = usual_s, spec.on_inactive
        case Quiet.WAITING:
            return Policy(0.0, [], begins=False)
    return Policy(limit_s, steps, limit_s > 0)


def loop_repeats(spec: AgentSpec) -> int:
    """Return after how many equal calls an agent loops; 0: never."""
    if spec.inactivity.loop_repeats is not None:
        return spec.inactivity.loop_repeats
    return LOOP_REPEATS if spec.inactivity_timeout_s else 0


def loop_tokens(spec: AgentSpec) -> int:
    """Return how many tokens without a changed file make half as many repeats enough; 0: no number does."""
    return LOOP_TOKENS if spec.inactivity.loop_tokens is None else spec.inactivity.loop_tokens


def tries_max(spec: AgentSpec) -> int:
    """Return how many steps that act may be taken before the ladder gives up."""
    return TRIES if spec.inactivity.tries is None else spec.inactivity.tries


def _first(own: float | None, default: float) -> float:
    return default if own is None else own


def _steps(own: list[Step] | None, default: list[Step]) -> list[Step]:
    return default if own is None else own
