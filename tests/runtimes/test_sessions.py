"""Is a session still there? Told from the CLI's own files, as each CLI keeps them."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tui.core.spec import AgentSpec, Mode
from tui.runtimes.registry import get
from tui.runtimes.sessions import SessionState

ID = "01990000-1111-7222-8333-444444444444"
OTHER = "01990000-9999-7222-8333-444444444444"


class Place:
    """A home with the files of one CLI, and an agent in a folder of it."""

    def __init__(self, root: Path) -> None:
        self.home = root / "home"
        self.cwd = root / "work" / "shop.api"
        self.elsewhere = root / "work" / "other"
        for folder in (self.home, self.cwd, self.elsewhere):
            folder.mkdir(parents=True)

    def write(self, path: str, text: str = "{}\n") -> Path:
        file = self.home / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def state(
        self, runtime: str, session: str = ID, mode: Mode = Mode.INTERACTIVE, command: tuple[str, ...] = ()
    ) -> str:
        spec = AgentSpec(
            id="a", name="a", runtime=runtime, mode=mode, cwd=str(self.cwd), command=list(command)
        )
        return get(runtime).session_state(spec, session, {"HOME": str(self.home)}).state


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def slug(folder: Path) -> str:
    return "".join(c if c.isascii() and c.isalnum() else "-" for c in os.path.realpath(folder))


def claude(place: Place, folder: Path) -> None:
    place.write(f".claude/projects/{slug(folder)}/{ID}.jsonl")


def qwen(place: Place, folder: Path) -> None:
    place.write(f".qwen/projects/{slug(folder)}/chats/{ID}.jsonl")


def gemini(place: Place, folder: Path) -> None:
    place.write(
        f".gemini/tmp/{folder.name}/chats/session-2026-01-02T03-04-{ID[:8]}.jsonl",
        f'{{"sessionId":"{ID}"}}\n',
    )
    place.write(f".gemini/tmp/{folder.name}/.project_root", str(folder))


def pi(place: Place, folder: Path) -> None:
    place.write(f".pi/agent/sessions/--{str(folder).strip('/').replace('/', '-')}--/2026-01-02_{ID}.jsonl")


def codex(place: Place, folder: Path) -> None:
    place.write(f".codex/sessions/2026/01/02/rollout-2026-01-02T03-04-05-{ID}.jsonl")


def copilot(place: Place, folder: Path) -> None:
    place.write(f".copilot/session-state/{ID}/events.jsonl")


def cline(place: Place, folder: Path) -> None:
    place.write(f".cline/data/sessions/{ID}/{ID}.json")


def opencode(place: Place, folder: Path) -> None:
    path = place.home / ".local/share/opencode/opencode.db"
    path.parent.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(path)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("CREATE TABLE session (id TEXT PRIMARY KEY, directory TEXT)")
    database.execute("INSERT INTO session VALUES (?, ?)", (ID, str(folder)))
    database.commit()
    database.close()


BOUND = [("claude-code", claude), ("qwen", qwen), ("gemini", gemini), ("pi", pi), ("opencode", opencode)]
FREE = [("codex", codex), ("copilot", copilot), ("cline", cline)]


@pytest.mark.parametrize(("runtime", "keep"), BOUND + FREE)
def test_a_session_is_found_or_missing_and_nothing_is_known_without_files(
    place: Place, runtime: str, keep: Callable[[Place, Path], None]
) -> None:
    assert place.state(runtime) == SessionState.UNKNOWN
    keep(place, place.cwd)
    assert place.state(runtime) == SessionState.FOUND
    assert place.state(runtime, OTHER) == SessionState.MISSING


@pytest.mark.parametrize(("runtime", "keep"), BOUND)
def test_a_session_of_another_folder_is_elsewhere(
    place: Place, runtime: str, keep: Callable[[Place, Path], None]
) -> None:
    keep(place, place.elsewhere)
    assert place.state(runtime) == SessionState.ELSEWHERE


@pytest.mark.parametrize(("runtime", "keep"), FREE)
def test_what_is_resumed_from_any_folder_is_found(
    place: Place, runtime: str, keep: Callable[[Place, Path], None]
) -> None:
    keep(place, place.elsewhere)
    assert place.state(runtime) == SessionState.FOUND


def test_a_worktree_below_the_folder_may_be_the_cli_s_own(place: Place) -> None:
    claude(place, place.cwd / ".claude" / "worktrees" / "x")
    assert place.state("claude-code") == SessionState.UNKNOWN


def test_a_gemini_chat_of_the_same_first_digits_is_another_session(place: Place) -> None:
    gemini(place, place.cwd)
    assert place.state("gemini", f"{ID[:8]}-2222-4333-8444-555555555555") == SessionState.MISSING


@pytest.mark.parametrize("session", ["../../etc/passwd", "a/b", "", "*", "x" * 300])
@pytest.mark.parametrize(("runtime", "keep"), BOUND + FREE)
def test_an_id_that_is_no_name_leads_nowhere(
    place: Place, runtime: str, keep: Callable[[Place, Path], None], session: str
) -> None:
    keep(place, place.cwd)
    assert place.state(runtime, session) == SessionState.UNKNOWN


def test_a_cli_behind_a_wrapper_keeps_its_files_who_knows_where(place: Place) -> None:
    claude(place, place.cwd)
    assert place.state("claude-code", OTHER, command=("ssh", "box", "claude")) == SessionState.UNKNOWN
    assert place.state("claude-code", OTHER, command=("/opt/bin/claude",)) == SessionState.MISSING


def test_a_file_that_is_no_database_tells_nothing(place: Place) -> None:
    place.write(".local/share/opencode/opencode.db", "no database" * 1000)
    assert place.state("opencode") == SessionState.UNKNOWN


def test_a_command_has_no_session_to_look_for(place: Place) -> None:
    assert place.state("command") == SessionState.UNKNOWN
