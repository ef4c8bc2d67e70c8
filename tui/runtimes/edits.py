"""What an edit tool would do to a file, from its arguments: a diff without true line numbers, since the file is not read here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tui.runtimes import diffs
from tui.runtimes.texts import relative


def proposed(arguments: Mapping[str, object], cwd: str) -> str:
    """Return the diff of an edit that is asked leave for; empty where the arguments are none of an edit.

    Args:
        arguments: `file_path` (or `notebook_path`) with `old_string` and `new_string`, several of them as `edits`, or the
            whole `content` (`new_source` of a notebook's cell), as in Claude Code's Edit, MultiEdit, Write and NotebookEdit.
        cwd: The agent's folder, left out of the path.
    """
    path = arguments.get("file_path") or arguments.get("notebook_path")
    if not isinstance(path, str) or not path:
        return ""
    shown = relative(path, cwd)
    content = arguments.get("content", arguments.get("new_source"))
    if isinstance(content, str):
        return diffs.created(shown, content)
    return diffs.joined(diffs.from_texts(shown, old, new) for old, new in _replacements(arguments))


def _replacements(arguments: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    listed = arguments.get("edits")
    for each in listed if isinstance(listed, list) else [arguments]:
        if isinstance(each, Mapping):
            old, new = each.get("old_string"), each.get("new_string")
            if isinstance(old, str) and isinstance(new, str):
                yield old, new
