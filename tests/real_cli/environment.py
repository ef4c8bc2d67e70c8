"""A throw-away home and project for one run of a real CLI, and the run itself.

A CLI started here sees nothing of the user's own environment but `PATH`. Its runs are ended with their process
groups, and daemons that it left behind are found by the home in their environment.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.fakes.exchange import Json
from tests.real_cli import install
from tests.real_cli.clis import CLIS, Cli, Place

RUN_LIMIT_S = 60.0


@dataclass(frozen=True, slots=True)
class Run:
    """A headless run that has ended."""

    exit_status: int
    """As `subprocess` counts: negative for the signal that ended it."""
    events: tuple[Json, ...]
    """The JSON objects on its stdout, one a line."""
    stdout: str
    stderr: str
    seconds: float

    def of_type(self, kind: str) -> list[Json]:
        """The events whose `type` is `kind`."""
        return [event for event in self.events if event.get("type") == kind]

    def __str__(self) -> str:
        return f"exit {self.exit_status} after {self.seconds:.1f} s\n{self.stdout[-3000:]}\n{self.stderr[-3000:]}"


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A CLI with a home and a project of its own."""

    cli: Cli
    place: Place
    program: Path
    environment: Mapping[str, str]

    def start(self, arguments: list[str]) -> subprocess.Popen[str]:
        """Start the CLI in the project, in a process group of its own, with pipes."""
        return subprocess.Popen(
            [self.program, *arguments], cwd=self.place.project, env=dict(self.environment),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, encoding="utf-8", errors="replace", start_new_session=True,
        )  # fmt: skip

    def run(self, arguments: list[str], limit_s: float = RUN_LIMIT_S) -> Run:
        """Run the CLI to its end.

        Raises:
            TimeoutError: It did not end within `limit_s` seconds, and was killed.
        """
        started = time.monotonic()
        process = self.start(arguments)
        try:
            stdout, stderr = process.communicate(timeout=limit_s)
        except subprocess.TimeoutExpired:
            kill_group(process)
            stdout, stderr = process.communicate()
            raise TimeoutError(
                f"{self.cli.name} ran for over {limit_s} s:\n{stdout[-2000:]}\n{stderr[-2000:]}"
            ) from None
        finally:
            kill_group(process)
        return Run(process.returncode, _events(stdout), stdout, stderr, time.monotonic() - started)

    def end_leftovers(self) -> None:
        """End what has left the process group of its run, such as a daemon: all that has this home in its environment."""
        found = living(self.place.home)
        for process in found:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(found, timeout=10)


def make_sandbox(name: str, root: Path, url: str) -> Sandbox:
    """Prepare a CLI for the fake provider at `url`, with everything it writes under `root`.

    Raises:
        tests.real_cli.install.InstallError: The CLI is not there and could not be installed.
        RuntimeError: The run that has to come first failed.
    """
    cli = CLIS[name]
    program = install.ensure(name)
    place = Place(root / "home", root / "project", url)
    place.home.mkdir(parents=True)
    make_project(place.project)
    for path, text in cli.files(place).items():
        file = place.home / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    sandbox = Sandbox(cli, place, program, clean_environment(cli, place, program))
    if cli.setup is not None:
        done = sandbox.run(cli.setup(place))
        if done.exit_status != 0:
            sandbox.end_leftovers()
            raise RuntimeError(f"{name} could not be set up: {done}")
        sandbox.end_leftovers()  # a daemon that it leaves would not be an agent's
    return sandbox


def clean_environment(cli: Cli, place: Place, program: Path) -> dict[str, str]:
    """The whole environment of a CLI; its program is found on the `PATH`."""
    path = os.pathsep.join((str(program.parent), os.environ["PATH"]))
    common = {
        "PATH": path,
        "HOME": str(place.home),
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
    }
    return common | dict(cli.environment(place))


def make_project(project: Path) -> None:
    """A git repository with one commit."""
    project.mkdir(parents=True)
    (project / "README.md").write_text("# A small project\n", encoding="utf-8")
    identity = ("-c", "user.name=Test", "-c", "user.email=test@example.invalid", "-c", "commit.gpgsign=false")
    environment = {"PATH": os.environ["PATH"], "HOME": str(project), "GIT_CONFIG_NOSYSTEM": "1"}
    for arguments in (("init", "-q", "-b", "main"), ("add", "."), (*identity, "commit", "-q", "-m", "Start")):
        subprocess.run(["git", *arguments], cwd=project, env=environment, check=True, timeout=20)


def kill_group(process: subprocess.Popen[str]) -> None:
    """End everything in the process group of a started CLI; nothing if it is empty already."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def living(home: Path, but: int = 0) -> list[psutil.Process]:
    """The processes with a home in their environment, but one."""
    return [one for one in psutil.process_iter() if one.pid != but and _home_of(one) == str(home)]


def _home_of(process: psutil.Process) -> str:
    try:
        return process.environ().get("HOME", "")
    except psutil.Error:
        return ""


def _events(stdout: str) -> tuple[Json, ...]:
    events: list[Json] = []
    for line in stdout.splitlines():
        if line.startswith("{"):
            with contextlib.suppress(ValueError):
                events.append(json.loads(line))
    return tuple(events)
