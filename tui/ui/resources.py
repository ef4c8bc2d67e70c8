"""Where the style sheets are: inside an installed package, beside it in a checkout."""

from __future__ import annotations

from pathlib import Path, PurePath

from tui.core.errors import StoreError

_MARK = "app.tcss"


def styles_dir() -> Path:
    """Return the folder of the `.tcss` files.

    Raises:
        StoreError: Neither place holds them; the sentence names both.
    """
    package = Path(__file__).resolve().parent.parent
    places = (package / "styles", package.parent / "styles")
    for place in places:
        if (place / _MARK).is_file():
            return place
    raise StoreError(
        f"The style sheets are missing: no {_MARK} in {places[0]} or {places[1]}.",
        "Install agent-tui again.",
        path=str(places[0]),
    )


def style_sheets() -> list[str | PurePath]:
    """Return all style sheets, `app.tcss` first, then by name: among equals the later wins."""
    folder = styles_dir()
    rest = sorted(path for path in folder.glob("*.tcss") if path.name != _MARK)
    return [folder / _MARK, *rest]
