"""`reset`: a terminal that was left in odd modes is put right."""

from __future__ import annotations

import os
import sys

import click

from tui.core.errors import AgentTuiError


@click.command()
def reset() -> None:
    """Put a terminal right that was left in odd modes: no mouse, no alternate screen, plain keys, echo.

    For after something died without cleaning up, be it agent-tui or another program. In a terminal where nothing that is
    typed shows, type it blindly and press ctrl+j.
    """
    from tui.ui.rescue import mend

    if not sys.stdout.isatty():
        raise AgentTuiError("This is no terminal, so there is nothing to reset.")
    mend(sys.stdin.fileno() if sys.stdin.isatty() else None, sys.stdout.fileno())
    if not os.environ.get("TMUX"):
        click.echo("The terminal is reset.")
    else:
        click.echo("This pane of tmux is reset. The terminal around tmux needs it outside of tmux.")
