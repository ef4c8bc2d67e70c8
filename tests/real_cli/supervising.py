"""The installed command in a sandbox: agents are started, asked and steered as a user's script would.

Whoever waits reads what the commands print by the functions that they print it with: a Python that starts many times a
second would take the machine from the very programs that are waited for.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.fakes.exchange import Kind
from tests.fakes.model_server import ModelServer
from tests.real_cli.environment import Sandbox, living
from tests.waiting import wait_until
from tui.cli import records
from tui.client.folders import read_view
from tui.core.clock import SystemClock
from tui.protocol.screen import WinSize
from tui.system.eventlog import read_events
from tui.system.paths import Paths, paths_from_env

COMMAND = Path(sys.executable).with_name("agent-tui")
DEADLINE_S = 60.0
"""For whatever is waited for: several CLIs may be starting at once on two busy cores."""
SKIP = ("--arg", "--dangerously-skip-permissions")
"""Lets Claude Code use its tools."""


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

    def listed(self, agent: str) -> dict[str, Any]:
        """Return the agent's object as `ls --json` prints it."""
        rows = [json.loads(line) for line in self.call("ls", "--json").stdout.splitlines()]
        return next(row for row in rows if row["id"] == agent)

    def row(self, agent: str) -> dict[str, Any]:
        """Return the object that `ls --json` would print now."""
        now = SystemClock().now()
        view = read_view(self._paths, agent, now)
        assert view is not None, agent
        return _as_printed(records.record(view, now))

    def show(self, agent: str) -> dict[str, Any]:
        """Return the object that `show --json` would print now."""
        now = SystemClock().now()
        view = read_view(self._paths, agent, now)
        assert view is not None, agent
        return _as_printed(records.full_record(view, now))

    def until(
        self, agent: str, condition: Callable[[dict[str, Any]], object], limit_s: float = DEADLINE_S
    ) -> dict[str, Any]:
        """Wait until the agent's row is so, and return it."""
        end = time.monotonic() + limit_s
        while not condition(row := self.row(agent)):
            if time.monotonic() > end:
                raise AssertionError(f"not within {limit_s} s: {json.dumps(row)}\n{self.told(agent)}")
            time.sleep(0.05)
        return row

    def until_shown(self, agent: str, *texts: str) -> None:
        """Wait until all these are on the agent's screen."""
        end = time.monotonic() + DEADLINE_S
        while not all(text in self.call("screen", agent, check=False).stdout for text in texts):
            assert time.monotonic() < end, f"no {texts}:\n{self.told(agent)}"
            time.sleep(0.3)

    def over(self, agent: str) -> dict[str, Any]:
        """Wait until nothing of the agent runs."""
        self.call("wait", agent, "--until", "exited,failed,killed", "--timeout", "80", check=False)
        row = self.listed(agent)
        assert row["lifecycle"] in ("exited", "failed", "killed"), f"{row}\n{self.told(agent)}"
        return row

    def facts(self, agent: str) -> list[dict[str, Any]]:
        """Return the facts in the agent's log, each with its time as `at` and its run as `run`."""
        events = [_as_printed(event) for event in read_events(self._paths.agent(agent))]
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

    def printed(self, agent: str) -> tuple[bytes, WinSize]:
        """Return what its last run printed so far, as recorded, and the size of its terminal."""
        header, *lines = (self._paths.agent(agent) / "output.cast").read_text().splitlines()
        size = json.loads(header)
        output: list[str] = []
        for _, kind, text in map(json.loads, lines):
            if kind == "m":
                output.clear()
            elif kind == "o":
                output.append(text)
        return "".join(output).encode(), WinSize(size["height"], size["width"])

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


def _as_printed(value: object) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(records.encode(value))
    return told


def kinds(usage: dict[str, Any]) -> tuple[int, ...]:
    """The tokens of a row by kind."""
    return tuple(usage[kind] for kind in ("input", "output", "cache_read", "cache_write"))


def billed(provider: ModelServer) -> tuple[int, ...]:
    """The same of what was billed for the turns."""
    total = provider.totals(Kind.MAIN)
    return (total.input, total.output, total.cache_read, total.cache_write)
