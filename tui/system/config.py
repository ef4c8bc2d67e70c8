"""The config files: found, read, judged, merged. `$CONFIG/agent-tui.toml` is the user's, `./agent-tui.toml` the project's.

Strict: an unknown key, a wrong type and a wrong value are refused by a `ConfigError` that names the file, the key, what
stands there and what may stand there. Nothing is guessed and nothing ignored.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, Final

import msgspec

from tui.core.clidef import CliDefinition
from tui.core.errors import ConfigError
from tui.core.limits import FleetBudget
from tui.core.notify import Notify
from tui.core.prices import Override
from tui.core.settings import AgentSettings, Dashboard, Settings
from tui.system.configchecks import describe
from tui.system.confignotify import notify_table
from tui.system.configrules import (
    AGENT,
    BUDGET,
    DASHBOARD,
    DEFAULTS,
    LIMITS,
    PRICE,
    TOP,
    Table,
    Wrongs,
    agent_name,
    inactivity_table,
    keys_table,
    near,
    table,
)
from tui.system.configruntimes import definitions
from tui.system.configtexts import templates_table
from tui.system.git import project_name
from tui.system.paths import CONFIG_NAME, Paths
from tui.system.reasons import reason, shown

CONFIG_BYTES_MAX: Final = 1_000_000
_LINE: Final = re.compile(r"\s*\(at line (\d+), column (\d+)\)$|\s*\(at end of document\)$")


def load(paths: Paths, folder: Path, runtimes: Sequence[str] = ()) -> Settings:
    """Return the settings in force in a folder: the project's over the user's.

    Args:
        paths: Where the user's file is.
        folder: Searched for `agent-tui.toml`, then upward to the root of its repository.
        runtimes: Names of runtimes that there are; none: any name is taken.

    Raises:
        ConfigError: A file is wrong.
    """
    project = find_project(folder)
    user_file = paths.user_config()
    wrongs = Wrongs()
    user = wrongs.take(lambda: read(user_file, runtimes, users=True), None) if _is_file(user_file) else Read()
    # Where the user's file is wrong its runtimes are not known: no name in the project's is held against that.
    named = _with(runtimes, user) if user is not None else ()
    own = Read()
    if project is not None and project != user_file:
        own = wrongs.take(lambda: read(project, named), own)
    wrongs.tell()
    return merge(user or Read(), own)


def load_file(paths: Paths, file: Path, runtimes: Sequence[str] = ()) -> Settings:
    """Return the settings of one named file, its `[defaults]` and `[dashboard]` over the user's; only its agents.

    Raises:
        ConfigError: The file is missing or wrong, or the user's is.
    """
    user_file = paths.user_config()
    if file == user_file:
        own = read(file, runtimes, users=True)
        return msgspec.structs.replace(
            merge(Read(), own),
            prices={"": own.prices},
            budgets={"": own.budget},
            max_running={"": own.max_running},
            own_notify=Notify(**own.notify),
        )
    user = read(user_file, runtimes, users=True) if _is_file(user_file) else Read()
    own = read(file, _with(runtimes, user))
    return msgspec.structs.replace(merge(user, own), agents=own.agents)


def _with(runtimes: Sequence[str], user: Read) -> Sequence[str]:
    """Return the names that a project's file may use: none still means any."""
    return [*runtimes, *user.runtimes] if runtimes else runtimes


def find_project(folder: Path) -> Path | None:
    """Return the nearest `agent-tui.toml` in a folder or above it, no higher than the root of its repository."""
    folder = folder.absolute()
    for each in (folder, *folder.parents):
        file = each / CONFIG_NAME
        if _is_file(file):
            return file
        if _exists(each / ".git"):
            return None
        if each == Path.home():
            return None
    return None


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """One file, judged."""

    file: str = ""
    defaults: AgentSettings = AgentSettings()
    agents: list[AgentSettings] = []
    dashboard: dict[str, Any] = {}
    """Only what the file says: a default written out wins over the other file, too."""
    keys: dict[str, str] = {}
    prices: dict[str, Override] = {}
    budget: FleetBudget | None = None
    max_running: int = 0
    notify: dict[str, Any] = {}
    """As `dashboard`."""
    runtimes: dict[str, CliDefinition] = {}
    templates: dict[str, str] = {}


def read(file: Path, runtimes: Sequence[str] = (), *, users: bool = False) -> Read:
    """Read and judge one file; `users`: it is the user's own.

    Raises:
        ConfigError: It cannot be read, is not TOML, or says something that is not allowed.
    """
    name = shown(file)
    data = _toml(file, name)
    wrongs = Wrongs()
    take = wrongs.take
    top = table(name, "", data, TOP, wrongs=wrongs)
    folder = file.absolute().parent
    told = top.get("runtime", {})
    own: dict[str, CliDefinition] = take(lambda: definitions(name, told, folder, runtimes), {})
    known = [*runtimes, *told] if runtimes else []
    defaults = AgentSettings(
        **table(name, "defaults", top.get("defaults", {}), DEFAULTS, folder, wrongs),
        inactivity=take(lambda: inactivity_table(name, "inactivity", top["inactivity"]), None)
        if "inactivity" in top
        else None,
    )
    agents = _agents(name, top.get("agent", []), folder, wrongs)
    for key, agent in [
        ("defaults", defaults),
        *((f"agent[{n}]", agent) for n, agent in enumerate(agents, 1)),
    ]:
        if known and agent.runtime and agent.runtime not in known:
            wrongs.add(
                ConfigError(name, f"{key}.runtime", describe(agent.runtime), near(agent.runtime, known))
            )
    judged = Read(
        file=str(file.absolute()),
        defaults=defaults,
        agents=agents,
        dashboard=table(name, "dashboard", top.get("dashboard", {}), DASHBOARD, wrongs=wrongs),
        budget=FleetBudget(**table(name, "budget", top["budget"], BUDGET, wrongs=wrongs))
        if "budget" in top
        else None,
        keys=take(lambda: keys_table(name, top.get("keys", {})), {}),
        notify=take(lambda: notify_table(name, top.get("notify", {}), folder, users=users), {}),
        max_running=table(name, "limits", top.get("limits", {}), LIMITS, wrongs=wrongs).get("max_running", 0),
        prices={
            model: take(partial(_price, name, model, entry), Override())
            for model, entry in top.get("prices", {}).items()
        },
        runtimes=own,
        templates=take(lambda: templates_table(name, top.get("templates", {})), {}),
    )
    wrongs.tell()
    return judged


def _price(name: str, model: str, entry: object) -> Override:
    return Override(**table(name, f'prices."{model}"', entry, PRICE))


def merge(user: Read, project: Read) -> Settings:
    """Lay a project's file over the user's; of two agents of one name the project's stays."""
    named = {agent.name for agent in project.agents}
    return Settings(
        defaults=project.defaults.over(user.defaults),
        agents=[*project.agents, *(agent for agent in user.agents if agent.name not in named)],
        dashboard=Dashboard(**{**user.dashboard, **project.dashboard}),
        keys={**user.keys, **project.keys},
        notify=_notify(user, project),
        own_notify=Notify(**user.notify),
        prices={
            "": user.prices,
            **({str(Path(project.file).parent): project.prices} if project.file else {}),
        },
        budgets={
            "": user.budget,
            **({str(Path(project.file).parent): project.budget} if project.file else {}),
        },
        max_running={
            "": user.max_running,
            **({str(Path(project.file).parent): project.max_running} if project.file else {}),
        },
        runtimes={**user.runtimes, **project.runtimes},
        templates={**user.templates, **project.templates},
        project=project_name(str(Path(project.file).parent)) if project.file else "",
        files=[read.file for read in (user, project) if read.file],
    )


def _notify(user: Read, project: Read) -> Notify:
    """Join both, channel by channel."""
    merged = {**user.notify, **project.notify}
    for key in ("states", "quiet"):
        if key in merged:
            merged[key] = {**user.notify.get(key, {}), **project.notify.get(key, {})}
    return Notify(**merged)


def _agents(name: str, found: list[Mapping[str, Any]], folder: Path, wrongs: Wrongs) -> list[AgentSettings]:
    agents: list[AgentSettings] = []
    where: dict[str, str] = {}
    for number, entry in enumerate(found, 1):
        key, before = f"agent[{number}]", len(wrongs)
        values = table(name, key, entry, AGENT, folder, wrongs)
        if "inactivity" in values:
            judge = partial(inactivity_table, name, f"{key}.inactivity", values["inactivity"])
            values["inactivity"] = wrongs.take(judge, None)
        agent = AgentSettings(**values)
        wanted = agent.name or agent_name(agent)
        if wanted in where and len(wrongs) == before:  # a name that was refused is not taken for another
            had = f"{wanted!r}, which {where[wanted]} has already"
            wrongs.add(ConfigError(name, f"{key}.name", had, "a name of its own"))
        where.setdefault(wanted, key)
        agents.append(msgspec.structs.replace(agent, name=wanted))
    return agents


def _toml(file: Path, name: str) -> Table:
    try:
        with file.open("rb") as stream:
            data = stream.read(CONFIG_BYTES_MAX + 1)
    except OSError as error:
        raise ConfigError(name, "", f"a file that cannot be read ({reason(error)})", "a TOML file") from error
    if len(data) > CONFIG_BYTES_MAX:
        raise ConfigError(name, "", "more than a megabyte", "a TOML file of at most a megabyte")
    try:
        return tomllib.loads(data.decode(), parse_float=Decimal)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ConfigError(name, f"line {line}", "a byte that is not UTF-8", "UTF-8 text") from error
    except tomllib.TOMLDecodeError as error:
        raise _syntax(name, data.decode(), str(error)) from error
    except ValueError as error:  # a number of thousands of digits
        raise ConfigError(
            name, "", f"a value that cannot be read ({error})", "TOML, https://toml.io"
        ) from error
    except RecursionError as error:
        raise ConfigError(name, "", "values nested too deeply", "plain values, lists and tables") from error


def _syntax(name: str, text: str, message: str) -> ConfigError:
    place = _LINE.search(message)
    what = _LINE.sub("", message)
    what = what[:1].lower() + what[1:]
    lines = text.splitlines()
    number = int(place[1]) if place and place[1] else max(1, len(lines))
    line = lines[number - 1].strip() if number <= len(lines) else ""
    return ConfigError(name, f"line {number}", f"{_short(line)} ({what})", "TOML, https://toml.io")


def _short(line: str) -> str:
    # A line may hold a key; its value is not repeated where others may read over the shoulder.
    head, equals, _ = line.partition("=")
    cut = f"{head.rstrip()} = …" if equals else line
    return f"`{cut[:60]}`" if cut else "the end of the file"


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False
