"""Pictures of the dashboard, played on invented agents with a stopped clock.

`python -m screenshots.render` writes them, `--check` fails where a committed one differs.
"""
