"""The interactive Claude Code against the fake provider, in a real terminal."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.tmux import Tmux
from tests.fakes.exchange import Kind
from tests.fakes.model_server import ModelServer
from tests.fakes.usage import ROUNDS
from tests.real_cli.environment import Sandbox

pytestmark = pytest.mark.real_cli


def test_it_starts_without_dialogs_asks_and_answers(
    sandbox: Callable[[str], Sandbox], provider: ModelServer
) -> None:
    claude = sandbox("claude")
    with Tmux(rows=40, cols=110, env=claude.environment) as tmux:
        tmux.start([str(claude.program)], claude.place.project)
        tmux.wait_for("? for shortcuts", deadline_s=30)
        tmux.send_literal("clean up #ask")
        tmux.wait_for("clean up #ask")
        tmux.send_keys("Enter")
        tmux.wait_for("Do you want", deadline_s=30)
        assert provider.totals(Kind.MAIN) == ROUNDS[0]
        tmux.send_keys("Enter")
        tmux.wait_for("The answer is 42", deadline_s=30)
        assert provider.totals(Kind.MAIN) == ROUNDS[0] + ROUNDS[1]
        tmux.send_keys("C-c")
        tmux.send_keys("C-c")
        assert tmux.wait_for_exit(deadline_s=20) == 0
