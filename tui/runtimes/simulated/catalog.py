"""All stories, by name and in the order in which a fleet takes them."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from tui.runtimes.simulated.steps import Story
from tui.runtimes.simulated.stories import SIX
from tui.runtimes.simulated.stories_more import MORE
from tui.runtimes.simulated.stories_small import filler, reply

_WRITTEN: Final = (*SIX, *MORE)
FLEET_MAX: Final = 100


def fleet(count: int) -> list[Story]:
    """Return the stories of a fleet of `count` agents, 1..100."""
    wanted = max(1, min(count, FLEET_MAX))
    return [*_WRITTEN[:wanted], *(filler(number) for number in range(wanted - len(_WRITTEN)))]


def story(name: str) -> Story | None:
    """Return a story by its name, or None."""
    return next((one for one in fleet(FLEET_MAX) if one.name == name), None)


def told(story: Story, prompt: str, *, resumed: bool) -> Story:
    """Return the story as it goes with a prompt of the user's own: then it is about that."""
    if not prompt or prompt == story.prompt:
        return story
    steps = reply(prompt)
    return replace(story, prompt=prompt, steps=steps, resumed=steps if resumed else ())
