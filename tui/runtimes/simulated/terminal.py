"""The simulated agent with a screen of its own: draws, reads keys, follows its size, says its state by OSC 7501."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import termios
import time
import tty
from pathlib import Path
from types import FrameType
from typing import Any, Final

from tui.runtimes.simulated.actor import (
    Actor,
    Choice,
    Failed,
    Interrupted,
    Manner,
    Playing,
    steps_to_middle,
    story_steps,
)
from tui.runtimes.simulated.cues import Cues
from tui.runtimes.simulated.emitter import RESUMED_SHARE, Emitter
from tui.runtimes.simulated.keys import Keys
from tui.runtimes.simulated.looks import ClaudeLook, CodexLook, Look, State
from tui.runtimes.simulated.paint import Canvas
from tui.runtimes.simulated.steps import Story
from tui.runtimes.simulated.stories_small import reply

BEAT_S: Final = 0.5
CUE_S: Final = 0.005
QUIT_S: Final = 1.0
"""Two Ctrl-C within this time quit."""
FROZEN_ELAPSED_S: Final = 72
FROZEN_BEAT: Final = 5
FROZEN_TOKENS: Final = 4_100
ENTER_SCREEN: Final = "\x1b[?2004h\x1b[?1004h"
LEAVE_SCREEN: Final = "\x1b[?1004l\x1b[?2004l\x1b[0m\x1b[?25h\x1b]0;\x07"


class Quit(Exception):  # noqa: N818 - it is no error
    """The user leaves."""


def run(story: Story, session: str, *, resumed: bool, manner: Manner, journal: str) -> int:
    """Play a story on the terminal; return the exit code."""
    saved = termios.tcgetattr(0)
    tty.setraw(0)
    into = os.open(journal or os.devnull, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(into, "a", encoding="utf-8", buffering=1) as events:
        screen = _Screen(story, session, resumed=resumed, manner=manner, write=events.write)
        try:
            screen.run()
        except Quit:
            pass
        finally:
            screen.leave()
            with contextlib.suppress(termios.error):
                termios.tcsetattr(0, termios.TCSANOW, saved)
    return 0


class _Screen:
    def __init__(self, story: Story, session: str, *, resumed: bool, manner: Manner, write: Any) -> None:
        self._story = story
        self._session = session
        self._frozen = manner.frozen
        self._cues = manner.cues
        steps = story_steps(story, resumed=resumed)
        share = RESUMED_SHARE if resumed else 1 / steps_to_middle(steps)
        self._emitter = Emitter(
            write,
            session,
            story.model,
            story.spent,
            share,
            deltas=False,
            context=float(resumed),
            cues=self._cues,
        )
        folder = Path.cwd().name
        self._look: Look = (CodexLook if story.look == "codex" else ClaudeLook)(story.model, folder)
        self._actor = Actor(self._emitter, self._look, manner)
        self._steps = steps
        self._resumed = resumed
        self._state = State()
        self._keys = Keys()
        self._canvas = Canvas(_write)
        self._size = os.get_terminal_size(0)
        self._working_since = time.monotonic()
        self._ctrl_c = -QUIT_S
        self._said_state = ""
        self._wake, wake = os.pipe()
        os.set_blocking(wake, False)
        signal.set_wakeup_fd(wake)
        signal.signal(signal.SIGWINCH, _noticed)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _quit)
        _write(("\x1b[?1049h" if story.look == "codex" else "") + ENTER_SCREEN)
        self._canvas.clear()

    def leave(self) -> None:
        """Give the terminal back, if it is still there."""
        self._tell("clear")
        with contextlib.suppress(OSError):
            _write(LEAVE_SCREEN + ("\x1b[?1049l" if self._story.look == "codex" else "\x1b[2J\x1b[H"))
            _write(f"To continue this session, resume {self._session}\r\n")

    # -- turns -----------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Play the story, then answer prompts, until the user leaves."""
        if not self._resumed and self._story.prompt:
            self._look.prompted(self._story.prompt)
        self._turn(self._actor.play(self._steps))
        while True:
            while not self._state.queued:
                self._pause(3600.0)
            prompt = self._state.queued.pop(0)
            self._look.prompted(prompt)
            self._turn(self._actor.play(reply(prompt)))

    def _turn(self, playing: Playing) -> None:
        self._emitter.init(str(Path.cwd()))
        self._working_since = time.monotonic()
        self._state.working = True
        self._tell("working")
        try:
            self._drive(playing)
            self._emitter.result(self._actor.words, turns=self._actor.turns)
        except Interrupted:
            self._actor.stopped()
            self._look.note("Interrupted · what should it do instead?")
        except Failed as error:
            self._emitter.result("", turns=self._actor.turns, error=str(error))
            self._look.note(str(error))
        finally:
            self._state.working, self._state.choice = False, None
        self._tell("idle")
        self._draw()

    def _drive(self, playing: Playing) -> None:
        told: Any = None
        while True:
            try:
                wanted = playing.send(told)
            except StopIteration:
                return
            told = None
            if isinstance(wanted, Choice):
                told = self._ask(wanted)
            elif self._cues is not None:
                self._pause_until_cue(self._cues)
            else:
                self._pause(self._actor.wait_s(wanted))

    def _pause_until_cue(self, cues: Cues) -> None:
        """Wait until the director has the story go on; tell what was used when the director wants it."""
        self._pause(CUE_S)
        cues.begin()
        while (cue := cues.taken()) != "go":
            if cue:
                self._emitter.totals(earlier=cue == "had")
                cues.begin()
            self._pause(CUE_S)

    def _ask(self, choice: Choice) -> int:
        self._state.choice, self._state.selected, self._state.working = choice, 1, False
        self._tell("blocked", "permission" if choice.permission else "question")
        if self._cues is not None:
            self._cues.begin()
        while self._state.choice is not None:
            self._pause(3600.0)
        self._state.working = True
        self._tell("working")
        return self._state.selected

    # -- time and keys ---------------------------------------------------------------------------------------------

    def _pause(self, seconds: float) -> None:
        """Wait, drawing and reading keys; ends early when something to wait for has come."""
        end = time.monotonic() + seconds
        asked, queued = self._state.choice, len(self._state.queued)
        while (left := end - time.monotonic()) > 0:
            self._beat()
            self._draw()
            ready = select.select([0, self._wake], [], [], min(left, BEAT_S if self._moving else 3600.0))[0]
            if self._wake in ready:
                os.read(self._wake, 512)
                self._size = os.get_terminal_size(0)
                self._canvas.clear(resized=True)
            if 0 in ready:
                self._read()
            if self._state.choice is not asked or (
                not self._state.working and len(self._state.queued) > queued
            ):
                return

    @property
    def _moving(self) -> bool:
        return (self._state.working or bool(self._state.hint)) and not self._frozen

    def _beat(self) -> None:
        state, now = self._state, time.monotonic()
        if self._frozen:
            state.elapsed_s, state.tokens, state.beat = FROZEN_ELAPSED_S, FROZEN_TOKENS, FROZEN_BEAT
            return
        state.elapsed_s = int(now - self._working_since)
        state.beat = int(now / BEAT_S)
        state.tokens = 40 + state.elapsed_s * 57
        if state.hint and now - self._ctrl_c > QUIT_S:
            state.hint = ""

    def _draw(self) -> None:
        lines, cursor = self._look.frame(self._state, self._size.columns, self._size.lines)
        self._canvas.show(lines, self._size.columns, cursor)
        if self._cues is not None:
            self._cues.has_drawn(self._size.columns, self._size.lines)

    def _read(self) -> None:
        try:
            data = os.read(0, 65536)
        except OSError:
            data = b""
        if not data:
            raise Quit
        for kind, value in self._keys.feed(data):
            if kind == "key" and value == "ctrl+c":
                self._leave_on_second()
            elif self._state.choice is not None:
                self._choose(self._state.choice, value)
            elif kind == "text":
                self._state.typed += value
            else:
                self._edit(value)

    def _edit(self, key: str) -> None:
        state = self._state
        match key:
            case "enter" if state.typed.strip():
                state.queued.append(state.typed.strip())
                state.typed = ""
            case "backspace":
                state.typed = state.typed[:-1]
            case "ctrl+u":
                state.typed = ""
            case "esc" if state.working:
                raise Interrupted
            case _:
                pass

    def _choose(self, choice: Choice, pressed: str) -> None:
        state, last = self._state, len(choice.options)
        chosen = {"y": 1, "p": 2, "n": last, "esc": last, "enter": state.selected}.get(pressed.strip())
        if pressed in ("up", "down"):
            state.selected = (state.selected - (2 if pressed == "up" else 0)) % last + 1
        elif pressed.isdecimal() and 1 <= int(pressed) <= last:
            chosen = int(pressed)
        if chosen is not None:
            state.selected, state.choice = chosen, None

    def _leave_on_second(self) -> None:
        now = time.monotonic()
        if now - self._ctrl_c < QUIT_S:
            raise Quit
        self._ctrl_c = now
        self._state.hint = "Press Ctrl-C again to exit"

    def _tell(self, state: str, kind: str = "") -> None:
        """Say the state to the terminal: OSC 7501, and a title."""
        words = {"working": "…", "blocked": "!", "clear": ""}.get(state, "·")
        title = f"{words} {self._story.name}" if words else ""
        more = f":kind={kind}" if kind else ""
        with contextlib.suppress(OSError):
            _write(f"\x1b]7501;state={state}:app=demo{more}\x1b\\\x1b]0;{title}\x07")


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def _noticed(signum: int, frame: FrameType | None) -> None:
    """The wake-up pipe has the news."""


def _quit(signum: int, frame: FrameType | None) -> None:
    raise Quit
