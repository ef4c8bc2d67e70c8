"""Making agents: from a draft to a folder with settings. `start_host` (of `tui.client.hosts`) gives them life."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import time
import unicodedata
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import msgspec

from tui.client import folders
from tui.client.hosts import start_host
from tui.core.clidef import CliDefinition
from tui.core.errors import DecodeError, SpecError, StoreError
from tui.core.facts import RunKind
from tui.core.limits import Budget, OnRateLimit, RestartPolicy
from tui.core.settings import AgentSettings, Settings
from tui.core.spec import AgentSpec, Channel, Inactivity, Mode, Step
from tui.runtimes import registry
from tui.system import git, store
from tui.system.configchecks import NAME_MAX, TAG_MAX, valid_name, valid_tag
from tui.system.paths import Paths, ensure
from tui.system.reasons import reason, shown

__all__ = [
    "Draft",
    "check",
    "create",
    "draft",
    "judge",
    "names_taken",
    "slug",
    "start_host",
    "stored",
    "update",
]

ID_MAX: Final = 24


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A wanted agent, as a command line, a dialog or a config describes it. Empty and None: the default."""

    name: str = ""
    runtime: str = "claude-code"
    mode: Mode | None = None
    cli: CliDefinition | None = None
    """The runtime, where the config describes it."""
    command: list[str] = []
    args: list[str] = []
    env: dict[str, str] = {}
    cwd: str = ""
    prompt: str = ""
    fresh_prompt: str = ""
    resume_prompt: str = ""
    system_prompt: str = ""
    model: str = ""
    channel: Channel | None = None
    max_turns: int | None = None
    max_budget_usd: Decimal | None = None
    budget: Budget | None = None
    restart: RestartPolicy | None = None
    restarts_per_hour: int | None = None
    on_rate_limit: OnRateLimit | None = None
    inactivity_timeout_s: float | None = None
    on_inactive: list[Step] | None = None
    inactivity: Inactivity | None = None
    stop_wait_s: float | None = None
    history_lines: int | None = None
    record_bytes: int | None = None
    tags: list[str] = []
    priority: int = 0
    project: str = ""
    rows: int = 40
    cols: int = 120
    origins: dict[str, str] = {}
    """As in `AgentSpec`."""


def draft(settings: Settings, wanted: AgentSettings, *, said: str = "given") -> Draft:
    """Return the draft of an agent: what is wanted over the configured defaults.

    A command without a runtime is a plain program: it has no use for the defaults of an agent CLI.

    Args:
        settings: The configuration.
        wanted: What was said of this agent.
        said: Where that was: `given`, or `agent` for a config's `[[agent]]`.
    """
    runtime = wanted.runtime or ("command" if wanted.command else None)
    defaults = settings.defaults
    if runtime == "command" and defaults.runtime != "command":
        defaults = msgspec.structs.replace(defaults, mode=None, command=None, args=None, model=None)
    merged = msgspec.structs.replace(wanted, runtime=runtime).over(defaults)
    given = {name: value for name in merged.__struct_fields__ if (value := getattr(merged, name)) is not None}
    definition = settings.runtimes.get(given.get("runtime", "claude-code"))
    origins = {name: said if getattr(wanted, name) is not None else "defaults" for name in given}
    return Draft(**given, cli=definition, origins=origins)


def create(paths: Paths, draft: Draft, *, env: Mapping[str, str] = os.environ) -> AgentSpec:
    """Make an agent: judge the draft, choose a free id and name, write its settings. Nothing is started.

    Raises:
        SpecError: The draft cannot work.
        RuntimeNotFound: There is no such runtime, or its CLI is not installed.
        SpawnError: The runtime knows that these settings cannot work.
        StoreError: The state folder cannot be written.
    """
    spec = _spec(draft)
    check(spec, env)
    return stored(paths, spec)


def judge(draft: Draft, env: Mapping[str, str] = os.environ) -> None:
    """Judge whether an agent of this draft can be started here and now; makes nothing.

    Raises:
        AgentTuiError: As `create`.
    """
    check(_spec(draft), env)


def stored(paths: Paths, spec: AgentSpec) -> AgentSpec:
    """Give an agent a free id and name, and write it down; its settings were judged.

    Raises:
        StoreError: The state folder cannot be written.
    """
    ensure(paths)
    taken = names_taken(paths)
    name = _free(spec.name, taken)
    agent_id = _reserve(paths, name)
    spec = msgspec.structs.replace(spec, id=agent_id, name=name, created_at=time.time())
    try:
        store.write_spec(paths.agent(agent_id), spec)
    except StoreError:
        shutil.rmtree(paths.agent(agent_id), ignore_errors=True)
        raise
    return spec


def update(paths: Paths, agent_id: str, draft: Draft, *, env: Mapping[str, str] = os.environ) -> AgentSpec:
    """Give an agent that is over new settings for its next run; its id, name, sessions and history stay.

    Raises:
        AgentTuiError: As `create`.
    """
    old = store.read_spec(paths.agent(agent_id))
    spec = msgspec.structs.replace(
        _spec(draft), id=agent_id, name=old.name, first_name=old.first_name, created_at=old.created_at
    )
    check(spec, env)
    store.write_spec(paths.agent(agent_id), spec)
    return spec


def check(spec: AgentSpec, env: Mapping[str, str] = os.environ) -> None:
    """Judge whether an agent can be started here and now; starts nothing.

    Raises:
        AgentTuiError: It cannot; the sentence says why.
    """
    _check_text(spec)
    runtime = registry.of(spec)
    if spec.mode not in runtime.modes:
        raise SpecError(f"{runtime.title} has no {spec.mode} mode.", f"It has: {', '.join(runtime.modes)}.")
    _check_folder(spec.cwd)
    if spec.command:
        _check_program(spec, env)
    # Building the launch is free of effects and finds whatever else cannot work.
    runtime.launch(spec, RunKind.START, "", spec.prompt, env, Path(spec.cwd))


def _check_text(spec: AgentSpec) -> None:
    """Refuse what cannot be kept: bytes that are no text come as lone surrogates."""
    for what, value in (
        ("folder", spec.cwd),
        ("command line", [*spec.command, *spec.args]),
        ("settings", spec),
    ):
        try:
            msgspec.json.encode(value)
        except UnicodeEncodeError:
            named = f"Its folder {shown(spec.cwd)}" if what == "folder" else f"Something in its {what}"
            raise SpecError(f"{named} is no UTF-8, which an agent cannot be given.") from None


def _spec(draft: Draft) -> AgentSpec:
    if draft.name and not valid_name(draft.name):
        raise SpecError(
            f"{draft.name[:60]!r} cannot be a name.",
            f"A name has 1 to {NAME_MAX} printable characters, no - first.",
        )
    runtime = registry.defined(draft.cli) if draft.cli is not None else registry.get(draft.runtime)
    cwd = str(Path(draft.cwd or ".").expanduser().absolute())
    _check_numbers(draft)
    _check_tags(draft.tags)
    if draft.inactivity_timeout_s is None and runtime.name == "command":
        # A program that waits or rests says nothing for hours, and nothing is wrong with it.
        draft = msgspec.structs.replace(draft, inactivity_timeout_s=0.0)
    return AgentSpec(
        id="new",
        name=draft.name or _default_name(draft, cwd),
        runtime=runtime.name,
        mode=draft.mode or runtime.modes[0],
        cwd=cwd,
        project=draft.project or git.project_name(cwd),
        **_given(draft),
    )


def _given(draft: Draft) -> dict[str, Any]:
    """Return what was said; what was not keeps the spec's own default."""
    apart = ("name", "runtime", "mode", "cwd", "project")
    values = {name: getattr(draft, name) for name in draft.__struct_fields__ if name not in apart}
    return {name: value for name, value in values.items() if value not in (None, "")}


def _check_numbers(draft: Draft) -> None:
    if draft.max_turns is not None and draft.max_turns < 1:
        raise SpecError(f"The most turns cannot be {draft.max_turns}.", "At least 1.")
    if draft.max_budget_usd is not None and not draft.max_budget_usd > 0:
        raise SpecError(f"The budget cannot be ${draft.max_budget_usd}.", "More than 0.")
    if draft.inactivity_timeout_s is not None and not 0 <= draft.inactivity_timeout_s < float("inf"):
        raise SpecError("The inactivity timeout cannot be below 0.", "0 means never.")


def _check_tags(tags: list[str]) -> None:
    for each in tags:
        if not valid_tag(each):
            raise SpecError(
                f"{each[:60]!r} cannot be a tag.",
                f"A tag is one word of 1 to {TAG_MAX} printable characters, such as backend.",
            )


def _check_folder(cwd: str) -> None:
    path = Path(cwd)
    try:
        if not path.exists():
            raise SpecError(f"Cannot start: the folder {shown(cwd)} does not exist.")
        if not path.is_dir():
            raise SpecError(f"Cannot start: {shown(cwd)} is not a folder.")
    except OSError as error:
        raise SpecError(f"Cannot start: the folder {shown(cwd)} cannot be used: {reason(error)}.") from error
    if not os.access(path, os.R_OK | os.X_OK):
        raise SpecError(f"Cannot start: no permission for the folder {shown(cwd)}.")


def _check_program(spec: AgentSpec, env: Mapping[str, str]) -> None:
    program = spec.command[0]
    wanted = str(Path(spec.cwd) / program) if "/" in program else program
    if shutil.which(wanted, path=spec.env.get("PATH", env.get("PATH"))):
        return
    if "/" not in program:
        raise SpecError(f"Cannot start: {shown(program)} is not on PATH.")
    if Path(wanted).is_file():
        raise SpecError(f"Cannot start: {shown(wanted)} may not be executed.", f"chmod +x {shown(wanted)}")
    raise SpecError(f"Cannot start: there is no program {shown(wanted)}.")


# -- names and ids -----------------------------------------------------------------------------------------------------


def _default_name(draft: Draft, cwd: str) -> str:
    base = Path(draft.command[0] if draft.command and draft.runtime == "command" else cwd).name
    printable = "".join(character for character in base if character.isprintable()).strip().lstrip("-")
    return printable[: NAME_MAX - 4].strip() or draft.runtime


def names_taken(paths: Paths) -> set[str]:
    """Return the names of all agents."""
    taken: set[str] = set()
    for agent_id in folders.agent_ids(paths):
        with contextlib.suppress(StoreError, DecodeError):
            taken.add(store.read_spec(paths.agent(agent_id)).name)
    return taken


def _free(name: str, taken: Iterable[str]) -> str:
    if name not in taken:
        return name
    stem = re.sub(r"-\d{1,3}$", "", name)[: NAME_MAX - 5]
    number = 2
    while f"{stem}-{number}" in taken:
        number += 1
    return f"{stem}-{number}"


def slug(name: str) -> str:
    """Return a name as an id: `[a-z0-9-]`, at most `ID_MAX` characters."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:ID_MAX].strip("-") or "agent"


def _reserve(paths: Paths, name: str) -> str:
    """Make the folder of a free id; making it is what keeps two from choosing the same."""
    base = slug(name)
    candidate, number = base, 1
    while True:
        try:
            paths.agent(candidate).mkdir(mode=0o700)
        except FileExistsError:
            number += 1
            candidate = f"{base[: ID_MAX - len(str(number)) - 1].strip('-')}-{number}"
        except OSError as error:
            folder = paths.agent(candidate)
            raise StoreError(f"Cannot make {shown(folder)}: {reason(error)}.", path=str(folder)) from error
        else:
            return candidate
