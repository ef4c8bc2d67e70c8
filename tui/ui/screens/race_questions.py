"""What is asked before a racer is kept, or a race is tidied up."""

from __future__ import annotations

from collections.abc import Sequence

from tui.core import figures
from tui.core.lifecycle import OVER
from tui.core.racing import Race, Standing, is_over
from tui.core.text import one_line
from tui.ui.screens.questions import Question
from tui.ui.widgets.fields import short_home


def keep_question(race: Race, chosen: Standing) -> Question:
    """Ask before a racer's changes are put into the folder."""
    name = one_line(chosen.status.name) if chosen.status is not None else chosen.racer.agent_id
    work = chosen.work
    what = "What it changed"
    if work is not None:
        what = f"{figures.counted(work.files, 'file', 'files')}, +{work.added} −{work.removed},"
    said = [
        f"{what} go into {one_line(short_home(race.cwd))}."
        if work is not None
        else f"{what} goes into {one_line(short_home(race.cwd))}."
    ]
    if chosen.status is not None and not is_over(chosen.status):
        said.append("It still works: what it has so far is taken.")
    said.append("All of it or nothing: a file that you changed since the race began is not overwritten.")
    return Question(f"Keep {name}?", said, "Nothing is committed. Its worktree stays until E.")


def clear_question(race: Race, standing: Sequence[Standing]) -> Question:
    """Ask before racers are ended and their working trees removed."""
    left = [each for each in standing if not each.racer.removed]
    runs = [each for each in left if each.status is not None and each.status.lifecycle not in OVER]
    said = []
    if runs:
        names = ", ".join(one_line(each.status.name) for each in runs if each.status is not None)
        said.append(f"{names} {'is' if len(runs) == 1 else 'are'} ended.")
    changed = [each for each in left if each.work is not None and each.work.files]
    not_kept = [each for each in changed if each.racer.agent_id != race.kept]
    said.append(f"{figures.counted(len(left), 'worktree is', 'worktrees are')} removed.")
    if not_kept:
        said.append(
            f"{figures.counted(len(not_kept), 'racer has', 'racers have')} changes that were not kept."
        )
    return Question(
        f"End the race {race.name}?", said, "Changes stay as patches, commits of their own as branches."
    )
