"""When the simulated agents of the pictures do what: the times of one afternoon, for real hosts and real children.

A plot lists the moments at which its agent goes on, in the order in which its story (`tui.runtimes.simulated`) waits: before each step, and
inside one for each moment that it takes. `+18` is that many seconds after the moment before. All times are of the pictures' day.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from screenshots.cast import at

SLOT_S: Final = 120
FIRST_SLOT: Final = "13:24:30"
"""What a row's sparkline shows begins here: seven slots before the moment of the pictures."""


class Plot(NamedTuple):
    """What one agent does."""

    name: str
    starts: str
    times: str
    spent: Sequence[int] = ()
    """What it uses in each slot, in any unit; the rest of the story's figures came before."""
    early: float = 0.0
    """The part of them that came before, with `spent`."""
    ends: str = "wait"
    """How its plot ends: it waits for the next cue, `asks`, `hangs` in a tool, is `over`, `lost`, `idle` or `limited`."""
    seen: bool = False
    """The user looked at it afterwards."""


class Beat(NamedTuple):
    """One thing that the director does."""

    wall: float
    part: float | None = None
    """What the agent has used by then; None: it goes on."""
    earlier: bool = False
    """It was used before the pictures' minutes."""


def beats(plot: Plot) -> list[Beat]:
    """Return what to do for a plot, in order of time."""
    moments = [Beat(wall) for wall in _moments(plot)]
    if not moments:
        return []
    last = moments[-1].wall
    return sorted([*moments, *_spending(plot, last)], key=lambda beat: beat.wall)


def _moments(plot: Plot) -> list[float]:
    found: list[float] = []
    for word in plot.times.split():
        found.append(round(found[-1] + float(word), 3) if word.startswith("+") else at(word))
    return found


def _spending(plot: Plot, last: float) -> list[Beat]:
    """Tell what was used before the first slot, then in the middle of each slot, and at the end at the latest."""
    if not plot.spent:
        return [Beat(last - 0.01, 1.0, earlier=True)]
    whole, done = sum(plot.spent), 0.0
    found = (
        [Beat(max(at(FIRST_SLOT) - SLOT_S, at(plot.starts) + 1.5), plot.early, earlier=True)]
        if plot.early
        else []
    )
    for slot, used in enumerate(plot.spent):
        if used:
            for minute, share in ((0, used * 0.6), (60, used * 0.4)):
                done += share
                wall = min(at(FIRST_SLOT) + slot * SLOT_S + minute - 30, last - 0.01 + minute / 1e5)
                found.append(Beat(wall, plot.early + (1 - plot.early) * done / whole))
    return found


# The last step of an agent with a screen ends at the moment of the pictures: one that draws itself anew for a pane late, on a busy
# machine, has made progress then, and no sooner.
SIX: Final = (
    Plot(
        "flaky-tests",
        "13:22:10",
        "13:22:14 +2 13:22:17 13:35:01 13:35:20",
        (149, 125, 66, 86, 43, 20),
        0.85,
        "asks",
    ),
    Plot(
        "docs",
        "13:28:31",
        "13:29:02 +18 13:29:21 +0.1 13:32:09 +0.4 13:34:11 +3.2 13:36:02 13:36:31",
        (0, 0, 0, 132, 157, 86),
        0.5,
        "asks",
    ),
    Plot(
        "migrate-db",
        "13:21:08",
        "13:21:10 +41 13:23:04 +0.2 13:24:12 +0.4 13:25:31 +9.4 13:26:31 13:27:00 13:31:00",
        (149, 107, 79, 36),
        0.9,
        "hangs",
    ),
    Plot("changelog", "13:22:12", "13:22:40 +0.2 13:23:19 +0.4 13:24:42", (145, 0), 0.3, "over"),
    Plot(
        "api-refactor",
        "13:20:02",
        "13:20:03 13:20:04 13:31:11 +0.3 13:36:00 13:37:06 +6",
        (116, 94, 138, 113, 163, 143, 167),
        0.7,
    ),
    Plot(
        "bench",
        "13:20:02",
        "13:20:05 +242 13:27:11 13:31:09 +0.6 +1.2 +1.8",
        (145, 122, 158, 102),
        0.9,
        "limited",
    ),
)
MORE: Final = (
    Plot(
        "csv-export",
        "13:31:08",
        "13:31:10 +22 13:32:05 +0.1 13:32:20 +0.1 13:32:41 13:33:20 +0.4 13:34:05 +4.1 13:34:40 13:34:41 13:37:09",
        (0, 0, 0, 0, 65, 97),
        0.6,
    ),
    Plot("e2e", "13:10:02", "13:10:10 +0.2 13:10:31 +0.4 13:11:00 +8 13:11:40 13:12:02", ends="lost"),
    Plot("notes", "13:33:40", "13:33:50 +0.2 13:33:54", ends="idle"),
    Plot("sdk-go", "12:14:04", "12:14:10 +3.8 12:16:00 +0.4 12:17:01 +11.2 12:17:20", ends="over", seen=True),
)
