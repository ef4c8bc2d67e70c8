from __future__ import annotations

from decimal import Decimal

from screenshots.events import Story, csv_export
from tui.core import facts as f
from tui.core.activity import Source
from tui.core.facts import AnyFact, Event, RunKind
from tui.core.usage import Usage
from tui.ui.widgets.timeline_frame import Frame
from tui.ui.widgets.timeline_item import Item, Kind
from tui.ui.widgets.timeline_items import Timeline
from tui.ui.widgets.timeline_notices import spell
from tui.ui.widgets.timeline_render import item_lines


def story() -> Story:
    return Story("13:00")


def items(*facts: AnyFact) -> list[Item]:
    timeline = Timeline()
    timeline.feed(story().say(*facts).events)
    return timeline.items


def live(fact: AnyFact, at: float = 0.0) -> Event:
    return Event(seq=0, at=at, run=1, source=Source.STREAM, fact=fact)


def test_streamed_text_is_replaced_by_the_whole_block() -> None:
    timeline = Timeline()
    timeline.feed([live(f.TextDelta(text="Hel", block="b")), live(f.TextDelta(text="lo", block="b"))])
    assert [(i.body, i.live) for i in timeline.items] == [("Hello", True)]
    version = timeline.items[0].version
    changed = timeline.feed(story().say(f.Text(text="Hello **you**", block="b")).events)
    assert changed == {0}
    assert [(i.body, i.live) for i in timeline.items] == [("Hello **you**", False)]
    assert timeline.items[0].version > version


def test_blocks_of_the_same_name_in_another_run_are_other_blocks() -> None:
    timeline = Timeline()
    first = Event(seq=1, at=0, run=1, source=Source.STREAM, fact=f.Text(text="one", block="b"))
    second = Event(seq=2, at=0, run=2, source=Source.STREAM, fact=f.Text(text="two", block="b"))
    timeline.feed([first, second])
    assert [i.body for i in timeline.items] == ["one", "two"]


def test_counts_of_thinking_belong_to_the_block_of_their_message() -> None:
    timeline = Timeline()
    timeline.feed([live(f.ThinkingDelta(block="m", tokens=6)), live(f.ThinkingDelta(text="Hm", block="m:0"))])
    timeline.feed([live(f.ThinkingDelta(block="m", tokens=9))])
    timeline.feed(story().say(f.Thinking(text="Hm.", block="m:0")).events)
    timeline.feed([live(f.ThinkingDelta(block="m", tokens=12))])
    assert [(i.body, i.live, i.tokens) for i in timeline.items] == [("Hm.", False, 9)]


def test_two_whole_blocks_without_names_stay_two() -> None:
    assert [i.body for i in items(f.Text(text="one"), f.Text(text="two"))] == ["one", "two"]


def test_a_repeated_log_is_passed_over() -> None:
    events = csv_export()
    timeline = Timeline()
    timeline.feed(events)
    count = len(timeline.items)
    assert timeline.feed(events) == set()
    assert len(timeline.items) == count


def test_a_tool_is_one_item_from_call_to_result() -> None:
    called = f.ToolCalled(call_id="c", name="Bash", title="make")
    assert items(called)[0].live
    found = items(
        called,
        f.ToolOutput(call_id="c", text="x\n"),
        f.ToolFinished(call_id="c", ok=False, exit_code=2, output="bad"),
    )
    assert len(found) == 1
    assert (found[0].live, found[0].ok, found[0].exit_code, found[0].body) == (False, False, 2, "bad")


def test_a_result_without_a_call_is_left_out() -> None:
    assert items(f.ToolFinished(call_id="nobody")) == []


def test_sub_agents_stand_deeper() -> None:
    found = items(
        f.ToolCalled(call_id="t", name="Task"),
        f.ToolCalled(call_id="u", name="Read", parent="t"),
        f.Text(text="inside", parent="t"),
        f.ToolCalled(call_id="v", name="Deep", parent="u"),
    )
    assert [i.depth for i in found] == [0, 1, 1, 2]


def test_turns_count_their_calls_tokens_and_files() -> None:
    timeline = Timeline()
    timeline.feed(csv_export())
    assert [t.prompt for t in timeline.turns][:2] == ["why are totals off", "read the export job"]
    assert timeline.turns[-1].tool_calls == 5
    assert timeline.turns[-1].tokens == 18_900
    assert timeline.turns[0].cost == 0.18
    assert timeline.files == {"src/export/rows.py": (7, 3)}


def test_a_message_that_is_told_twice_counts_once() -> None:
    timeline = Timeline()
    usage = f.UsageReported(usage=Usage(input=100), key="m")
    more = f.UsageReported(usage=Usage(input=150), key="m")
    timeline.feed(story().prompt("x").say(usage, more).events)
    assert timeline.turns[0].tokens == 150


def test_the_end_of_a_turn_says_what_it_took() -> None:
    end = items(f.TurnEnded(turns=3, duration_s=108, cost_usd=Decimal("0.08")))[0]
    assert (end.kind, end.title, end.detail, end.ok) == (Kind.END, "done", "3 turns · 1m 48s · $0.08", True)
    failed = items(f.TurnEnded(ok=False, error="no credit"))[0]
    assert (failed.title, failed.body, failed.ok) == ("failed", "no credit", False)
    assert items(f.TurnEnded(interrupted=True))[0].title == "interrupted"


def test_what_still_looks_live_ends_with_its_turn() -> None:
    found = items(f.ToolCalled(call_id="c", name="Bash"), f.TurnEnded())
    assert found[0].live is False


def test_a_request_closes_when_it_is_resolved() -> None:
    asked = f.PermissionAsked(request_id="r", tool="Bash", title="rm -rf x", options=["yes", "no"])
    assert items(asked)[0].live
    found = items(asked, f.RequestResolved(request_id="r", how="allowed"))
    assert (found[0].live, found[0].detail, len(found)) == (False, "allowed", 1)


def test_retries_count_up_in_one_line() -> None:
    found = items(*(f.Retrying(attempt=n, max_attempts=10, status=529, delay_s=2) for n in range(1, 5)))
    assert [i.detail for i in found] == ["attempt 4 of 10 refused with 529 · again in 2.0 s"]


def test_lines_that_are_not_json_are_kept_together() -> None:
    found = items(f.LogLine(text="one"), f.Unparsed(text="two"), f.Oversized(size_bytes=9, start="three"))
    assert [(i.kind, i.body) for i in found] == [(Kind.LOG, "one\ntwo\nthree")]


def test_runs_fallbacks_and_losses_are_said() -> None:
    timeline = Timeline()
    timeline.feed(
        [
            Event(seq=1, at=0, run=1, source=Source.HOST, fact=f.RunStarted(pid=1, kind=RunKind.START)),
            Event(seq=2, at=0, run=2, source=Source.HOST, fact=f.RunStarted(pid=2, kind=RunKind.RESUME, session_id="7f3a")),
            Event(seq=3, at=0, run=2, source=Source.HOST, fact=f.FellBack(old_session_id="7f3a", reason="", prompt="hand-over")),
            Event(seq=4, at=0, run=2, source=Source.HOST, fact=f.HostLost(reason="out of memory")),
        ]
    )  # fmt: skip
    assert [i.detail for i in timeline.items] == [
        "run 2: session resumed 7f3a",
        "The CLI did not know session 7f3a. A fresh one was started with a hand-over.",
        "Its host is gone: out of memory",
    ]


def test_small_talk_is_left_out() -> None:
    assert items(f.TitleChanged(title="x"), f.ScreenAdvanced(), f.Notified(), f.RequestStarted()) == []


def test_durations_are_spelled_for_sentences() -> None:
    assert [spell(s) for s in (0.04, 4.1, 12.7, 108, 7_500)] == ["0.0 s", "4.1 s", "12 s", "1m 48s", "2h 05m"]


def test_sub_agents_that_work_at_once_are_told_apart() -> None:
    facts = [
        f.ToolCalled(call_id="a", name="Task", title="read the tests"),
        f.ToolCalled(call_id="b", name="Task", title="read the docs"),
        f.ToolCalled(call_id="b1", name="Read", title="docs/a.md", parent="b"),
        f.ToolCalled(call_id="b2", name="Read", title="docs/b.md", parent="b"),
        f.ToolCalled(call_id="a1", name="Grep", title="def test", parent="a"),
        f.Text(text="twelve tests", block="1", parent="a"),
        f.ToolCalled(call_id="c", name="Bash", title="ls"),
        f.Text(text="all read", block="2", parent="b"),
    ]
    timeline = Timeline()
    timeline.feed(
        [Event(seq=n, at=float(n), run=1, source=Source.STREAM, fact=fact) for n, fact in enumerate(facts, 1)]
    )
    assert [(item.depth, item.lead) for item in timeline.items] == [
        (0, ""),
        (0, ""),
        (1, ""),
        (1, ""),
        (1, "Task read the tests"),
        (1, ""),
        (0, ""),
        (1, "Task read the docs"),
    ]
    lines = [line.plain.strip() for item in timeline.items for line in item_lines(item, Frame(80, 0.0))]
    assert "└ Task read the tests" in lines
