"""Widgets that are their lines and nothing round them: drawn without the detour through Textual's styles.

Textual (checked with 8.2.8) makes each line of a widget anew for border, padding, outline, hatch, tint and opacity, also
where there is none of them, and forgets with it what was worked out for the line before: its colours, its cuts, its escape
sequences. A line that is handed on as it is keeps all that for as long as it is kept.
"""

from __future__ import annotations

from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


class Direct(Widget, inherit_bindings=False):
    """A widget with a `render_line` of its own and without border, padding, outline, hatch, tint and opacity.

    As a second base it stands behind the first: Textual takes styles and bindings from that one alone.
    """

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw lines of the widget, as they come from `render_line` but for the colours of the terminal."""
        if not self._component_styles and self._get_component_classes():
            # Not styled yet, or taken away and drawn once more before the screen is laid out without it.
            return [Strip.blank(crop.width)] * crop.height
        filters = self.get_line_filters()
        background = self.background_colors[1]
        width, stop = self.outer_size.width, crop.x + crop.width
        strips = []
        for strip in self.lines(range(crop.y, crop.bottom)):
            if strip.cell_length != width:
                strip = strip.adjust_cell_length(width, self.visual_style.rich_style)
            for each in filters:
                strip = strip.apply_filter(each, background)
            strips.append(strip if crop.width == width else strip.crop(crop.x, stop))
        return strips

    def lines(self, ys: range) -> list[Strip]:
        """Draw some lines, from the widget's top; for widgets that can do that in one go."""
        return [self.render_line(y) for y in ys]
