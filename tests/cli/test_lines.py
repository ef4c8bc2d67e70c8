"""What is printed for people: tables, pages, events; inert, in colour only where that is wanted."""

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.client.fake_host import make_agent
from tui.cli import output
from tui.cli.eventlines import line
from tui.cli.waiting import KNOWN
from tui.core import facts as f
from tui.core.activity import Activity, Source, Vote
from tui.core.clock import Now, SystemClock
from tui.core.lifecycle import Lifecycle
from tui.core.status import Exit, Request
from tui.core.usage import Usage, UsageSource
from tui.system.paths import Paths, ensure

HOSTILE = "\x1b]0;pwned\x07\x1b[31mred\u202e\x9b2J name"


def event(fact: f.AnyFact) -> f.Event:
    return f.Event(seq=1, at=1000.0, run=1, source=Source.STREAM, fact=fact)


@pytest.fixture
def agents(paths: Paths) -> None:
    ensure(paths)
    now = SystemClock().now()
    ago = Now(now.mono - 112, now.wall - 112)
    make_agent(
        paths, "done", lifecycle=Lifecycle.EXITED, activity=Activity.DONE, exit=Exit(code=0, at=now.wall)
    )
    make_agent(
        paths, "asks", activity=Activity.NEEDS_PERMISSION, activity_since=ago, headline=HOSTILE,
        usage=Usage(input=31_000, output=6_200, cost_usd=Decimal("0.71")), usage_source=UsageSource.REPORTED,
        context_tokens=76_000, context_window=200_000, session_id="s-1", old_session_ids=["s-0"], runs=2,
        request=Request("r", tool="Bash", title="rm -rf x", detail="rm -rf x\n" + HOSTILE, options=["Yes", "No"]),
        votes=[Vote(Source.HOOK, Activity.NEEDS_PERMISSION, "asked", ago)],
    )  # fmt: skip
    make_agent(paths, "works", activity=Activity.WORKING, inactivity_timeout_s=300.0)


@pytest.mark.usefixtures("agents")
@pytest.mark.parametrize("cols", [120, 30])
def test_the_list_has_headings_above_its_columns_on_a_terminal(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, cols: int
) -> None:
    piped = cli("ls").out.splitlines()
    monkeypatch.setattr(output, "width", lambda: cols)
    heads, *lines = cli("ls").out.splitlines()
    assert heads.split()[:2] == ["id", "state"]
    assert len(lines) == len(piped) == 3
    assert len(heads) <= cols
    assert heads.index("state") == lines[0].index("permission")
    assert len(cli("ls", "--json").objects) == 3


@pytest.mark.usefixtures("agents")
def test_the_list_is_by_need_and_inert(cli: Cli) -> None:
    lines = cli("ls").out.splitlines()
    assert [each.split()[1] for each in lines] == ["asks", "done", "works"]
    assert lines[0].startswith("! asks   permission  ")
    assert "1:52" in lines[0]
    assert "37.2k  $0.71  ctx 38%" in lines[0]
    assert lines[1].startswith("✓ done   done")
    assert "0:00/5:00" in lines[2]
    assert not set(cli("ls").out) & set("\x1b\x07\u202e\x9b")


@pytest.mark.usefixtures("agents")
def test_one_agent_on_one_page(cli: Cli) -> None:
    text = cli("show", "asks").out
    for part in (
        "permission  asks  1:52", "s-1", "s-0", "it asks for permission", "Bash rm -rf x", "1. Yes", "2. No",
        "37200 tokens (31000 input, 6200 output), $0.71", "reported by the CLI", "76000 of 200000 tokens, 38%",
        "hook says", "needs-permission: asked, since 1:52",
    ):  # fmt: skip
        assert part in text
    assert not set(text) & set("\x1b\x07\u202e\x9b")


@pytest.mark.usefixtures("agents")
def test_the_objects_have_exact_numbers(cli: Cli) -> None:
    found = {each["id"]: each for each in cli("ls", "--json").objects}
    assert found["asks"]["usage"]["cost_usd"] == 0.71
    assert '"cost_usd":0.71,' in cli("ls", "--json").out
    assert found["works"]["usage"]["cost_usd"] is None
    assert found["asks"]["context_share"] == 0.38
    assert found["asks"]["old_session_ids"] == ["s-0"]
    assert found["done"]["exit"] == {"code": 0, "signal": None, "reason": ""}
    full = cli("show", "asks", "--json").objects[0]
    assert full["votes"][0]["source"] == "hook"
    assert full["state"] == "needs-permission"
    assert full["settings"]["env"] == []


@pytest.mark.usefixtures("agents")
def test_a_narrow_terminal_cuts_the_headline_and_colours_are_for_terminals(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "width", lambda: 60)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    coloured = cli("ls").out
    assert "\x1b[33m\x1b[1m! asks" in coloured
    monkeypatch.setenv("NO_COLOR", "1")
    plain = cli("ls").out
    assert "\x1b" not in plain
    assert all(output.cells(each) <= 60 for each in plain.splitlines())
    assert any(each.endswith("…") for each in plain.splitlines())


@pytest.mark.usefixtures("agents")
def test_doctor_names_hosts_that_do_not_answer(cli: Cli) -> None:
    result = cli("doctor")
    assert result.code == 1
    assert "The host of works lives and does not answer." in result.out
    assert "The host of done" not in result.out


def test_cells() -> None:
    assert output.cells("日本") == 4
    assert output.cut("日本語", 5) == "日本…"
    assert output.cut("abc", 3) == "abc"
    assert output.cut("abcd", 3) == "ab…"
    assert output.pad("日", 4, right=True) == "  日"


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        (f.TurnStarted(prompt="Fix\nit"), "› Fix\n"),
        (f.Text(text="All **good**.\n"), "All **good**."),
        (f.ToolCalled(call_id="1", name="Bash", title="ls -la"), "● Bash ls -la"),
        (f.ToolFinished(call_id="1", ok=False, exit_code=2, output="a\nb\nc\nd\ne"), "✗ exit 2"),
        (f.PermissionAsked(request_id="1", tool="Bash", title="rm x"), "! asks for permission Bash rm x"),
        (f.QuestionAsked(request_id="1", text="Keep?", options=["yes"]), "1. yes"),
        (f.TurnEnded(ok=True, duration_s=108, cost_usd=Decimal("0.08")), "✓ the turn is done, 1:48, $0.08"),
        (f.TurnEnded(ok=False, error="529"), "✗ the turn failed: 529"),
        (f.Retrying(attempt=2, delay_s=65, error="busy"), "· retry 2 in 1:05: busy"),
        (f.Retrying(attempt=2, error="busy"), "· retry 2: busy"),
        (f.RunExited(ok=False, reason="exit 1"), "✗ run ended: exit 1"),
        (f.FellBack(old_session_id="s", reason="unknown"), "session s was refused (unknown)"),
        (f.StepTaken(step="interrupt", number=2, of=4, no_progress_s=372), "interrupt after 6:12 without progress"),
        (f.Oversized(size_bytes=9_000_000), "a line of 9.0 MB was passed over"),
        (f.LogLine(text=HOSTILE), "│ red"),
    ],
)  # fmt: skip
def test_an_event_is_a_line(fact: f.AnyFact, text: str) -> None:
    told = line(event(fact), 1000.0)
    assert told is not None
    assert text in told
    assert not set(told) & set("\x1b\x07\u202e\x9b")


def test_what_only_streams_is_no_line() -> None:
    assert line(event(f.TextDelta(text="x")), 1000.0) is None
    assert line(event(f.UsageReported(usage=Usage(input=1))), 1000.0) is None


def test_long_texts_are_folded(work: Path) -> None:
    told = line(event(f.Text(text="\n".join(map(str, range(100))))), 1000.0)
    assert told is not None
    assert told.splitlines()[-1].strip() == "… 88 more lines"


def test_the_list_says_what_is_not_recorded(cli: Cli, paths: Paths) -> None:
    ensure(paths)
    make_agent(paths, "full", headline="edits", recording=False, recording_note="the disk is full")
    make_agent(
        paths, "over", lifecycle=Lifecycle.EXITED, recording=False, recording_note="the disk is full",
        exit=Exit(code=0, reason="ended", at=1.0),
    )  # fmt: skip
    full, over = cli("ls").out.splitlines()
    assert full.endswith("not recording: the disk is full")
    assert over.endswith("ended")


def test_one_state_has_one_word() -> None:
    changed = f.StateChanged(
        lifecycle=Lifecycle.RUNNING, activity=Activity.UNKNOWN, source=Source.BYTES, because="bytes only"
    )
    told = line(event(changed), 1000.0)
    assert told is not None
    assert "running, unsure: bytes only" in told
    assert "unsure" in KNOWN
