from __future__ import annotations

from unittest import mock

import msgspec
import pytest
from rich.cells import cell_len

from screenshots.cast import NOW, eleven, six
from tests.ui.widgets.stage import Stage, assert_full, lines_of, style_at
from tui.client.view import AgentView, Contact
from tui.core.activity import Activity
from tui.core.attention import LOOK
from tui.core.clock import Now
from tui.core.settings import Column
from tui.ui import look
from tui.ui.agents import Agents, GroupBy
from tui.ui.theme_table import DARK
from tui.ui.ticking import REST_BEAT_S, moment_of, still_holds
from tui.ui.widgets.agent_list import AgentList
from tui.ui.widgets.agent_rows import Scale, limit_lines, row_lines
from tui.ui.widgets.row_columns import columns, one_line_row


def named(view: AgentView, name: str, **status: object) -> AgentView:
    changed = msgspec.structs.replace(view.status, id=name, name=name, **status)
    return msgspec.structs.replace(view, status=changed)


def many(count: int) -> list[AgentView]:
    cast = eleven()
    return [named(cast[i % len(cast)], f"agent-{i}") for i in range(count)]


def later(seconds: float) -> Now:
    return Now(NOW.mono + seconds, NOW.wall + seconds)


def held(views: list[AgentView], now: Now = NOW) -> Agents:
    agents = Agents()
    agents.update({view.id: view for view in views}, now)
    return agents


def show(agent_list: AgentList, agents: Agents, now: Now = NOW, select: str | None = None) -> None:
    if select is not None:
        agents.selected = select
    agent_list.show(agents.listing, now, agents.selected if select is not None else None)


async def shown(views: list[AgentView], size: tuple[int, int], select: str | None = None) -> list[str]:
    agent_list = AgentList()
    app = Stage(agent_list)
    async with app.run_test(size=size) as pilot:
        show(agent_list, held(views), select=select)
        await pilot.pause()
        lines = lines_of(app)
    assert_full(lines, size[0])
    return lines


async def test_it_can_be_drawn_between_a_new_width_and_being_laid_out_for_it() -> None:
    agent_list = AgentList()
    app = Stage(agent_list)
    async with app.run_test(size=(34, 47)) as pilot:
        show(agent_list, held(six()), select="flaky-tests")
        await pilot.pause()
        with mock.patch.object(AgentList, "_is_rail", True):
            agent_list._written.clear()
            drawn = [agent_list._content(y).plain for y in range(10)]
        assert any("!" in line for line in drawn)


async def test_tall_rows_have_three_lines_and_groups_captions() -> None:
    lines = await shown(six(), (34, 47), "flaky-tests")
    assert lines[0] == "  needs you                     2 "
    assert lines[1] == "▌ ! flaky-tests  permission  1:52 "
    assert lines[2] == "▌   run  rm -rf .pytest_cache &&… "
    assert lines[3].endswith("  439k  $0.71  ctx 22% ")
    assert lines[3].startswith("▌   ")
    assert lines[4].strip() == ""
    assert lines[5] == "2 ? docs           question  0:41 "
    captions = [line.split()[:-1] for line in lines if line[2:3].isalpha() and line[:2] == "  "]
    assert [" ".join(c) for c in captions[:4]] == ["needs you", "look at", "running", "waiting"]


async def test_the_limits_stand_at_the_foot() -> None:
    lines = await shown(six(), (34, 47))
    assert lines[-5:-1] == [
        "  limits                   resets ",
        "  claude 5 h  ▰▰▰▰▱▱  71%   14:00 ",
        "  claude week ▰▰▱▱▱▱  34%     Mon ",
        "  codex 5 h   ▰▱▱▱▱▱  18%   15:20 ",
    ]


async def test_lower_rows_have_two_lines_without_gaps_inside_a_group() -> None:
    lines = await shown(six(), (34, 33))
    assert lines[1].startswith("1 ! flaky-tests")
    assert lines[3].startswith("2 ? docs")


async def test_a_wide_list_of_few_is_one_table_without_captions() -> None:
    lines = await shown(eleven(), (80, 13), "flaky-tests")
    assert lines[0] == "▌ ! flaky-tests  permission  1:52  run  rm -rf .pytest_cache && p…  $0.71   22% "
    assert lines[2].startswith("3 ◇ e2e          lost         25m")
    queued = next(line for line in lines if "lint-all" in line)
    assert queued.rstrip().endswith("–     –")
    assert lines[10].startswith("  ✓ sdk-go       done        1h20  All 214 tests pass")


async def test_many_agents_are_calm_lines_in_groups_and_finished_ones_fold() -> None:
    lines = await shown(many(110), (34, 47))
    assert any(line.startswith("  needs you") for line in lines)
    agent_list = AgentList()
    app = Stage(agent_list)
    async with app.run_test(size=(34, 120)) as pilot:
        agents = held(many(110))
        show(agent_list, agents)
        await pilot.pause()
        folded = [line for line in lines_of(app) if "over 10 ▸" in line]
        assert len(folded) == 1
        agents.fold("state:over", False)
        agents.resort(NOW)
        show(agent_list, agents)
        await pilot.pause()
        assert any("over 10 ▾" in line for line in lines_of(app))
        assert len(agent_list.shown) == 110


async def test_a_click_selects_and_a_second_one_opens() -> None:
    agent_list = AgentList()
    seen: list[tuple[str, str]] = []

    class Listening(Stage):
        def on_agent_list_selected(self, message: AgentList.Selected) -> None:
            seen.append(("selected", message.agent_id))

        def on_agent_list_activated(self, message: AgentList.Activated) -> None:
            seen.append(("activated", message.agent_id))

    app = Listening(agent_list)
    async with app.run_test(size=(34, 33)) as pilot:
        show(agent_list, held(six()))
        await pilot.pause()
        await pilot.click(AgentList, offset=(5, 3), times=2)
        await pilot.pause()
        await pilot.click(AgentList, offset=(5, 0))
    assert seen == [("selected", "docs"), ("activated", "docs")]


async def test_the_selected_row_has_its_ground_and_edge() -> None:
    agent_list = AgentList()
    app = Stage(agent_list)
    async with app.run_test(size=(34, 33)) as pilot:
        show(agent_list, held(six()), select="docs")
        await pilot.pause()
        assert style_at(app, 0, 3)[:2] == (DARK.primary, DARK.select)
        assert style_at(app, 33, 4)[1] == DARK.select
        assert style_at(app, 2, 1) == (DARK.needs, DARK.background, True)
        running = next(y for y, line in enumerate(lines_of(app)) if "api-refactor" in line)
        assert style_at(app, 5, running)[2] is False


async def test_only_lines_that_changed_are_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    agent_list = AgentList()
    app = Stage(agent_list)
    async with app.run_test(size=(34, 60)) as pilot:
        agents = held(six())
        show(agent_list, agents)
        await pilot.pause()
        drawn: list[int] = []
        monkeypatch.setattr(agent_list, "refresh_line", drawn.append)
        monkeypatch.setattr(agent_list, "refresh", lambda *a, **k: drawn.append(-1))
        show(agent_list, agents)
        assert drawn == []
        show(agent_list, agents, later(1))
        rows = {line.id for y, line in enumerate(agent_list._lines) if y in drawn}
        assert -1 not in drawn
        assert rows == {v.status.id for v in six()} - {"changelog"}, "it rests: its minute goes on later"
        assert len(drawn) == 5


async def test_what_is_out_of_sight_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    agent_list = AgentList()
    app = Stage(agent_list)
    async with app.run_test(size=(34, 20)) as pilot:
        agents = held(many(100))
        show(agent_list, agents)
        await pilot.pause()
        show(agent_list, agents, later(1))
        assert 0 < len(agent_list._written) <= 20


async def test_the_selection_stays_where_it_is_on_screen_when_rows_come_above_it() -> None:
    agent_list = AgentList()
    app = Stage(agent_list)
    async with app.run_test(size=(34, 20)) as pilot:
        agents = held(many(60))
        show(agent_list, agents)
        await pilot.pause()
        show(agent_list, agents, select=agent_list.shown[40])
        await pilot.pause()
        place = next(y for y, line in enumerate(lines_of(app)) if line.startswith("▌"))
        new = [named(six()[0], f"new-{i}") for i in range(5)]
        agents.update({v.id: v for v in many(60) + new}, later(10))
        show(agent_list, agents, later(10), agents.selected)
        await pilot.pause()
        after = [y for y, line in enumerate(lines_of(app)) if line.startswith("▌")]
        assert after == [place]


async def test_a_filter_narrows_to_lines_that_hold_every_word() -> None:
    agent_list = AgentList()
    app = Stage(agent_list)
    async with app.run_test(size=(34, 33)) as pilot:
        agents = held(eleven())
        agents.filter = "claude working"
        agents.resort(NOW)
        show(agent_list, agents)
        await pilot.pause()
        lines = lines_of(app)
        assert lines[0].split() == ["/claude", "working", "2", "of", "11"]
        assert agent_list.shown == ["api-refactor", "csv-export"]


def projects() -> list[AgentView]:
    return [named(v, v.status.id, project="web" if n % 3 else "api") for n, v in enumerate(six())]


async def test_groups_have_captions_with_their_numbers_and_sums() -> None:
    agent_list = AgentList()
    app = Stage(agent_list)
    async with app.run_test(size=(34, 33)) as pilot:
        agents = held(projects())
        agents.group = GroupBy.PROJECT
        agents.resort(NOW)
        show(agent_list, agents)
        await pilot.pause()
        captions = [line.split() for line in lines_of(app) if line[2:5] in ("api", "web") and "$" in line]
        assert captions == [["api", "!", "1", "$0.79", "2"], ["web", "!", "1", "$3.03", "4"]]
        agents.fold("project:web", True)
        agents.resort(NOW)
        show(agent_list, agents)
        await pilot.pause()
        assert any(line.startswith("  web 4 ▸") and line.endswith("! 1  $3.03 ") for line in lines_of(app))
        assert len(agent_list.shown) == 2


async def test_a_click_on_a_caption_folds_and_one_with_ctrl_marks() -> None:
    agent_list = AgentList()
    said: list[object] = []

    class Listening(Stage):
        def on_agent_list_folded(self, message: AgentList.Folded) -> None:
            said.append(message.section.key)

        def on_agent_list_marked(self, message: AgentList.Marked) -> None:
            said.append(message.agent_id)

    app = Listening(agent_list)
    async with app.run_test(size=(34, 33)) as pilot:
        agents = held(projects())
        agents.group = GroupBy.PROJECT
        agents.fold("project:api", False)
        agents.resort(NOW)
        show(agent_list, agents)
        await pilot.pause()
        await pilot.click(AgentList, offset=(5, 0))
        await pilot.click(AgentList, offset=(5, 1), control=True)
        await pilot.pause()
    assert said == ["project:api", agents.shown[0]]


async def test_a_marked_agent_has_a_dot_in_front() -> None:
    agent_list = AgentList()
    app = Stage(agent_list)
    async with app.run_test(size=(34, 33)) as pilot:
        agents = held(six())
        agents.mark(["docs"])
        show(agent_list, agents, select="flaky-tests")
        await pilot.pause()
        lines = lines_of(app)
        assert [line[:3] for line in lines[1:5]] == ["▌ !", "▌  ", "2•?", "   "]
        assert style_at(app, 1, 3)[0] == DARK.primary


async def test_a_rail_has_glyphs_alone() -> None:
    agent_list = AgentList()
    app = Stage(agent_list, css="AgentList { width: 3; }")
    async with app.run_test(size=(120, 20)) as pilot:
        show(agent_list, held(six()), select="docs")
        await pilot.pause()
        lines = [line[:3] for line in lines_of(app)]
    assert lines[:9] == ["1! ", "▌? ", "   ", "3✓ ", "4▲ ", "   ", "5● ", "   ", "6◔ "]


async def test_the_smallest_terminal_has_names_alone() -> None:
    agent_list = AgentList()
    agent_list.names_only = True
    app = Stage(agent_list)
    async with app.run_test(size=(24, 8)) as pilot:
        show(agent_list, held(six()), select="docs")
        await pilot.pause()
        assert lines_of(app)[:3] == [
            "1 ! flaky-tests         ",
            "▌ ? docs                ",
            "3 ✓ changelog           ",
        ]


HOSTILE = [
    "[red]x[/]",
    "[/nope]",
    "a\nb",
    "x" * 300,
    "日本語エージェント名前",
    "👩‍👩‍👧‍👦 family",
    "e\u0301" * 30,
    "\t",
    "",
]


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("size", [(34, 33), (34, 47), (80, 24), (20, 10), (200, 50)])
async def test_no_name_or_headline_breaks_the_layout(name: str, size: tuple[int, int]) -> None:
    views = [named(v, f"{name}{i}", headline=name * 3, branch=name) for i, v in enumerate(six())]
    await shown(views, size, f"{name}1")


@pytest.mark.parametrize("width", range(1, 140))
def test_rows_are_exactly_as_wide_as_asked(width: int) -> None:
    scale = Scale(width, NOW, 9_000)
    for view in eleven():
        row = look.row_of(view, NOW)
        assert one_line_row(row, scale).cell_length == width
        for lines in (2, 3):
            assert {line.cell_length for line in row_lines(row, lines, scale)} == {width}


ORDER = ("folder", "branch", "retries", "sparkline", "tokens", "headline", "context", "cost", "state")


def test_columns_go_one_by_one_as_it_narrows() -> None:
    has = [columns(width) for width in range(220, 10, -1)]
    last = []
    for name in ORDER:
        flags = [bool(c.headline) if name == "headline" else name in c.has for c in has]
        assert flags[0], name
        assert flags == sorted(flags, reverse=True), name
        last.append(flags.count(True))
    assert last == sorted(last)


@pytest.mark.parametrize("width", [34, 60, 100, 160])
def test_rows_tell_what_is_configured_in_its_order(width: int) -> None:
    wanted = (Column.COST, Column.MODEL, Column.TIMER)
    scale = Scale(width, NOW, 9_000, wanted=wanted)
    row = look.row_of(six()[4], NOW)
    line = one_line_row(row, scale).plain
    assert len(line) == width
    assert line.split()[:2] == ["●", "api-refactor"]
    told = [part for part in ("$1.42", "opus-4.5", "0:04") if part in line]
    assert [line.index(part) for part in told] == sorted(line.index(part) for part in told)
    assert "$1.42" in told
    assert "working" not in line
    assert {each.cell_length for each in row_lines(row, 3, scale)} == {width}


def test_a_list_without_headlines_gives_their_room_to_names() -> None:
    assert columns(42, 16).name == 16
    assert columns(42, 40).name <= 24
    assert columns(42).name == 12


def resting(age_s: float, state: Activity = Activity.IDLE) -> look.View:
    since = later(-age_s)
    return named(six()[4], "idle", activity=state, activity_since=since, lifecycle_since=since)


def shown_at(view: look.View, at: Now) -> str:
    return look.timer_text(look.row_of(view, moment_of(look.row_of(view, at), at)))


def test_agents_that_work_tick_each_second() -> None:
    works = look.row_of(six()[4], NOW)
    times = [later(seconds) for seconds in range(7)]
    assert [moment_of(works, at) for at in times] == times


def test_agents_that_rest_tell_seconds_in_their_first_minute_and_minutes_after_it() -> None:
    told = [shown_at(resting(age), NOW) for age in (0, 59, 60, 61, 3_599, 3_600, 86_399, 86_400, 100_000)]
    assert told == ["0:00", "0:59", "1m", "1m", "59m", "1h00", "23h59", "1d00", "1d03"]


@pytest.mark.parametrize("age_s", [57.0, 1_234.5, 5_000.0, 86_390.0])
def test_what_rests_is_said_anew_once_a_minute_and_at_most_a_beat_late(age_s: float) -> None:
    """Every second of five minutes: few moments, none ahead, none later than the beat."""
    view, moments = resting(age_s), []
    for second in range(300):
        now = later(float(second))
        row = look.row_of(view, now)
        at = moment_of(row, now)
        moments.append(at)
        true_s, shown_s = row.timer.seconds, look.row_of(view, at).timer.seconds
        unit = 3_600 if shown_s >= 86_400 else 60 if true_s >= 60 else 1
        assert true_s // unit >= shown_s // unit, "it tells no minute that is not over"
        assert true_s // unit == shown_s // unit or true_s % unit <= REST_BEAT_S + 1
    assert len(set(moments)) <= (9 if age_s < 60 else 7)


def test_minutes_that_are_due_go_on_together() -> None:
    views = [resting(100.0 + n * 1.7) for n in range(20)]
    changed = []
    before = [shown_at(view, NOW) for view in views]
    for second in range(1, 61):
        told = [shown_at(view, later(float(second))) for view in views]
        if told != before:
            changed.append(second)
        before = told
    assert len(changed) <= 60 / REST_BEAT_S


def test_what_was_said_holds_for_less_than_a_second_and_not_for_the_past() -> None:
    held = [seconds for seconds in (-0.1, 0.0, 0.5, 0.89, 1.0, 5.0) if still_holds(NOW, later(seconds))]
    assert held == [0.0, 0.5, 0.89]


def test_a_tall_row_with_room_tells_branch_and_retries() -> None:
    status = msgspec.structs.replace(six()[4].status, restarted_at=[1.0, 2.0], branch="feat/router")
    row = look.row_of(msgspec.structs.replace(six()[4], status=status), NOW)
    wide, narrow = (row_lines(row, 3, Scale(width, NOW, 9_000))[2].plain for width in (64, 31))
    assert "↻2  feat/router" in wide
    assert "↻2" not in narrow
    assert "$1.42  ctx 38%" in narrow


def test_every_glyph_is_one_cell() -> None:
    import wcwidth

    for state, seen in LOOK.items():
        assert wcwidth.wcswidth(seen.glyph) == cell_len(seen.glyph) == len(seen.ascii) == 1, state
        assert len(seen.word) <= 10
    for mark in "›▸▾•│↑↓↺+▰▱▁▂▃▄▅▆▇█━−…◂▌·":
        assert wcwidth.wcswidth(mark) == cell_len(mark) == 1


def test_an_agent_without_contact_says_so() -> None:
    view = msgspec.structs.replace(six()[4], contact=Contact.SILENT, contact_since=NOW.mono - 12)
    assert look.headline(look.row_of(view, NOW), NOW) == "no contact 0:12, trying again"


def test_a_note_takes_over_the_headline() -> None:
    view = named(six()[4], "x", note="The CLI did not know session 7f3a")
    assert look.headline(look.row_of(view, NOW), NOW) == "The CLI did not know session 7f3a"


def test_limits_that_were_reset_since_are_not_shown() -> None:
    rows = look.rows_of(six(), NOW)
    assert {(r.runtime, r.limit) for r in look.limits_of(rows, NOW)} == {
        ("claude", "5 h"), ("claude", "week"), ("codex", "5 h"),
    }  # fmt: skip
    assert {r.limit for r in look.limits_of(rows, later(3_600 * 2))} == {"week"}
    assert limit_lines([], None, Scale(31, NOW, 0)) == []


def test_names_of_models_and_runtimes_are_short() -> None:
    assert look.short_model("claude-opus-4-5-20251101") == "opus-4.5"
    assert look.short_model("moonshot/kimi-k2") == "kimi-k2"
    assert look.short_model("gpt-5.2-codex") == "gpt-5.2-codex"
    assert look.short_runtime("claude-code") == "claude"


def test_the_rate_is_of_the_last_sixty_seconds() -> None:
    status = msgspec.structs.replace(
        six()[0].status, minutes=[(int(NOW.wall // 60) - 1, 6_000), (int(NOW.wall // 60), 500)]
    )
    # Twelve seconds into the minute: four fifths of the one before still count.
    assert look.rate([status], NOW) == pytest.approx(500 + 6_000 * 48 / 60)
    assert look.activity(status, NOW, cells=2, minutes=1) == [6_000, 500]


@pytest.mark.parametrize(
    ("runtime", "limit", "label"),
    [
        ("claude", "5 h", "claude 5 h"),
        ("demo", "claude 5 h", "claude 5 h"),
        ("demo", "claude-code week", "claude week"),
        ("claude", "claude-code 5 h", "claude 5 h"),
    ],
)
def test_a_limit_is_named_once_and_short(runtime: str, limit: str, label: str) -> None:
    assert look.LimitRow(runtime, limit, 0.5, 0.0).label == label
