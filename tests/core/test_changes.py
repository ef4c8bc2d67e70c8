"""What git prints about changed files, read."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui.core.changes import Changes, FileChange, Kind, read_diff, read_paths

NAMES = st.binary(min_size=1, max_size=12).filter(lambda name: b"\0" not in name)
COUNTS = st.one_of(st.none(), st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)))


@st.composite
def printed(draw: st.DrawFn) -> tuple[bytes, list[FileChange]]:
    """What `git diff --raw --numstat -z` prints, and what it means."""
    names = draw(st.lists(NAMES, max_size=6, unique=True))
    raw, counts, meant = b"", b"", []
    for name in names:
        kind = draw(st.sampled_from([Kind.ADDED, Kind.DELETED, Kind.MODIFIED, Kind.RETYPED, Kind.RENAMED]))
        told = draw(COUNTS)
        old = draw(NAMES) if kind is Kind.RENAMED else b""
        status = b"R087" if kind is Kind.RENAMED else kind.value.encode()
        raw += b":100644 100755 abc def " + status + b"\0" + (old + b"\0" if old else b"") + name + b"\0"
        figures = b"-\t-\t" if told is None else b"%d\t%d\t" % told
        counts += figures + (b"\0" + old + b"\0" if old else b"") + name + b"\0"
        added, removed = told or (0, 0)
        meant.append(
            FileChange(
                name.decode("utf-8", "surrogateescape"), kind, old.decode("utf-8", "surrogateescape"),
                added=added, removed=removed, binary=told is None,
            )
        )  # fmt: skip
    return raw + counts, meant


@given(printed())
def test_every_file_is_read_with_its_counts(case: tuple[bytes, list[FileChange]]) -> None:
    data, meant = case
    assert read_diff(data) == meant


@given(printed(), st.data())
def test_a_torn_end_costs_no_whole_entry(case: tuple[bytes, list[FileChange]], data: st.DataObject) -> None:
    whole, meant = case
    cut = whole[: data.draw(st.integers(0, len(whole)))]
    found = read_diff(cut)
    assert len(found) <= len(meant)
    assert [each.kind for each in found] == [each.kind for each in meant[: len(found)]]


@given(st.binary(max_size=200))
def test_anything_else_is_no_error(data: bytes) -> None:
    read_diff(data)
    read_paths(data)


def test_a_list_of_paths_that_was_cut_ends_before_the_torn_one() -> None:
    assert read_paths(b"a b\0d/e\0f") == ["a b", "d/e"]
    assert read_paths(b"") == []


def test_totals_are_the_sum_of_what_is_listed() -> None:
    files = [
        FileChange("a", Kind.MODIFIED, added=2, removed=1),
        FileChange("b", Kind.UNTRACKED, added=3),
    ]
    assert (Changes(files).added, Changes(files).removed) == (5, 1)
