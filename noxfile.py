"""Everything a change must pass, as tasks: `nox` runs the whole check, `nox -l` lists the rest.

Tasks run in the environment that nox itself was installed into (`pip install -e '.[dev]'`).
"""

from __future__ import annotations

import nox

nox.options.default_venv_backend = "none"
nox.options.sessions = ["format", "lint", "types", "imports", "test"]

PYTHON_FILES = ["tui", "tests", "benchmarks", "screenshots", "noxfile.py"]


@nox.session
def format(session: nox.Session) -> None:  # noqa: A001 - the task's name
    """Formatting is as ruff writes it."""
    session.run("ruff", "format", "--check", *PYTHON_FILES)


@nox.session
def lint(session: nox.Session) -> None:
    """No lint."""
    session.run("ruff", "check", *PYTHON_FILES)


@nox.session
def types(session: nox.Session) -> None:
    """Types hold, strictly."""
    session.run("mypy")


@nox.session
def imports(session: nox.Session) -> None:
    """Imports point one way."""
    session.run("lint-imports")


@nox.session
def test(session: nox.Session) -> None:
    """Unit, property, integration, pilot and snapshot tests."""
    session.run("pytest", *session.posargs)


@nox.session
def e2e(session: nox.Session) -> None:
    """The installed command in tmux."""
    session.run("pytest", "-m", "e2e", *session.posargs)


@nox.session
def real_cli(session: nox.Session) -> None:
    """Agent CLIs from npm against fake model servers on 127.0.0.1."""
    session.run("pytest", "-m", "real_cli", "-n", "4", *session.posargs)


@nox.session
def oracle(session: nox.Session) -> None:
    """The emulator and xterm.js, cell by cell."""
    session.run("pytest", "-m", "oracle", *session.posargs)


@nox.session
def package(session: nox.Session) -> None:
    """The wheel in a fresh environment."""
    session.run("pytest", "-m", "packaging", *session.posargs)


@nox.session
def screenshots(session: nox.Session) -> None:
    """Draw the pictures again; `-- --check` only compares."""
    session.run("python", "-m", "screenshots.render", *session.posargs)


@nox.session
def table(session: nox.Session) -> None:
    """Write again what the docs take from the code: runtimes, states, keys and settings."""
    session.run("python", "-m", "tui.runtimes.table", "docs/runtimes.md")
    session.run("python", "-m", "tui.core.table", "docs/states.md")
    session.run("python", "-m", "tui.ui.keypage", "docs/keys.md")
    session.run("python", "-m", "tui.system.configpage", "docs/settings.md")


@nox.session
def demo(session: nox.Session) -> None:
    """The simulated fleet."""
    session.run("agent-tui", "--demo", *session.posargs)


@nox.session
def release(session: nox.Session) -> None:
    """Build the wheel and the source archive into dist/."""
    session.run("python", "-m", "pip", "wheel", "--no-deps", "-w", "dist", ".")
