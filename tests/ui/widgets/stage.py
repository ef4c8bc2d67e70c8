"""An app that holds one widget, with the real style sheets."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.message import Message
from textual.widget import Widget

from tui.ui.resources import styles_dir
from tui.ui.theme import THEMES, variable_defaults

SHEETS = ("app", "agent_list", "band", "footer", "header", "tile", "timeline")


class Stage(App[None]):
    def __init__(self, *widgets: Widget, theme: str = "dark", css: str = "") -> None:
        sheets = [styles_dir() / f"{name}.tcss" for name in SHEETS]
        super().__init__(css_path=[sheet for sheet in sheets if sheet.is_file()])
        self.widgets = widgets
        self.messages: list[Message] = []
        for known in THEMES:
            self.register_theme(known)
        self.theme = theme
        self.stylesheet.add_source(css, read_from=("stage", ""), is_default_css=False)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return variable_defaults()

    def compose(self) -> ComposeResult:
        yield from self.widgets


def lines_of(app: App[None]) -> list[str]:
    """The screen as text, line by line."""
    return [strip.text for strip in app.screen._compositor.render_strips()]


def assert_full(lines: Sequence[str], width: int) -> None:
    """Every line is exactly as wide as the screen."""
    assert {cell_len(line) for line in lines} == {width}


def style_at(app: App[None], x: int, y: int) -> tuple[str, str, bool]:
    """Foreground, background and bold of a cell."""
    position = 0
    for segment in app.screen._compositor.render_strips()[y]:
        position += segment.cell_length
        if x < position:
            style = segment.style
            assert style is not None
            front = style.color.get_truecolor().hex if style.color else ""
            back = style.bgcolor.get_truecolor().hex if style.bgcolor else ""
            return front, back, bool(style.bold)
    raise IndexError(x)
