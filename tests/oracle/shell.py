"""A shell in a small project: where the programs of the comparison are started."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Final

from tests.oracle.session import Session
from tui.protocol.screen import WinSize

PROMPT: Final = "ready>"
_GIT: Final = [
    "git",
    "-c",
    "user.name=Test",
    "-c",
    "user.email=test@example.invalid",
    "-c",
    "commit.gpgsign=false",
]


def shell(folder: Path, size: WinSize, wide: str = "日本語 😀") -> Session:
    """A shell that waits for a command, in a project under `folder`; `wide` is in its files and commits."""
    project = folder / "project"
    make_project(project, wide)
    env = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "PS1": f"{PROMPT} ",
        "TMUX_TMPDIR": str(folder),
    }
    session = Session(["bash", "--norc", "--noprofile"], env, project, size)
    session.until(PROMPT)
    return session


def make_project(folder: Path, wide: str) -> None:
    """A repository with a few files and commits."""
    folder.mkdir()
    code = "\n".join(
        f"def f{n}(x):\n    # {f'{wide} ' * (n % 3)}number {n}\n    return 'é' * {n}\n" for n in range(40)
    )
    (folder / "code.py").write_text(code)
    (folder / "long.txt").write_text(
        "\n".join(f"{n:4} " + f"lorem ipsum dolor {wide} " * (n % 9) for n in range(200))
    )
    (folder / "sub").mkdir()
    subprocess.run([*_GIT, "init", "-q", "-b", "main"], cwd=folder, check=True)
    for number in range(6):
        (folder / "notes.md").write_text(f"# Notes {number}\n" * (number + 1))
        subprocess.run([*_GIT, "add", "."], cwd=folder, check=True)
        subprocess.run(
            [*_GIT, "commit", "-q", "-m", f"Change {number}: naïve {wide}"], cwd=folder, check=True
        )
