"""The pages of the views: what they say, and that no line is wider than it may be."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from textual.content import Content

from tests.ui.fake_fleet import MONO, WALL, moods, request, view
from tests.ui.opened import opened
from tui.client.spending import with_present
from tui.core import facts as f
from tui.core.activity import Activity, Evidence, Source, Vote
from tui.core.changes import Changes
from tui.core.clock import Now
from tui.core.digest import Counts, Had, digest, story
from tui.core.errors import StoreError
from tui.core.facts import Event
from tui.core.lifecycle import Lifecycle
from tui.core.status import Exit, Transition
from tui.core.turns import TurnMeter
from tui.core.usage import Usage
from tui.ui import resources
from tui.ui.agents import state_of
from tui.ui.bridge import Bridge
from tui.ui.look import View, row_of
from tui.ui.pages.files import changes, files_lines, head_line, tool_diff, tool_rows
from tui.ui.pages.fleet import Bound, Facts, fleet_lines
from tui.ui.pages.inbox import request_lines, waiting_lines
from tui.ui.pages.log import fact_words, log_lines
from tui.ui.pages.usage import usage_lines
from tui.ui.pages.why import why_lines

NOW = Now(MONO, WALL)
DIFF = "--- a/a.py\n+++ b/a.py\n@@ -1,2 +1,3 @@ def f\n x = 1\n-y = 2\n+y = 3\n+z = 4\n"


def by_name(name: str) -> View:
    return next(v for v in moods() if v.name == name)


def event(seq: int, fact: f.AnyFact) -> Event:
    return Event(seq=seq, at=WALL - 60 + seq, run=1, source=Source.STREAM, fact=fact)


def edit(call_id: str, path: str, diff: str = DIFF, **fields: object) -> list[f.AnyFact]:
    arguments = msgspec.json.encode({"file_path": path}).decode()
    return [
        f.ToolCalled(call_id=call_id, name="Edit", title=path, arguments=arguments),
        f.ToolFinished(call_id=call_id, diff=diff, **fields),  # type: ignore[arg-type]
    ]


EVENTS = [
    event(n, fact)
    for n, fact in enumerate(
        [*edit("1", "/w/a.py"), *edit("2", "/w/a.py"), *edit("3", "/w/日本.py", "", ok=False)], start=1
    )
]


def text(lines: list[Content]) -> str:
    return "\n".join(line.plain for line in lines)


def tool_files(width: int) -> list[Content]:
    found = changes(EVENTS)
    rows = tool_rows(found, NOW, "/w")
    diffs: dict[str, str | None] = {row.path: tool_diff(found, row.path, "/w") for row in rows}
    head = head_line(Changes(repository=False), rows, width)
    return files_lines(rows, head, width, selected=0, unfolded=["a.py"], diffs=diffs).lines


def spent() -> TurnMeter:
    meter = TurnMeter()
    told = []
    for n in (1, 2):
        usage = Usage(input=60, output=40, cost_usd=Decimal("0.30"))
        told += [f.TurnStarted(prompt=f"{'first' if n == 1 else 'second'} thing\nand more")]
        told += [f.UsageReported(usage=usage, key=f"m{n}", context_tokens=900 * n)]
    meter.feed([event(n, fact) for n, fact in enumerate(told, 1)])
    return meter


def facts() -> Facts:
    statuses = [view.status for view in moods()]
    stories = [
        story(view.status, state_of(view), Counts(turns=2, files=1), Had(), WALL - 3_600) for view in moods()
    ]
    return Facts(
        with_present([], statuses, WALL),
        [row_of(view, NOW) for view in moods()],
        [Bound("all agents", Decimal("3.82"), Decimal(20))],
        digest=digest(stories, WALL - 3_600, WALL),
    )


PAGES: list[Callable[[int], list[Content]]] = [
    lambda width: why_lines(by_name("migrate-db"), NOW, width),
    lambda width: usage_lines(by_name("api-refactor"), spent(), NOW, width),
    lambda width: usage_lines(by_name("changelog"), TurnMeter(), NOW, width),
    lambda width: fleet_lines(facts(), NOW, width),
    lambda width: fleet_lines(facts()._replace(range="month", digest=None, first="m"), NOW, width),
    lambda width: tool_files(width),
    lambda width: log_lines(EVENTS, NOW, width),
    lambda width: waiting_lines(moods()[:2], "docs", NOW, width),
    lambda width: request_lines(by_name("flaky-tests"), "1 of 2", NOW, width),
]


@pytest.mark.parametrize("page", range(len(PAGES)))
@pytest.mark.parametrize("width", [40, 76, 116, 196])
def test_no_line_is_too_wide_or_holds_a_break(page: int, width: int) -> None:
    lines = PAGES[page](width)
    assert lines
    assert all(line.cell_length <= width for line in lines), [
        line.plain for line in lines if line.cell_length > width
    ]
    assert not any("\n" in line.plain for line in lines)


def test_why_names_the_winner_and_what_the_others_say() -> None:
    said = text(why_lines(by_name("migrate-db"), NOW, 116))
    assert "▲ stalled" in said
    assert "ToolCalled Bash alembic upgrade head, no result" in said
    winner = next(line for line in said.splitlines() if "◂" in line)
    assert winner.startswith("1 JSON stream")
    assert "6:12" in next(line for line in said.splitlines() if line.startswith("6 bytes"))
    assert "interrupt" in said


def test_why_tells_what_happened_newest_first() -> None:
    past = [
        Transition(WALL - 30, Lifecycle.STARTING, Activity.UNKNOWN, "spawned"),
        Transition(WALL - 20, Lifecycle.RUNNING, Activity.WORKING, "your prompt"),
    ]
    said = text(why_lines(view("one", transitions=past), NOW, 116))
    assert said.index("your prompt") < said.index("spawned")


def test_why_keeps_the_whole_reason_of_a_stall_that_is_over() -> None:
    because = "Bash alembic upgrade head, no output, 0 % CPU; ToolCalled Bash alembic upgrade head, no result, no progress for 300 s"
    past = [Transition(WALL - 30, Lifecycle.RUNNING, Activity.STALLED, because)]
    said = " ".join(text(why_lines(view("one", Activity.DONE, transitions=past), NOW, 80)).split())
    words = said.replace(" running ", " ")
    assert because in words


def test_why_has_no_clock_running_for_what_is_over() -> None:
    over = view("one", Activity.DONE, lifecycle=Lifecycle.EXITED, exit=Exit(code=0, at=WALL - 60))
    said = text(why_lines(over, NOW, 116))
    assert "none of them runs" in said
    assert "no byte from the child" not in said
    assert "no byte from the child" in text(why_lines(view("one"), NOW, 116))


def test_the_fleet_adds_up_and_says_how_it_knows() -> None:
    said = text(fleet_lines(facts(), NOW, 116))
    assert any("today " in line and line.endswith("$3.82") for line in said.splitlines())
    assert "6 reported by the CLI" in said
    assert "claude 5 h" in said
    assert "by agent today" in said
    assert said.index("by agent today") < said.index("by project today")
    assert "while you were away" in said
    assert "! flaky-tests" in said
    assert "$3.82 of $20.00" in said


def test_a_digest_stands_before_what_can_wait_where_there_is_one_column() -> None:
    said = text(fleet_lines(facts(), NOW, 76))
    assert said.index("while you were away") < said.index("by agent today")


def test_a_turn_has_its_line_and_the_sum_is_that_of_the_turns() -> None:
    said = text(usage_lines(by_name("api-refactor"), spent(), NOW, 116)).splitlines()
    assert "first thing" in next(line for line in said if line.startswith("  1 "))
    total = next(line for line in said if "all turns" in line)
    assert total.split()[2:5] == ["120", "80", "$0.60"]
    assert any("Its events tell 200 of its 236k tokens." in line for line in said)
    assert any("tokens reported by the CLI" in line for line in said)


def test_files_are_listed_once_with_their_sums() -> None:
    found = changes(EVENTS)
    assert [(c.path, c.ok) for c in found] == [("/w/a.py", True), ("/w/a.py", True), ("/w/日本.py", False)]
    said = text(tool_files(100))
    assert "no repository: as its tool calls tell" in said
    assert "2 files" in said
    summary = next(line for line in said.splitlines() if "a.py" in line)
    assert "+4 −2" in summary
    assert "▾ changed" in summary
    assert said.count("+  z = 4") == 2
    assert "not done" in next(line for line in said.splitlines() if "日本.py" in line)


def test_the_log_leaves_out_what_is_ephemeral() -> None:
    events = [event(1, f.TurnStarted(prompt="go")), event(0, f.TextDelta(text="he"))]
    said = text(log_lines(events, NOW, 100))
    assert "TurnStarted" in said
    assert "TextDelta" not in said


def test_facts_in_words() -> None:
    assert fact_words(f.ToolCalled(call_id="7", name="Bash", title="ls")) == "call_id 7  Bash  ls"
    assert fact_words(f.Text(text="a\nb  c")) == "a b c"


def test_the_inbox_draws_a_diff() -> None:
    asks = view("one", Activity.NEEDS_PERMISSION, request=request("edit a.py", tool="Edit", detail=DIFF))
    said = text(request_lines(asks, "1 of 1", NOW, 90))
    assert "wants to use Edit" in said
    assert "+  z = 4" in said


def test_a_command_that_comes_with_a_diff_is_shown_too() -> None:
    both = request("rm -rf build", tool="execute", detail=f"rm -rf build\n{DIFF}")
    said = text(request_lines(view("one", Activity.NEEDS_PERMISSION, request=both), "1 of 1", NOW, 90))
    assert "rm -rf build" in said.splitlines()
    assert "+  z = 4" in said


def test_a_stale_moment_is_no_negative_time() -> None:
    assert "-" not in text(why_lines(view("one", since=-5), NOW, 80)).split("evidence")[0]


# -- small services ----------------------------------------------------------------------------------------------------


async def test_changes_are_gathered() -> None:
    applied: list[frozenset[str]] = []
    bridge = Bridge(applied.append)
    bridge.changed(frozenset({"a"}))
    bridge.changed(frozenset({"b"}))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    bridge.changed(frozenset({"c"}))
    async with asyncio.timeout(5):
        while len(applied) < 2:
            await asyncio.sleep(0)
    assert applied == [frozenset({"a", "b"}), frozenset({"c"})]
    bridge.changed(frozenset({"d"}))
    bridge.close()


def test_style_sheets_begin_with_the_common_one() -> None:
    sheets = resources.style_sheets()
    assert Path(sheets[0]).name == "app.tcss"
    assert all(Path(sheet).is_file() for sheet in sheets)


def test_missing_style_sheets_name_both_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "__file__", str(tmp_path / "tui" / "ui" / "resources.py"))
    with pytest.raises(StoreError, match=r"styles.* or .*styles"):
        resources.styles_dir()


@pytest.mark.parametrize(
    ("opens", "says"), [("w", "in an agent's views"), ("exclamation_mark", "in the inbox")]
)
async def test_a_page_has_help_of_its_own(tmp_path: Path, opens: str, says: str) -> None:
    asks = view("one", Activity.NEEDS_PERMISSION, request=request())
    async with opened(tmp_path, [asks]) as d:
        await d.press(opens)
        await d.until(lambda: d.screen_name() in ("ViewScreen", "InboxScreen"))
        page = d.screen_name()
        await d.press("question_mark")
        await d.until(lambda: "Keys" in d.text())
        assert says in d.text()
        assert "page down" in d.text() or "next" in d.text()
        await d.press("question_mark")
        await d.until(lambda: d.screen_name() == page)


def test_why_tells_what_was_measured_and_why_no_more_is_done() -> None:
    stalled = by_name("migrate-db")
    given_up = msgspec.structs.replace(
        stalled.status, ladder=None, ladder_tries=6, ladder_note="6 tries did not help, so no resume again"
    )
    said = " ".join(text(why_lines(msgspec.structs.replace(stalled, status=given_up), NOW, 80)).split())
    assert "Bash alembic upgrade head runs for 10:12 and has printed something." in said
    assert "Its psql uses 0 % CPU and moves no data. The limit for a tool that does nothing is 5:00." in said
    assert "Nothing more is done about it: 6 tries did not help, so no resume again." in said
    assert "this tool" in said
    assert "given up" in said


def test_why_names_a_source_that_fell_silent() -> None:
    votes = [
        Vote(Source.HOOK, Activity.WORKING, "status busy", NOW),
        Vote(Source.SCREEN, Activity.IDLE, "screen: its prompt", NOW),
    ]
    evidence = Evidence(Source.SCREEN, "screen: its prompt", NOW)
    said = " ".join(
        text(why_lines(view("one", Activity.IDLE, votes=votes, evidence=evidence), NOW, 80)).split()
    )
    assert "Fell silent and counts no more: hooks working." in said
