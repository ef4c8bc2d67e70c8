"""`config`: what is in force here, where each value comes from, and the files to change it in."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import click

from tui.cli import output, records
from tui.cli.context import find_paths, find_settings
from tui.core.errors import AgentTuiError
from tui.core.text import one_line
from tui.system.configsources import Origin, Value, effective
from tui.system.paths import CONFIG_NAME, Paths, make_folder
from tui.system.reasons import reason, shown

TEMPLATE = """\
# agent-tui, see `agent-tui config` for what is in force.

# [defaults]
# runtime = "claude-code"
# inactivity_timeout_s = 300
# on_inactive = ["notify", "interrupt", "resume"]

# [[agent]]
# name = "api"
# mode = "interactive"
# cwd = "."

# [dashboard]
# theme = "auto"
"""


@click.command()
@click.option("--all", "everything", is_flag=True, help="Also what stands at its default.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per value.")
@click.option("--edit", type=click.Choice(["user", "project"]), help="Open a file in $VISUAL or $EDITOR.")
def config(everything: bool, as_json: bool, edit: str | None) -> None:
    """Show the config in force here, and where each value comes from."""
    paths = find_paths()
    if edit:
        _edit(paths, paths.user_config() if edit == "user" else _project_file())
        return
    settings = find_settings(
        paths
    )  # a wrong file is told in its own sentence, before anything is shown of it
    values = effective(paths, Path.cwd())
    if as_json:
        for value in values:
            click.echo(
                records.encode(
                    {"key": value.key, "value": value.value, "from": value.origin, "file": value.file}
                )
            )
        return
    for line in _page(paths, values if everything else [v for v in values if v.origin is not Origin.DEFAULT]):
        click.echo(line)
    if settings.keys:
        from tui.ui.keymap import problems  # loads the toolkit: only where there is something to check

        for said in problems(settings.keys):
            click.echo(output.paint(said, "warning"))
    if not everything:
        count = sum(value.origin is Origin.DEFAULT for value in values)
        click.echo(output.muted(f"{count} more stand at their defaults: agent-tui config --all"))


def _page(paths: Paths, values: list[Value]) -> list[str]:
    files = [("user", paths.user_config()), ("project", _project_file())]
    lines = output.labelled([(name, _file_words(path)) for name, path in files])
    lines.append("")
    # A project's file is anybody's: keys and texts in it are made inert.
    rows = [
        [one_line(value.key), one_line(_toml(value.value)), output.muted(str(value.origin))]
        for value in values
    ]
    for key, text, origin in output.columns([[row[0], output.cut(row[1], 60), row[2]] for row in rows]):
        lines.append(f"{key}  {text}  {origin}".rstrip())
    if values:
        lines.append("")
    return lines


def _file_words(path: Path) -> str:
    return shown(path) if path.is_file() else f"{shown(path)}  {output.muted('not there')}"


def _project_file() -> Path:
    from tui.system.config import find_project

    return find_project(Path.cwd()) or Path.cwd() / CONFIG_NAME


def _toml(value: Any) -> str:
    match value:
        case None:
            return "–" if output.has_unicode() else "-"
        case bool():
            return "true" if value else "false"
        case str():
            return records.encode(value)
        case list():
            return f"[{', '.join(_toml(each) for each in value)}]"
        case dict():
            return f"{{ {', '.join(f'{name} = {_toml(each)}' for name, each in value.items())} }}"
        case _:
            return str(value)


def _edit(paths: Paths, file: Path) -> None:
    wanted = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        argv = shlex.split(wanted)
    except ValueError:  # a quote without its other half
        argv = []
    if not argv or shutil.which(argv[0]) is None:
        raise AgentTuiError(
            f"There is no editor {wanted!r}.", f"Set $EDITOR, or edit {shown(file)} yourself."
        )
    if not file.exists():
        try:
            make_folder(file.parent)
            # Variables of agents, keys among them, may come to stand in it.
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
                stream.write(TEMPLATE)
        except OSError as error:
            raise AgentTuiError(f"{shown(file)} cannot be made: {reason(error)}.") from error
    code = subprocess.run([*argv, str(file)], check=False).returncode
    if code:
        raise AgentTuiError(f"The editor ended with {code}.", f"{shown(file)} stands as it left it.")
    find_settings(paths)
    click.echo(f"{shown(file)} is in order.")
