"""Installs agent CLIs from npm, each in a folder of its own, and finds those that are there.

`AGENT_TUI_TEST_CLIS` names the folder that holds them; without it they go to the platform's cache folder. A CLI that is
there and starts is used as it is, whatever its version. `python -m tests.real_cli.install [NAME…]` installs ahead of
the tests.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import platformdirs

from tests.real_cli.clis import CLIS

INSTALL_LIMIT_S = 600
VERSION_LIMIT_S = 60

_proved: set[Path] = set()
"""Programs that this process has seen start."""
_failures: dict[Path, str] = {}
"""Why others did not: they are not tried for each test again."""
AT_ONCE = 3

_started: dict[Path, str] = {}
"""The programs that this process saw start, with their versions."""


class InstallError(Exception):
    """A CLI could not be installed, or does not start; says why."""


def clis_folder() -> Path:
    """Where the CLIs are: one folder for each."""
    chosen = os.environ.get("AGENT_TUI_TEST_CLIS")
    return Path(chosen) if chosen else platformdirs.user_cache_path("agent-tui") / "test-clis"


def program(name: str) -> Path:
    """Path of a CLI's program, whether it is there or not."""
    return clis_folder() / name / "node_modules" / ".bin" / name


def ensure(name: str) -> Path:
    """The program of a CLI, installed if it is not there yet.

    Only one process at a time installs the same CLI; the others wait for it. A process asks each program only once
    whether it starts: that takes seconds.

    Raises:
        InstallError: npm failed, or the program does not start.
    """
    found = program(name)
    if found not in _started:
        with _lock(name):
            if not found.exists():
                _npm_install(clis_folder() / name, (CLIS[name].package,), found)
        _started[found] = version(name)
    return found


def version(name: str) -> str:
    """What a CLI that is there prints as its version.

    Raises:
        InstallError: It does not start.
    """
    with tempfile.TemporaryDirectory(prefix="agent-tui-home-") as home:
        environment = {"PATH": os.environ["PATH"], "HOME": home, "LANG": "C.UTF-8"}
        try:
            done = subprocess.run(
                [program(name), "--version"], env=environment, cwd=home, stdin=subprocess.DEVNULL,
                capture_output=True, text=True, timeout=VERSION_LIMIT_S, check=False,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as error:
            raise InstallError(f"{name} does not start: {error}") from error
    if done.returncode != 0:
        raise InstallError(f"{name} --version exited with {done.returncode}:\n{done.stderr[-2000:]}")
    return done.stdout.strip() or done.stderr.strip() or "no version printed"


def install_packages(folder: Path, packages: Sequence[str], proof: Path) -> None:
    """Install npm packages into a folder of their own, unless what proves that they are installed is there.

    Only one process at a time installs into the same folder; the others wait for it.

    Raises:
        InstallError: npm failed.
    """
    with _lock(folder.name):
        if not proof.exists():
            _npm_install(folder, packages, proof)


def _npm_install(folder: Path, packages: Sequence[str], proof: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    # npm takes a bare name for a folder of that name in the working directory, hence `cwd` and the pinned version.
    argv = [
        "npm",
        "install",
        "--prefix",
        str(folder),
        "--no-audit",
        "--no-fund",
        "--no-package-lock",
        *packages,
    ]
    names = " ".join(packages)
    try:
        done = subprocess.run(
            argv, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, timeout=INSTALL_LIMIT_S, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise InstallError(f"npm could not install {names}: {error}") from error
    (folder / "install.log").write_text(done.stdout, encoding="utf-8")
    if done.returncode != 0 or not proof.exists():
        tail = done.stdout[-2000:]
        raise InstallError(f"npm install {names} in {folder} exited with {done.returncode}:\n{tail}")


@contextmanager
def _lock(name: str) -> Iterator[None]:
    clis_folder().mkdir(parents=True, exist_ok=True)
    with (clis_folder() / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def main() -> None:
    """Install the CLIs named on the command line, or all; exit 1 if one failed."""
    parser = argparse.ArgumentParser(description="Install agent CLIs for the tests.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of {', '.join(CLIS)}; none means all")
    names = parser.parse_args().names or list(CLIS)
    if unknown := set(names) - set(CLIS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        outcomes = list(pool.map(_outcome, names))
    for name, said, fine in outcomes:
        print(f"{name}: {said}", file=sys.stdout if fine else sys.stderr)
    sys.exit(0 if all(fine for *_, fine in outcomes) else 1)


def _outcome(name: str) -> tuple[str, str, bool]:
    """Install a CLI; return its name, its version or what went wrong, and whether it is there."""
    try:
        return name, _started[ensure(name)].splitlines()[0], True
    except InstallError as failure:
        return name, str(failure), False


if __name__ == "__main__":
    main()
