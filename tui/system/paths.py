"""Where the program keeps its files. The only importer of platformdirs.

`AGENT_TUI_STATE_DIR`, `AGENT_TUI_RUNTIME_DIR` and `AGENT_TUI_CONFIG_DIR` override the platform's folders, so that tests and
side-by-side fleets share nothing.
"""

from __future__ import annotations

import os
import sys
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from tui.core.errors import StoreError
from tui.system.reasons import reason, shown

APP: Final = "agent-tui"
CONFIG_NAME: Final = "agent-tui.toml"
SOCKET_PATH_MAX: Final = 100
"""Bytes of a socket's path, exclusive. `sun_path` holds 104 on macOS and 108 on Linux, with the final NUL (unix(4), unix(7))."""
_NAME_MAX: Final = len("/.sock") + 24
"""Bytes that the longest id adds to the folder of sockets."""


class Paths(msgspec.Struct, frozen=True):
    """The four folders everything lives in."""

    state: Path
    runtime: Path
    config: Path
    log: Path

    def agents(self) -> Path:
        """Folder of all agents, one folder each."""
        return self.state / "agents"

    def agent(self, agent_id: str) -> Path:
        """Folder of one agent."""
        return self.agents() / agent_id

    def sockets(self) -> Path:
        """Folder of the sockets: the runtime folder, or a short one where its path would be too long for a socket."""
        if len(os.fsencode(self.runtime)) + _NAME_MAX < SOCKET_PATH_MAX:
            return self.runtime
        return _temporary(self.runtime)

    def socket(self, agent_id: str) -> Path:
        """Socket of an agent's host; shorter than `SOCKET_PATH_MAX` bytes."""
        return self.sockets() / f"{agent_id}.sock"

    def user_config(self) -> Path:
        """The user's config file."""
        return self.config / CONFIG_NAME


def paths_from_env(env: Mapping[str, str] = os.environ) -> Paths:
    """Return the folders for an environment. Creates nothing."""
    state = _override(env, "AGENT_TUI_STATE_DIR")
    runtime = _override(env, "AGENT_TUI_RUNTIME_DIR")
    config = _override(env, "AGENT_TUI_CONFIG_DIR")
    log = state / "log" if state else None
    if state is None or runtime is None or config is None:
        import platformdirs  # only where it is needed: a host gets all three from its dashboard

        state = state or platformdirs.user_state_path(APP, appauthor=False)
        runtime = runtime or _runtime_folder(state)
        config = config or platformdirs.user_config_path(APP, appauthor=False)
        log = log or platformdirs.user_log_path(APP, appauthor=False)
    return Paths(state=state, runtime=runtime, config=config, log=log or state / "log")


def _runtime_folder(state: Path) -> Path:
    xdg = os.environ.get("XDG_RUNTIME_DIR", "")
    if sys.platform != "darwin" and not (xdg and os.access(xdg, os.W_OK)):
        # None, or not a usable one (ssh without a login manager, su, a container). platformdirs would warn and put us
        # below a folder of /tmp that anyone may have made first; a folder right in /tmp nobody else can rename.
        return _temporary(state)
    import platformdirs

    return platformdirs.user_runtime_path(APP, appauthor=False)


def _temporary(wanted: Path) -> Path:
    # A hash of the wanted folder keeps fleets apart; it guards nothing, the folder's owner and mode do.
    name = f"{APP}-{os.geteuid()}-{zlib.crc32(os.fsencode(wanted)):08x}"
    base = os.environ.get("TMPDIR", "")
    if not base.startswith("/") or len(os.fsencode(base)) + 1 + len(name) + _NAME_MAX >= SOCKET_PATH_MAX:
        base = "/tmp"
    return Path(base) / name


def _override(env: Mapping[str, str], name: str) -> Path | None:
    value = env.get(name, "")
    return Path(value).expanduser().absolute() if value else None


def ensure(paths: Paths) -> None:
    """Make the folders that are written to, private to this user.

    Raises:
        StoreError: A folder cannot be made, is not ours or cannot be written.
    """
    make_private(paths.state, "AGENT_TUI_STATE_DIR", tighten=False)
    make_private(paths.agents(), "AGENT_TUI_STATE_DIR")
    make_private(paths.log, "AGENT_TUI_STATE_DIR")
    make_private(paths.sockets(), "AGENT_TUI_RUNTIME_DIR")


def make_folder(folder: Path) -> None:
    """Make a folder and those above it that are missing, each 0700 whatever the umask: only the last would be with `parents=True`.

    Raises:
        OSError: It cannot be made.
    """
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except FileNotFoundError:
        make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def make_private(folder: Path, variable: str = "", *, tighten: bool = True) -> None:
    """Make one folder 0700, with those above it.

    Args:
        folder: The folder; may exist.
        variable: Environment variable that moves it elsewhere, for the hint.
        tighten: Also take the permissions of others from a folder that exists.

    Raises:
        StoreError: It cannot be made, is a link, belongs to another user or cannot be written.
    """
    hint = f"Set {variable} to a folder of yours." if variable else ""

    def refuse(why: str) -> StoreError:
        return StoreError(f"Cannot write to {shown(folder)}: {why}.", hint, path=str(folder))

    try:
        make_folder(folder)
        # Both the name and what it leads to: below a shared folder (/tmp) a link of another user could wait for us.
        if any(info.st_uid != os.geteuid() for info in (folder.lstat(), folder.stat())):
            raise refuse("it belongs to another user")
        if tighten and folder.stat().st_mode & 0o077:
            folder.chmod(0o700)
        if not os.access(folder, os.W_OK | os.X_OK):
            read_only = os.statvfs(folder).f_flag & os.ST_RDONLY
            raise refuse("the file system is read-only" if read_only else "no permission")
    except FileExistsError:
        raise refuse("it is not a folder") from None
    except OSError as error:
        raise refuse(reason(error)) from error
