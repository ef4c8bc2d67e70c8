"""Hostile text in everything that is known of an agent: every surface of the dashboard shows it as inert text.

Facts are made inert where they arise; here even that failed, as from a status file that something else wrote.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec
import pytest
from textual.content import Content

from tests.hostile import ALL, HOSTILE, MARKUP, alive, spoiled
from tests.ui.fake_fleet import WALL, moods, request, view
from tests.ui.opened import Opened, opened
from tests.ui.test_pages import NOW
from tui.client.origins import Setting
from tui.client.spending import with_present
from tui.client.view import AgentView
from tui.core import facts as f
from tui.core.activity import Activity, Evidence, Source, Vote
from tui.core.changes import Changes, FileChange, Kind
from tui.core.digest import Counts, digest, story
from tui.core.facts import Event, RunKind
from tui.core.lifecycle import Lifecycle
from tui.core.spec import Mode
from tui.core.status import Exit
from tui.core.text import plain
from tui.core.turns import TurnMeter
from tui.core.usage import Usage
from tui.ui.agents import state_of
from tui.ui.announce import line
from tui.ui.look import row_of
from tui.ui.notices import notice_lines
from tui.ui.pages.files import Change, changes, files_lines, git_rows, head_line, tool_rows
from tui.ui.pages.fleet import Facts, fleet_lines
from tui.ui.pages.inbox import request_lines, waiting_lines
from tui.ui.pages.log import log_lines
from tui.ui.pages.raw import pretty, pretty_lines, raw_row
from tui.ui.pages.settings import settings_lines
from tui.ui.pages.usage import usage_lines
from tui.ui.pages.why import why_lines

DIFF = "--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-y = 2\n+y = 3\n"


def hostile_views(bad: str) -> list[AgentView]:
    asked = request(detail="x", options=["Yes", "No"])
    rich = {"note": "n", "title": "t", "tags": ["tag"], "recording_note": "r", "old_session_ids": ["old"]}
    made = [
        view("asks", Activity.NEEDS_PERMISSION, request=asked, headline="h", branch="b", model="m", **rich),
        view("edits", Activity.NEEDS_PERMISSION, request=request(tool="Edit", detail=DIFF), headline="h"),
        view("failed", lifecycle=Lifecycle.FAILED, exit=Exit(code=1, reason="broke"), headline="h", **rich),
        view("lost", lifecycle=Lifecycle.LOST, exit=Exit(reason="gone"), headline="h"),
        view(
            "stream", mode=Mode.STREAM, headline="h", model="m", evidence=Evidence(Source.STREAM, "said", NOW),
            votes=[Vote(Source.STREAM, Activity.WORKING, "said", NOW)],
        ),
        *moods(),
    ]  # fmt: skip
    return [msgspec.structs.replace(each, status=spoiled(each.status, bad)) for each in made]


def hostile_facts(bad: str) -> list[f.AnyFact]:
    told: list[f.AnyFact] = [
        f.RunStarted(pid=1, kind=RunKind.START, session_id="s"),
        f.SessionStarted(session_id="s", model="m", version="v"),
        f.TurnStarted(prompt="p"),
        f.Thinking(text="t"),
        f.Text(
            text="# a\n\n- b `c`\n\n```python\nx\n```\n\n| a | b |\n|---|---|\n| c | d |\n\n[l](http://x) "
        ),
        f.ToolCalled(call_id="1", name="Bash", title="ls", arguments='{"command":"ls"}'),
        f.ToolFinished(call_id="1", ok=False, output="out\n", exit_code=2),
        f.ToolCalled(call_id="2", name="Edit", title="a.py", arguments='{"file_path":"a.py"}'),
        f.ToolFinished(call_id="2", diff=DIFF),
        f.ToolCalled(call_id="3", name="TodoWrite", title="todo", arguments='{"todos":[{"content":"x"}]}'),
        f.PermissionAsked(request_id="1", tool="Bash", title="t", detail="d", options=["Yes"]),
        f.QuestionAsked(request_id="2", text="q", options=["a"]),
        f.RequestResolved(request_id="1", how="h"),
        f.UsageReported(usage=Usage(input=1), key="k", model="m"),
        f.TurnEnded(ok=False, text="t", error="e"),
        f.Retrying(attempt=1, error="e"),
        f.RateLimited(text="t", limit="l"),
        f.ErrorReported(text="e", code="c"),
        f.Notified(title="t", text="x"),
        f.LogLine(text="l"),
        f.Unparsed(text="u", reason="r"),
        f.Oversized(size_bytes=9, start="s"),
        f.FellBack(old_session_id="o", reason="r", prompt="p"),
        f.UserActed(action="a", text="t"),
        f.StateChanged(lifecycle="l", activity="a", because="b"),
        f.HostLost(reason="r"),
        f.RunExited(code=1, reason="r"),
        f.SpawnFailed(reason="r", hint="h"),
        f.ToolCalled(call_id="4", name="Bash", title="still running"),
        f.TextDelta(text="live", block="b"),
    ]
    told += [sample(kind) for kind in get_args(f.AnyFact) if kind not in {type(fact) for fact in told}]
    return [spoiled(fact, bad, frozenset({"call_id", "block"})) for fact in told]


def hostile_events(bad: str) -> list[Event]:
    return [
        Event(seq=0 if fact.ephemeral else n, at=WALL - 60 + n, run=1, source=Source.STREAM, fact=fact)
        for n, fact in enumerate(hostile_facts(bad), 1)
    ]


def sample(kind: type[f.AnyFact]) -> f.AnyFact:
    """Some fact of a kind: a value of the right type in every field."""
    hints = get_type_hints(kind)
    return kind(**{name: filled(hints[name]) for name in kind.__struct_fields__})


def filled(hint: Any) -> Any:
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return next(iter(hint))
    known = {str: "x", int: 1, float: 1.0, bool: True, Usage: Usage(), list[str]: ["x"]}
    return known.get(hint)


def hostile_turns(bad: str) -> TurnMeter:
    meter = TurnMeter()
    meter.feed(hostile_events(bad))
    return meter


def hostile_files(bad: str) -> list[Content]:
    found = [*changes(hostile_events(bad)), Change(bad, WALL, bad, f"@@ -1 +1 @@ {bad}\n+{bad}", True)]
    told = Changes([FileChange(bad, Kind.RENAMED, bad)], branch=bad, base=bad)
    rows = [*tool_rows(found, NOW, "/w"), *git_rows(told, found, NOW, "/w")]
    diffs: dict[str, str | None] = {row.path: plain(f"@@ -1 +1 @@ {bad}\n+{bad}") for row in rows}
    return files_lines(rows, head_line(told, rows, 120), 120, unfolded=diffs, diffs=diffs).lines


def hostile_fleet(views: list[AgentView]) -> Facts:
    statuses = [each.status for each in views]
    stories = [story(each.status, state_of(each), Counts(turns=1), None, 0.0) for each in views]
    return Facts(
        with_present([], statuses, WALL),
        [row_of(each, NOW) for each in views],
        digest=digest(stories, 0.0, WALL),
    )


Page = Callable[[list[AgentView], str], list[Content]]

PAGES: dict[str, Page] = {
    "why": lambda views, bad: [each for one in views for each in why_lines(one, NOW, 120)],
    "usage": lambda views, bad: usage_lines(views[0], hostile_turns(bad), NOW, 120),
    "fleet": lambda views, bad: fleet_lines(hostile_fleet(views), NOW, 120),
    "log": lambda views, bad: log_lines(hostile_events(bad), NOW, 120),
    "files": lambda views, bad: hostile_files(bad),
    "raw": lambda views, bad: [raw_row(1, 0.0, bad, 9, NOW, 120), *pretty_lines(pretty(bad), 120, 9, 9)],
    "settings": lambda views, bad: settings_lines([Setting("prompt", bad, bad, False)], 120),
    "inbox list": lambda views, bad: waiting_lines(views[:2], "asks", NOW, 120),
    "inbox request": lambda views, bad: [
        each for one in views if one.status.request for each in request_lines(one, "1 of 2", NOW, 120)
    ],
    "notices": lambda views, bad: [
        each for one in views for each in notice_lines(row_of(one, NOW), NOW, 100, has_content=False)
    ],
    "toast": lambda views, bad: [line(each, key="a") for each in views],
}


def inert(line: Content) -> bool:
    return (
        not alive(line.plain)
        and "\n" not in line.plain
        and not any("@click" in str(s.style) for s in line.spans)
    )


@pytest.mark.parametrize("bad", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_a_page_is_inert(page: Page, bad: str) -> None:
    lines = page(hostile_views(bad), bad)
    assert [line.plain for line in lines if not inert(line)] == []


WHOLE = {
    name: page for name, page in PAGES.items() if name != "fleet"
}  # there names are cut to fourteen cells


@pytest.mark.parametrize("page", WHOLE.values(), ids=WHOLE)
def test_markup_on_a_page_is_text(page: Page) -> None:
    said = "\n".join(line.plain for line in page(hostile_views(MARKUP), MARKUP))
    assert MARKUP in said


async def look(d: Opened, *keys: str) -> str:
    await d.press(*keys)
    await d.pilot.pause()
    shown = d.text()
    assert alive(shown) == set(), keys
    return shown


async def test_no_screen_of_the_dashboard_is_harmed(tmp_path: Path) -> None:
    def prepare(fleet: object) -> None:
        for each in views:
            fleet.link(each.id).events = hostile_events(ALL)  # type: ignore[attr-defined]

    views = hostile_views(ALL)
    async with opened(tmp_path, views, size=(160, 48), prepare=prepare) as d:
        await look(d)
        for _ in range(3):
            await look(d, "g")
        for _ in views:
            await look(d, "down")
            await look(d, "t")
        for page in "lduw":
            await look(d, page)
            await look(d, "escape")
        for keys in (
            ["exclamation_mark"],
            ["escape", "z"],
            ["escape", "p"],
            ["escape", "slash"],
            ["escape", "space"],
        ):
            await look(d, *keys)
        await look(d, "escape")
        for each in views:
            d.fleet.change(each.id, activity=Activity.NEEDS_ANSWER, request=spoiled(request(), ALL))
        await d.until(d.toasts)
        await look(d)
        assert not any(alive(said) for said in d.toasts())
        await look(d, "K")


async def test_markup_is_shown_as_it_is(tmp_path: Path) -> None:
    one = view("one")
    views = [msgspec.structs.replace(one, status=spoiled(one.status, "[red]x[/]")), view("two")]
    async with opened(tmp_path, views, size=(160, 48)) as d:
        assert "one[red]x[/]" in d.text()
