"""The headless simulated agent: JSON lines on its output, control responses on its input."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import sys
import time
from types import FrameType
from typing import Any

from tui.runtimes.simulated.actor import (
    Actor,
    Choice,
    Failed,
    Interrupted,
    Manner,
    steps_to_middle,
    story_steps,
)
from tui.runtimes.simulated.cues import Cues
from tui.runtimes.simulated.emitter import RESUMED_SHARE, Emitter
from tui.runtimes.simulated.steps import Story
from tui.runtimes.simulated.views import NoView

READ_BYTES = 65536
CUE_S = 0.005


def run(story: Story, session: str, *, resumed: bool, manner: Manner) -> int:
    """Play a story to its end; return the exit code."""
    steps = story_steps(story, resumed=resumed)
    share = RESUMED_SHARE if resumed else 1 / steps_to_middle(steps)
    emitter = Emitter(
        _write,
        session,
        story.model,
        story.spent,
        share,
        deltas=True,
        context=float(resumed),
        cues=manner.cues,
    )
    actor = Actor(emitter, NoView(), manner)
    signal.signal(signal.SIGINT, _interrupted)
    answers = _Answers()
    playing = actor.play(steps)
    try:
        emitter.init(os.getcwd())  # noqa: PTH109 - pathlib would be one more import in fifty processes
        told: Any = None
        while True:
            wanted = playing.send(told)
            told = None
            if manner.cues is not None and not isinstance(wanted, Choice):
                answers.idle_until_cue(manner.cues, emitter)
            elif isinstance(wanted, Choice):
                if manner.cues is not None:
                    manner.cues.begin()
                told = answers.wait_for(wanted)
            else:
                answers.idle(actor.wait_s(wanted))
    except StopIteration:
        emitter.result(actor.words, turns=actor.turns)
        return 0
    except Interrupted:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        actor.stopped()
        return 1
    except Failed as error:
        emitter.result("", turns=actor.turns, error=str(error))
        return 1


def _write(line: str) -> None:
    sys.stdout.write(line)
    sys.stdout.flush()


def _interrupted(signum: int, frame: FrameType | None) -> None:
    raise Interrupted


class _Answers:
    """Control responses that come in while the story waits."""

    def __init__(self) -> None:
        self._held = b""
        self._open = True

    def idle(self, seconds: float) -> None:
        """Wait; what comes in meanwhile answers nothing."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._line(left)

    def idle_until_cue(self, cues: Cues, emitter: Emitter) -> None:
        """Wait until the director has the story go on; tell what was used when the director wants it."""
        cues.begin()
        while (cue := cues.taken()) != "go":
            if cue:
                emitter.totals(earlier=cue == "had")
                cues.begin()
            self.idle(CUE_S)

    def wait_for(self, choice: Choice) -> int | str:
        """Wait until the user has answered."""
        while True:
            line = self._line(3600.0)
            told = _told(line, choice) if line else None
            if told is not None:
                return told

    def _line(self, seconds: float) -> bytes:
        """Return the next line, or nothing after some seconds."""
        if b"\n" not in self._held:
            if not self._open:
                time.sleep(min(seconds, 3600.0))
            elif select.select([0], [], [], min(seconds, 3600.0))[0]:
                data = os.read(0, READ_BYTES)
                self._open = bool(data)
                self._held += data
        line, end, rest = self._held.partition(b"\n")
        if not end:
            return b""
        self._held = rest
        return line


def _told(line: bytes, choice: Choice) -> int | str | None:
    """Return what a line answers: the number of an option, or words."""
    with contextlib.suppress(ValueError, KeyError, TypeError, AttributeError):
        response = json.loads(line)["response"]["response"]
        if response["behavior"] == "deny":
            return len(choice.options)
        if choice.permission:
            return 2 if response.get("updatedPermissions") else 1
        answer = str(next(iter(response["updatedInput"]["answers"].values())))
        return choice.options.index(answer) + 1 if answer in choice.options else answer
    return None
