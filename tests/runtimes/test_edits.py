"""What an edit tool would do, as the diff that is asked leave for."""

from __future__ import annotations

import json

from tui.core.facts import PermissionAsked
from tui.runtimes.claude_answers import DIFF_MAX, asked
from tui.runtimes.claude_types import ControlRequest
from tui.runtimes.edits import proposed


def detail(tool: str, arguments: dict[str, object]) -> str:
    found = asked("r1", ControlRequest(subtype="can_use_tool", tool_name=tool, input=arguments), "/w")
    assert found is not None
    assert isinstance(found.fact, PermissionAsked)
    return found.fact.detail


def test_an_edit_several_edits_and_a_new_file() -> None:
    edit = {"file_path": "/w/a.py", "old_string": "one\ntwo", "new_string": "one\nthree"}
    assert detail("Edit", edit) == "--- a/a.py\n+++ b/a.py\n@@ -1,2 +1,2 @@\n one\n-two\n+three\n"
    edits = {
        "file_path": "/w/a.py",
        "edits": [{"old_string": "a", "new_string": "b"}, {"old_string": "c", "new_string": "d"}],
    }
    assert detail("MultiEdit", edits).count("@@ -1 +1 @@") == 2
    assert (
        detail("Write", {"file_path": "/w/n.py", "content": "x\ny"})
        == "--- a/n.py\n+++ b/n.py\n@@ -0,0 +1,2 @@\n+x\n+y\n"
    )


def test_a_command_is_itself_and_anything_else_its_arguments() -> None:
    assert detail("Bash", {"command": "ls\n-l", "description": "d"}) == "ls\n-l"
    assert json.loads(detail("WebFetch", {"url": "u"})) == {"url": "u"}
    assert json.loads(detail("Edit", {"file_path": 3})) == {"file_path": 3}


def test_a_huge_edit_is_bounded_and_a_hostile_one_inert() -> None:
    huge = detail("Write", {"file_path": "/w/n", "content": "line\x1b[31m\n" * 50_000})
    assert len(huge) < DIFF_MAX + 100
    assert "\x1b" not in huge
    assert proposed({"file_path": "/w/a", "edits": [3, {"old_string": 1}]}, "/w") == ""
