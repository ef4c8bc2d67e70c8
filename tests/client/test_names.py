"""From what a user typed to one agent."""

from __future__ import annotations

import pytest

from tui.client.names import resolve
from tui.core.errors import AgentNotFound

AGENTS = [("api", "api"), ("api-2", "api-2"), ("docs-3f", "Docs site"), ("web-1", "web"), ("web-2", "web")]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [("api", "api"), ("api-", "api-2"), ("Docs site", "docs-3f"), ("d", "docs-3f"), ("web-1", "web-1")],
)
def test_an_id_a_beginning_or_a_name(wanted: str, found: str) -> None:
    assert resolve(wanted, AGENTS) == found


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ("web", "'web' could be web-1, web-2. Say which."),
        ("ap", "'ap' could be api, api-2. Say which."),
        ("dosc-3f", "There is no agent 'dosc-3f'. Near: docs-3f."),
        ("zzz", "There is no agent 'zzz'. agent-tui ls lists them."),
        ("", "There is no agent ''. agent-tui ls lists them."),
    ],
)
def test_what_is_not_clear_is_said(wanted: str, sentence: str) -> None:
    with pytest.raises(AgentNotFound) as caught:
        resolve(wanted, AGENTS)
    assert str(caught.value) == sentence


def test_without_agents_the_way_to_the_first_is_shown() -> None:
    with pytest.raises(AgentNotFound, match="agent-tui run"):
        resolve("x", [])


def test_a_hostile_name_is_shown_inert() -> None:
    with pytest.raises(AgentNotFound) as caught:
        resolve("x\x1b]0;pwned\x07\u202ey", AGENTS)
    assert "\x1b" not in str(caught.value)
    assert "\u202e" not in str(caught.value)
