"""The installed command in a sandbox: agents are started, asked and steered as a user's script would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.real_cli.environment import Sandbox, living
from tests.waiting import wait_until
from tui.client.folders import read_view
from tui.core.clock import SystemClock
from tui.core.status import Status
from tui.system.paths import Paths, paths_from_env

COMMAND = Path(sys.executable).with_name("agent-tui")
DEADLINE_S = 60.0
"""For whatever is waited for: several CLIs may be starting at once on two busy cores."""


class Supervised:
    """One sandboxed user with `agent-tui`, whose agents talk to the fake provider."""

    def __init__(self, sandbox: Sandbox, root: Path) -> None:
        self.sandbox = sandbox
        self.folders = {
            f"AGENT_TUI_{kind}_DIR": str(root / kind.lower()) for kind in ("STATE", "RUNTIME", "CONFIG")
        }
        self.environment = {**sandbox.environment, **self.folders}
        self._paths: Paths = paths_from_env(self.environment)

    def call(
        self, *arguments: str, check: bool = True, limit_s: float = 90
    ) -> subprocess.CompletedProcess[str]:
        """Run `agent-tui …` in the project and return what it printed."""
        done = subprocess.run(
            [COMMAND, *arguments],
            cwd=self.sandbox.place.project,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=limit_s,
            check=False,
        )
        assert done.returncode == 0 or not check, (
            f"agent-tui {arguments}: {done.returncode}\n{done.stdout}{done.stderr}"
        )
        return done

    def run(self, prompt: str, *options: str, mode: str = "stream", runtime: str = "claude-code") -> str:
        """Start an agent; return its id."""
        prompted = ("--prompt", prompt) if prompt else ()
        return self.call("run", "--runtime", runtime, "--mode", mode, *prompted, *options).stdout.strip()

    def row(self, agent: str) -> dict[str, Any]:
        """Return the agent's object in `ls --json`."""
        rows = [json.loads(line) for line in self.call("ls", "--json").stdout.splitlines()]
        return next(row for row in rows if row["id"] == agent)

    def until(
        self, agent: str, condition: Callable[[dict[str, Any]], object], limit_s: float = DEADLINE_S
    ) -> dict[str, Any]:
        """Wait until the agent's row is so, and return it."""
        end = time.monotonic() + limit_s
        status: Status | None = None
        while True:
            found = self._status(agent)
            if found != status or time.monotonic() > end:
                # Something changed in the file that `ls` reads: have the command say what it is now.
                status, row = found, self.row(agent)
                if condition(row):
                    return row
            if time.monotonic() > end:
                raise AssertionError(f"not within {limit_s} s: {json.dumps(row)}\n{self.told(agent)}")
            time.sleep(0.05)

    def _status(self, agent: str) -> Status | None:
        view = read_view(self._paths, agent, SystemClock().now())
        return None if view is None else view.status

    def over(self, agent: str) -> dict[str, Any]:
        """Wait until nothing of the agent runs."""
        self.call("wait", agent, "--until", "exited,failed,killed", "--timeout", "80", check=False)
        row = self.row(agent)
        assert row["lifecycle"] in ("exited", "failed", "killed"), f"{row}\n{self.told(agent)}"
        return row

    def show(self, agent: str) -> dict[str, Any]:
        """Return the agent's object in `show --json`."""
        found: dict[str, Any] = json.loads(self.call("show", agent, "--json").stdout)
        return found

    def facts(self, agent: str) -> list[dict[str, Any]]:
        """Return the facts in the agent's log, each with its time as `at` and its run as `run`."""
        events = [json.loads(line) for line in self.call("logs", agent, "--json").stdout.splitlines()]
        return [{**event["fact"], "at": event["at"], "run": event["run"]} for event in events]

    def events(self, agent: str, kind: str) -> list[dict[str, Any]]:
        """Return the facts of one kind."""
        return [fact for fact in self.facts(agent) if fact["fact"] == kind]

    def passed(self, agent: str) -> list[str]:
        """Return the activities that its log tells, one after the other."""
        return [fact["activity"] for fact in self.events(agent, "state_changed")]

    def told(self, agent: str) -> str:
        """Return what a failed test needs to be understood: the screen and the end of the log."""
        screen = self.call("screen", agent, check=False).stdout
        return f"{screen}\n{self.call('logs', agent, '-n', '40', check=False).stdout}"

    def none_left(self) -> None:
        """Wait until no process has this home: no CLI, no daemon, no host."""
        wait_until(lambda: not living(self.sandbox.place.home, but=os.getpid()), within_s=30)

    def end(self) -> None:
        """Kill what still runs."""
        for line in self.call("ls", "--json", check=False).stdout.splitlines():
            row = json.loads(line)
            if row["lifecycle"] in ("starting", "running", "stopping"):
                self.call("kill", row["id"], check=False)
                self.call("kill", row["id"], check=False)
