from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from screenshots import render, svg
from screenshots.scenes import SCENES, Scene

LIST = next(scene for scene in SCENES if scene.name == "list-80x24")
FIRST = next(scene for scene in SCENES if scene.name == "first-run-100x30")


@pytest.fixture(scope="module")
def pictures() -> dict[str, str]:
    """Two pictures of real hosts and their children, directed up to the moment of the pictures."""
    return render.draw([LIST, FIRST])


@pytest.fixture(scope="module")
def picture(pictures: dict[str, str]) -> str:
    return pictures[LIST.name]


def test_without_agents_there_is_the_first_screen(pictures: dict[str, str]) -> None:
    assert "start your first agent".replace(" ", "&#160;") in pictures[FIRST.name]


def test_a_picture_needs_nothing_from_elsewhere(picture: str) -> None:
    assert "://" not in picture.replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert "@font-face" not in picture
    assert "DejaVu Sans Mono" in picture
    assert picture.startswith('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1043 612">')


def test_lines_are_not_clipped_so_that_edges_meet(picture: str) -> None:
    assert "m-line-" not in picture


def test_a_picture_shows_the_agents(picture: str) -> None:
    words = " ".join(re.findall(r">([^<>]+)</text>", picture)).replace("&#160;", " ")
    for part in ("agent-tui", "! 2 need you", "flaky-tests", "permission", "sdk-go", "$5.07"):
        assert part in words


def test_what_differs_or_is_missing_is_named(tmp_path: Path, picture: str) -> None:
    drawn = {LIST.name: picture}
    assert render.differing(drawn, tmp_path) == ["list-80x24"]
    (tmp_path / "list-80x24.svg").write_text(picture, encoding="utf-8")
    assert render.differing(drawn, tmp_path) == []
    (tmp_path / "list-80x24.svg").write_text(picture + " ", encoding="utf-8")
    assert render.differing(drawn, tmp_path) == ["list-80x24"]


def test_the_command_writes_and_checks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, picture: str
) -> None:
    monkeypatch.setattr(render, "draw", lambda scenes: {scene.name: picture for scene in scenes})
    assert render.main(["--to", str(tmp_path), "list-80x24"]) == 0
    assert render.main(["--to", str(tmp_path), "--check", "list-80x24"]) == 0
    assert render.main(["--to", str(tmp_path / "none"), "--check", "list-80x24"]) == 1
    assert "list-80x24.svg differs" in capsys.readouterr().err


def test_what_differs_is_drawn_once_more_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    scenes = SCENES[:3]
    kept, slow, old = (scene.name for scene in scenes)
    for name in (kept, slow, old):
        (tmp_path / f"{name}.svg").write_text("as it is")
    drawn = iter(
        [{kept: "as it is", slow: "a step further", old: "changed"}, {slow: "as it is", old: "changed"}]
    )
    asked: list[list[str]] = []

    def draw(wanted: Sequence[Scene]) -> dict[str, str]:
        asked.append([scene.name for scene in wanted])
        return next(drawn)

    monkeypatch.setattr(render, "draw", draw)
    assert render.check(scenes, tmp_path) == [old]
    assert asked == [[kept, slow, old], [slow, old]]
    assert capsys.readouterr().err == f"{slow}.svg differed once; drawn alone it does not\n"


def test_an_unknown_scene_is_refused() -> None:
    with pytest.raises(SystemExit):
        render.main(["no-such-scene"])


def test_without_the_fonts_there_is_no_wrong_png(monkeypatch: pytest.MonkeyPatch, picture: str) -> None:
    monkeypatch.setattr(svg, "fonts", list)
    assert svg.png_of(picture, 900) is None


def test_names_say_the_size() -> None:
    def size(scene: Scene) -> str:
        return f"{scene.size[0]}x{scene.size[1]}"

    assert all(size(scene) in scene.name for scene in SCENES)
    assert len({scene.name for scene in SCENES}) == len(SCENES)
