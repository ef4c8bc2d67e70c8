"""Claude Code's drawn screen: its dialogs, and whether it works. The weakest of its sources.

Each rule is proved by a recorded screen in `tests/corpus/claude/screens`. A dialog stands at the very bottom, with no
input box below it; a text of the model that only looks like one has the box below, and is not taken for one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import Final

import msgspec

from tui.core.activity import Activity
from tui.core.text import plain

_RULE: Final = re.compile(r"^\s*[─━▔]{10,}\s*$")
_OPTION: Final = re.compile(r"^\s{0,4}(❯)?\s{1,4}(\d{1,2})\.\s+(\S.*)$")
_HINT: Final = re.compile(
    r"\b(?:Esc to (?:cancel|exit|go back)|Enter to (?:confirm|select)|Tab to |Tab/Arrow|Press Ctrl-C again)",
    re.IGNORECASE,
)
_PERMISSION: Final = re.compile(r"^(?:Do you want|Would you like) to\b")
_NO_PERMISSION: Final = re.compile(
    r"API key|proceed with this plan|Claude has written up a plan", re.IGNORECASE
)
_SPINNER: Final = re.compile(r"^\s{0,2}[·*✢✳✶✻✽]\s+\S.*(?:…(?:\s|$)|Retrying in \d)")
_RETRY: Final = re.compile(r"API error · Retrying in (\d{1,5})s · attempt (\d{1,3})/(\d{1,3})")
_WORKING_HINT: Final = "esc to interrupt"
_INPUT: Final = re.compile(r"^\s*❯(?:\s|$)")

OPTION_LINES_MAX: Final = 3
"""Lines that one option may take."""
SPINNER_DISTANCE: Final = 8
"""Lines above the input box in which the spinner stands (its tips and task list are between)."""

_TOOLS: Final = {
    "Bash command": "Bash",
    "Create file": "Write",
    "Overwrite file": "Write",
    "Edit file": "Edit",
    "Edit notebook": "NotebookEdit",
    "Read file": "Read",
    "Fetch": "WebFetch",
}


class Dialog(msgspec.Struct, frozen=True):
    """A dialog that waits for the user."""

    question: str
    options: tuple[str, ...]
    body: tuple[str, ...]
    """Non-empty lines between its top and the question."""

    @property
    def digest(self) -> str:
        """Names this dialog by what it says; the place of its cursor does not matter."""
        text = "\n".join((*self.body, self.question, *self.options))
        return hashlib.blake2s(text.encode("utf-8", "replace"), digest_size=6).hexdigest()

    @property
    def is_permission(self) -> bool:
        """It asks for leave to do something, and not something about the user or the folder."""
        return bool(_PERMISSION.match(self.question)) and not _NO_PERMISSION.search(self.question)

    @property
    def tool(self) -> str:
        """The tool that it is about, or the dialog's own heading."""
        heading = self.body[0].strip() if self.body else ""
        return _TOOLS.get(heading, heading) if self.is_permission else ""

    @property
    def title(self) -> str:
        """What it wants to do, on one line."""
        return self.body[1].strip() if len(self.body) > 1 else self.question

    def option(self, *words: str) -> int:
        """Return the number of the first option that has one of these words (lower case), or 0."""
        for number, text in enumerate(self.options, 1):
            if any(word in text.lower() for word in words):
                return number
        return 0


def dialog(screen: Sequence[str]) -> Dialog | None:
    """Return the dialog at the bottom of the screen, or None."""
    lines = _drawn(screen)
    end = len(lines)
    # Hints of the dialog may stand below its options; an input box, or anything else, may not.
    while end and (not lines[end - 1].strip() or _HINT.search(lines[end - 1])):
        end -= 1
    options, first, chosen = _options(lines, end)
    if len(options) < 2 or not chosen:
        return None
    top = next((i for i in range(first - 1, -1, -1) if _RULE.match(lines[i])), -1)
    body = [line for line in lines[top + 1 : first] if line.strip(" ╌")]
    above = [line.strip() for line in body]
    if not above:
        return None
    question = next((line for line in reversed(above) if line.endswith("?")), above[-1])
    at = len(above) - 1 - above[::-1].index(question)
    if not _PERMISSION.match(question):
        question, at = _asking(above)
    return Dialog(question, tuple(options), tuple(body[:at]))


def _asking(above: Sequence[str]) -> tuple[str, int]:
    """Return the sentence of a dialog that asks something else than leave, and its place."""
    for at, line in enumerate(above):
        if "?" in line:
            return line[: line.rindex("?") + 1], at
    return above[0], 0


def _options(lines: Sequence[str], end: int) -> tuple[list[str], int, bool]:
    """Return the numbered options that end at line `end`, the line of the first, and whether a cursor is on one."""
    options: list[str] = []
    chosen, at, further = False, end, 0
    tail: list[str] = []
    while at:
        at -= 1
        found = _OPTION.match(lines[at])
        if found:
            # A tick appears at the option just taken: still the same dialog.
            options.insert(0, " ".join([found[3].strip().removesuffix("✔").rstrip(), *tail]))
            tail, further = [], 0
            chosen = chosen or bool(found[1])
            if found[2] == "1":
                return (options, at, chosen) if _numbered(lines, at, end, len(options)) else ([], 0, False)
        elif lines[at].strip() and lines[at].startswith("    ") and further < OPTION_LINES_MAX:
            tail.insert(0, lines[at].strip())
            further += 1
        elif lines[at].strip() or not options:
            break
    return [], 0, False


def _numbered(lines: Sequence[str], first: int, end: int, count: int) -> bool:
    numbers = [int(found[2]) for line in lines[first:end] if (found := _OPTION.match(line))]
    return numbers == list(range(1, count + 1))


def activity(screen: Sequence[str]) -> tuple[Activity, str] | None:
    """Return whether the screen shows work or an idle prompt, with what was seen; None if it shows neither."""
    found = _around_box(screen)
    if found is None:
        return None
    spinner, below = found
    if any(_WORKING_HINT in line for line in below):
        return Activity.WORKING, f"screen: {_WORKING_HINT}"
    if spinner:
        return Activity.WORKING, f"screen: {spinner.strip()[2:].split('(')[0].strip()}"
    return Activity.IDLE, "screen: its prompt, and no spinner"


def retry(screen: Sequence[str]) -> tuple[int, int, float] | None:
    """Return the attempt, how many there are at most and the seconds until then, while a request is to be tried again."""
    spinner, _ = _around_box(screen) or ("", [])
    found = _RETRY.search(spinner)
    return (int(found[2]), int(found[3]), float(found[1])) if found else None


def _around_box(screen: Sequence[str]) -> tuple[str, list[str]] | None:
    """Return the spinner's line above the input box, or nothing, and the lines below it; None without a box."""
    lines = _drawn(screen)
    rules = [i for i, line in enumerate(lines) if _RULE.match(line)]
    if len(rules) < 2 or not any(_INPUT.match(line) for line in lines[rules[-2] + 1 : rules[-1]]):
        return None
    above = [line for line in lines[: rules[-2]] if line.strip()][-SPINNER_DISTANCE:]
    return next((line for line in above if _SPINNER.match(line)), ""), lines[rules[-1] + 1 :]


def _drawn(screen: Sequence[str]) -> list[str]:
    """Return the lines down to the last that shows something, without their blank ends."""
    lines = [plain(line).replace("\xa0", " ").rstrip() for line in screen]
    while lines and not lines[-1]:
        lines.pop()
    return lines
