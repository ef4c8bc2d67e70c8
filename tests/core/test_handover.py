"""A hand-over tells a fresh session what is known, in bounds."""

from __future__ import annotations

from tui.core import facts as f
from tui.core.activity import Source
from tui.core.handover import LIMIT, compose
from tui.core.spec import AgentSpec, Mode

SPEC = AgentSpec(id="a", name="a", runtime="x", mode=Mode.STREAM, cwd="/", prompt="Fix the login")


def log(*facts: f.AnyFact) -> list[f.Event]:
    return [f.Event(seq=i, at=0, run=1, source=Source.STREAM, fact=x) for i, x in enumerate(facts, 1)]


def test_tells_prompts_steps_files_last_words_and_the_prompt() -> None:
    told = compose(
        SPEC,
        log(
            f.TurnStarted(prompt="Fix the login"),
            f.ToolCalled(call_id="1", name="Edit", title="src/login.py"),
            f.ToolFinished(call_id="1"),
            f.ToolCalled(call_id="2", name="Bash", title="pytest -q"),
            f.ToolFinished(call_id="2", ok=False, exit_code=1),
            f.ToolCalled(call_id="3", name="apply_patch", title="2 files: a.py, b.py"),
            f.ToolFinished(call_id="3"),
            f.Text(text="Two tests\nstill fail."),
            f.Text(text="words of a sub-agent", parent="9"),
        ),
        "Go on, please",
    )
    assert told.count("Fix the login") == 1
    assert "- Edit: src/login.py\n- Bash: pytest -q (exit 1)" in told
    assert "Files touched:\n- src/login.py\n- a.py\n- b.py" in told
    assert "> Two tests\n> still fail." in told
    assert "sub-agent" not in told
    assert told.endswith("Go on, please")


def test_an_empty_log_still_says_what_was_asked() -> None:
    told = compose(SPEC, [], "")
    assert "Fix the login" in told
    assert told.endswith("Then go on.")


def test_is_bounded_but_never_cuts_the_prompt() -> None:
    many = [f.ToolCalled(call_id=str(i), name="Write", title=f"file{i}/" + "x" * 500) for i in range(1000)]
    prompt = "p" * 20_000
    told = compose(SPEC, log(*many, f.Text(text="w" * 50_000)), prompt)
    assert told.endswith(prompt)
    assert len(told) <= LIMIT + len(prompt) + 200
