"""A screen as SVG and PNG: no window round it, one font that everyone has, cells that meet without seams."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any, Final

from rich.console import Console, RenderableType
from textual.app import App

FONTS: Final = (
    "DejaVuSansMono.ttf",
    "DejaVuSansMono-Bold.ttf",
    "DejaVuSansMono-Oblique.ttf",
    "DejaVuSansMono-BoldOblique.ttf",
    "DejaVuSans.ttf",
)
_FONT_FOLDERS: Final = (
    Path("/usr/share/fonts/truetype/dejavu"),
    Path("/usr/share/fonts/dejavu"),
    Path("/usr/share/fonts/TTF"),
    Path("/Library/Fonts"),
)
_CELL: Final = 0.632
"""Width of a cell by its height in rich's units: 12.64 by 20, of DejaVu Sans Mono at 21.3 pixels."""
_LEFT: Final = 16
_TOP: Final = 13

_FORMAT: Final = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 WIDTH HEIGHT">
<style>
.{unique_id}-matrix {{ font-family: 'DejaVu Sans Mono','JetBrains Mono','Cascadia Mono',Menlo,Consolas,monospace; font-size: 21.3px; white-space: pre; }}
rect {{ shape-rendering: crispEdges; }}
{styles}
</style>
<defs><clipPath id="{unique_id}-clip-terminal"><rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/></clipPath>
</defs>
<rect x="0" y="0" width="WIDTH" height="HEIGHT" rx="10" fill="GROUND" style="shape-rendering: auto"/>
<g transform="translate(LEFT, TOP)" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def svg_of(app: App[Any]) -> str:
    """Return the app's screen as SVG."""
    return svg(app.screen._compositor.render_update(full=True), app.size, app.theme_variables["background"])


def svg(screen: RenderableType, size: tuple[int, int], ground: str) -> str:
    """Return a screen as SVG.

    Args:
        screen: What rich prints.
        size: Columns and rows.
        ground: `#rrggbb` around the cells.
    """
    width, height = size
    console = Console(
        width=width,
        height=height,
        file=io.StringIO(),
        force_terminal=True,
        color_system="truecolor",
        record=True,
        legacy_windows=False,
        safe_box=False,
    )
    console.print(screen, end="")
    outer_width = round(width * 20 * _CELL + 2 * _LEFT)
    outer_height = round(height * 24.4 + 2 * _TOP)
    values = {
        "WIDTH": str(outer_width),
        "HEIGHT": str(outer_height),
        "LEFT": str(_LEFT),
        "TOP": str(_TOP),
        "GROUND": ground,
    }
    layout = _FORMAT
    for name, value in values.items():
        layout = layout.replace(name, value)
    made = console.export_svg(title="", code_format=layout, font_aspect_ratio=_CELL, unique_id="m")
    # Each line clipped to its cells shows seams between the block glyphs of two lines.
    return re.sub(r' clip-path="url\(#m-line-\d+\)"', "", made)


def fonts() -> list[str]:
    """Return the font files, or nothing where they are not installed."""
    for folder in _FONT_FOLDERS:
        found = [folder / name for name in FONTS]
        if all(path.is_file() for path in found[:2]):
            return [str(path) for path in found if path.is_file()]
    return []


def png_of(svg: str, width: int) -> bytes | None:
    """Return the picture in pixels; None without the fonts, since another font would break the cells.

    Args:
        svg: The picture.
        width: Pixels across.
    """
    files = fonts()
    if not files:
        return None
    import resvg_py

    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            width=width,
            skip_system_fonts=True,
            font_files=files,
            font_family="DejaVu Sans Mono",
            monospace_family="DejaVu Sans Mono",
        )
    )
