"""Making agents: drafts judged, names and ids free, settings written; hosts that do not come up."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from tests.client.fake_host import make_agent
from tui.client import hosts
from tui.client.launch import Draft, check, create, draft, slug, update
from tui.core.commands import Resume, Start
from tui.core.errors import AgentTuiError, HostUnreachable, RuntimeNotFound, SpecError, StoreError
from tui.core.lifecycle import Lifecycle
from tui.core.settings import AgentSettings, Settings
from tui.core.spec import Mode, Step
from tui.host import lock
from tui.system import store
from tui.system.paths import Paths


def shell(**fields: object) -> Draft:
    return Draft(**{"runtime": "command", "command": ["sh"], **fields})  # type: ignore[arg-type]  # a table of fields


def test_a_draft_becomes_a_folder_with_settings(paths: Paths, tmp_path: Path) -> None:
    spec = create(paths, shell(name="Fix API", cwd=str(tmp_path), prompt="go", max_budget_usd=Decimal("0.5")))
    assert spec.id == "fix-api"
    assert store.read_spec(paths.agent("fix-api")) == spec
    assert spec.mode is Mode.INTERACTIVE
    assert spec.on_inactive == [Step.NOTIFY]
    assert (paths.agent("fix-api") / "spec.json").stat().st_mode & 0o777 == 0o600
    assert paths.agent("fix-api").stat().st_mode & 0o777 == 0o700


def test_names_and_ids_are_free_ones(paths: Paths, tmp_path: Path) -> None:
    made = [create(paths, shell(name=name, cwd=str(tmp_path))) for name in ("api", "api", "api-2", "API")]
    assert [(spec.name, spec.id) for spec in made] == [
        ("api", "api"), ("api-2", "api-2"), ("api-3", "api-3"), ("API", "api-4"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Fix API", "fix-api"),
        ("日本", "agent"),
        ("Ärger!", "arger"),
        ("a" * 40, "a" * 24),
        ("../../etc", "etc"),
        ("--", "agent"),
    ],
)
def test_an_id_is_safe_as_a_file_name(name: str, wanted: str) -> None:
    assert slug(name) == wanted


def test_without_a_name_it_is_the_programs_or_the_folders(paths: Paths, tmp_path: Path) -> None:
    assert create(paths, shell(cwd=str(tmp_path))).name == "sh"


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o000)
    yield folder
    folder.chmod(0o700)


def test_bytes_that_are_no_text_are_refused_in_a_sentence_and_leave_nothing(
    paths: Paths, tmp_path: Path
) -> None:
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/na\xefve"))
    odd.mkdir()
    for wanted, said in (
        (shell(cwd=str(odd)), r"^Its folder .*na.*ve is no UTF-8"),
        (shell(cwd=str(tmp_path), args=["\udcef"]), "^Something in its command line is no UTF-8"),
        (shell(cwd=str(tmp_path), env={"A": "\udcef"}), "^Something in its settings is no UTF-8"),
        (shell(cwd=str(tmp_path), prompt="\udcef"), "^Something in its settings is no UTF-8"),
    ):
        with pytest.raises(SpecError, match=said) as refused:
            create(paths, wanted)
        refused.value.sentence.encode()
    assert not list(paths.agents().glob("*"))


def test_what_cannot_start_is_refused_in_a_sentence(paths: Paths, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    wrong = [
        (shell(cwd=str(tmp_path / "none")), SpecError, "does not exist."),
        (shell(cwd=str(tmp_path / "file")), SpecError, "is not a folder."),
        (shell(command=["no-such-program-here"]), SpecError, "no-such-program-here is not on PATH."),
        (shell(command=["./file"], cwd=str(tmp_path)), SpecError, "may not be executed. chmod +x"),
        (shell(command=["./none"], cwd=str(tmp_path)), SpecError, "there is no program"),
        (shell(mode=Mode.STREAM), SpecError, "Any command has no stream mode. It has: interactive."),
        (shell(name=" x"), SpecError, "cannot be a name"),
        (shell(tags=["a b"]), SpecError, "'a b' cannot be a tag."),
        (shell(max_turns=0), SpecError, "The most turns cannot be 0."),
        (shell(max_budget_usd=Decimal(0)), SpecError, "The budget cannot be $0."),
        (shell(inactivity_timeout_s=-1.0), SpecError, "cannot be below 0"),
        (shell(runtime="nonsense"), RuntimeNotFound, "There is no runtime 'nonsense'. Known: "),
        (Draft(runtime="command", cwd=str(tmp_path)), AgentTuiError, "no command was given"),
    ]  # fmt: skip
    for wanted, kind, part in wrong:
        with pytest.raises(kind) as caught:
            create(paths, wanted)
        assert part in str(caught.value)
    with pytest.raises(RuntimeNotFound, match="claude is not on PATH"):
        create(
            paths, Draft(runtime="claude-code", cwd=str(tmp_path), prompt="go"), env={"PATH": str(tmp_path)}
        )
    assert not list(paths.agents().iterdir())


def test_a_folder_without_permission_is_refused(
    paths: Paths, locked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if os.geteuid() == 0:  # root may enter anything: say what the system would say to another user
        monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != locked)
    with pytest.raises(SpecError, match="no permission for the folder"):
        create(paths, shell(cwd=str(locked)))


def test_a_state_folder_that_is_a_file_is_refused(paths: Paths, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    wrong = Paths(tmp_path / "taken", paths.runtime, paths.config, paths.log)
    with pytest.raises(StoreError, match="it is not a folder"):
        create(wrong, shell(cwd=str(tmp_path)))


def test_settings_lie_below_what_is_asked_for(tmp_path: Path) -> None:
    settings = Settings(defaults=AgentSettings(runtime="codex", model="m", on_inactive=[Step.KILL]))
    made = draft(settings, AgentSettings(name="a", model="n"))
    assert (made.runtime, made.model, made.on_inactive) == ("codex", "n", [Step.KILL])
    assert draft(Settings(), AgentSettings(command=["aider"])).runtime == "command"
    program = draft(settings, AgentSettings(command=["aider"]))
    assert (program.runtime, program.model, program.on_inactive) == ("command", "", [Step.KILL])
    own = draft(settings, AgentSettings(command=["/opt/codex"], runtime="codex"))
    assert (own.runtime, own.command, own.model) == ("codex", ["/opt/codex"], "m")


def test_new_settings_keep_what_an_agent_is(paths: Paths, tmp_path: Path) -> None:
    old = create(paths, shell(name="a", cwd=str(tmp_path), prompt="one"))
    new = update(paths, "a", shell(name="other", cwd=str(tmp_path), prompt="two"))
    assert (new.id, new.name, new.created_at) == (old.id, "a", old.created_at)
    assert store.read_spec(paths.agent("a")).prompt == "two"
    check(new)


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("print('{\"ready\": false, \"error\": \"The disk is full.\", \"hint\": \"Make room.\"}')", "The disk is full. Make room."),
        ("import sys; sys.exit('first\\nModuleNotFoundError: no such thing')", "before it was up: ModuleNotFoundError"),
        ("print('hello')", "before it was up: it said nothing"),
    ],
)  # fmt: skip
async def test_a_host_that_does_not_come_up_says_why(
    paths: Paths, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: str, sentence: str
) -> None:
    make_agent(paths, "a", lifecycle=Lifecycle.EXITED)
    program = tmp_path / "python"
    program.write_text(f"#!{sys.executable}\n{code}\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    with pytest.raises(AgentTuiError) as caught:
        await hosts.start_host(paths, "a", Start())
    assert sentence in str(caught.value)
    await hosts._ended(next(iter(hosts._children)))


async def test_a_host_that_never_reports_is_given_up(
    paths: Paths, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    make_agent(paths, "a", lifecycle=Lifecycle.EXITED)
    program = tmp_path / "python"
    program.write_text(
        f"#!{sys.executable}\nimport sys\nsys.stdin = None\nimport time\nwhile True: time.sleep(60)\n"
    )
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    monkeypatch.setattr(hosts, "READY_S", 0.3)
    with pytest.raises(HostUnreachable, match="did not report"):
        await hosts.start_host(paths, "a", Start())
    child = next(iter(hosts._children))
    child.kill()
    assert await hosts._ended(child) < 0


@pytest.mark.parametrize("before", [None, b'{"kind":"start"}'])
async def test_a_command_for_an_agent_that_has_a_host_already_is_left_to_no_later_one(
    paths: Paths, before: bytes | None
) -> None:
    """Two resume at once: the host that came second would leave its command for one that goes on with a back-off."""
    make_agent(paths, "a", lifecycle=Lifecycle.EXITED)
    folder = paths.agent("a")
    pending = folder / "pending.json"
    if before is not None:
        pending.write_bytes(before)
    held = lock.take(folder)
    assert held is not None
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(paths.socket("a")))
        listener.listen()
        with pytest.raises(AgentTuiError, match="already has a host"):
            await hosts.start_host(paths, "a", Resume(prompt="twice"))
    os.close(held)
    assert (pending.read_bytes() if pending.exists() else None) == before
