"""The inbox's pages: who waits, and one request with all that helps to judge it."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from tui.core import figures
from tui.core.clock import Now
from tui.core.text import one_line, plain
from tui.ui import look
from tui.ui.before import Decision
from tui.ui.fit import ALWAYS, EMPTY, Piece, cut_path, fit, text, wrap_cells
from tui.ui.look import View
from tui.ui.notes import paragraphs, request_words
from tui.ui.pages.parts import READ_COLS, cut, heading
from tui.ui.widgets.diff_lines import hunk_lines, hunks
from tui.ui.widgets.markdown_lines import markdown_lines

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


def request_lines(
    view: View, place: str, now: Now, width: int, *, words: str = "", screen: Sequence[str] = ()
) -> list[Content]:
    """Return one request: what is asked, the last words before it, the command or diff.

    Args:
        view: The agent.
        place: Such as `1 of 4`.
        now: Both clocks.
        width: Columns.
        words: What it said last, Markdown; empty where that is not known.
        screen: Its own screen, as lines of text.
    """
    row, request = look.row_of(view, now), view.status.request
    width = min(width, READ_COLS)
    if request is None:
        return [text("Already answered.", "$foreground-muted")]
    what = "wants to use" if request.permission and request.tool else "asks"
    tool = one_line(request.tool, limit=40)
    head = look.glyph(row) + text(f" {row.status.name}", "bold") + text(f" {what}", "$foreground-muted")
    if tool:
        head += text(f" {tool}", "bold") if request.permission else text(f" by {tool}", "$foreground-muted")
    right = text(f"{place} · asked {look.timer_text(row)} ago", "$foreground-muted")
    lines = [fit([Piece(ALWAYS, head)], [Piece(1, right)], width), EMPTY]
    said = "" if words else one_line(row.status.headline)
    if words:
        lines += [heading("last words", "", width), *markdown_lines(words, width)[:WORDS_LINES], EMPTY]
    elif said and said != one_line(request.title) and not said.startswith(tool.lower() or "\0"):
        lines += [
            heading("last words", "", width),
            *(Content(line) for line in paragraphs(said, width)),
            EMPTY,
        ]
    title = one_line(request.title, limit=400)
    caption = "request" if request.permission else "question"
    lines.append(heading(caption, f"in {cut_path(row.status.cwd, max(12, width // 2))}", width))
    lines += [text(line, "bold") for line in paragraphs(title, width)]
    lines += _detail(request.detail, title, width)
    if request.options:
        lines += [EMPTY, heading("options", "", width)]
        lines += [
            text(f"{number} ", "$primary") + Content(one_line(option))
            for number, option in enumerate(request.options, start=1)
        ]
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


def _detail(detail: str, title: str, width: int) -> list[Content]:
    if not detail or one_line(detail, limit=400) == title:
        return []
    found = hunks(detail)
    if found:
        return [EMPTY, *(line for hunk in found for line in hunk_lines(hunk, width))][:DETAIL_LINES]
    lines = [
        part
        for line in plain(detail, limit=20_000).expandtabs(4).splitlines()
        for part in wrap_cells(line, width)
    ]
    cut = (
        [text(f"… {len(lines) - DETAIL_LINES} more lines", "$foreground-muted")]
        if len(lines) > DETAIL_LINES
        else []
    )
    return [EMPTY, *(Content(line) for line in lines[:DETAIL_LINES]), *cut]
