"""`doctor`: what agents need, what is there, and how to mend what is wrong."""

from __future__ import annotations

import sys
from typing import Any

import click
import msgspec

from tui.cli import output, records
from tui.cli.checks import Problem, agents, configs, folders, orphans, sockets
from tui.cli.checks_clis import MODES, programs
from tui.cli.checks_terminal import terminal
from tui.cli.context import find_paths, find_settings
from tui.core.clidef import CliDefinition
from tui.core.errors import AgentTuiError, ConfigError
from tui.core.spec import Mode
from tui.system.paths import Paths


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--keys", is_flag=True, help="Show what each key sends, and what an agent gets for it.")
def doctor(as_json: bool, keys: bool) -> None:
    """Check what agents need, and say how to mend what is wrong."""
    if keys:
        if as_json:
            raise click.UsageError("Either --json or --keys.")
        _inspect_keys()
        return
    paths = find_paths()
    problems: list[Problem] = []
    report: dict[str, Any] = {
        "runtimes": programs(problems, defined=_defined(paths)),
        "terminal": terminal(problems),
        "folders": folders(paths, problems),
        "config": configs(paths, problems),
        "agents": agents(paths, problems),
        "stale_sockets": sockets(paths, problems),
        "orphans": orphans(paths, problems),
    }
    report["problems"] = problems
    if as_json:
        click.echo(records.encode({**_versions(), **report}))
    else:
        for line in _page(report):
            click.echo(line)
    click.get_current_context().exit(1 if problems else 0)


def _inspect_keys() -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise AgentTuiError("Keys come from a terminal, and this is none.")
    from tui.ui.inspector import inspect

    inspect(find_settings(find_paths()).dashboard.leader)


def _defined(paths: Paths) -> list[CliDefinition]:
    try:
        return list(find_settings(paths).runtimes.values())
    except ConfigError:
        return []  # the check of the config says what is wrong


def _versions() -> dict[str, str]:
    import platform

    from tui import __version__

    return {
        "version": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(terse=True),
    }


def _page(report: dict[str, Any]) -> list[str]:
    versions = _versions()
    lines = [f"agent-tui {versions['version']}, Python {versions['python']}, {versions['platform']}", ""]
    lines.append(output.muted("agent CLIs"))
    lines += _clis(report["runtimes"])
    lines += ["", output.muted("terminal"), *_indented(report["terminal"])]
    lines += ["", output.muted("folders")]
    rows = [[_mark(each["fine"]), each["name"], each["path"], each["said"]] for each in report["folders"]]
    lines += [f"  {'  '.join(row)}".rstrip() for row in output.columns(rows)]
    lines += [
        "",
        output.muted("config"),
        *([f"  {file}" for file in report["config"]["files"]] or ["  none"]),
    ]
    lines += ["", output.muted("agents"), *_indented(report["agents"])]
    problems = [msgspec.to_builtins(each) for each in report["problems"]]
    lines += ["", output.muted("problems") if problems else output.paint("No problems.", "success")]
    for each in problems:
        lines.append(f"  {output.paint(each['problem'], 'error')}")
        if each["mend"]:
            lines.append(f"    {each['mend']}")
    return lines


def _clis(runtimes: list[dict[str, Any]]) -> list[str]:
    rows = output.columns(
        [
            [
                _mark(each["installed"]),
                each["name"],
                each["version"] or ("" if each["installed"] else "not installed"),
                each["path"] if each["installed"] else each["install"],
            ]
            for each in runtimes
        ]
    )
    lines = []
    for row, each in zip(rows, runtimes, strict=True):
        lines.append(f"  {'  '.join(row)}".rstrip())
        if each["path"] and each["proved_with"]:
            lines += [f"       {line}" for line in output.labelled(_known(each))]
    return lines


def _known(each: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what is known of an installed CLI: its version's standing, its sign-in, what its modes tell."""
    newer = (
        f"newer than {each['proved_with']}, with which all was proved" if each["compared"] == "newer" else ""
    )
    sign_in = each["sign_in"]
    pairs = [("version", newer), ("sign-in", sign_in["seen"] or f"nothing seen. {sign_in['mend']}")]
    for mode, tells in each["tells"].items():
        tokens = f"tokens from {tells['tokens']}, money {tells['money']}" if tells["tokens"] else "no tokens"
        silent = f"; it cannot tell {tells['not']}" if tells["not"] else ""
        pairs.append((MODES[Mode(mode)], f"state from {tells['state']}; {tokens}{silent}"))
    return pairs


def _mark(fine: bool) -> str:
    if output.has_unicode():
        return output.paint("✓", "success") if fine else output.muted("–")
    return "v" if fine else "-"


def _indented(values: dict[str, Any]) -> list[str]:
    words = {True: "yes", False: "no", None: "unknown"}
    pairs = [
        (name.replace("_", " "), words[value] if isinstance(value, bool | None) else str(value))
        for name, value in values.items()
    ]
    return [f"  {line}" for line in output.labelled(pairs)]
