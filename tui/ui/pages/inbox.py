"""The inbox's pages: who waits, and one request with all that helps to judge it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar, Final, Protocol

from textual.content import Content

from tui.client.proposals import Proposal
from tui.core import figures
from tui.core.alike import written_path
from tui.core.clock import Now
from tui.core.status import Request
from tui.core.text import one_line, plain
from tui.ui import look
from tui.ui.before import Decision
from tui.ui.fit import ALWAYS, EMPTY, Piece, cut_path, fit, pad_right, text, wrap_cells
from tui.ui.look import View
from tui.ui.notes import paragraphs, request_words
from tui.ui.pages.parts import READ_COLS, cut, heading
from tui.ui.widgets.code_lines import code_lines
from tui.ui.widgets.diff_lines import Hunk, changes, hunk_lines, hunks
from tui.ui.widgets.markdown_lines import markdown_lines
from tui.ui.widgets.timeline_tools import diff_figure
from tui.ui.widgets.wrapping import wrap

DETAIL_LINES = 200


SCREEN_LINES = 16
"""Lines of an agent's own screen that stand under its request."""
WORDS_LINES = 12


def waiting_lines(
    views: Sequence[View], selected: str | None, now: Now, width: int, given: Sequence[Decision] = ()
) -> list[Content]:
    """Return the list of those that wait, three lines each, then what was decided since the dashboard opened."""
    lines = [heading("  waiting for you", str(len(views)), width - 1)]
    for view in views:
        row, request = look.row_of(view, now), view.status.request
        mine = row.id == selected
        edge = text("▌ ", "$primary") if mine else Content("  ")
        body = width - 3
        head = fit(
            [Piece(ALWAYS, look.glyph(row) + text(f" {row.status.name}", "bold"))],
            [Piece(ALWAYS, text(look.timer_text(row)))],
            body,
        )
        asks = request_words(request) if request is not None else one_line(row.status.headline)
        where = " · ".join(part for part in (row.runtime, one_line(row.status.branch)) if part)
        block = [head]
        block += [
            fit([Piece(ALWAYS, text(f"  {words}", "$foreground-muted"))], [], body) for words in (asks, where)
        ]
        ground = "on $select" if mine else ""
        lines += [
            (edge + line + Content(" ")).stylize_before(ground) if ground else edge + line for line in block
        ]
        lines.append(EMPTY)
    if given:
        lines.append(heading("  you answered", "", width - 1))
    for each in given:
        words = f"  {figures.clock(each.at, now.wall)} {each.agent} {each.asked}"
        word = text(each.word, "bold" if each.word == "denied" else "$foreground-muted")
        lines.append(fit([Piece(ALWAYS, text(words, "$foreground-muted"))], [Piece(ALWAYS, word)], width - 1))
    return lines


class Context(Protocol):
    """What stood before a request; `tui.ui.before.Before` is one."""

    words: str
    """What the agent said last, Markdown; empty where that is not known."""
    screen: list[str]
    """Its own screen, as lines of text."""
    proposal: Proposal | None
    """What it would write."""


class Nothing:
    """Nothing is known of what stood before."""

    words = ""
    screen: ClassVar[list[str]] = []
    proposal = None


def request_lines(
    view: View,
    place: str,
    now: Now,
    width: int,
    before: Context | None = None,
    leaves: Sequence[str] = (),
) -> list[Content]:
    """Return one request: what is asked, the last words before it, the command or diff.

    Args:
        view: The agent.
        place: Such as `1 of 4`.
        now: Both clocks.
        width: Columns.
        before: What stood before it.
        leaves: What it may do without asking, in words.
    """
    known = before if before is not None else Nothing()
    words, screen, found = known.words, known.screen, known.proposal
    row, request = look.row_of(view, now), view.status.request
    width = min(width, READ_COLS)
    if request is None:
        return [text("Already answered.", "$foreground-muted")]
    tool = one_line(request.tool, limit=40)
    what = "asks"
    if request.permission and tool:
        what, tool = ("wants to run a command", "") if _is_command(request) else ("wants to use", tool)
    head = look.glyph(row) + text(f" {row.status.name}", "bold") + text(f" {what}", "$foreground-muted")
    if tool:
        head += text(f" {tool}", "bold") if request.permission else text(f" by {tool}", "$foreground-muted")
    right = text(f"{place} · asked {look.timer_text(row)} ago", "$foreground-muted")
    lines = [fit([Piece(ALWAYS, head)], [Piece(1, right)], width), EMPTY]
    said = "" if words else one_line(row.status.headline)
    if words:
        lines += [heading("last words", "", width), *markdown_lines(words, width)[:WORDS_LINES], EMPTY]
    elif (
        said
        and said != one_line(request.title)
        and not said.startswith(one_line(request.tool).lower() or "\0")
    ):
        lines += [
            heading("last words", "", width),
            *(Content(line) for line in paragraphs(said, width)),
            EMPTY,
        ]
    lines += _asked(request, found, row.status.cwd, width)
    if request.options:
        lines += [EMPTY, heading("options", "", width)]
        lines += [
            text(f"{number} ", "$primary") + Content(one_line(option))
            for number, option in enumerate(request.options, start=1)
        ]
    lines += _known(request, found, leaves, width)
    lines += _screen(screen, width)
    facts = [f"{row.runtime} {look.short_model(row.status.model)}".strip(), look.money(row)]
    if row.status.usage.total:
        facts.append(f"{figures.tokens(row.status.usage.total)} tokens")
    return cut([*lines, EMPTY, text(" · ".join(facts), "$foreground-muted")], width)


def _screen(screen: Sequence[str], width: int) -> list[Content]:
    shown = [plain(line).expandtabs(4).rstrip() for line in screen]
    while shown and not shown[-1]:
        shown.pop()
    if not shown:
        return []
    return [
        EMPTY,
        heading("its screen", "", width),
        *(text(line, "$foreground-muted") for line in shown[-SCREEN_LINES:]),
    ]


def _asked(request: Request, found: Proposal | None, cwd: str, width: int) -> list[Content]:
    """Return the command, or what would be written, or the question, whole."""
    where = f"in {cut_path(cwd, max(12, width // 2))}"
    diff = (found.diff if found is not None else "") or request.detail
    changed = hunks(diff, written_path(request)) if request.permission else []
    if changed:
        path = one_line(written_path(request) or request.title)
        left = text("it would write ", "bold $foreground-muted") + text(cut_path(path, width // 2), "bold")
        body = [
            line for hunk in changed for line in (*hunk_lines(hunk, width, whole=True), *_gap(hunk, changed))
        ]
        figures_ = diff_figure(changes(diff, path))
        head = fit([Piece(ALWAYS, left)], [Piece(ALWAYS, figures_)], width)
        return [*_said_before(request.detail, where, width), head, *_most(body)]
    title = one_line(request.title, limit=400)
    if not request.permission:
        return [heading("question", where, width), *(text(line, "bold") for line in paragraphs(title, width))]
    detail = plain(request.detail, limit=20_000).expandtabs(4).strip("\n")
    whole = detail if one_line(detail, limit=400) == title or not title else ""
    lines = [heading("command" if _is_command(request) else "request", where, width)]
    if _is_command(request):
        for number, row in enumerate((whole or title).split("\n")):
            lead = text(" $ " if not number else "   ", "$primary")
            code = code_lines(row, language="bash")[0].stylize_before("bold")
            rows = wrap(code, max(8, width - 4))
            lines += [
                pad_right((lead if not n else Content("   ")) + part, width).stylize_before("on $panel")
                for n, part in enumerate(rows or [EMPTY])
            ]
    else:
        lines += [text(line, "bold") for line in paragraphs(title, width)]
    if detail and not whole:
        lines += [
            EMPTY,
            *_most([Content(part) for line in detail.splitlines() for part in wrap_cells(line, width)]),
        ]
    return lines


def _said_before(detail: str, where: str, width: int) -> list[Content]:
    """Return what a request says before its diff: some ask for a command and a change at once."""
    before = re.split(r"(?m)^(?:diff --git |--- |@@ )", plain(detail, limit=20_000), maxsplit=1)[0].strip()
    if not before:
        return []
    rows = [
        text(part, "bold") for line in before.expandtabs(4).splitlines() for part in wrap_cells(line, width)
    ]
    return [heading("request", where, width), *_most(rows), EMPTY]


_COMMANDS: Final = frozenset(
    {"bash", "shell", "run", "exec", "execute", "command", "run_shell_command", "terminal"}
)


def _is_command(request: Request) -> bool:
    return request.tool.casefold() in _COMMANDS


def _gap(hunk: Hunk, all_hunks: Sequence[Hunk]) -> list[Content]:
    return [text("     ⋮", "$foreground-muted")] if hunk is not all_hunks[-1] else []


def _most(lines: Sequence[Content]) -> list[Content]:
    rest = len(lines) - DETAIL_LINES
    more = [text(f"… {rest} more lines", "$foreground-muted")] if rest > 0 else []
    return [*lines[:DETAIL_LINES], *more]


def _known(request: Request, found: Proposal | None, leaves: Sequence[str], width: int) -> list[Content]:
    """Return what is good to know before answering."""
    told: list[Content] = []
    if found is not None and found.path:
        if not found.inside:
            told.append(text("! ", "bold $warning") + text("outside its folder", "bold"))
        else:
            told.append(text("✓ ", "$success") + text("inside its folder"))
        if found.is_new:
            told.append(text("+ ", "$add") + text("a new file"))
    elif _is_command(request) and (risky := _risks(request.detail or request.title)):
        told.append(text("! ", "bold $warning") + text(risky, "bold"))
    lines = [EMPTY, heading("good to know", "", width), Content("   ").join(told)] if told else []
    if leaves:
        said = f"you allow without asking, while this dashboard is open: {', '.join(leaves)}"
        lines += [*([] if told else [EMPTY]), text(said, "$foreground-muted")]
    return lines


_RISKS: Final = (
    (r"\brm\s+-[a-z]*r|\brmdir\b|\bshred\b|\bmkfs|\bdd\s+if=", "deletes files"),
    (r"\bsudo\b|\bdoas\b", "asks for root"),
    (r"\bgit\s+push\b", "publishes commits"),
    (r"\bgit\s+(reset\s+--hard|clean\s+-[a-z]*f|checkout\s+--\s)", "throws away changes"),
    (r"\b(curl|wget)\b[^|]*\|\s*(ba|z|da)?sh\b", "runs what it downloads"),
    (r"\b(curl|wget|ssh|scp|rsync|nc)\b", "uses the network"),
    (r"\b(npm|pnpm|yarn)\s+publish\b|\btwine\s+upload\b|\bcargo\s+publish\b", "publishes a package"),
    (r"(?i)\bdrop\s+(table|database)\b|\btruncate\s+table\b", "drops data"),
)
"""What stands in a command, by pattern: a hint, never a promise that there is nothing else."""


def _risks(command: str) -> str:
    return ", ".join(words for pattern, words in _RISKS if re.search(pattern, command[:20_000]))
