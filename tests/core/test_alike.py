"""Which requests are alike, and which are like no other."""

from __future__ import annotations

import posixpath
import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.core.alike import Alike, alike, is_inside, may_touch, reached, written_path
from tui.core.status import Request

CWD = "/w/shop"


def asks(command: str, tool: str = "Bash", **fields: object) -> Request:
    return Request(request_id="r", tool=tool, title=command, detail=command, **fields)  # type: ignore[arg-type]


def edit(path: str, tool: str = "Edit") -> Request:
    return asks(f"--- a/{path}\n+++ b/{path}\n@@ -1 +1 @@\n-a\n+b\n", tool)


@pytest.mark.parametrize(
    ("command", "later", "told"),
    [
        ("pytest -x tests/test_a.py", "pytest -x tests/test_b.py", "pytest -x …"),
        ("pytest tests/a -k 'a or b'", "pytest tests/b -k 'a or b'", "pytest -k 'a or b' …"),
        ("ruff check .", "ruff check src tests", "ruff check …"),
        ("cargo test", "cargo test parser", "cargo test …"),
        ("go test ./...", "go test ./pkg/...", "go test …"),
        ("git diff main..dev", "git diff HEAD^", "git diff …"),
        ("cat src/a.py", "cat /w/shop/src/b.py", "cat …"),
    ],
)
def test_a_command_is_like_those_with_other_files(command: str, later: str, told: str) -> None:
    found = alike(asks(command), CWD)
    assert found is not None
    assert (found, found.told) == (alike(asks(later), CWD), told)


@pytest.mark.parametrize(
    "command", ["npm test", "make build", "git push origin main", "npm run build", "terraformer x"]
)
def test_of_an_unknown_program_the_same_command_alone_is_alike(command: str) -> None:
    found = alike(asks(command), CWD)
    assert found == Alike("Bash", tuple(command.split()))
    assert found.told == f"just {command}"
    for other in (f"{command} --force", f"{command} x", command.split()[0]):
        assert alike(asks(other), CWD) != found


@pytest.mark.parametrize(
    ("command", "other"),
    [
        ("pytest tests", "pytest tests -p evil"),
        ("pytest tests", "pytest -c evil.ini tests"),
        ("pytest -p no:cacheprovider tests", "pytest -p evil tests"),
        ("pytest -x tests", "pytest --lf tests"),
        ("pytest tests", "mypy tests"),
        ("pytest tests", "Pytest tests"),
        ("git diff main", "git diff main --output=src/a.py"),
        ("git diff main", "git log main"),
        ("git diff main", "git push main"),
        ("rg foo src", "rg --pre evil foo src"),
        ("npm test", "npm install evil"),
        ("git status", "git status -uall"),
    ],
)
def test_other_options_and_other_programs_are_not_alike(command: str, other: str) -> None:
    found = alike(asks(command), CWD)
    assert found is not None
    assert alike(asks(other), CWD) != found
    assert alike(asks(command, "shell"), CWD) != found
    assert alike(asks(command), "/w/other") != found or not found.folder


@pytest.mark.parametrize(
    "command",
    [
        "rm -rf x", "sudo ls", "python x.py", "python3.11 -c 1", "bash -c ls", "env A=1 ls", "A=1 pytest", "/tmp/pytest", "./run",
        "pytest; rm -rf /", "pytest && ls", "pytest | tee x", "pytest > x", "pytest < x", "pytest $(ls)", "pytest `ls`", "pytest &",
        "pytest\nrm x", "pytest \\\n-x", "pytest\rrm x", "pytest\trm", "npm exec evil", "uv run x", "npx evil", "pnpm dlx evil",
        "", "   ", "'", '"', "pytest *", "pytest {a,b}", "pytest ~root", "pytest !x", "pytest #x", "x" * 3_000, "ls " * 900,
        "cat /etc/passwd", "cat ../secret", "cat src/../../secret", "cat /w/shop/../x", "cat /w/shopping/x", "cat .env", "ls .git/hooks",
        "cat src/.env", "mypy @args", "pytest @args", "git show :/x", "cat =ls", "ls +x", "cat l[i]nk", "cat ''", "go test /...",
        "pytest tests/test_a...", "npm run bu...",
        "\u0440ytest tests", "pytest \uff0e\uff0e/x", "pytest\u00a0tests", "pytest\u2028rm x", "pytest \u202etests", "ls \u2010a",
        "pytest \x1b]; rm -rf ~ \x07", "pytest \x9d; rm -rf ~ \x9c", "ls\x00", "ls \x7f",
    ],
)  # fmt: skip
def test_what_could_do_anything_is_like_no_other(command: str) -> None:
    assert alike(asks(command), CWD) is None


def test_a_question_an_unknown_tool_and_a_command_that_is_not_told_are_like_no_other() -> None:
    assert alike(asks("pytest", permission=False), CWD) is None
    assert alike(asks("pytest", "mcp__db__query"), CWD) is None
    assert alike(Request(request_id="r", tool="Bash", title="pytest"), CWD) is None


def test_edits_are_alike_inside_the_folder() -> None:
    assert alike(edit("src/a.py"), "/w") == alike(edit("b.py"), "/w") == Alike("Edit", folder="/w")
    assert alike(edit("b.py", "Write"), "/w") != alike(edit("b.py"), "/w")
    assert alike(asks("no path", "Edit"), "/w") is None


@pytest.mark.parametrize(
    "path",
    [
        "../b.py", "/etc/passwd", "src/../../b.py", ".env", ".git/hooks/pre-commit", "src/.claude/settings.json", "a/..", ".",
        "src/" + "x" * 5_000 + "…", "src/a\\x1b]/../../../etc/x", "src/a\t/../../../x", " /etc/passwd", "src/a ", "",
    ],
)  # fmt: skip
def test_an_edit_elsewhere_or_of_a_hidden_file_is_like_no_other(path: str) -> None:
    assert alike(edit(path), "/w") is None


@pytest.mark.parametrize(
    "detail",
    [
        "+++ b/a\n+++ b/c\n",
        "--- a/../x\n+++ b/ok.py\n",
        "--- a/ok.py\n+++ /dev/null\n",
        "+++ b/ok.py\n",
        "--- ok.py\n+++ b/ok.py\n",
        '{"path": "/etc/passwd", "text": "x"}\n--- a/ok.py\n+++ b/ok.py\n',
        '{"path": "ok.py", "file_path": "/etc/passwd"}',
        '{"path": "\\u002e\\u002e/x"}',
        "--- a/ok.py\n+++ b/ok.py\n@@ -1 +1 @@\n-a\n+b… (90 more characters)",
        "--- a/o\x1b]k.py\n+++ b/o\x1b]k.py\n",
    ],
)
def test_an_edit_whose_file_is_not_clear_is_like_no_other(detail: str) -> None:
    assert alike(Request(request_id="r", tool="Edit", detail=detail), "/w") is None


def test_the_file_of_a_request() -> None:
    assert written_path(asks('{"file_path": "/w/a b.py", "x": 1}', "Edit")) == "/w/a b.py"
    assert written_path(edit("a.py")) == "a.py"
    assert written_path(asks("--- /dev/null\n+++ b/new.py\n")) == "new.py"
    assert written_path(asks("--- a.py\n+++ a.py\n")) == "a.py"


def test_what_a_request_names_is_known_for_links_to_be_followed() -> None:
    assert reached(edit("src/a.py")) == ("src/a.py",)
    assert reached(asks("pytest -x 'a b' c")) == ("-x", "a b", "c")


@given(st.text(alphabet="ab/.", max_size=12))
def test_inside_is_never_outside(path: str) -> None:
    whole = posixpath.normpath(posixpath.join("/w/d", path))
    if is_inside(path, "/w/d"):
        assert whole.startswith("/w/d/")
    if may_touch(path, "/w/d"):
        assert "/." not in whole
        assert (whole + "/").startswith("/w/d/")


@given(st.text(max_size=40))
def test_any_text_is_judged(command: str) -> None:
    found = alike(asks(command), CWD)
    if found is not None:
        assert not set(command.strip()) & set(";&|<>`$(){}\\*?~#!\n")


WORDS = st.sampled_from(
    [
        "pytest",
        "git",
        "diff",
        "ls",
        "npm",
        "-x",
        "-c",
        "--",
        "a",
        "src/a",
        "../a",
        "/etc/a",
        ".env",
        "--o=x",
        "@a",
        "...",
    ]
)


@given(st.lists(WORDS, min_size=1, max_size=6), st.lists(WORDS, min_size=1, max_size=6))
def test_what_is_alike_has_the_same_program_and_options_and_stays_inside(
    one: list[str], two: list[str]
) -> None:
    first, second = alike(asks(shlex.join(one)), CWD), alike(asks(shlex.join(two)), CWD)
    if first is None or first != second:
        return
    assert one[0] == two[0]
    assert [word for word in one if word.startswith("-")] == [word for word in two if word.startswith("-")]
    if one != two:
        assert not {"../a", "/etc/a", ".env", "@a"} & (set(one) ^ set(two))
