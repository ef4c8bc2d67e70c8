from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screenshots import events as stories
from screenshots.cast import NOW, csv_export
from screenshots.events import Story
from tests.ui.widgets.stage import Stage, assert_full, lines_of, style_at
from tui.core import facts as f
from tui.core.activity import Source
from tui.core.clock import Now
from tui.core.facts import Event
from tui.ui.theme_table import DARK
from tui.ui.widgets.timeline import TimelineView
from tui.ui.widgets.timeline_frame import Frame
from tui.ui.widgets.timeline_items import Timeline
from tui.ui.widgets.timeline_render import estimate, item_lines

STORIES = [stories.docs, stories.migrate_db, stories.changelog, stories.bench, stories.csv_export]


def drawn(found: list[Event], width: int, now: float = NOW.wall) -> list[str]:
    timeline = Timeline()
    timeline.feed(found)
    lines = []
    for item in timeline.items:
        for line in item_lines(item, Frame(width, now)):
            assert line.cell_length <= width
            lines.append(line.plain.rstrip())
    return lines


def test_a_call_stands_on_one_line_with_its_result_at_the_right() -> None:
    story = Story("13:32").tool("Grep", "writerow", "3 hits", 0.1)
    assert drawn(story.events, 60) == ["✓ Grep writerow" + " " * 32 + "3 hits  0.1 s"]
    assert drawn(story.events, 64)[0].startswith("13:32 ✓ Grep writerow")


def test_a_failure_shows_its_last_lines_and_how_to_see_the_rest() -> None:
    story = Story("13:34").tool("Bash", "pytest", stories.TEST_OUTPUT, 4.1, ok=False, exit_code=1)
    lines = drawn(story.events, 80)
    assert lines[0].endswith("exit 1  4.1 s")
    assert lines[1] == "      │ FAILED tests/export/test_rows.py::test_newline_in_note"
    assert lines[3].startswith("      │ 11 passed, 1 failed")
    assert lines[3].endswith("tab all 38 lines")


def test_a_diff_shows_its_first_hunk() -> None:
    story = Story("13:33").tool("Edit", "src/export/rows.py", diff=stories.ROWS_DIFF)
    lines = drawn(story.events, 80)
    assert lines[0].endswith("+7 −3")
    assert lines[1] == "      │ @@ write_rows"
    assert lines[-1].startswith("      │ 2 more hunks")


def test_thinking_is_one_folded_line() -> None:
    story = Story("13:31").thought("rows.py joins by hand", 22)
    assert drawn(story.events, 80)[0].startswith("13:31   ▸ thought 22 s: “rows.py joins by hand”")


def test_a_running_call_counts() -> None:
    story = Story("13:37").running("Bash", "make", "one\ntwo\nthree\n")
    assert drawn(story.events, 60) == [
        "● Bash make" + " " * 37 + "running 0:12",
        "│ two",
        "│ three",
    ]


def test_an_open_question_lists_its_answers_and_a_closed_one_is_quiet() -> None:
    asked = f.QuestionAsked(request_id="q", text="Keep v1?", options=["keep", "drop"])
    story = Story("13:36").say(asked)
    assert drawn(story.events, 60) == ["? Keep v1?", "  1 keep   2 drop"]
    story.say(f.RequestResolved(request_id="q", how="answered: keep"))
    assert drawn(story.events, 60) == ["? Keep v1?  answered: keep"]


def test_a_limit_names_the_clock_and_counts_down() -> None:
    lines = drawn(stories.bench(), 80)
    assert lines[-1].strip() == "Goes on by itself at 14:00, in 22:48."


def test_sub_agents_are_indented() -> None:
    story = Story("13:00").say(
        f.ToolCalled(call_id="t", name="Task"), f.Text(text="inside", parent="t"), f.ToolFinished(call_id="t")
    )
    assert drawn(story.events, 40)[1] == "    inside"


HOSTILE = [
    "[red]x[/]",
    "[/nope]",
    "日本語" * 60,
    "👩‍👩‍👧" * 60,
    "\x1b[31mred\x07",
    "a\tb",
    "x" * 500,
    "",
    " ",
    "```",
]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=6), st.integers(12, 130))
def test_nothing_is_ever_too_wide(texts: list[str], width: int) -> None:
    story = Story("13:00")
    for value in texts:
        story.prompt(value).text(value).thought(value, 2).tool(value, value, value * 2)
        story.tool(
            value, value, value, ok=False, exit_code=1, diff=f"@@ -1 +1 @@ {value}\n-{value}\n+{value}\n"
        )
        story.say(
            f.PermissionAsked(request_id="r", tool=value, title=value, options=[value] * 3),
            f.ErrorReported(text=value), f.LogLine(text=value), f.TurnEnded(ok=False, error=value),
            f.RateLimited(text=value), f.FellBack(old_session_id=value, reason=value), f.Notified(text=value),
        )  # fmt: skip
    timeline = Timeline()
    timeline.feed(story.events)
    for item in timeline.items:
        for unfolded in (False, True):
            item.unfolded = unfolded
            frame = Frame(width, NOW.wall)
            assert estimate(item, frame) >= 1
            for line in item_lines(item, frame):
                assert line.cell_length <= width, (item.kind, line.plain)


async def test_it_follows_its_end_until_it_is_scrolled() -> None:
    view = TimelineView()
    app = Stage(view)
    async with app.run_test(size=(80, 12)) as pilot:
        view.feed(stories.csv_export())
        await pilot.pause()
        assert "running" in lines_of(app)[-1]
        view.scroll_to(y=3, animate=False, force=True)
        await pilot.pause()
        assert not view.following
        top = [line[:79] for line in lines_of(app)]
        view.feed(_numbered(100, 30))
        await pilot.pause(0.15)
        assert [line[:79] for line in lines_of(app)] == top
        view.to_end()
        await pilot.pause()
        assert "number 129" in lines_of(app)[-1]
        assert view.following


def _numbered(first: int, count: int) -> list[Event]:
    return [
        Event(seq=n, at=NOW.wall, run=1, source=Source.STREAM, fact=f.Text(text=f"number {n}", block=str(n)))
        for n in range(first, first + count)
    ]


async def test_streamed_text_grows_in_place_and_becomes_markdown() -> None:
    view = TimelineView()
    app = Stage(view)
    async with app.run_test(size=(60, 8)) as pilot:
        for piece in ("The **cause", "** is ", "`rows.py`."):
            view.feed(
                [
                    Event(
                        seq=0,
                        at=NOW.wall,
                        run=1,
                        source=Source.STREAM,
                        fact=f.TextDelta(text=piece, block="b"),
                    )
                ]
            )
        await pilot.pause(0.15)
        assert lines_of(app)[0].rstrip() == "  The **cause** is `rows.py`."
        whole = f.Text(text="The **cause** is `rows.py`.", block="b")
        view.feed([Event(seq=1, at=NOW.wall, run=1, source=Source.STREAM, fact=whole)])
        await pilot.pause(0.15)
        assert lines_of(app)[0].rstrip() == "  The cause is rows.py."
        assert style_at(app, 6, 0)[2]


async def test_folds_open_and_close() -> None:
    view = TimelineView()
    app = Stage(view)
    async with app.run_test(size=(80, 20)) as pilot:
        story = Story("13:34").tool("Bash", "pytest", stories.TEST_OUTPUT, 4.1, ok=False, exit_code=1)
        view.feed(story.events)
        await pilot.pause()
        assert view.virtual_size.height == 4
        view.toggle_folds()
        await pilot.pause()
        assert view.virtual_size.height == 39
        view.toggle_folds()
        await pilot.pause()
        assert view.virtual_size.height == 4
        await pilot.click(TimelineView, offset=(20, 0))
        await pilot.pause()
        assert view.virtual_size.height == 39


async def test_a_hundred_thousand_events_are_measured_only_in_view() -> None:
    view = TimelineView()
    app = Stage(view)
    async with app.run_test(size=(80, 24)) as pilot:
        view.feed(_numbered(1, 100_000))
        assert len(view.timeline.items) < 100_000, "the loop must get its turn in between"
        while len(view._page) < 100_000:
            await pilot.pause(0.05)
        await pilot.pause()
        assert "number 100000" in lines_of(app)[-1]
        measured = len(view._page.cache)
        assert measured < 10_000, "a screen for each time that it was drawn meanwhile"
        view.scroll_to(y=50_000, animate=False, force=True)
        await pilot.pause()
        assert_full(lines_of(app), 80)
        assert len(view._page.cache) < measured + 200
        view._page.cache.most = 100
        for y in range(60_000, 60_400, 20):
            view.scroll_to(y=y, animate=False, force=True)
            await pilot.pause()
        assert view._page.cache.lines <= 100


async def test_scrolling_up_through_wrong_estimates_never_jumps() -> None:
    view = TimelineView()
    app = Stage(view)
    table = "| a | b |\n|---|---|\n" + "| x | y |\n" * 9
    found = [
        Event(
            seq=n,
            at=NOW.wall,
            run=1,
            source=Source.STREAM,
            fact=f.Text(text=f"text {n}\n\n{table}", block=str(n)),
        )
        for n in range(1, 200)
    ]
    async with app.run_test(size=(80, 24)) as pilot:
        view.feed(found)
        await pilot.pause()
        before = lines_of(app)
        for _ in range(60):
            view.scroll_relative(y=-3, animate=False, force=True)
            await pilot.pause()
            await pilot.pause()
            after = lines_of(app)
            assert [line[:79] for line in after[3:]] == [line[:79] for line in before[:-3]]
            before = after


async def test_another_agent_starts_empty() -> None:
    view = TimelineView()
    app = Stage(view)
    async with app.run_test(size=(80, 24)) as pilot:
        view.feed(stories.csv_export())
        await pilot.pause()
        view.clear()
        await pilot.pause()
        assert "".join(lines_of(app)).strip() == ""
        view.feed(stories.bench())
        await pilot.pause(0.15)
        assert "Is the table-driven decoder" in lines_of(app)[0]


async def test_the_rail_stands_beside_a_wide_timeline_and_ticks() -> None:
    view = TimelineView(rail=True)
    app = Stage(view)
    async with app.run_test(size=(118, 40)) as pilot:
        view.feed(stories.csv_export())
        view.show(csv_export(), NOW)
        await pilot.pause()
        text = "\n".join(lines_of(app))
        for part in (
            "this turn",
            "tool calls",
            "reported by the CLI",
            "context",
            "about 4 turns left",
            "files",
            "turns",
        ):
            assert part in text
        assert "running 0:03" in text
        view.tick(Now(NOW.mono + 60, NOW.wall + 60))
        await pilot.pause()
        assert "running 1:03" in "\n".join(lines_of(app))
        await pilot.resize_terminal(100, 40)
        await pilot.pause()
        assert "tool calls" not in "\n".join(lines_of(app))


async def test_turns_are_walked() -> None:
    view = TimelineView()
    app = Stage(view)
    async with app.run_test(size=(80, 12)) as pilot:
        view.feed(stories.csv_export())
        await pilot.pause()
        for _ in range(3):
            view.turn(-1)
            await pilot.pause()
        assert view.scroll_offset.y == 0
        view.turn(1)
        await pilot.pause()
        # The blank line above the turn comes along.
        assert "read the export job" in lines_of(app)[1]


@pytest.mark.parametrize("size", [(80, 13), (57, 10), (34, 20), (200, 50), (118, 40)])
async def test_every_size_is_filled(size: tuple[int, int]) -> None:
    for story in STORIES:
        view = TimelineView(rail=True)
        app = Stage(view)
        async with app.run_test(size=size) as pilot:
            view.feed(story())
            view.show(csv_export(), NOW)
            await pilot.pause()
            assert_full(lines_of(app), size[0])


async def test_a_new_theme_is_drawn_at_once() -> None:
    view = TimelineView()
    app = Stage(view)
    async with app.run_test(size=(80, 30)) as pilot:
        view.feed(Story("13:33").tool("Edit", "rows.py", diff=stories.ROWS_DIFF).events)
        await pilot.pause()
        assert style_at(app, 30, 3)[1] == DARK.delete_bg
        app.theme = "light"
        await pilot.pause()
        assert style_at(app, 30, 3)[1] == "#f8e0e0"
