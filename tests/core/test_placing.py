"""A proposed edit, put where it belongs in its file."""

from __future__ import annotations

import difflib
import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tui.core.placing import placed

TEXT = "".join(f"line {n}\n" for n in range(1, 31))
HEAD = "--- a/x\n+++ b/x\n"


def edit(old: str, new: str) -> str:
    lines = list(difflib.unified_diff(old.splitlines(), new.splitlines(), n=3, lineterm=""))[2:]
    return HEAD + "\n".join([*lines, ""])


def test_numbers_and_lines_around_are_the_files_own() -> None:
    assert placed(edit("line 20", "line twenty\nand more"), TEXT) == HEAD + (
        "@@ -17,7 +17,8 @@\n line 17\n line 18\n line 19\n-line 20\n+line twenty\n+and more\n line 21\n line 22\n line 23\n"
    )


def test_a_replacement_may_begin_inside_a_line() -> None:
    assert "\n-line 12\n+lane 12\n" in placed(edit("ine 12", "ane 12"), TEXT)


def test_several_edits_apply_one_after_the_other() -> None:
    both = edit("line 25", "line 5") + edit("line 8", "line x")
    found = placed(both, TEXT)
    assert "@@ -5,7 +5,7 @@" in found
    assert "@@ -22,7 +22,7 @@" in found
    assert found.index("line x") < found.index("-line 25")


def test_lines_are_taken_away_whole() -> None:
    assert (
        placed(edit("line 7\n", ""), TEXT)
        == HEAD + "@@ -4,7 +4,6 @@\n line 4\n line 5\n line 6\n-line 7\n line 8\n line 9\n line 10\n"
    )


def test_a_file_written_anew_shows_what_changes() -> None:
    created = (
        HEAD
        + "@@ -0,0 +1,30 @@\n"
        + "".join(f"+{line}\n" for line in TEXT.replace("line 9", "nine").splitlines())
    )
    assert placed(created, TEXT).count("\n-") == 1
    assert placed(created, "") == created


def test_what_is_there_twice_or_not_at_all_stays_as_it_was() -> None:
    twice, missing = edit("line", "x"), edit("nowhere", "x")
    assert placed(twice, TEXT) == twice
    assert placed(missing, TEXT) == missing
    assert placed("no diff", TEXT) == "no diff"


@pytest.mark.parametrize("more", ["@@ 30 more lines @@\n", "… (200 more characters)", "+and one too many\n"])
def test_a_diff_that_is_cut_is_never_made_whole(more: str) -> None:
    whole = edit("line 20", "line twenty")
    assert placed(whole + more, TEXT) == whole + more
    assert placed(whole.removesuffix("+line twenty\n"), TEXT) == whole.removesuffix("+line twenty\n")


def test_a_new_file_too_long_to_show_says_so_still() -> None:
    cut = HEAD + "@@ -0,0 +1,3 @@\n+one\n+two\n@@ 1 more lines @@\n"
    assert placed(cut, TEXT) == cut


@given(st.lists(st.sampled_from("abcde"), min_size=1, max_size=30), st.data())
def test_what_is_shown_is_the_difference_that_it_makes(lines: list[str], data: st.DataObject) -> None:
    text = "\n".join(lines) + "\n"
    start = data.draw(st.integers(0, len(lines) - 1))
    end = data.draw(st.integers(start + 1, len(lines)))
    new = data.draw(st.lists(st.sampled_from("vwxyz"), min_size=1, max_size=5))
    old = "\n".join(lines[start:end])
    assume(text.find(old, text.find(old) + 1) < 0)  # `b b` stands twice in `b b b`, and is left where it was
    found = placed(edit(old, "\n".join(new)), text)
    made = [*lines[:start], *new, *lines[end:]]
    assert applied(found, text) == "\n".join(made) + "\n"
    # Among equal lines a difference may name others than those that were meant, and more of them.
    assert [line for line in signed(found, "+") if line in "vwxyz"] == new


def signed(diff: str, sign: str) -> list[str]:
    """Return the lines that a diff adds or takes away."""
    return [line[1:] for line in diff.split("\n") if line[:1] == sign and line[:4] != f"{sign * 3} "]


def applied(diff: str, text: str) -> str:
    """Return a text as a diff makes it, by the diff's own numbers: its lines have to stand where it says."""
    before, after, at = text.split("\n"), [], 0
    for line in diff.split("\n")[2:-1]:
        if hunk := re.match(r"@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@", line):
            after += before[at : int(hunk[1]) - 1]
            at = int(hunk[1]) - 1
            assert len(after) == int(hunk[2]) - 1
        elif line[:1] == "+":
            after.append(line[1:])
        else:
            assert before[at] == line[1:]
            after += [before[at]] if line[:1] == " " else []
            at += 1
    return "\n".join([*after, *before[at:]])
