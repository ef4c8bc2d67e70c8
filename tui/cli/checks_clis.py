"""Check of `doctor`: the agent CLIs, their versions, how they are signed in, what each mode tells."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from tui.cli.checks import Problem
from tui.client.catalog import RuntimeInfo, runtimes, seen_signed_in
from tui.core.clidef import CliDefinition
from tui.core.spec import Mode
from tui.core.text import one_line

VERSION_S: Final = 20.0
"""A CLI that does not tell its version by then is not waited for."""
LATE: Final = "late"
"""Stands for the version of a CLI that did not tell it in time."""
_VERSION: Final = re.compile(r"\d+(?:\.\d+)+(?:[-+.\w]*\w)?")
MODES: Final = {Mode.STREAM: "headless", Mode.INTERACTIVE: "screen"}


def programs(
    problems: list[Problem], env: Mapping[str, str] = os.environ, defined: Iterable[CliDefinition] = ()
) -> list[dict[str, Any]]:
    """Return the agent CLIs with their versions, asked all at once."""
    found = runtimes(env, defined)
    # Each takes a processor for a second: more at once than there are would only make all of them late.
    with ThreadPoolExecutor(max_workers=max(2, os.cpu_count() or 1)) as pool:
        said = list(pool.map(_version, found))
    told = []
    for runtime, answer in zip(found, said, strict=True):
        version = "" if answer == LATE else answer
        verdict = judged(version, runtime.tested)
        if answer == LATE:
            problems.append(
                Problem(
                    f"{runtime.executable} did not tell its version within {VERSION_S:.0f} s.",
                    f"Run {runtime.executable} --version: if it answers, only the machine was busy.",
                )
            )
        elif runtime.path and runtime.tested and not version:
            problems.append(
                Problem(
                    f"{runtime.executable} does not tell its version: it may not start.",
                    f"Run {runtime.executable} --version, or install it again: {runtime.install}",
                )
            )
        elif verdict == "older":
            problems.append(
                Problem(
                    f"{runtime.executable} {version} is older than {runtime.tested}, with which all was proved.",
                    f"{runtime.install}",
                )
            )
        seen = seen_signed_in(runtime.sign_in, env)
        told.append(
            {
                "name": runtime.name,
                "title": runtime.title,
                "installed": runtime.installed,
                "version": version,
                "proved_with": runtime.tested,
                "compared": verdict,
                "path": runtime.path,
                "install": runtime.install,
                "modes": list(runtime.modes),
                "sign_in": {"seen": seen, "mend": "" if seen else runtime.sign_in.mend},
                "tells": {
                    str(mode): _words(runtime, mode) for mode in runtime.modes if mode in runtime.tells
                },
            }
        )
    return told


def _words(runtime: RuntimeInfo, mode: Mode) -> dict[str, str]:
    tells = runtime.tells[mode]
    return {"state": tells.state, "tokens": tells.tokens, "money": str(tells.money), "not": tells.silent}


def judged(version: str, tested: str) -> str:
    """Return how a version compares with the proved one: `same`, `newer`, `older`; empty if that cannot be said."""
    have, want = _numbers(version), _numbers(tested)
    if not have or not want:
        return ""
    return "same" if have == want else "newer" if have > want else "older"


def _numbers(version: str) -> tuple[int, ...]:
    found = re.match(r"\d+(?:\.\d+)+", version)
    return tuple(int(part) for part in found[0].split(".")) if found else ()


def _version(runtime: RuntimeInfo) -> str:
    if not runtime.path or not runtime.tested:  # nothing is known of a program that the config describes
        return ""
    try:
        done = subprocess.run(
            [runtime.path, "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=VERSION_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return LATE
    except OSError:
        return ""
    said = one_line((done.stdout or done.stderr)[:2_000].decode("utf-8", "replace"))
    found = _VERSION.search(said)
    return found[0] if found else said[:40]
