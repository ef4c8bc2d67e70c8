"""The one line that says what an agent does."""

from __future__ import annotations

import pytest

from tui.core import facts as f
from tui.core.headline import headline, last_sentence


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        (f.ToolCalled(call_id="1", name="Bash", title="alembic upgrade head"), "Bash  alembic upgrade head"),
        (f.PermissionAsked(request_id="1", tool="Run", title="rm -rf x"), "run  rm -rf x"),
        (f.QuestionAsked(request_id="1", text="Keep v1?"), "“Keep v1?”"),
        (f.Retrying(attempt=2, max_attempts=10, error="overloaded"), "retry 2 of 10 overloaded"),
        (f.LogLine(text="noise"), None),
    ],
)
def test_headline(fact: f.AnyFact, expected: str | None) -> None:
    assert headline(fact) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("First. **Second** one.", "Second one."),
        ("## Done\n\n- item `x`\n\n", "item x"),
        ("**App.add_route** now _delegates_", "App.add_route now delegates"),
        ("2. `__init__` is empty", "__init__ is empty"),
        ("---\n", None),
        ("", None),
    ],
)
def test_last_sentence(text: str, expected: str | None) -> None:
    assert last_sentence(text) == expected
