"""Plays the steps of a story: waits, writes what happens, and shows it.

`play` is a generator. It yields a number of seconds to wait, or a `Choice` for which it wants the user's answer; whoever
drives it (the headless loop or the terminal) waits, and throws `Interrupted` into it when the user stops the turn.
"""

from __future__ import annotations

import os
import random
import re
import signal
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from tui.runtimes.simulated.cues import Cues
from tui.runtimes.simulated.emitter import Emitter
from tui.runtimes.simulated.steps import (
    Ask,
    Call,
    Die,
    Fail,
    Hang,
    Limited,
    Loop,
    Mid,
    Permit,
    Rest,
    Say,
    Step,
    Story,
    Think,
    Used,
)
from tui.runtimes.simulated.views import View

FOREVER: Final = 1e9
PIECES_PER_S: Final = 6.0
"""Pieces of text a second."""
_PIECE: Final = re.compile(r"\S+\s*(?:\S+\s*)?")


class Interrupted(Exception):  # noqa: N818 - it is no error
    """The user stopped the turn."""


class Failed(Exception):  # noqa: N818 - it is part of the story
    """The turn ended with an error."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The user is asked; the answer is the number of an option (from 1), or words."""

    text: str
    options: tuple[str, ...]
    permission: bool
    command: str = ""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a story is played."""

    rng: random.Random
    """Varies the pace."""
    speed: float = 1.0
    frozen: bool = False
    """Play at once up to the story's middle, then stand still."""
    cues: Cues | None = None
    """Wait for a cue before each step, instead of for a while."""


Playing = Generator[float | Choice, Any, None]


class Actor:
    """Plays one story.

    Args:
        emitter: Where events are written.
        view: Where they are shown.
        manner: How to play it.
    """

    def __init__(self, emitter: Emitter, view: View, manner: Manner) -> None:
        self.emitter = emitter
        self._view = view
        self._rng = manner.rng
        self._speed = manner.speed
        self._cues = manner.cues
        self.fast = manner.frozen and self._cues is None
        self._frozen = manner.frozen
        self.words = ""
        """What it said last."""
        self.turns = 0
        self._open_call = ""
        self._requests = 0

    def play(self, steps: Iterable[Step]) -> Playing:
        """Play steps in order."""
        for step in steps:
            if self._cues is not None:
                yield 0.0
            yield from self._do(step)

    def wait_s(self, wanted: float) -> float:
        """Return how long to wait for a time that the story wants."""
        return 0.0 if self.fast else wanted if wanted >= FOREVER else wanted / self._speed

    def _do(self, step: Step) -> Playing:
        match step:
            case Say():
                yield from self._say(step.text)
            case Think():
                yield from self._think(step)
            case Call():
                yield from self._call(step)
            case Permit():
                yield from self._permit(step)
            case Ask():
                yield from self._ask(step)
            case Hang():
                yield from self._hang(step)
            case Used():
                self.emitter.limit(step.limit, step.percent, step.resets_in_s)
            case Limited():
                yield from self._limited(step)
            case Rest():
                yield step.seconds
            case Mid():
                self.fast = False
                if self._frozen and self._cues is None:
                    yield FOREVER
            case Loop():
                yield from self._loop(step)
            case Die():
                os.kill(os.getpid(), signal.SIGKILL)
            case Fail():
                raise Failed(step.error)

    def _pace(self, seconds: float) -> float:
        return seconds * self._rng.uniform(0.75, 1.25)

    def _stream(self, kind: str, text: str, seconds: float) -> Playing:
        pieces = [text] if self._cues is not None else _PIECE.findall(text) or [text]
        shown = ""
        for piece in pieces:
            shown += piece
            self.emitter.delta(kind, piece)
            if kind == "text":
                self._view.said(shown, complete=False)
            yield self._pace(seconds / len(pieces))

    def _say(self, text: str) -> Playing:
        key = self.emitter.message()
        if not self.fast and self._cues is None:
            yield from self._stream("text", text, len(_PIECE.findall(text)) / PIECES_PER_S)
        self.emitter.block(key, type="text", text=text)
        self._view.said(text, complete=True)
        self.words = text
        self.emitter.used()
        if self._cues is None:
            yield self._pace(0.3)

    def _think(self, step: Think) -> Playing:
        key = self.emitter.message()
        self._view.thinking(step.text)
        if not self.fast:
            yield from self._stream("thinking", step.text, step.seconds)
        self.emitter.block(key, type="thinking", thinking=step.text)
        self.emitter.used()

    def _call(self, call: Call) -> Playing:
        call_id = self._begin(call)
        for line in call.progress:
            yield self._pace(call.seconds / (len(call.progress) + 1))
            self.emitter.output(call_id, line)
        yield self._pace(call.seconds / (len(call.progress) + 1))
        self._open_call = ""
        path = str(call.args.get("file_path", ""))
        self.emitter.finished(call_id, call.result, ok=call.ok, path=path, hunks=call.hunks)
        self._view.finished(call)
        self.emitter.used()

    def _begin(self, call: Call) -> str:
        self.turns += 1
        call_id = self.emitter.call(self.emitter.message(), call.tool, call.args)
        self._open_call = call_id
        self._view.called(call)
        return call_id

    def _hang(self, step: Hang) -> Playing:
        call_id = self._begin(Call(step.tool, step.args))
        for line in step.progress:
            yield self._pace(0.4)
            self.emitter.output(call_id, line)
        self.fast = False
        yield FOREVER

    def _permit(self, step: Permit) -> Playing:
        command = str(step.call.args.get("command", ""))
        options = ("Yes, proceed", "Yes, and don't ask again for commands like it", "No")
        args = {**step.call.args, "description": step.reason}
        chosen = yield from self._asked(step.call.tool, args, Choice(step.reason, options, True, command))
        if chosen in (1, 2):
            yield from self._call(step.call)
        else:
            self._view.note("You said no.")
            yield from self.play(step.denied)

    def _ask(self, step: Ask) -> Playing:
        labels = [{"label": option, "description": ""} for option in step.options]
        args = {"questions": [{"question": step.question, "header": "", "options": labels}]}
        chosen = yield from self._asked("AskUserQuestion", args, Choice(step.question, step.options, False))
        self._view.note(f"You chose: {step.options[chosen - 1] if isinstance(chosen, int) else chosen}")
        at = (
            chosen - 1
            if isinstance(chosen, int) and 0 < chosen <= len(step.replies)
            else len(step.replies) - 1
        )
        if step.replies:
            yield from self.play(step.replies[at])

    def _asked(
        self, tool: str, args: dict[str, Any], choice: Choice
    ) -> Generator[float | Choice, Any, int | str]:
        self._requests += 1
        request_id = f"req-{0 if self._cues else os.getpid()}-{self._requests}"
        self.emitter.control(request_id, tool, args, always=choice.permission)
        self.fast = False
        chosen: int | str = yield choice
        self.emitter.resolved(request_id)
        return chosen

    def _limited(self, step: Limited) -> Playing:
        for attempt in range(1, step.attempts + 1):
            delay_s = 0.6 * attempt
            self.emitter.retry(attempt, step.attempts, delay_s)
            yield delay_s
        self.emitter.refused(step.limit, step.resets_in_s)
        self.fast = False
        yield step.resets_in_s if not self._frozen else FOREVER

    def _loop(self, step: Loop) -> Playing:
        number = 0
        while True:
            number += 1
            for one in step.steps:
                yield from self._do(numbered(one, number))

    def stopped(self) -> None:
        """The user stopped the turn: close what was open."""
        if self._open_call:
            refused = "The user doesn't want to proceed with this tool use."
            self.emitter.finished(self._open_call, refused, ok=False)
            self._open_call = ""
        self.emitter.result("", turns=self.turns, interrupted=True)


def numbered(step: Step, number: int) -> Step:
    """Return a step of a loop with its `{n}` filled in."""
    match step:
        case Say(text=text) | Think(text=text):
            return replace(step, text=text.replace("{n}", str(number)))
        case Call():
            args = {key: str(value).replace("{n}", str(number)) for key, value in step.args.items()}
            return replace(step, args=args, result=step.result.replace("{n}", str(number)))
        case _:
            return step


def steps_to_middle(steps: Sequence[Step]) -> int:
    """Return how many steps use tokens before a story stands still, at least 1."""
    count = 0
    for step in steps:
        if isinstance(step, Mid | Permit | Ask | Hang | Limited):
            break
        if isinstance(step, Loop):
            count += steps_to_middle(step.steps)
            break
        count += isinstance(step, Say | Think | Call)
    return max(1, count)


def story_steps(story: Story, *, resumed: bool) -> tuple[Step, ...]:
    """Return what a run of a story plays."""
    return (story.resumed or story.steps) if resumed else story.steps
