"""News on a screen is told from what only redraws."""

from __future__ import annotations

import pytest

from tui.host.progress import KEPT_LINES, ProgressWatch, essence


def test_a_new_line_is_news_once() -> None:
    watch = ProgressWatch()
    assert watch.advanced(["Reading main.py"])
    assert not watch.advanced(["Reading main.py"])
    assert watch.advanced(["Reading main.py", "Writing tests"])


@pytest.mark.parametrize(
    "frames",
    [
        ["⠋ Working", "⠙ Working", "⠹ Working"],
        [
            "✻ Pondering… (12s · ↑ 1.2k tokens)",
            "✽ Pondering… (13s · ↑ 900 tokens)",
            "· Pondering… (1m 4s · ↑ 2 tokens)",
        ],
        ["| build", "/ build", "- build", "\\ build"],
        ["[###    ] 30%", "[####   ] 40%", "[#######] 100%"],
        ["12:59:59", "13:00:00"],
        ["line 1 of 500", "line 499 of 500"],
        ["y", "n", "y"],
        ["  Working", "Working   ", "Working..."],
    ],
)
def test_spinners_clocks_and_counters_are_none(frames: list[str]) -> None:
    watch = ProgressWatch()
    watch.advanced([frames[0]])
    assert not any(watch.advanced([frame]) for frame in frames[1:])


def test_words_in_any_script_are_news() -> None:
    watch = ProgressWatch()
    assert watch.advanced(["ファイルを読む"])
    assert watch.advanced(["Прочитал файл"])


def test_memory_is_bounded_and_what_is_still_shown_is_kept() -> None:
    watch = ProgressWatch()
    watch.advanced(["the header"])
    for i in range(KEPT_LINES * 2):
        word = "".join(chr(97 + int(d)) for d in str(i))
        watch.advanced(["the header", f"word {word}"])
    assert len(watch._seen) <= KEPT_LINES
    assert not watch.advanced(["the header"])


def test_essence_bounds_its_work() -> None:
    assert len(essence("a" * 1_000_000)) <= 400
