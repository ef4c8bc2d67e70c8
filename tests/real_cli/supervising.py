"""The installed command in a sandbox: agents are started, asked and steered as a user's script would."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.real_cli.environment import Sandbox
from tests.waiting import wait_until

COMMAND = Path(sys.executable).with_name("agent-tui")


class Supervised:
    """One sandboxed user with `agent-tui`, whose agents talk to the fake provider."""

    def __init__(self, sandbox: Sandbox, root: Path) -> None:
        self.sandbox = sandbox
        self.folders = {
            f"AGENT_TUI_{kind}_DIR": str(root / kind.lower()) for kind in ("STATE", "RUNTIME", "CONFIG")
        }
        self.environment = {**sandbox.environment, **self.folders}

    def call(
        self, *arguments: str, check: bool = True, limit_s: float = 60
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
        self, agent: str, condition: Callable[[dict[str, Any]], object], limit_s: float = 40
    ) -> dict[str, Any]:
        """Wait until the agent's row is so, and return it."""
        wait_until(lambda: condition(self.row(agent)), within_s=limit_s)
        return self.row(agent)

    def over(self, agent: str) -> dict[str, Any]:
        """Wait until nothing of the agent runs."""
        self.call("wait", agent, "--until", "exited,failed,killed", "--timeout", "60", limit_s=70)
        return self.row(agent)

    def events(self, agent: str, kind: str) -> list[dict[str, Any]]:
        """Return the facts of one kind in the agent's log, each with its time as `at`."""
        events = [json.loads(line) for line in self.call("logs", agent, "--json").stdout.splitlines()]
        return [{**event["fact"], "at": event["at"]} for event in events if event["fact"]["fact"] == kind]

    def end(self) -> None:
        """Kill what still runs."""
        for line in self.call("ls", "--json", check=False).stdout.splitlines():
            row = json.loads(line)
            if row["lifecycle"] in ("starting", "running", "stopping"):
                self.call("kill", row["id"], check=False)
                self.call("kill", row["id"], check=False)
