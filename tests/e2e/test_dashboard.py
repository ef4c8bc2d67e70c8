"""The installed command in a terminal, as a user meets it."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.e2e.conftest import User
from tests.e2e.tmux import Tmux
from tests.waiting import wait_until

pytestmark = pytest.mark.e2e

AGENTS = Path(__file__).parent.parent / "agents"
LEADER = "C-]"

Agent = Callable[..., str]


def inner_dashboard(terminal: Tmux, user: User) -> int:
    """The process that draws: the child of the terminal's own."""
    outer = terminal.pid()
    (drawing,) = [pid for pid in user.processes("agent-tui") if psutil.Process(pid).ppid() == outer]
    return drawing


def test_the_demo_shows_six_agents_answers_one_and_leaves_nothing(user: User) -> None:
    terminal = user.open("--demo", rows=50, cols=200)
    for name in ("flaky-tests", "docs", "migrate-db", "changelog", "api-refactor", "bench"):
        terminal.wait_for(name, deadline_s=30)
    terminal.wait_for("permission", deadline_s=30)
    terminal.send_keys("space")
    terminal.wait_for("allow once")
    terminal.send_keys("y")
    terminal.wait_for(lambda screen: "Ran rm -rf .pytest_cache" in screen or "Running" in screen)
    terminal.send_keys("q")
    assert terminal.wait_for_exit(30) == 0
    user.has_none_left()


def test_an_empty_fleet_says_what_to_do(user: User) -> None:
    terminal = user.open()
    screen = terminal.wait_for("new agent")
    assert "demo" in screen
    terminal.send_keys("q")
    assert terminal.wait_for_exit() == 0


def test_typing_goes_to_the_agent_until_the_leader(user: User, agent: Agent) -> None:
    agent("shell", "sh", "-c", "PS1='ready> ' exec sh -i")
    terminal = user.open()
    terminal.wait_for("ready>")
    terminal.send_keys("Enter")
    terminal.wait_for("keys go to this agent")
    terminal.send_literal("echo one-$((40+2))")
    terminal.send_keys("Enter")
    terminal.wait_for("one-42")
    # One burst: the first letter is the agent's, what follows the leader is not.
    terminal.send_keys("a", LEADER, "?")
    terminal.wait_for("Keys")
    terminal.send_keys("Escape")
    screen = terminal.wait_for(lambda screen: "Keys" not in screen and "keys go to" not in screen)
    assert "ready> a?" not in screen
    terminal.send_keys("q")
    assert terminal.wait_for_exit() == 0
    user.becomes("shell", lifecycle="running")


def test_kill_9_of_the_dashboard_is_not_noticed_by_any_agent(user: User, agent: Agent) -> None:
    agent("counter", "sh", "-c", "i=0; while :; do i=$((i+1)); echo count $i; sleep 0.2; done")
    terminal = user.open()
    terminal.wait_for("count 3")
    before = user.rows()["counter"]
    os.kill(inner_dashboard(terminal, user), signal.SIGKILL)
    assert terminal.wait_for_exit() != 0
    again = user.open()
    shown = again.wait_for("count 10", deadline_s=20)
    assert "counter" in shown
    after = user.rows()["counter"]
    assert (after["pid"], after["started_at"], after["runs"]) == (before["pid"], before["started_at"], 1)


def shown_clocks(terminal: Tmux) -> dict[str, float]:
    """The two clocks on the page that says why, in seconds."""
    found = re.findall(r"(quiet|no progress) .*?(\d+):(\d\d)\b", terminal.capture())
    return {name: int(minutes) * 60.0 + int(seconds) for name, minutes, seconds in found}


def test_dashboards_show_the_same_timers_also_after_kill_9_of_one(user: User, agent: Agent) -> None:
    agent("resting", "sh", "-c", "echo resting; exec cat")

    def open_page() -> Tmux:
        terminal = user.open()
        terminal.wait_for("resting")
        terminal.send_keys("w")
        terminal.wait_for("no progress")
        return terminal

    def agree(*terminals: Tmux) -> bool:
        """Each shows what has passed since the same moments, cut to seconds; a page is drawn anew once a second."""
        row, at = user.rows()["resting"], time.monotonic()
        for terminal in terminals:
            clocks = shown_clocks(terminal)
            if set(clocks) != {"quiet", "no progress"}:
                return False
            for name, told in (("quiet", row["quiet_s"]), ("no progress", row["no_progress_s"])):
                if not -2.0 <= told + time.monotonic() - at - clocks[name] <= 2.0:
                    return False
        return True

    one, two = open_page(), open_page()
    wait_until(lambda: min(shown_clocks(two).values(), default=0.0) >= 5)
    wait_until(lambda: agree(one, two))
    before = user.rows()["resting"]
    os.kill(inner_dashboard(one, user), signal.SIGKILL)
    one.wait_for_exit()
    again = open_page()
    wait_until(lambda: agree(two, again))
    after = user.rows()["resting"]
    assert (after["started_at"], after["runs"]) == (before["started_at"], 1)
    assert min(shown_clocks(again).values()) >= 5


def test_a_killed_dashboard_gives_the_terminal_back(user: User, agent: Agent) -> None:
    agent("quiet", "cat")
    terminal = user.open()
    terminal.wait_for("quiet")
    os.kill(inner_dashboard(terminal, user), signal.SIGKILL)
    terminal.wait_for_exit()
    state = terminal._tmux(
        "display-message", "-p", "#{alternate_on} #{mouse_any_flag} #{bracket_paste_flag} #{cursor_flag}"
    )
    assert state.split() == ["0", "0", "0", "1"] or state.split()[:2] == ["0", "0"]


def test_two_dashboards_agree(user: User, agent: Agent) -> None:
    agent("shared", "cat")
    one, two = user.open(), user.open()
    for terminal in (one, two):
        terminal.wait_for("shared")
    one.send_keys("Enter")
    one.wait_for("keys go to this agent")
    one.send_literal("both see this")
    two.wait_for("both see this")
    one.send_keys(LEADER)
    two.send_keys("K")
    two.wait_for("Kill shared?")
    two.send_keys("K")
    for terminal in (one, two):
        terminal.wait_for("killed", deadline_s=20)


def test_kill_9_of_a_host_is_lost_and_leaves_no_child(user: User, agent: Agent) -> None:
    agent("doomed", "sh", "-c", "echo alive; setsid sleep 1000 & exec sleep 1000")
    terminal = user.open()
    terminal.wait_for("alive")
    host = max(user.processes("tui.host", "doomed"))
    os.kill(host, signal.SIGKILL)
    terminal.wait_for("lost", deadline_s=20)
    user.has_none_left("sleep")
    row = user.rows()["doomed"]
    assert row["lifecycle"] == "lost"
    assert "alive" in user.call("screen", "doomed")
    assert "run_started" in user.call("logs", "doomed", "--json")


def test_killing_by_key_ends_what_resists_and_what_fled(user: User, agent: Agent) -> None:
    agent("stubborn", sys.executable, str(AGENTS / "nasty.py"), str(user.folder / "pids"))
    terminal = user.open()
    terminal.wait_for("stubborn")
    wait_until(lambda: len(user.processes("nasty.py")) >= 2)
    terminal.send_keys("K")
    terminal.wait_for("Kill stubborn?")
    terminal.send_keys("K")
    terminal.wait_for("killed", deadline_s=30)
    assert user.processes("nasty.py") == []
    assert "none left" in user.rows()["stubborn"]["exit"]["reason"]


def test_what_cannot_start_is_said_at_once_and_on_the_row(user: User, agent: Agent) -> None:
    assert "no-such-program-at-all" in user.call(
        "run", "--name", "typo", "--", "no-such-program-at-all", code=1
    )
    folder = user.folder / "gone-soon"
    folder.mkdir()
    user.call("run", "--name", "homeless", "--cwd", str(folder), "--", "true")
    user.becomes("homeless", lifecycle="exited")
    folder.rmdir()
    user.call("restart", "homeless", code=1)
    terminal = user.open()
    terminal.wait_for("failed")
    terminal.wait_for("Cannot start: the folder")


def test_a_filter_typed_in_one_burst_stands_as_it_was_typed(user: User, agent: Agent) -> None:
    for name in ("alembic", "other", "third"):
        agent(name, "cat")
    terminal = user.open()
    terminal.wait_for("third")
    for _ in range(4):
        terminal.send_keys("/")
        terminal.wait_for("words, state:failed")
        terminal.send_literal("alembic")
        terminal.wait_for(lambda screen: "alembic" in screen and "third" not in screen)
        terminal.send_keys("Escape")
        terminal.wait_for("third")
    terminal.send_keys("q")
    assert terminal.wait_for_exit() == 0


def test_quitting_says_who_goes_on(user: User, agent: Agent) -> None:
    agent("goer", "cat")
    terminal = user.open()
    terminal.wait_for("goer")
    terminal.send_keys("q")
    assert terminal.wait_for_exit() == 0
    assert "1 agent goes on" in terminal.capture()


@pytest.mark.parametrize(("rows", "cols"), [(24, 80), (10, 40), (5, 20), (80, 300)])
def test_every_size_shows_the_agent_and_quits(user: User, agent: Agent, rows: int, cols: int) -> None:
    agent("tiny", "cat")
    terminal = user.open(rows=rows, cols=cols)
    terminal.wait_for("tiny" if rows > 5 else lambda screen: bool(screen.strip()))
    terminal.send_keys("q")
    assert terminal.wait_for_exit() == 0


@pytest.mark.parametrize(
    "variables", [{"NO_COLOR": "1"}, {"TERM": "xterm"}, {"COLORTERM": ""}, {"TERM": "linux"}]
)
def test_every_kind_of_terminal_draws_and_quits(user: User, agent: Agent, variables: dict[str, str]) -> None:
    agent("plain", "cat")
    terminal = user.open(**variables)
    terminal.wait_for("plain")
    terminal.send_keys("?")
    terminal.wait_for("Keys")
    terminal.send_keys("Escape")
    terminal.wait_for(lambda screen: "Keys" not in screen)
    terminal.send_keys("q")
    assert terminal.wait_for_exit() == 0


def test_sigterm_restores_the_terminal(user: User, agent: Agent) -> None:
    agent("steady", "cat")
    terminal = user.open()
    terminal.wait_for("steady")
    os.kill(terminal.pid(), signal.SIGTERM)
    assert terminal.wait_for_exit() in (143, -signal.SIGTERM)
    user.has_none_left("bin/agent-tui")
    user.becomes("steady", lifecycle="running")
