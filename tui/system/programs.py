"""Whether a program can be started at all: found out before the fork, where it can still be said in a sentence."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from tui.core.errors import SpawnError
from tui.system.reasons import shown


def find_program(argv: Sequence[str], env: Mapping[str, str], cwd: str) -> str:
    """Return the path of the program to start.

    Raises:
        SpawnError: The folder or the program cannot be used.
    """

    def refuse(why: str, hint: str = "") -> SpawnError:
        return SpawnError(f"Cannot start: {why}.", hint, argv=tuple(argv), cwd=cwd)

    # Nothing may fail in the child but what ptyprocess catches there, or two of us would run on.
    for text in (cwd, *argv, *env, *env.values()):
        if "\0" in text or not _encodes(text):
            raise refuse("a setting holds a character that no program can be given")
    if any(not name or "=" in name for name in env):
        raise refuse("the environment holds a variable without a proper name")
    if why := _folder_trouble(Path(cwd)):
        raise refuse(why)
    name = argv[0] if argv else ""
    if not name:
        raise refuse("no command was given")
    if "/" not in name:
        found = shutil.which(name, path=env.get("PATH", os.defpath))
        if found is None:
            raise refuse(f"{shown(name)} is not on PATH", "Is it installed?")
        return found
    path = Path(cwd) / Path(name).expanduser()
    if not path.exists():
        raise refuse(f"{shown(path)} does not exist")
    if path.is_dir():
        raise refuse(f"{shown(path)} is a folder, not a program")
    if not os.access(path, os.X_OK):
        raise refuse(f"{shown(path)} is not executable", f"chmod +x {shown(path)}")
    return str(path)


def _folder_trouble(folder: Path) -> str:
    try:
        if not folder.exists():
            return f"the folder {shown(folder)} does not exist"
        if not folder.is_dir():
            return f"{shown(folder)} is not a folder"
    except PermissionError:
        return f"the folder {shown(folder)} cannot be reached: no permission"
    if not os.access(folder, os.X_OK):
        return f"the folder {shown(folder)} cannot be entered: no permission"
    return ""


def _encodes(text: str) -> bool:
    try:
        os.fsencode(text)
    except UnicodeEncodeError:
        return False
    return True
