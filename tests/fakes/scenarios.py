"""What the fake model does, chosen by a tag in the prompt such as `#bash`.

A prompt without a known tag is answered like `#text`. The tags:

=============  ==============================================================================
`#text`        one short answer
`#think`       reasoning, then a short answer
`#bash`        lists the files with the client's shell tool, then answers (two rounds)
`#three`       two shell calls at once, then one more, then an answer (three rounds)
`#eight`       a shell call in each of seven rounds, then an answer (eight rounds)
`#write`       writes `notes.txt`, or the absolute path of a .txt file in the prompt, then answers
`#ask`         wants to run `rm -rf build`, for which most CLIs ask the user, then answers
`#busy`        runs a command that does not end, with another in a session of its own, once a file `busy` is there
`#long`        one answer in many slow pieces
`#esc`         an answer with escape sequences, Rich markup and bidirectional overrides
`#evil`        the same in the arguments of a shell call and in what its command prints, then such an answer
`#question`    has the client ask the user for a colour, then answers
`#limits`      an answer with headers that tell how much of the account's limits is used
`#used`        the account's limit is used up, and when it is emptied
`#drop`        the first connection is cut in the middle; the repetition is answered
`#hang`        the stream stops in the middle, for ever
`#ponder`      thinks, and then thinks on in silence, for ever
`#stuck`       runs a command that prints nothing, uses nothing and never ends
`#loop`        runs the same failing command again and again, for ever
`#429`         too many requests, a few times (`retry-after`), then an answer
`#429stop`     too many requests, and `x-should-retry: false`
`#529`         overloaded, always
`#400`         invalid request, always
=============  ==============================================================================
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.fakes import tools, usage
from tests.fakes.exchange import Ask, Block, Ending, Failure, Kind, Reply, Text, Thinking, ToolCall

ANSWER = "The answer is 42. Nothing else to report."
THOUGHT = "The user wants a short answer. I shall give one."
SIDE_ANSWER = '{"title": "A short task", "isNewTopic": true}'
NOTES = "first line\nsecond line\n"
HOSTILE = (
    "before \x1b[31mred\x1b[0m \x1b]0;stolen title\x07 \x1b[2J\x1b[?1049h "
    "[bold red]markup[/bold red] [link=https://example.invalid]x[/link] [/] "
    "\u202eoverride\u202c \u2066isolate\u2069 \x9b32m c1 \x07 bell \x00 nul "
    "\U0001f469\u200d\U0001f469\u200d\U0001f467 family after"
)


HOSTILE_OUTPUT = r"\033]0;stolen title\007\033[31mred \342\200\256over [bold red]markup[/] \033[2J"


BUSY = "setsid tail -f /dev/null & touch busy; tail -f README.md"
"""A command that does not end, and beside it one that has left its session and its process group."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast and how often; a test may shorten what it does not look at."""

    long_deltas: int = 60
    delta_delay_s: float = 0.1
    ask_delay_s: float = 0.0
    """Between the pieces of the answers of `#ask`: long enough for a person to see it work."""
    rate_limits: int = 2
    """How many times `#429` refuses."""
    retry_after_s: int = 1
    limit_resets_at: int = 4_000_000_000
    """When `#limits` and `#used` say that the account's limit is emptied: seconds since the epoch."""


def tag_of(prompt: str) -> str:
    """The last known tag in a prompt, without its `#`; `text` if there is none."""
    known = [tag for tag in re.findall(r"#(\w+)", prompt) if tag in _SCENARIOS]
    return known[-1] if known else "text"


def answer(ask: Ask, tag: str, attempt: int, pace: Pace) -> Reply | Failure:
    """What the model says to `ask`.

    Args:
        ask: The request.
        tag: Which scenario to play.
        attempt: 1 for the first request of its kind, more for repetitions.
        pace: Speeds and counts.
    """
    if ask.kind is Kind.SIDE:
        return Reply((Text((SIDE_ANSWER,)),), usage.SIDE)
    return _SCENARIOS[tag](_Scene(ask, attempt, pace))


@dataclass(frozen=True, slots=True)
class _Scene:
    ask: Ask
    attempt: int
    pace: Pace

    def say(self, *blocks: Block, ending: Ending = Ending.COMPLETE, delay_s: float = 0.0) -> Reply:
        return Reply(blocks, usage.for_round(self.ask.round), ending, delay_s)

    def run(self, command: str, number: int = 0) -> ToolCall:
        return tools.shell(self.call_id(number), command, self.ask.tools)

    def call_id(self, number: int = 0) -> str:
        return f"call_{self.ask.conversation[:12]}_{self.ask.round}_{number}"


def _words(text: str) -> Text:
    return Text(tuple(re.findall(r"\s*\S+\s*", text)))


def _text(scene: _Scene) -> Reply:
    return scene.say(_words(ANSWER))


def _think(scene: _Scene) -> Reply:
    return scene.say(Thinking(_words(THOUGHT).pieces), _words(ANSWER))


def _bash(scene: _Scene) -> Reply:
    if scene.ask.round > 1:
        return _text(scene)
    return scene.say(_words("I shall list the files."), scene.run("ls -la"))


def _three(scene: _Scene) -> Reply:
    match scene.ask.round:
        case 1:
            return scene.say(scene.run("ls"), scene.run("git log --oneline", 1))
        case 2:
            return scene.say(scene.run("cat README.md"))
        case _:
            return _text(scene)


def _eight(scene: _Scene) -> Reply:
    if scene.ask.round < 8:
        return scene.say(_words("One more look."), scene.run(f"echo look {scene.ask.round}"))
    return _text(scene)


def _write(scene: _Scene) -> Reply:
    if scene.ask.round > 1:
        return _text(scene)
    # Some CLIs refuse a relative path, and only the prompt can tell where the project is.
    named = re.search(r"/\S+\.txt", scene.ask.prompt)
    path = named[0] if named else "notes.txt"
    return scene.say(tools.write_file(scene.call_id(), path, NOTES, scene.ask.tools))


def _ask(scene: _Scene) -> Reply:
    delay_s = scene.pace.ask_delay_s
    if scene.ask.round > 1:
        return scene.say(_words(ANSWER), delay_s=delay_s)
    return scene.say(_words("I shall clean up."), scene.run("rm -rf build"), delay_s=delay_s)


def _busy(scene: _Scene) -> Reply:
    if scene.ask.round > 1:
        return _text(scene)
    return scene.say(_words("I shall watch it."), scene.run(BUSY))


def _long(scene: _Scene) -> Reply:
    pieces = tuple(f"line {number} of a long answer.\n" for number in range(1, scene.pace.long_deltas + 1))
    return scene.say(Text(pieces), delay_s=scene.pace.delta_delay_s)


def _esc(scene: _Scene) -> Reply:
    return scene.say(Text((HOSTILE[:60], HOSTILE[60:])))


def _evil(scene: _Scene) -> Reply:
    if scene.ask.round > 1:
        return _esc(scene)
    # Without the NUL, which no command line can hold.
    command = f"printf '%b' '{HOSTILE_OUTPUT}' # {HOSTILE.replace(chr(0), '')}"
    return scene.say(Text((HOSTILE[:60],)), scene.run(command))


def _question(scene: _Scene) -> Reply:
    if scene.ask.round > 1:
        return _text(scene)
    call = tools.question(scene.call_id(), "Which colour shall it be?", ("red", "blue"), scene.ask.tools)
    return scene.say(_words("I have to know."), call)


def _limits(scene: _Scene) -> Reply:
    return Reply((_words(ANSWER),), usage.for_round(scene.ask.round), headers=_limit_headers(scene.pace, 31))


def _used(scene: _Scene) -> Failure:
    more = {"type": "usage_limit_reached", "plan_type": "plus", "resets_at": scene.pace.limit_resets_at}
    return Failure(429, "The usage limit has been reached", _limit_headers(scene.pace, 100), more)


def _limit_headers(pace: Pace, percent: int) -> dict[str, str]:
    """As Codex's own provider tells them."""
    return {
        "x-codex-primary-used-percent": str(percent),
        "x-codex-primary-window-minutes": "300",
        "x-codex-primary-reset-at": str(pace.limit_resets_at),
        "x-codex-secondary-used-percent": "12",
        "x-codex-secondary-window-minutes": "10080",
        "x-codex-secondary-reset-at": str(pace.limit_resets_at + 500_000),
    }


def _drop(scene: _Scene) -> Reply:
    ending = Ending.DROPPED if scene.attempt == 1 and scene.ask.stream else Ending.COMPLETE
    return scene.say(_words(ANSWER), ending=ending)


def _hang(scene: _Scene) -> Reply:
    return scene.say(_words(ANSWER), ending=Ending.HUNG)


def _ponder(scene: _Scene) -> Reply:
    return scene.say(_thoughts(), ending=Ending.HUNG)


def _thoughts() -> Thinking:
    return Thinking(_words(THOUGHT * 4).pieces)


def _stuck(scene: _Scene) -> Reply:
    if scene.ask.round > 1:
        return _text(scene)
    return scene.say(_words("I shall wait for it."), scene.run("tail -f /dev/null"))


def _loop(scene: _Scene) -> Reply:
    return scene.say(_words("Once more."), scene.run("cat missing.txt"), delay_s=scene.pace.delta_delay_s)


def _rate_limit(scene: _Scene) -> Reply | Failure:
    if scene.attempt > scene.pace.rate_limits:
        return _text(scene)
    return Failure(429, "Too many requests.", {"retry-after": str(scene.pace.retry_after_s)})


def _rate_limit_stop(scene: _Scene) -> Failure:
    return Failure(429, "Your credit is used up.", {"x-should-retry": "false"})


def _overloaded(scene: _Scene) -> Failure:
    return Failure(529, "Overloaded")


def _invalid(scene: _Scene) -> Failure:
    return Failure(400, "messages.0: this request is not valid")


_SCENARIOS: dict[str, Callable[[_Scene], Reply | Failure]] = {
    "text": _text, "think": _think, "bash": _bash, "three": _three, "eight": _eight, "write": _write, "ask": _ask, "busy": _busy, "long": _long,
    "esc": _esc, "evil": _evil, "question": _question, "limits": _limits, "used": _used, "drop": _drop, "hang": _hang, "429": _rate_limit, "429stop": _rate_limit_stop,
    "ponder": _ponder, "stuck": _stuck, "loop": _loop, "529": _overloaded, "400": _invalid,
}  # fmt: skip
