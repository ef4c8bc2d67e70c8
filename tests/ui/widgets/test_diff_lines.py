from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from screenshots.events import ROWS_DIFF
from tui.ui.widgets.code_lines import CODE_MAX, code_lines
from tui.ui.widgets.diff_lines import changes, hunk_lines, hunks


def test_a_hunk_has_numbers_signs_and_grounds() -> None:
    first = hunks(ROWS_DIFF)[0]
    lines = hunk_lines(first, 60)
    assert [line.plain.rstrip() for line in lines] == [
        "@@ write_rows",
        '13    with path.open("w", newline="") as out:',
        "14 -      for row in rows:",
        '15 -          out.write(",".join(row) + "\\n")',
        '14 +      writer = csv.writer(out, lineterminator="\\n")',
        "15 +      writer.writerows(rows)",
    ]
    assert {line.cell_length for line in lines} == {60}
    assert any(str(span.style) == "on $del-bg" for span in lines[2].spans)
    assert any(str(span.style) == "on $add-bg" for span in lines[4].spans)
    assert any(str(span.style) == "$secondary" for span in lines[2].spans)


def test_counts_of_nothing_are_understood() -> None:
    diff = "--- /dev/null\n+++ b/new.py\n@@ -0,0 +1,2 @@\n+one\n+two\n"
    assert [(line.sign, line.number) for line in hunks(diff)[0].lines] == [("+", 1), ("+", 2)]


def test_changes_are_counted_by_file() -> None:
    assert changes(ROWS_DIFF) == {"src/export/rows.py": (7, 3)}
    two = "--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-x\n+y\n--- /dev/null\n+++ b/b.py\n@@ -0,0 +1,2 @@\n+1\n+2\n"
    assert changes(two) == {"a.py": (1, 1), "b.py": (2, 0)}
    assert changes("@@ -1 +1 @@\n+x", "given.py") == {"given.py": (1, 0)}
    assert changes("") == {}


def test_a_removed_line_that_looks_like_a_header_is_counted() -> None:
    diff = "--- a/q.sql\n+++ b/q.sql\n@@ -1,2 +1 @@\n--- a comment\n x\n"
    assert changes(diff) == {"q.sql": (0, 1)}
    assert [line.sign for line in hunks(diff)[0].lines] == ["-", " "]


def test_code_of_an_unknown_language_is_plain() -> None:
    assert [line.spans for line in code_lines("if x:", language="no-such")] == [[]]
    assert len(code_lines("x\n" * CODE_MAX, language="python")) == CODE_MAX + 1


@given(st.text(alphabet="ab \t\n\r\x0c\"'#(日👩", max_size=80))
def test_colouring_never_changes_the_number_of_lines(code: str) -> None:
    assert len(code_lines(code, language="python")) == code.count("\n") + 1


@given(st.text(alphabet="+-@ a1日\n,", max_size=120), st.integers(8, 50))
def test_any_text_is_read_as_some_diff(text: str, width: int) -> None:
    for hunk in hunks(f"@@ -1,1 +1,1 @@\n{text}"):
        assert all(cell_len(line.plain) == width for line in hunk_lines(hunk, width))


def test_a_line_that_has_to_be_seen_whole_goes_on_below() -> None:
    code = "value = " + "x" * 60
    (hunk,) = hunks(f"@@ -0,0 +1 @@\n+{code}\n")
    lines = hunk_lines(hunk, 30, whole=True)
    assert len(lines) == 3
    assert all(line.cell_length == 30 for line in lines)
    assert "".join(line.plain[5:].rstrip() for line in lines) == code
