"""The single checks of `doctor`. Each returns what it found and adds what is wrong to the problems; none changes anything."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import msgspec

from tui.cli.context import find_settings, read_views
from tui.client.view import AgentView
from tui.core.errors import AgentTuiError, ConfigError
from tui.core.text import one_line
from tui.system.paths import Paths
from tui.system.reasons import reason, shown


class Problem(msgspec.Struct, frozen=True):
    """Something is wrong."""

    problem: str
    mend: str = ""


# -- folders -----------------------------------------------------------------------------------------------------------


def folders(paths: Paths, problems: list[Problem]) -> list[dict[str, Any]]:
    """Return the folders with what may be done there."""
    wanted = (
        ("state", paths.state, "AGENT_TUI_STATE_DIR"),
        ("agents", paths.agents(), "AGENT_TUI_STATE_DIR"),
        ("sockets", paths.sockets(), "AGENT_TUI_RUNTIME_DIR"),
        ("config", paths.config, ""),
        ("log", paths.log, "AGENT_TUI_STATE_DIR"),
    )
    return [_folder(name, folder, variable, problems) for name, folder, variable in wanted]


def _folder(name: str, folder: Path, variable: str, problems: list[Problem]) -> dict[str, Any]:
    elsewhere = f"Set {variable} to a folder of yours." if variable else ""
    said, mend = "", ""
    try:
        info = folder.stat()
    except FileNotFoundError:
        above = _existing(folder)
        if variable and not os.access(above, os.W_OK | os.X_OK):
            said, mend = f"cannot be made: no permission in {shown(above)}", elsewhere
        found = {"name": name, "path": shown(folder), "fine": not said, "said": said or "not there yet"}
        if said:
            problems.append(Problem(f"The {name} folder {shown(folder)} {said}.", mend))
        return found
    except OSError as error:
        said, mend = f"cannot be used: {reason(error)}", elsewhere
    else:
        said, mend = _judge(name, folder, info, variable, elsewhere)
    if said:
        problems.append(Problem(f"The {name} folder {shown(folder)} {said}.", mend))
    return {"name": name, "path": shown(folder), "fine": not said, "said": said}


def _judge(name: str, folder: Path, info: os.stat_result, variable: str, elsewhere: str) -> tuple[str, str]:
    if not stat.S_ISDIR(info.st_mode):
        return "is not a folder", elsewhere or "Move it away."
    if info.st_uid != os.geteuid():
        return "belongs to another user", elsewhere
    if variable and not os.access(folder, os.W_OK | os.X_OK):
        read_only = os.statvfs(folder).f_flag & os.ST_RDONLY
        return (
            ("is on a read-only file system", elsewhere)
            if read_only
            else ("may not be written", f"chmod 700 {shown(folder)}")
        )
    if name in ("agents", "sockets") and info.st_mode & 0o077:
        return "is open to other users", f"chmod 700 {shown(folder)}"
    return _room(folder, variable)


def _room(folder: Path, variable: str) -> tuple[str, str]:
    usage = os.statvfs(folder)
    free = usage.f_bavail * usage.f_frsize
    if variable and free < 100_000_000:
        return f"has only {free // 1_000_000} MB left", "Make room; until then nothing can be recorded."
    return "", ""


def _existing(folder: Path) -> Path:
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder


def configs(paths: Paths, problems: list[Problem]) -> dict[str, Any]:
    """Return the config files in force."""
    try:
        settings = find_settings(paths)
    except ConfigError as error:
        problems += [Problem(str(each), f"Edit {each.path}.") for each in error.all()]
        return {"files": [error.path], "agents": 0}
    if settings.keys:
        from tui.ui.keymap import (
            problems as wrong_keys,
        )  # loads the toolkit: only where there is something to check

        where = " or ".join(shown(file) for file in settings.files)
        problems += [Problem(said, f"Edit [keys] in {where}.") for said in wrong_keys(settings.keys)]
    return {"files": [shown(file) for file in settings.files], "agents": len(settings.agents)}


# -- agents ------------------------------------------------------------------------------------------------------------


def agents(paths: Paths, problems: list[Problem]) -> dict[str, Any]:
    """Return how many agents there are, and name those that were lost."""
    from tui.client.folders import damage
    from tui.core.attention import RowState

    try:
        views = read_views(paths)
    except AgentTuiError as error:
        problems.append(Problem(error.sentence, error.hint))
        return {"total": 0, "running": 0, "lost": 0, "damaged": 0}
    lost = [view for view in views if view.state is RowState.LOST]
    resumable = [view for view in lost if view.status.session_id]
    if resumable:
        names = ", ".join(one_line(view.name) for view in resumable[:6])
        more = f" and {len(resumable) - 6} more" if len(resumable) > 6 else ""
        problems.append(
            Problem(
                f"Lost with their hosts: {names}{more}.",
                "agent-tui resume --all goes on with their sessions.",
            )
        )
    problems += [
        Problem(f"Lost with its host, without a session: {one_line(view.name)}.", f"agent-tui restart {view.id}, or agent-tui rm {view.id}")
        for view in lost
        if not view.status.session_id
    ]  # fmt: skip
    damaged = [(view, why) for view in views if (why := damage(paths, view))]
    problems += [Problem(f"{view.id} is damaged. {why}", _mend(view)) for view, why in damaged]
    problems += [
        Problem(
            f"{one_line(view.name)} is not recorded: {one_line(view.status.recording_note)}.", "Make room."
        )
        for view in views
        if not view.over and not view.status.recording
    ]
    problems += [
        Problem(
            f"The host of {one_line(view.name)} lives and does not answer.",
            f"kill -9 {view.status.host_pid} ends it with its agent; then agent-tui resume {view.id}.",
        )
        for view in views
        if not view.over and view.status.host_pid and not _listened_to(paths.socket(view.id))
    ]
    running = sum(not view.over for view in views)
    return {"total": len(views), "running": running, "lost": len(lost), "damaged": len(damaged)}


def _mend(view: AgentView) -> str:
    """Return what can be done with an agent whose files cannot be read."""
    again = f"agent-tui restart {view.id} begins it anew, " if view.spec is not None else ""
    first = "" if view.over else f"agent-tui kill {view.id} ends it, "
    return f"{first}{again}agent-tui rm {view.id} forgets it."


def sockets(paths: Paths, problems: list[Problem]) -> list[str]:
    """Return sockets that nobody listens on."""
    try:
        files = sorted(paths.sockets().glob("*.sock"))
    except OSError:
        return []
    stale = [file for file in files if not _listened_to(file)]
    # An agent's next host replaces its socket, and forgetting the agent removes it: only others are left to mend.
    problems += [
        Problem(f"Nobody listens on {shown(file)}; a crash left it.", f"rm {shown(file)}")
        for file in stale
        if not paths.agent(file.stem).is_dir()
    ]
    return [shown(file) for file in stale]


def orphans(paths: Paths, problems: list[Problem]) -> list[dict[str, Any]]:
    """Return processes of agents that have no host any more."""
    from tui.client.orphans import find

    found = find(paths)
    for agent_id in dict.fromkeys(each.agent_id for each in found):
        pids = [str(each.pid) for each in found if each.agent_id == agent_id]
        what = f"process {pids[0]} still runs" if len(pids) == 1 else f"processes {', '.join(pids)} still run"
        problems.append(Problem(f"The host of {agent_id} is gone, and its {what}.", "agent-tui sweep"))
    return [{**msgspec.to_builtins(each), "command": one_line(each.command)} for each in found]


def _listened_to(file: Path) -> bool:
    import socket

    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(1.0)
        try:
            probe.connect(str(file))
        except (ConnectionRefusedError, FileNotFoundError):
            return False
        except OSError:
            return True  # busy, or not ours to ask: no reason to have it removed
        return True
