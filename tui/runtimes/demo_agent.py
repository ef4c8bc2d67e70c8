"""The simulated agent as a program: `python -P -m tui.runtimes.demo_agent STORY --session ID [--resume]`.

Plays a story on its terminal; needs no key, no network and no model. `AGENT_TUI_DEMO_SEED` varies the pace reproducibly,
`AGENT_TUI_DEMO_SPEED` (a factor, 0.1 to 100) its speed, `AGENT_TUI_DEMO_FREEZE=1` jumps to the story's middle and stands still there;
with `AGENT_TUI_DEMO_CUES` each step waits for its cue (`tui.runtimes.simulated.cues`). Both are for pictures.
"""

from __future__ import annotations

import argparse
import os
import random
import sys

from tui.runtimes.simulated import catalog, sessions
from tui.runtimes.simulated.actor import Manner
from tui.runtimes.simulated.cues import cues_of


def main(arguments: list[str] | None = None) -> int:
    """Play a story; return the exit code."""
    parser = argparse.ArgumentParser(prog="demo-agent", description="A simulated coding agent.")
    parser.add_argument("story", help="which story to play")
    parser.add_argument("--session", required=True, help="the session's id")
    parser.add_argument("--resume", action="store_true", help="go on with that session")
    parser.add_argument("--journal", default="", help="file for the events of a story that draws a screen")
    parser.add_argument("--prompt", default="", help="asked instead of the story's own prompt")
    options = parser.parse_args(arguments)
    story = catalog.story(options.story)
    if story is None:
        sys.stderr.write(f"error: there is no story {options.story!r}\n")
        return 1
    if options.resume and not sessions.knows(options.session, story.name):
        return _refuse(options.session)
    rng = random.Random(f"{os.environ.get('AGENT_TUI_DEMO_SEED', '')} {story.name}")
    frozen = os.environ.get("AGENT_TUI_DEMO_FREEZE", "") not in ("", "0")
    directed = cues_of(os.environ.get("AGENT_TUI_AGENT_ID", ""), os.environ)
    speed = _speed(os.environ.get("AGENT_TUI_DEMO_SPEED", ""))
    manner = Manner(rng, speed, frozen or directed is not None, directed)
    told = catalog.told(story, options.prompt, resumed=options.resume)
    if story.look == "stream":
        from tui.runtimes.simulated import headless

        return headless.run(told, options.session, resumed=options.resume, manner=manner)
    from tui.runtimes.simulated import terminal

    return terminal.run(told, options.session, resumed=options.resume, manner=manner, journal=options.journal)


def _speed(text: str) -> float:
    try:
        return min(max(float(text), 0.1), 100.0)
    except ValueError:
        return 1.0


def _refuse(session: str) -> int:
    sys.stdout.write(sessions.SHOWN_UNKNOWN.format(session) + "\r\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
