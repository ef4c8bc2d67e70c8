"""What a pane shows of the real Claude Code is what another terminal makes of the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.tmux import Tmux
from tests.real_cli.environment import Sandbox
from tests.real_cli.supervising import Supervised
from tests.waiting import wait_until

pytestmark = pytest.mark.real_cli


@pytest.fixture
def fleet(sandbox: Callable[[str], Sandbox], tmp_path: Path) -> Iterator[Supervised]:
    supervised = Supervised(sandbox("claude"), tmp_path / "fleet")
    yield supervised
    supervised.end()


def shown_by_tmux(output: bytes, rows: int, cols: int, tmp_path: Path) -> list[str]:
    """What tmux shows after the same bytes."""
    stream = tmp_path / "stream.bin"
    stream.write_bytes(output)
    with Tmux(rows=rows, cols=cols, env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}) as terminal:
        terminal.start(
            ["sh", "-c", f"stty raw -echo; cat {stream}; touch {tmp_path}/done; sleep 60"], tmp_path
        )
        wait_until(lambda: (tmp_path / "done").exists())
        before: list[str] = []
        settled: list[str] = [""]

        def is_settled() -> bool:
            before[:] = settled
            settled[:] = terminal.capture().splitlines()
            return before == settled

        wait_until(is_settled)
        return settled


def without_blank_end(lines: list[str]) -> list[str]:
    """Rows without trailing spaces and blank rows at the end."""
    rows = [line.rstrip() for line in lines]
    while rows and not rows[-1]:
        rows.pop()
    return rows


def test_its_screen_equals_what_tmux_makes_of_the_same_bytes(fleet: Supervised, tmp_path: Path) -> None:
    agent = fleet.run("", mode="interactive")

    def agree() -> bool:
        ours = without_blank_end(fleet.call("screen", agent).stdout.splitlines())
        output, size = fleet.printed(agent)
        theirs = without_blank_end(shown_by_tmux(output, size.rows, size.cols, tmp_path))
        (tmp_path / "done").unlink()
        return ours == theirs

    for prompt, state in (
        ("say something #text", "idle"),
        ("write notes #write", "needs-permission"),
        ("clean up #ask", "needs-permission"),
    ):
        fleet.until(agent, lambda row: row["activity"] == "idle")
        used = fleet.row(agent)["usage"]["total"]
        fleet.call("send", agent, prompt)
        fleet.until(
            agent,
            lambda row, used=used, state=state: row["activity"] == state and row["usage"]["total"] > used,  # type: ignore[misc]
        )
        # Its spinner may draw between our two looks, and the recording is written a moment later: look again.
        wait_until(agree, within_s=20)
        if state == "needs-permission":
            fleet.call("answer", agent, "yes")
