"""Style sheets are parsed once for each theme, and what is on the screen does not notice."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.css import stylesheet
from textual.css.errors import UnresolvedVariableError
from textual.css.stylesheet import Stylesheet

from tests.ui.opened import opened
from tui.ui.styling import OnceParsed

LOUD = "Widget { color: $loud; }"


def test_nothing_is_parsed_twice_under_the_same_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []
    parse = stylesheet.parse

    def counted(scope: str, css: str, *args: object, **options: object) -> object:
        parsed.append(css)
        return parse(scope, css, *args, **options)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(stylesheet, "parse", counted)
    sheet = OnceParsed(variables={"loud": "red"})
    sheet.add_source(LOUD)
    sheet.reparse()
    sheet.add_source("Screen { color: blue; }")
    sheet.reparse()
    assert parsed.count(LOUD) == 1
    sheet.set_variables({"loud": "green"})
    sheet.reparse()
    assert parsed.count(LOUD) == 2
    assert sheet.rules[0].styles.color.hex == "#008000"


def test_rules_stay_where_a_sheet_is_wrong() -> None:
    sheet = OnceParsed(variables={"loud": "red"})
    sheet.add_source(LOUD)
    sheet.reparse()
    before = sheet.rules
    sheet.add_source("Widget { color: $nothing; }")
    with pytest.raises(UnresolvedVariableError):
        sheet.reparse()
    assert sheet._rules == before


async def test_the_dashboard_has_the_rules_that_textual_would_have(tmp_path: Path) -> None:
    async with opened(tmp_path) as d:
        ours = d.app.stylesheet
        assert isinstance(ours, OnceParsed)
        theirs = Stylesheet(variables=d.app.get_css_variables())
        for place, (css, is_default, tie_breaker, scope) in ours.source.items():
            theirs.add_source(
                css, read_from=place, is_default_css=is_default, tie_breaker=tie_breaker, scope=scope
            )
        theirs.reparse()
        assert [rule.css for rule in ours.rules] == [rule.css for rule in theirs.rules]
