from __future__ import annotations

import pytest

from tui.runtimes import diffs, typing_in
from tui.runtimes.texts import bounded, last_words, output, spoken, telling

CWD = "/home/dev/project"


@pytest.mark.parametrize(
    ("arguments", "title"),
    [
        ({"command": "ls -la", "description": "List"}, "ls -la"),
        ({"command": "for x in 1 2\ndo echo $x\ndone"}, "for x in 1 2 do echo $x done"),
        ({"file_path": f"{CWD}/src/a.py", "content": "x"}, "src/a.py"),
        ({"file_path": "/etc/hosts"}, "/etc/hosts"),
        ({"filePath": f"{CWD}x/a"}, f"{CWD}x/a"),
        ({"pattern": "writerow|join", "path": f"{CWD}/src"}, "writerow|join in src"),
        ({"pattern": "*.py"}, "*.py"),
        ({"url": "https://example.com", "prompt": "sum up"}, "https://example.com"),
        ({"description": "Explore", "prompt": "look at all"}, "Explore"),
        ({"command": ["bash", "-lc", "ls"]}, "bash -lc ls"),
        ({"questions": [{"question": "Which one?"}]}, "Which one?"),
        ({"todos": [{"a": 1}, {"a": 2}]}, "2 todos"),
        ({"other": "value"}, "value"),
        ({"n": 5}, ""),
        ({}, ""),
        (None, ""),
        ("free text", "free text"),
        (
            {"command": "\x1b]0;stolen\x07echo \x1b[31mred \u202eevil"},
            r"\x1b]0;stolen\x07echo \x1b[31mred \u202eevil",
        ),
    ],
)
def test_the_telling_argument(arguments: object, title: str) -> None:
    assert telling(arguments, CWD) == title


def test_huge_texts_are_cut() -> None:
    text = "x" * 10_000_000
    assert bounded(text, 100) == "x" * 100 + "… (9999900 more characters)"
    shown = output("begin" + text + "end")
    assert len(shown) < 65_000
    assert shown.startswith("begin")
    assert shown.endswith("end")


def test_last_words_prefer_an_error() -> None:
    assert last_words("a\nError: no key\nsee docs\n") == "Error: no key"
    assert last_words("one\ntwo\n\n") == "two"
    assert last_words("") == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"error": {"message": "not \\"valid\\"", "type": "x"}}', 'not "valid"'),
        ('_ApiError: {"error":{"code":429,"message":"Too many.\\nWait."}}', "Too many.\nWait."),
        ("quota used up", "quota used up"),
        ('"message": "said by nobody"', '"message": "said by nobody"'),
        ('{"message": ""}', '{"message": ""}'),
        ('{"message": "\\ud800"}', "\ud800"),
        ('{"message": "\\x"}', "\\x"),
    ],
)
def test_an_api_s_error_document_is_read_out(text: str, words: str) -> None:
    assert spoken(text) == words


def test_diffs() -> None:
    assert (
        diffs.from_texts("a.py", "x\ny\n", "x\nz\n")
        == "--- a/a.py\n+++ b/a.py\n@@ -1,2 +1,2 @@\n x\n-y\n+z\n"
    )
    assert diffs.from_texts("a.py", "same", "same") == ""
    assert diffs.created("n", "a\nb\n") == "--- a/n\n+++ b/n\n@@ -0,0 +1,2 @@\n+a\n+b\n"
    big = "\n".join(map(str, range(5_000)))
    assert "5000 lines replaced by 1" in diffs.from_texts("a", big, "x")
    assert len(diffs.created("n", "y" * 50 + "\n" + "x\n" * 100_000)) < 65_000
    assert "\x1b" not in diffs.created("n\x1b[31m", "\x1b[31mred\x1b[0m")


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("hello", b"\x1b[200~hello\x1b[201~"),
        ("a\nb\r\nc", b"\x1b[200~a\rb\rc\x1b[201~"),
        ("end\x1b[201~\rrm -rf /\r", b"\x1b[200~end[201~\rrm -rf /\r\x1b[201~"),
        ("\x03\x04\x9b201~", b"\x1b[200~201~\x1b[201~"),
    ],
)
def test_nothing_in_a_paste_is_a_key(text: str, typed: bytes) -> None:
    assert typing_in.paste(text) == typed
