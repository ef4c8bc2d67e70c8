"""A race's page: who finished first, what each used and changed. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from textual.content import Content

from tui.core import figures
from tui.core.attention import LOOK
from tui.core.racing import Race, Standing
from tui.core.text import one_line
from tui.ui.agents import state_of
from tui.ui.fit import ALWAYS, EMPTY, Piece, cut_middle, cut_path, fit, pad_left, pad_right, text
from tui.ui.look import View
from tui.ui.widgets.fields import short_home

_NAME: Final = 24
_WORD: Final = 12
_PATH: Final = 64
HEAD: Final = 5
"""Lines above the racers."""


class RacePage(NamedTuple):
    """All that the page tells."""

    race: Race
    standing: Sequence[Standing]
    views: Mapping[str, View]
    selected: int
    number: int = 1
    """Its place among all races, the newest first."""
    of: int = 1


def race_lines(page: RacePage, width: int) -> list[Content]:
    """Write the page for a width."""
    race = page.race
    which = f"race {page.number} of {page.of}" if page.of > 1 else ""
    trees = Path(race.racers[0].worktree).parent if race.racers else Path()
    head = [
        fit(
            [Piece(ALWAYS, text(race.name, "bold")), Piece(2, text(f"  “{one_line(race.prompt)}”"))],
            [Piece(1, text(which, "$foreground-muted"))],
            width,
        ),
        text(f"in {_path(race.cwd)}, a worktree each below {_path(str(trees))}", "$foreground-muted"),
        EMPTY,
        Content(" ")
        + _row(width, "racer", "state", "time", "tokens", "cost", "changed", style="bold $foreground-muted"),
        EMPTY,
    ]
    lines = [line.truncate(width, ellipsis=True) for line in head]
    racers = [_racer(page, at, each, width) for at, each in enumerate(page.standing)]
    return [*lines, *racers, EMPTY, *_end(page), *_files(page, width)]


def _files(page: RacePage, width: int) -> list[Content]:
    """List what the selected racer changed."""
    if not page.standing or (work := page.standing[page.selected].work) is None or not work.changes:
        return []
    name = page.standing[page.selected].racer.agent_id
    lines = [EMPTY, text(f"changed by {name}", "bold $foreground-muted")]
    room = max(20, min(_PATH, width - 20))
    for each in work.changes:
        path = pad_right(text(cut_path(one_line(each.path, limit=1_000), room)), room + 2)
        counts = text(f"+{each.added}", "$success") + text(f" −{each.removed}", "$error")
        lines.append(
            text(f"{each.kind.value} ", "$foreground-muted")
            + path
            + (text("binary", "$foreground-muted") if each.binary else counts)
        )
    left = work.files - len(work.changes)
    return [*lines, *([text(f"and {left} more", "$foreground-muted")] if left else [])]


def _path(path: str) -> str:
    return one_line(short_home(path), limit=1_000)


def _racer(page: RacePage, at: int, each: Standing, width: int) -> Content:
    view = page.views.get(each.racer.agent_id)
    look = LOOK[state_of(view)] if view is not None else None
    place = f"{each.place} " if each.place else "  "
    kept = " ◂ kept" if page.race.kept == each.racer.agent_id else ""
    work = each.work
    if each.racer.removed:
        changed = "worktree removed"
    elif work is None:
        changed = ""
    elif not work.files:
        changed = "nothing"
    else:
        changed = figures.counted(work.files, "file", "files") + f"  +{work.added} −{work.removed}"
    name = one_line(view.status.name) if view is not None else each.racer.agent_id
    line = _row(
        width,
        place + name,
        f"{look.glyph} {look.word}" if look is not None else "forgotten",
        figures.duration(each.took_s),
        figures.tokens(each.tokens),
        figures.money(each.cost_usd),
        changed + kept,
        style="bold" if each.place == 1 else "",
        state=f"${look.colour}" if look is not None else "$foreground-muted",
    )
    line = line.truncate(width - 1, ellipsis=True)
    if at != page.selected:
        return text(" ") + line
    return pad_right(text("▌", "$primary") + line, width).stylize("on $select")


def _row(
    width: int,
    name: str,
    word: str,
    time: str,
    tokens: str,
    cost: str,
    changed: str,
    *,
    style: str,
    state: str = "",
) -> Content:
    room = max(12, min(_NAME, width - 58))
    return (
        pad_right(text(cut_middle(f" {name}", room), style), room + 1)
        + pad_right(text(word, state or style), _WORD)
        + pad_left(text(time, style), 7)
        + pad_left(text(tokens, style), 9)
        + pad_left(text(cost, style), 9)
        + text(f"   {changed}", style)
    )


def _end(page: RacePage) -> list[Content]:
    race = page.race
    if race.kept:
        done = "Its changes are in the folder. " if race.racer(race.kept) else ""
        left = any(not racer.removed for racer in race.racers)
        more = (
            "E ends the racers and removes their worktrees."
            if left
            else "Patches of all stay beside the race."
        )
        return [text(done + more, "$foreground-muted")]
    if any(each.place for each in page.standing):
        return [
            text(
                "enter shows what it changed, A keeps it: its changes go into the folder.",
                "$foreground-muted",
            )
        ]
    return [text("They run. enter shows what one changed so far.", "$foreground-muted")]
