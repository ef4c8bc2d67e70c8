"""The command `agent-tui`: arguments in, plain text or JSON out. One module per family of commands.

Nothing of Textual is imported but for the dashboard, and nothing heavy before it is known what is wanted.
"""

from __future__ import annotations


def main() -> None:
    """Run the command line; the process ends with its exit code."""
    import sys

    from tui.cli.early import begin

    args = sys.argv[1:]
    opening = begin(args)  # before anything else is loaded
    from tui.cli.app import run

    sys.exit(run(args, opening))
