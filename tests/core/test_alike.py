"""Which requests are alike, and which are like no other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.core.alike import Alike, alike, is_inside, written_path
from tui.core.status import Request


def asks(command: str, tool: str = "Bash", **fields: object) -> Request:
    return Request(request_id="r", tool=tool, title=command, detail=command, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("pytest -x tests/test_a.py", ("pytest",)),
        ("git push --force origin main", ("git", "push")),
        ("npm test", ("npm", "test")),
        ("ruff check .", ("ruff",)),
        ("pytest -k 'a or b'", ("pytest",)),
    ],
)
def test_a_command_is_like_those_that_begin_so(command: str, words: tuple[str, ...]) -> None:
    found = alike(asks(command), "/w")
    assert found == Alike("Bash", words)
    assert found is not None
    assert found.told == f"{' '.join(words)} …"


@pytest.mark.parametrize(
    "command",
    [
        "rm -rf x", "sudo ls", "python x.py", "python3.11 -c 1", "bash -c ls", "env A=1 ls", "A=1 pytest", "/tmp/pytest", "./run",
        "pytest; rm -rf /", "pytest && ls", "pytest | tee x", "pytest > x", "pytest $(ls)", "pytest `ls`", "pytest &",
        "pytest\nrm x", "pytest \\\n-x", "git", "git -c core.pager=x log", "npm exec evil", "uv run x", "", "   ", "'", "pytest *",
        "pytest {a,b}", "pytest ~root", "pytest !x", "pytest #x", "x" * 3_000,
    ],
)  # fmt: skip
def test_what_could_do_anything_is_like_no_other(command: str) -> None:
    assert alike(asks(command), "/w") is None


def test_a_question_and_an_unknown_tool_are_like_no_other() -> None:
    assert alike(asks("pytest", permission=False), "/w") is None
    assert alike(asks("pytest", "mcp__db__query"), "/w") is None


def edit(path: str) -> Request:
    return Request(
        request_id="r", tool="Edit", title=path, detail=f"--- a/{path}\n+++ b/{path}\n@@ -1 +1 @@\n-a\n+b\n"
    )


def test_edits_are_alike_inside_the_folder() -> None:
    assert alike(edit("src/a.py"), "/w") == alike(edit("b.py"), "/w") == Alike("Edit", folder="/w")
    assert alike(edit("../b.py"), "/w") is None
    assert alike(edit("/etc/passwd"), "/w") is None
    assert alike(asks("no path", "Edit"), "/w") is None


def test_the_file_of_a_request() -> None:
    assert written_path(asks('{"file_path": "/w/a b.py", "x": 1}', "Edit")) == "/w/a b.py"
    assert written_path(edit("a.py")) == "a.py"
    two = Request(request_id="r", tool="Edit", detail="+++ b/a\n+++ b/c\n")
    assert written_path(two) == ""


@given(st.text(alphabet="ab/.", max_size=12))
def test_inside_is_never_outside(path: str) -> None:
    import posixpath

    if is_inside(path, "/w/d"):
        assert posixpath.normpath(posixpath.join("/w/d", path)).startswith("/w/d/")


@given(st.text(max_size=40))
def test_any_text_is_judged(command: str) -> None:
    found = alike(asks(command), "/w")
    if found is not None:
        assert not set(command.strip()) & set(";&|<>`$(){}\\*?~#!\n")
