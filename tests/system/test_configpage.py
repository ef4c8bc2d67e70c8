"""docs/settings.md says what the rules say."""

from __future__ import annotations

from pathlib import Path

from tui.system.configpage import page
from tui.system.configrules import TOP

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


def test_the_page_says_what_the_rules_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run nox -s table"


def test_every_table_of_the_config_is_on_the_page() -> None:
    words = page()
    for name in TOP:
        heading = {
            "defaults": "`[defaults]`",
            "agent": "[[agent]]",
            "runtime": "[runtime.NAME]",
            "prices": "[prices.",
        }
        assert heading.get(name, f"[{name}]") in words
