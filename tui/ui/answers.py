"""The answer strip: which request is open, what its keys mean, and when they count.

Pure. A key counts only if it was pressed after the strip could be read, and only for the request that was shown.
"""

from __future__ import annotations

import math
import re
from typing import Final, NamedTuple

from tui.core.alike import Alike, alike
from tui.core.allowing import TOOL, wants_end
from tui.core.commands import Answer, Verdict
from tui.core.status import Request
from tui.core.text import one_line

DEAF_S: Final = 0.5
"""A strip whose request is gone takes no key for this long."""


REPLIES: Final = {"allow": "y", "deny": "n", "words": "e", "always": "a"}
"""Our own answers: the action's name, after `ask.` in the keymap, and the key that stands for it below."""


class Choice(NamedTuple):
    """One key of the strip."""

    key: str
    label: str
    answer: Answer | None
    """None: words are asked for first."""


def choices(request: Request) -> list[Choice]:
    """Return all keys that answer a request; `shown` leaves out of sight what is there twice."""

    def give(verdict: Verdict, choice: int = 0) -> Answer:
        return Answer(request_id=request.request_id, verdict=verdict, choice=choice)

    options = [
        Choice(str(number), label, give(Verdict.CHOOSE, number))
        for number, label in enumerate(request.options[:9], start=1)
    ]
    if not request.permission:
        return [*options, Choice("e", "own words", None)]
    return [
        Choice("y", "allow once", give(Verdict.ALLOW)),
        Choice("n", "deny", give(Verdict.DENY)),
        Choice("e", "deny, say why", None),
        Choice("a", "allow always", give(Verdict.ALLOW_ALWAYS)),
        *options,
    ]


_YES: Final = re.compile(r"(yes|allow|approve|accept|proceed)( once|, proceed|, allow once)?( \([a-z]\))?")
_NO: Final = re.compile(r"(no|deny|reject|cancel)\b.*")
_ALWAYS: Final = re.compile(
    r"\b(always|don.t ask again|for this session|during this session|all edits|remember)\b"
)
"""What runtimes look for when `a` is pressed; the first such option is the one they take."""
_SCOPE: Final = re.compile(r"don.t ask again(?: (for .*))?$", re.IGNORECASE)


def shown(request: Request, alike: Alike | None = None) -> list[Choice]:
    """Return the choices worth showing: an option that means the same as one of our keys is shown once.

    The words of the CLI's own option stand behind `a`, since they say what is allowed for how long; where it has options and
    none of that kind, `a` is ours: it says what it covers, and is left out where nothing should be taken for alike.
    """
    given = choices(request)
    if not request.permission or len(given) == len(_OURS):
        return given
    mine = _mine(request, alike)
    ours = {choice.key: choice for choice in given if choice.key in _OURS}
    always, rest = None, []
    for choice in given[len(ours) :]:
        label = one_line(choice.label).casefold().rstrip(".")
        if always is None and _ALWAYS.search(label):
            always = ours["a"]._replace(label=_scope(choice.label))
        elif not (_YES.fullmatch(label) or _NO.fullmatch(label)):
            rest.append(choice)
    ours.pop("a")
    wide = [always or mine] if always or mine else []
    return [*ours.values(), *(each for each in wide if each is not None), *rest]


def has_always(request: Request) -> bool:
    """Return whether the CLI itself takes `always`: one of its options says so, or it lists none."""
    return not request.options or any(
        _ALWAYS.search(one_line(option).casefold()) for option in request.options
    )


def _mine(request: Request, alike: Alike | None) -> Choice | None:
    if alike is None:
        return None
    once = Answer(request_id=request.request_id, verdict=Verdict.ALLOW)
    return Choice("a", f"allow alike: {alike.told}", once)


_OURS: Final = ("y", "n", "e", "a")


def _scope(label: str) -> str:
    """Return `allow always for pytest` for `Yes, and don't ask again for pytest`; other words as they are."""
    words = one_line(label)
    found = _SCOPE.search(words)
    return " ".join(("allow always", found[1] or "")).rstrip() if found else words


def in_words(request: Request, text: str) -> Answer:
    """Return the answer that the user wrote: a reason for a denial, or a free answer."""
    verdict = Verdict.DENY if request.permission else Verdict.CHOOSE
    return Answer(request_id=request.request_id, verdict=verdict, text=text)


def ends_agent(request: Request, answer: Answer) -> bool:
    """Return whether an answer ends its agent: nothing ends without a confirmation."""
    return request.tool == TOOL and wants_end(answer)


class OpenStrip:
    """A strip that is open.

    Args:
        agent_id: Whose request.
        request: The request as it was when the strip was opened.
        cwd: Where the agent works, to tell which requests are alike.
    """

    def __init__(self, agent_id: str, request: Request, cwd: str = "") -> None:
        self.agent_id = agent_id
        self.request = request
        self.alike = None if has_always(request) else alike(request, cwd)
        """What `a` allows from now on, where the CLI has no `always` of its own."""
        self.shown_at = math.inf
        """Monotonic; keys from before were typed blind."""
        self.gone_at: float | None = None
        """Monotonic; when the request turned out to be answered."""
        self.sent = False
        """An answer is on its way."""
        self.opened_by = ""
        """The key that opened it, if that key is an answer too."""

    def follow(self, request: Request | None, now: float) -> bool:
        """Look at the agent's present request; True if the strip has done its time and should close."""
        if self.gone_at is None and (request is None or request.request_id != self.request.request_id):
            self.gone_at = now
        return self.gone_at is not None and now - self.gone_at >= DEAF_S

    def is_deaf(self, at: float) -> bool:
        """True if a key pressed at that moment must do nothing."""
        return at < self.shown_at or self.gone_at is not None or self.sent

    def is_double(self, key: str, now: float) -> bool:
        """True if a key is the second tap of the one that opened the strip: it must not give the widest consent."""
        return key == self.opened_by and now < self.shown_at + DEAF_S

    def choice(self, key: str) -> Choice | None:
        """Return what a key means here."""
        # What is not shown answers nothing: a digit for another agent must not be a consent.
        return next((choice for choice in self.shown if choice.key == key), None)

    @property
    def shown(self) -> list[Choice]:
        """The choices worth showing."""
        return shown(self.request, self.alike)
