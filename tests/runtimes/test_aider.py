"""The runtime `aider`: its command lines and its last lines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.runtimes.recorded import FOLDER, facts, kinds, make_reader, screen
from tui.core import facts as f
from tui.core.activity import Activity
from tui.core.commands import Answer, Verdict
from tui.core.facts import RunKind
from tui.core.spec import AgentSpec, Mode
from tui.core.status import Request
from tui.runtimes.base import Launch
from tui.runtimes.registry import get


def test_a_question_on_the_last_line_is_asked_and_answered() -> None:
    reader = make_reader("aider", Mode.INTERACTIVE)
    shown = screen("aider", "confirm")
    (asked,) = kinds(facts(reader.screen(shown)), f.PermissionAsked)
    assert asked.title == "Open documentation url for more info?"
    assert asked.options == ["Yes", "No", "Don't ask again"]
    for verdict, choice, keys in (
        (Verdict.ALLOW, 0, b"y\r"),
        (Verdict.DENY, 0, b"n\r"),
        (Verdict.ALLOW_ALWAYS, 0, b"d\r"),
        (Verdict.CHOOSE, 2, b"n\r"),
    ):
        answer = Answer(request_id=asked.request_id, verdict=verdict, choice=choice)
        assert reader.answer(Request(asked.request_id), answer, shown) == keys
        assert reader.answer(Request(asked.request_id), answer, [*shown, "y"]) is None


def test_its_prompt_is_rest_and_anything_else_is_work() -> None:
    reader = make_reader("aider", Mode.INTERACTIVE)
    idle = screen("aider", "idle")
    assert [fact.activity for fact in kinds(facts(reader.screen(idle)), f.ActivitySignalled)] == [
        Activity.IDLE
    ]
    busy = facts(reader.screen([*idle[:-1], "> hello", "", "Thinking about it"]))
    assert [fact.activity for fact in kinds(busy, f.ActivitySignalled)] == [Activity.WORKING]


def launch(prompt: str = "go", **more: Any) -> Launch:
    spec = AgentSpec(
        id="a1", name="a1", runtime="aider", mode=Mode.INTERACTIVE, cwd=FOLDER, command=["aider"], **more
    )
    return get("aider").launch(spec, RunKind.START, "", prompt, {"HOME": "/home/dev"}, Path("/run/a1"))


def test_command_lines() -> None:
    made = launch("- go", model="m", args=["--yes-always"])
    assert made.argv == ["aider", "--model", "m", "--yes-always", "--message=- go"]
    assert launch("").argv == ["aider"]
    assert made.env["AIDER_CHECK_UPDATE"] == "false"
