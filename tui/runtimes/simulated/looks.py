"""How simulated agents look: after the screens of Claude Code and Codex, so that a dashboard shows what it will show."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Final

from tui.runtimes.simulated import paint
from tui.runtimes.simulated.actor import Choice
from tui.runtimes.simulated.paint import Styled, words, wrap
from tui.runtimes.simulated.steps import Call

ENTRIES_MAX: Final = 60
DENSE_ROWS: Final = 18
"""Below this height a dialog leaves out its blank lines."""
_SPINNER: Final = "·✢✳✶✻✽✻✶✳✢"
_LOOKS: Final = {"Read": "Read", "Grep": "Search"}
_CLAUDE_VERBS: Final = ("Tracing", "Weighing", "Rewiring", "Untangling", "Folding", "Polishing")


@dataclass(slots=True)
class State:
    """What the terminal knows besides the conversation."""

    working: bool = False
    elapsed_s: int = 0
    beat: int = 0
    tokens: int = 0
    typed: str = ""
    queued: list[str] = field(default_factory=list)
    choice: Choice | None = None
    selected: int = 1
    hint: str = ""


Frame = tuple[list[Styled], tuple[int, int] | None]


class Look:
    """The conversation as entries, and its drawing. Subclasses choose marks and the lower part."""

    dot: ClassVar[Styled] = []
    elbow: ClassVar[str] = "  └  "

    def __init__(self, title: Styled) -> None:
        self._title = title
        self._entries: list[object] = []
        self._open = ""

    # -- what happens (`actor.View`) -------------------------------------------------------------------------------

    def prompted(self, text: str) -> None:
        """The user asked for something."""
        self._add(("prompt", text))

    def said(self, text: str, *, complete: bool) -> None:
        """A paragraph grew, or is complete."""
        self._open = "" if complete else text
        if complete:
            self._add(("text", text))

    def thinking(self, text: str) -> None:
        """It thinks."""

    def called(self, call: Call) -> None:
        """A tool runs."""
        self._add(call)

    def finished(self, call: Call) -> None:
        """The tool is done: its entry gets its result."""
        if self._entries and self._entries[-1] == call:
            self._entries.pop()
        self._add(("done", call))

    def note(self, text: str) -> None:
        """A remark about the run itself."""
        self._open = ""
        self._add(("note", text))

    def _add(self, entry: object) -> None:
        self._entries = [*self._entries[-ENTRIES_MAX:], entry]

    # -- drawing ---------------------------------------------------------------------------------------------------

    def frame(self, state: State, width: int, height: int) -> Frame:
        """Return the lines of the screen and the place of its cursor."""
        lower, cursor = self.lower(state, width, height)
        room = max(0, height - len(lower))
        body = self.body(width)[-room:] if room else []
        hidden = max(0, len(lower) - height)
        place = (len(body) + cursor[0] - hidden, min(cursor[1], width - 1)) if cursor else None
        return [*body, *lower][hidden:], place if place and place[0] >= 0 else None

    def body(self, width: int) -> list[Styled]:
        """Return the conversation's lines."""
        lines: list[Styled] = [self._title, []]
        for entry in [*self._entries, *([("text", self._open)] if self._open else [])]:
            lines += self._entry(entry, width)
            lines.append([])
        return lines

    def _entry(self, entry: object, width: int) -> list[Styled]:
        match entry:
            case ("prompt", str(text)):
                return wrap([(paint.PLAIN, text)], width - 1, [(paint.BLUE, self.prompt_mark)], "  ")
            case ("text", str(text)):
                return self._paragraphs(text, width)
            case ("note", str(text)):
                return [[(paint.MUTED, self.elbow + text)]]
            case ("done", Call() as call):
                return [self.heading(call), *self.result(call, width)]
            case Call():
                return [self.heading(entry), [(paint.MUTED, self.elbow + "Running…")]]
            case _:
                return []

    prompt_mark: ClassVar[str] = "> "

    def _paragraphs(self, text: str, width: int) -> list[Styled]:
        lines: list[Styled] = []
        for at, part in enumerate(text.split("\n")):
            mark: Styled = self.dot if at == 0 else [(paint.PLAIN, "  ")]
            lines += wrap(words(part), width - 1, mark, "  ") if part else [[]]
        return lines

    def heading(self, call: Call) -> Styled:
        """Return the line of a tool call."""
        return [*self.dot, (paint.BOLD, call.tool), (paint.PLAIN, f"({telling(call)})")]

    def result(self, call: Call, width: int) -> list[Styled]:
        """Return the lines of a tool's result."""
        if call.hunks:
            return diff_lines(call, width, self.elbow)
        shown = call.result.split("\n")
        lines: list[Styled] = [
            [(paint.MUTED, (self.elbow if at == 0 else "     ") + line)] for at, line in enumerate(shown[:3])
        ]
        if len(shown) > 3:
            lines.append([(paint.MUTED, f"     … +{len(shown) - 3} lines")])
        return lines

    def lower(self, state: State, width: int, height: int) -> tuple[list[Styled], tuple[int, int] | None]:
        """Return what stands below the conversation, and the cursor in it."""
        raise NotImplementedError


class ClaudeLook(Look):
    """After Claude Code."""

    dot: ClassVar[Styled] = [(paint.GREEN, "● ")]

    def __init__(self, model: str, folder: str) -> None:
        super().__init__(
            [(paint.ORANGE, "✻ "), (paint.BOLD, "demo agent"), (paint.MUTED, f"   {model} · {folder}")]
        )

    def lower(self, state: State, width: int, height: int) -> tuple[list[Styled], tuple[int, int] | None]:
        """The spinner, and the input box or a dialog."""
        if state.choice is not None:
            return self._dialog(state, state.choice, width), None
        lines: list[Styled] = []
        if state.working:
            verb = _CLAUDE_VERBS[state.elapsed_s // 20 % len(_CLAUDE_VERBS)]
            spent = f"({spell(state.elapsed_s)} · ↓ {thousands(state.tokens)} tokens · esc to interrupt)"
            mark = _SPINNER[state.beat % len(_SPINNER)]
            lines += [[(paint.ORANGE, f"{mark} {verb}… "), (paint.MUTED, spent)], []]
        lines += [[(paint.MUTED, f"  ⎿  next: {text}")] for text in state.queued[:2]]
        rule: Styled = [(paint.MUTED, "─" * width)]
        shown = state.typed[-(width - 4) :]
        lines += [rule, [(paint.MUTED, "> "), (paint.PLAIN, shown)], rule]
        cursor = (len(lines) - 2, 2 + paint.cells(shown))
        lines.append([(paint.MUTED, f"  {state.hint or '? for shortcuts'}")])
        return lines, cursor

    def _dialog(self, state: State, choice: Choice, width: int) -> list[Styled]:
        lines: list[Styled] = [[(paint.BLUE, "─" * width)]]
        if choice.permission:
            lines += [[(paint.BOLD, " Bash command")], [], [(paint.PLAIN, f"   {choice.command}")]]
            lines += [[(paint.MUTED, f"   {choice.text}")], [], [(paint.PLAIN, " Do you want to proceed?")]]
        else:
            lines += [[(paint.BOLD, f" {choice.text}")], []]
        for number, option in enumerate(choice.options, 1):
            mark = " ❯ " if number == state.selected else "   "
            style = paint.BLUE if number == state.selected else paint.PLAIN
            lines.append([(style, f"{mark}{number}. {option}")])
        return [*lines, [], [(paint.MUTED, " Esc to cancel")]]


class CodexLook(Look):
    """After Codex."""

    dot: ClassVar[Styled] = [(paint.MUTED, "• ")]
    elbow: ClassVar[str] = "  └ "
    prompt_mark: ClassVar[str] = "› "

    def __init__(self, model: str, folder: str) -> None:
        super().__init__(
            [(paint.MUTED, ">_ "), (paint.BOLD, "demo agent"), (paint.MUTED, f"  {model}  {folder}")]
        )

    def heading(self, call: Call) -> Styled:
        """Codex says what it did, not which tool did it."""
        if call.tool in _LOOKS:
            return [*self.dot, (paint.BOLD, "Explored")]
        verb = {"Edit": "Edited", "Bash": "Ran"}.get(call.tool, call.tool)
        return [*self.dot, (paint.BOLD, verb), (paint.PLAIN, " "), *words(telling(call))]

    def result(self, call: Call, width: int) -> list[Styled]:
        """What was looked at stands below its heading."""
        if call.tool not in _LOOKS:
            return super().result(call, width)
        first: Styled = [
            (paint.MUTED, self.elbow),
            (paint.BLUE, _LOOKS[call.tool]),
            (paint.PLAIN, f" {telling(call)}"),
        ]
        return [first, *([(paint.MUTED, f"    {line}")] for line in call.result.split("\n")[:2])]

    def lower(self, state: State, width: int, height: int) -> tuple[list[Styled], tuple[int, int] | None]:
        """The working line and the input, or the approval dialog."""
        if state.choice is not None:
            return self._approval(state, state.choice, width, dense=height < DENSE_ROWS), None
        lines: list[Styled] = []
        if state.working:
            dot = "•" if state.beat % 2 else "◦"
            lines += [
                [
                    (paint.BOLD, f"{dot} Working"),
                    (paint.MUTED, f" ({spell(state.elapsed_s)} • esc to interrupt)"),
                ],
                [],
            ]
        lines += [[(paint.MUTED, f"  ↳ next: {text}")] for text in state.queued[:2]]
        shown = state.typed[-(width - 4) :]
        lines.append(
            [(paint.BOLD, "› "), (paint.PLAIN, shown) if shown else (paint.MUTED, "Ask for a change")]
        )
        cursor = (len(lines) - 1, 2 + paint.cells(shown))
        return [*lines, [], [(paint.MUTED, f"  {state.hint or '? for shortcuts'}")]], cursor

    def _approval(self, state: State, choice: Choice, width: int, *, dense: bool) -> list[Styled]:
        gap: list[Styled] = [] if dense else [[]]
        lines: list[Styled] = [[(paint.BOLD, "  Would you like to run the following command?")], []]
        lines += [*wrap([(paint.MUTED, f"Reason: {choice.text}")], width, [(paint.PLAIN, "  ")], "  "), *gap]
        lines += [*wrap([(paint.PLAIN, choice.command)], width, [(paint.BLUE, "  $ ")], "    "), []]
        program = choice.command.rpartition("&& ")[2].split(" ")[0]
        options = (
            "Yes, proceed (y)",
            f"Yes, and don't ask again for commands that start with `{program}` (p)",
            "No, and tell Codex what to do differently (esc)",
        )
        for number, option in enumerate(options, 1):
            chosen = number == state.selected
            style = f"{paint.BOLD};{paint.BLUE}" if chosen else paint.PLAIN
            mark: Styled = [(style, f"{'›' if chosen else ' '} {number}. ")]
            lines += wrap([(style, option)], width, mark, "     ")
        return lines


def diff_lines(call: Call, width: int, elbow: str) -> list[Styled]:
    """Return an edit as numbered lines on red and green."""
    changed = [line for hunk in call.hunks for line in hunk["lines"]]
    added, removed = (sum(line.startswith(mark) for line in changed) for mark in "+-")
    plural = "" if added == 1 else "s"
    lines: list[Styled] = [[(paint.MUTED, f"{elbow}Added {added} line{plural}, removed {removed}")]]
    for hunk in call.hunks:
        old, new = hunk["oldStart"], hunk["newStart"]
        for line in hunk["lines"]:
            mark, text = line[:1], line[1:]
            number = old if mark == "-" else new
            old, new = old + (mark != "+"), new + (mark != "-")
            ground = {"+": paint.ADDED, "-": paint.REMOVED}.get(mark, "")
            shown = f"{number:>7} {mark if mark.strip() else ' '}  {text}"
            lines.append([(ground, shown.ljust(width - 1) if ground else shown)])
    return lines


def telling(call: Call) -> str:
    """Return the argument that tells a call."""
    for key in ("command", "file_path", "pattern", "path", "description"):
        if key in call.args:
            return str(call.args[key])
    return ""


def spell(seconds: int) -> str:
    """Return `12s` or `1m 12s`."""
    return f"{seconds}s" if seconds < 60 else f"{seconds // 60}m {seconds % 60}s"


def thousands(count: int) -> str:
    """Return `842` or `4.1k`."""
    return str(count) if count < 1000 else f"{count / 1000:.1f}k"
