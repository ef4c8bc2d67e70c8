"""Leave for what is alike, and an edit shown where it belongs before it is allowed."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import msgspec

from tests.ui.fake_fleet import request, view
from tests.ui.opened import Opened, opened
from tui.client.view import AgentView
from tui.core.activity import Activity
from tui.core.commands import Answer, Verdict
from tui.core.status import Request

OPTIONS = ["Yes", "No"]


def asks(command: str, number: int, **fields: Any) -> Request:
    given = {"tool": "Bash", "detail": command, "options": OPTIONS, "request_id": f"r{number}", **fields}
    return request(command, **given)


def waiting(open_request: Request, name: str = "one", **fields: Any) -> AgentView:
    return view(name, Activity.NEEDS_PERMISSION, request=open_request, **fields)


async def in_inbox(d: Opened) -> Any:
    await d.press("exclamation_mark")
    await d.until(lambda: d.screen_name() == "InboxScreen")
    screen = d.app.screen
    await d.until(lambda: screen.strip is not None and screen.strip.shown_at < math.inf)  # type: ignore[attr-defined]
    return screen


def allowed(request_id: str) -> Answer:
    return Answer(request_id=request_id, verdict=Verdict.ALLOW)


async def test_what_is_alike_is_allowed_from_then_on_and_nothing_else(tmp_path: Path) -> None:
    agents = [waiting(asks("pytest -x tests/a", 1)), waiting(asks("pytest -q", 7), "two")]
    async with opened(tmp_path, agents) as d:
        await in_inbox(d)
        assert "allow alike: pytest -x …" in d.text()
        await d.press("a")
        assert d.fleet.commands == [("one", allowed("r1"))]
        d.fleet.change("one", request=asks("pytest tests/b -x", 2))
        await d.until(lambda: ("one", allowed("r2")) in d.fleet.commands)
        d.fleet.change("one", request=asks("pytest; rm -rf /", 3))
        d.fleet.change("one", request=asks("git push", 4))
        await d.until(lambda: d.main.agents.views["one"].status.request.request_id == "r4")
        assert d.fleet.commands == [("one", allowed("r1")), ("one", allowed("r2"))]
        assert any("allowed, as you said for pytest -x …" in said for said in d.toasts())
        assert [each.word for each in d.main.decisions.newest] == ["alike", "allowed"]


async def test_the_leave_is_shown_and_taken_back(tmp_path: Path) -> None:
    async with opened(tmp_path, [waiting(asks("pytest -x", 1))]) as d:
        await in_inbox(d)
        await d.press("a")
        d.fleet.change("one", request=asks("git push", 2))
        await d.until(
            lambda: "you allow without asking, while this dashboard is open: pytest -x …" in d.text()
        )
        await d.press("x")
        d.fleet.change("one", request=asks("pytest -x", 3))
        await d.until(lambda: d.main.agents.views["one"].status.request.request_id == "r3")
        assert d.fleet.commands == [("one", allowed("r1"))]


async def test_a_link_that_leads_out_of_the_folder_is_asked_about(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    (folder / "src").mkdir(parents=True)
    (folder / "out").symlink_to(tmp_path)
    (folder / "hooks").symlink_to(folder / ".git")
    made = waiting(asks("cat src/a", 1))
    agent = msgspec.structs.replace(made, status=msgspec.structs.replace(made.status, cwd=str(folder)))
    async with opened(tmp_path, [agent]) as d:
        await in_inbox(d)
        await d.press("a")
        for number, path in enumerate(("out/secret", "hooks/x", "out/../y", "src/b"), start=2):
            d.fleet.change("one", request=asks(f"cat {path}", number))
            await d.until(lambda n=number: d.main.standing._answered["one"] == f"r{n}")  # type: ignore[misc]
        await d.until(lambda: ("one", allowed("r5")) in d.fleet.commands)
        assert d.fleet.commands == [("one", allowed("r1")), ("one", allowed("r5"))]


async def test_a_cli_with_an_always_of_its_own_is_given_that(tmp_path: Path) -> None:
    own = asks("pytest -x", 1, options=["Yes", "Yes, and don't ask again for pytest", "No"])
    async with opened(tmp_path, [waiting(own)]) as d:
        await in_inbox(d)
        assert "allow always for pytest" in d.text()
        await d.press("a")
        assert d.fleet.commands == [("one", Answer(request_id="r1", verdict=Verdict.ALLOW_ALWAYS))]
        assert d.main.standing.of("one") == []


async def test_what_is_like_nothing_else_has_no_such_key(tmp_path: Path) -> None:
    async with opened(tmp_path, [waiting(asks("rm -rf build", 1))]) as d:
        await in_inbox(d)
        assert "alike" not in d.text()
        await d.press("a")
        assert d.fleet.commands == []
        assert "deletes files" in d.text()


async def test_an_edit_is_shown_with_the_numbers_of_its_file(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "a.py").write_text("".join(f"x{n} = {n}\n" for n in range(1, 100)))
    edit = "--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-x50 = 50\n+x50 = 'fifty'\n"
    made = waiting(asks("a.py", 1, tool="Edit", detail=edit))
    agent = msgspec.structs.replace(made, status=msgspec.structs.replace(made.status, cwd=str(folder)))
    async with opened(tmp_path, [agent]) as d:
        await in_inbox(d)
        await d.until(lambda: "50 +  x50 = 'fifty'" in d.text())
        assert "it would write a.py" in d.text()
        assert "49    x49 = 49" in d.text()
        assert "✓ inside its folder" in d.text()
        assert "+1 −1" in d.text()


async def test_a_link_that_leads_out_of_the_folder_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    (tmp_path / "secret").mkdir()
    (folder / "in").symlink_to(tmp_path / "secret")
    edit = "--- a/in/x\n+++ b/in/x\n@@ -0,0 +1 @@\n+1\n"
    made = waiting(asks("in/x", 1, tool="Write", detail=edit))
    agent = msgspec.structs.replace(made, status=msgspec.structs.replace(made.status, cwd=str(folder)))
    async with opened(tmp_path, [agent]) as d:
        await in_inbox(d)
        await d.until(lambda: "! outside its folder" in d.text())
        assert "a new file" in d.text()
