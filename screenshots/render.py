"""Draw the pictures: `python -m screenshots.render [--check] [--to FOLDER] [NAME …]`."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from screenshots.scenes import SCENES, Scene
from screenshots.shoot import shoot
from screenshots.svg import png_of, svg_of

FOLDER: Final = Path(__file__).parent / "pictures"
_PIXELS: Final = {300: 2000, 200: 1800, 120: 1240, 100: 1080, 80: 900}


def draw(scenes: Sequence[Scene]) -> dict[str, str]:
    """Return the pictures of scenes as SVG, by name."""
    return asyncio.run(shoot(scenes, svg_of))


def check(scenes: Sequence[Scene], folder: Path) -> list[str]:
    """Return the names of pictures that differ from what is drawn now, or are missing.

    What differs is drawn once more, alone: agents that really run may be a step further on a machine that had no time for them.
    """
    wrong = differing(draw(scenes), folder)
    if not wrong:
        return []
    again = differing(draw([scene for scene in scenes if scene.name in wrong]), folder)
    for name in sorted(set(wrong) - set(again)):
        sys.stderr.write(f"{name}.svg differed once; drawn alone it does not\n")
    return again


def differing(drawn: Mapping[str, str], folder: Path) -> list[str]:
    """Return the names of pictures that are not, or not so, in a folder."""
    kept = {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.svg")}
    return [name for name, svg in drawn.items() if kept.get(name) != svg]


def write(scenes: Sequence[Scene], folder: Path) -> None:
    """Write each picture as SVG and, where the fonts are installed, as PNG."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = draw(scenes)
    for scene in scenes:
        svg = drawn[scene.name]
        (folder / f"{scene.name}.svg").write_text(svg, encoding="utf-8")
        png = png_of(svg, _PIXELS[scene.size[0]])
        if png is not None:
            (folder / f"{scene.name}.png").write_bytes(png)
        sys.stdout.write(f"{scene.name}{'' if png else ' (no PNG: DejaVu fonts are missing)'}\n")


def main(arguments: list[str] | None = None) -> int:
    """Draw or check; returns the exit code."""
    parser = argparse.ArgumentParser(prog="screenshots", description=__doc__)
    parser.add_argument("names", nargs="*", help="scenes, all if none is named")
    parser.add_argument("--check", action="store_true", help="fail where a committed picture differs")
    parser.add_argument("--to", type=Path, default=FOLDER, help="folder of the pictures")
    given = parser.parse_args(arguments)
    scenes = [scene for scene in SCENES if not given.names or scene.name in given.names]
    if unknown := set(given.names) - {scene.name for scene in SCENES}:
        parser.error(f"no such scene: {', '.join(sorted(unknown))}")
    if not given.check:
        write(scenes, given.to)
        return 0
    wrong = check(scenes, given.to)
    for name in wrong:
        sys.stderr.write(f"{name}.svg differs; look at it, then: python -m screenshots.render {name}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
