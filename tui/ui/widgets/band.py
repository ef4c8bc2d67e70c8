"""The band on top of a pane: who, in which state, for how long; and, on its second line, what it spends."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Size
from textual.strip import Strip

from tui.core import figures
from tui.core.clock import Now
from tui.core.spec import Mode
from tui.core.text import one_line
from tui.ui import look
from tui.ui.fit import ALWAYS, EMPTY, Piece, cut_middle, cut_path, fit, text
from tui.ui.look import AgentRow, View
from tui.ui.paint import Painter
from tui.ui.widgets.direct import Direct

# What goes first has the lowest number.
_MODEL, _BAR, _KINDS, _BRANCH, _RUNTIME, _COST, _LIMIT = range(10, 80, 10)
_NAME_LEAST = 6


class PaneBand(Direct):
    """One or two lines, as high as it is made; fills with the primary colour while the agent has the keyboard."""

    def __init__(
        self,
        *,
        glyphs: str = "unicode",
        leader: str = "ctrl+]",
        once: bool = False,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self._glyphs = glyphs
        self.leader = leader
        self._once = once
        self._row: AgentRow | None = None
        self._now = Now(0.0, 0.0)
        self._typing = False
        self._headless = False
        self._reading = ""
        self._number = ""
        self._painter = Painter(self)
        self._drawn: tuple[Size, list[Content]] | None = None
        """What was written last, and for which size."""

    def show(
        self, view: View, now: Now, *, selected: bool = False, typing: bool = False, zoomed: bool = False
    ) -> None:
        """Show an agent as it is now; draws only if something changed.

        Args:
            view: The agent.
            now: The moment.
            selected: The pane is selected: another ground.
            typing: The agent has the keyboard: the band is filled and says so.
            zoomed: The pane stands alone: its mode is named too.
        """
        self._row = look.row_of(view, now)
        self._now = now
        self._typing = typing
        self._headless = zoomed and view.status.mode is Mode.STREAM
        self.set_class(selected and not typing, "-selected")
        self.set_class(typing, "-typing")
        self._draw_if_changed()

    def number(self, key: str) -> None:
        """Name the key that selects its pane; empty where rows have these keys."""
        if key != self._number:
            self._number = key
            self._draw_if_changed()

    def read(self, where: str) -> None:
        """Say where a reader is in the agent's terminal; empty while nobody reads."""
        if where != self._reading:
            self._reading = where
            self._draw_if_changed()

    def _draw_if_changed(self) -> None:
        before, now = self._drawn, (self.size, self._write())
        self._drawn = now
        if before is None or before[0] != now[0] or not _same(before[1], now[1]):
            self.refresh()

    def _write(self) -> list[Content]:
        if self._row is None:
            return []
        # A number beside the glyph without a space would read as one word with it.
        first, rest = (f"{self._number} ", "  ") if self._number else (" ", " ")
        lines = band_lines(
            self._row,
            max(0, self.size.width - 1 - len(first)),
            self.size.height,
            typing=self._typing,
            leader=self.leader,
            once=self._once,
            headless=self._headless,
            glyphs=self._glyphs,
            reading=self._reading,
        )
        margins = [text(first, "$foreground-muted"), Content(rest)]
        return [margin + line for margin, line in zip(margins, lines, strict=False)]

    def render(self) -> Content:
        """Return the lines as one text."""
        return Content("\n").join(self._write())

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        if self._drawn is None or self._drawn[0] != self.size:
            self._drawn = (self.size, self._write())
        lines = self._drawn[1]
        return self._painter.strip(lines[y] if y < len(lines) else EMPTY, self.size.width)


def _same(before: list[Content], now: list[Content]) -> bool:
    return len(before) == len(now) and all(old.is_same(new) for old, new in zip(before, now, strict=True))


def band_lines(
    row: AgentRow,
    width: int,
    height: int,
    *,
    typing: bool = False,
    leader: str = "ctrl+]",
    once: bool = False,
    headless: bool = False,
    glyphs: str = "unicode",
    reading: str = "",
) -> list[Content]:
    """Return the lines of a band for `width` cells of text; at most two, never more than `height`."""
    first = _first(row, width, headless=headless, glyphs=glyphs, bars=not typing)
    if typing:
        # One tone on the fill: state colours would not be readable there.
        first = _plain(first)
    if height < 2:
        if typing:
            return [_typing_short(row, width, leader, once=once)]
        return [fit([Piece(ALWAYS, text(reading, "bold $primary"))], [], width)] if reading else [first]
    if reading and not typing:
        return [first, _reading_line(row, width, reading, glyphs)]
    return [first, _second(row, width, typing=typing, leader=leader, once=once, glyphs=glyphs)]


def _plain(content: Content) -> Content:
    return Content(content.plain)


def _first(row: AgentRow, width: int, *, headless: bool, glyphs: str, bars: bool) -> Content:
    marks = figures.marks(glyphs)
    right = [piece for piece in _state(row, marks) if bars or piece.priority != _BAR]
    kept = sum(piece.content.cell_length for piece in right if piece.priority == ALWAYS)
    name = cut_middle(row.status.name, max(_NAME_LEAST, width - kept - 4))
    left = [
        Piece(ALWAYS, look.glyph(row, glyphs) + Content(" ") + text(name, "bold")),
        Piece(_RUNTIME, text(f"  {row.runtime}", "$foreground-muted")),
    ]
    if model := look.short_model(row.status.model):
        left.append(Piece(_MODEL, text(f" · {model}", "$foreground-muted")))
    if headless:
        left.append(Piece(_MODEL, text(" · headless", "$foreground-muted")))
    return fit(left, right, width)


def _state(row: AgentRow, marks: figures.Marks) -> list[Piece]:
    if row.silent_s >= 0:
        since = figures.duration(row.silent_s)
        return [Piece(ALWAYS, text("no contact ", "$foreground-muted") + text(since))]
    if row.needs_you:
        words = f" {row.look.word} {look.timer_text(row)} "
        return [Piece(ALWAYS, text(words, "bold $on-needs on $needs-fill"))]
    pieces = [Piece(ALWAYS, look.word(row) + text(f" {look.timer_text(row)}"))]
    if row.timer.limit_s > 0:
        pieces.append(Piece(_LIMIT, text(f"/{figures.duration(row.timer.limit_s)}")))
        pieces.append(Piece(_BAR, Content(" ") + look.timer_bar(row, marks)))
    return pieces


def _second(row: AgentRow, width: int, *, typing: bool, leader: str, once: bool, glyphs: str) -> Content:
    right = _figures(row, width, figures.marks(glyphs))
    if typing:
        sentence = [
            Piece(ALWAYS, text("keys go to this agent", "bold")),
            Piece(
                _COST + 5,
                text(f"  {leader} then one key: the dashboard" if once else f"  {leader} gives them back"),
            ),
        ]
        figures_only = [Piece(p.priority, _plain(p.content)) for p in right if p.priority != _BAR]
        return fit(sentence, figures_only, width)
    if not row.status.recording:
        left = Piece(ALWAYS, text("not recording", "$warning"))
    else:
        left = Piece(_BRANCH, text(_place(row, max(8, width // 3)), "$foreground-muted"))
    return fit([left], right, width)


def _reading_line(row: AgentRow, width: int, reading: str, glyphs: str) -> Content:
    right = _figures(row, width, figures.marks(glyphs))
    return fit([Piece(ALWAYS, text(reading, "bold $primary"))], right, width)


def _place(row: AgentRow, room: int) -> str:
    if row.status.branch:
        return cut_middle(one_line(row.status.branch), room)
    return cut_path(one_line(row.status.cwd.rstrip("/")), room)


def _figures(row: AgentRow, width: int, marks: figures.Marks) -> list[Piece]:
    status = row.status
    pieces: list[Piece] = []
    if status.usage.total:
        kinds = figures.kinds(status.usage, width + 2, marks=marks)
        short = look.tokens(row, marks)
        pieces.append(
            Piece(_KINDS, text(kinds, "$foreground-muted"), None if kinds == short else text(short))
        )
    if status.usage.cost_usd is not None:
        pieces.append(Piece(_COST, Content("  ") + text(look.money(row, marks))))
    if context := figures.context(status.context_tokens, status.context_window):
        share = status.context_share
        style = look.share_style(share) if share is not None else "$foreground"
        label, _, figure = context.partition(" ")
        pieces.append(Piece(ALWAYS, text(f"  {label} ", "$foreground-muted") + text(figure, style)))
        if share is not None:
            pieces.append(Piece(_BAR, Content("  ") + look.bar(share, 5, style, marks)))
    return pieces


def _typing_short(row: AgentRow, width: int, leader: str, *, once: bool) -> Content:
    words = f"{leader} then one key: the dashboard" if once else f"{leader} gives the keys back"
    right = text(words if width >= len(words) + 20 else leader)
    name = cut_middle(row.status.name, max(_NAME_LEAST, width - right.cell_length - 4))
    left = text(f"{row.look.glyph} ") + text(name, "bold")
    return fit([Piece(ALWAYS, left)], [Piece(ALWAYS, right)], width)
