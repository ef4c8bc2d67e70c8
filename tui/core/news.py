"""What is news of an agent, and how it is said: for dashboards, and for the user's own command. Pure.

Everything an agent says is made inert here: what leaves goes to an outer terminal, a desktop or somebody's script.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from tui.core.attention import LOOK, RowState, row_state
from tui.core.clock import Now
from tui.core.notify import TELLABLE
from tui.core.status import Status
from tui.core.text import one_line
from tui.core.triage import stall_words

REASON_MAX: Final = 200
NAME_MAX: Final = 60
FACTS: Final = (
    "EVENT", "AGENT", "NAME", "STATE", "LIFECYCLE", "REASON", "TEXT", "CWD", "PROJECT", "RUNTIME", "MODEL", "SESSION",
    "COST", "TOKENS",
)  # fmt: skip
"""Variables of the user's command, each with `AGENT_TUI_` in front."""
_TURNED: Final = frozenset(
    {
        RowState.WORKING,
        RowState.PERMISSION,
        RowState.ANSWER,
        RowState.STALLED,
        RowState.LOOPING,
        RowState.LIMITED,
    }
)
"""After these, to rest is the end of a turn; after a start it is none."""


class Stand(NamedTuple):
    """How an agent stands, as far as news go."""

    state: RowState
    request_id: str = ""


def stand(status: Status) -> Stand:
    """Return how an agent stands, by its status alone."""
    return Stand(row_state(status), status.request.request_id if status.request is not None else "")


def is_news(before: Stand | None, now: Stand) -> bool:
    """Return whether a change can be told; the first sight of an agent is none."""
    if before is None or before == now or now.state not in TELLABLE:
        return False
    return now.state is not RowState.IDLE or before.state in _TURNED


def key(status: Status, state: RowState) -> str:
    """Return what names one event to all who see it."""
    if state is RowState.LOST:  # seen by a dashboard before it is written down
        return f"{status.id}|{state.value}|{status.runs}"
    request_id = stand(status).request_id
    return f"{status.id}|{state.value}|{status.runs}|{status.activity_since.wall:.3f}|{request_id}"


def reason(status: Status, state: RowState, now: Now) -> str:
    """Return in a few words why it is news: what it asks, why it failed, what it said last."""
    match state:
        case RowState.PERMISSION | RowState.ANSWER | RowState.BUDGET if status.request is not None:
            said = f"{status.request.tool} {status.request.title}".strip()
        case RowState.STALLED | RowState.LOOPING:
            said = stall_words(status.triage, status.ladder_note, status.headline, now)
        case RowState.FAILED | RowState.LOST | RowState.KILLED | RowState.EXITED | RowState.BACKOFF:
            said = status.note or (status.exit.reason if status.exit is not None else "") or status.headline
        case _:
            said = status.headline
    return one_line(said, limit=REASON_MAX)


def sentence(status: Status, state: RowState, now: Now) -> str:
    """Return the news as `permission: run rm -rf .pytest_cache`."""
    why, word = reason(status, state, now), LOOK[state].word
    return f"{word}: {why}" if why else word


def facts(status: Status, state: RowState, now: Now) -> dict[str, str]:
    """Return the variables for the user's command."""
    name, usage = one_line(status.name, limit=NAME_MAX), status.usage
    values = (
        state.value,
        status.id,
        name,
        str(status.activity),
        str(status.lifecycle),
        reason(status, state, now),
        f"{name}: {sentence(status, state, now)}",
        status.cwd.replace("\0", ""),
        one_line(status.project, limit=NAME_MAX),
        one_line(status.runtime, limit=NAME_MAX),
        one_line(status.model, limit=NAME_MAX),
        one_line(status.session_id),
        "" if usage.cost_usd is None else str(usage.cost_usd),
        str(usage.total),
    )
    return {f"AGENT_TUI_{name}": value for name, value in zip(FACTS, values, strict=True)}
