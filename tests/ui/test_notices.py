"""Why a pane has nothing to show: the reason, what comes of it, and the keys."""

from __future__ import annotations

import msgspec
import pytest

from tests.ui.fake_fleet import MONO, WALL, view
from tui.cli.listing import _headline as listed
from tui.client.view import AgentView, Contact
from tui.core.activity import Activity
from tui.core.attention import RowState
from tui.core.clock import Now
from tui.core.lifecycle import Lifecycle
from tui.core.status import Exit, Retry
from tui.core.triage import Quiet, Triage
from tui.ui.look import headline, row_of
from tui.ui.notices import notice_lines

NOW = Now(MONO, WALL)
NO_FOLDER = "Cannot start: the folder ~/src/sdk-rust does not exist."
FALLBACK = "The CLI did not know session 7f3a5511-90c2. A fresh one was started with a hand-over."


def lines(given: AgentView, width: int = 66, *, has_content: bool = False, roomy: bool = True) -> list[str]:
    found = notice_lines(row_of(given, NOW), NOW, width, has_content=has_content, roomy=roomy)
    assert all(line.cell_length <= width for line in found)
    return [line.plain.rstrip() for line in found]


def failed(reason: str = NO_FOLDER, note: str = "") -> AgentView:
    return view("one", lifecycle=Lifecycle.FAILED, exit=Exit(reason=reason), note=note)


def test_failed_says_that_it_is_not_tried_again_and_why() -> None:
    assert lines(failed()) == [
        "",
        f" {NO_FOLDER}",
        " Not tried again, it would fail the same way.",
        "",
        " r try again   R restart   del forget",
        "",
    ]


def test_failed_while_running_is_not_said_to_fail_the_same_way() -> None:
    assert " Not tried again by itself." in lines(failed("exit status 3"))


def test_what_mends_it_has_a_line_of_its_own() -> None:
    said = lines(
        failed("Cannot start: claude is not on PATH.", "Cannot start: claude is not on PATH. npm i claude")
    )
    assert said[1:4] == [
        " Cannot start: claude is not on PATH.",
        " Not tried again, it would fail the same way.",
        " npm i claude",
    ]


def test_resume_is_offered_only_where_there_is_a_session() -> None:
    for lifecycle, key in ((Lifecycle.FAILED, "try again"), (Lifecycle.LOST, "resume")):
        given = view("one", lifecycle=lifecycle, exit=Exit(reason="gone"))
        bare = AgentView(msgspec.structs.replace(given.status, session_id=""), given.contact)
        assert any(f" r {key}" in line for line in lines(given))
        assert not any(f" r {key}" in line for line in lines(bare))
        assert any(" R " in line for line in lines(bare))


def test_a_lost_row_names_the_key_that_brings_it_back() -> None:
    given = view("one", lifecycle=Lifecycle.LOST)
    bare = AgentView(msgspec.structs.replace(given.status, session_id=""), given.contact)
    assert headline(row_of(given, NOW), NOW).endswith("r resumes")
    assert headline(row_of(bare, NOW), NOW).endswith("R restarts")


@pytest.mark.parametrize(
    ("found", "retry", "said"),
    [
        (Triage(Quiet.HUNG, NOW, what="its answer stopped in the middle"), None, "hung: its answer stopped"),
        (Triage(Quiet.RETRYING, NOW, what="overloaded", attempt=2), Retry(attempt=2), "retry 2: overloaded"),
        (Triage(Quiet.RETRYING, NOW, what="limit"), None, "reads the tests"),
        (Triage(Quiet.THINKING, NOW), None, "reads the tests"),
        (None, None, "reads the tests"),
    ],
)
def test_a_row_tells_of_an_answer_that_stopped_and_of_retries_before_their_limit(
    found: Triage | None, retry: Retry | None, said: str
) -> None:
    given = view("one", activity=Activity.WORKING, triage=found, retry=retry, headline="reads the tests")
    assert headline(row_of(given, NOW), NOW).startswith(said)
    assert listed(given, NOW).startswith(said)


def test_lost_says_when_and_what_is_safe() -> None:
    given = view("one", lifecycle=Lifecycle.LOST, exit=Exit(reason="its host ended (SIGKILL)"))
    said = lines(given)
    assert said[1].startswith(" Its host ended (SIGKILL), last seen at ")
    assert said[1].endswith(". Nothing runs.")
    assert said[2:5] == [
        " Session 7f3a-c2 can be resumed.",
        "",
        " r resume the session   R restart   del forget",
    ]


def test_the_key_that_is_wanted_most_is_bold() -> None:
    keys = notice_lines(row_of(failed(), NOW), NOW, 60, has_content=False)[-2]
    bold = [keys.plain[span.start : span.end] for span in keys.spans if "bold" in str(span.style)]
    assert bold == ["r", " try again"]


def test_lost_without_a_session_offers_no_resume() -> None:
    given = view("one", contact=Contact.LOST)
    bare = AgentView(msgspec.structs.replace(given.status, session_id=""), Contact.LOST)
    said = "\n".join(lines(bare))
    assert "It has no session to resume." in said
    assert " r " not in said


def test_starting_says_where_and_with_which_process() -> None:
    given = view("one", lifecycle=Lifecycle.STARTING)
    running = AgentView(msgspec.structs.replace(given.status, pid=48122), Contact.LIVE)
    assert lines(running) == [
        "",
        " Starting claude in …/src/shop-api · pid 48122 · no session yet",
        "",
    ]


def test_starting_over_its_last_screen_says_nothing() -> None:
    assert lines(view("one", lifecycle=Lifecycle.STARTING), has_content=True) == []


def test_a_fallback_stays_with_its_mark_and_a_short_session() -> None:
    given = view("one", note=FALLBACK, old_session_ids=["7f3a5511-90c2"])
    assert lines(given, 60, has_content=True) == [
        "",
        " ! The CLI did not know session 7f3a…c2. A fresh one was",
        "   started with a hand-over.",
        "",
    ]


def test_back_off_says_when_it_is_tried_again() -> None:
    given = view(
        "one",
        lifecycle=Lifecycle.BACKOFF,
        exit=Exit(reason="exit status 1"),
        next_try=Now(MONO + 32, WALL + 32),
    )
    assert lines(given)[1:3] == [" exit status 1", " Tried again in 0:32."]


def test_a_small_pane_has_no_blank_lines() -> None:
    assert "" not in lines(failed(), roomy=False)


@pytest.mark.parametrize("width", [8, 20, 40])
def test_narrow_panes_hold_it(width: int) -> None:
    assert lines(failed(), width)


def test_queued_waits() -> None:
    assert lines(view("one", lifecycle=Lifecycle.QUEUED)) == ["", " Waits for a free slot.", ""]


def test_an_agent_that_shows_itself_has_no_notice() -> None:
    assert lines(view("one", Activity.WORKING, since=1), has_content=True) == []


def test_damaged_says_which_file_and_what_can_be_done() -> None:
    given = msgspec.structs.replace(
        view("one", lifecycle=Lifecycle.LOST), damaged="Cannot read status.json: junk."
    )
    assert row_of(given, NOW).state is RowState.DAMAGED
    said = " ".join("\n".join(lines(given)).split())
    assert said.startswith("! Cannot read status.json: junk. Restart begins it anew, forget removes it.")
    assert said.endswith("R restart del forget")


def test_a_host_of_another_version_is_said_on_the_row_with_what_to_do() -> None:
    why = "Its host is of an older agent-tui (it speaks version 0, this one 1); it runs on: kill it, then resume it."
    given = msgspec.structs.replace(view("one", contact=Contact.SILENT), problem=why, foreign=True)
    assert headline(row_of(given, NOW), NOW) == why
    hung = msgspec.structs.replace(given, problem="The host does not answer.", foreign=False)
    assert headline(row_of(hung, NOW), NOW).startswith("no contact ")


def test_lost_before_its_turn_offers_to_start_it() -> None:
    given = view("one", lifecycle=Lifecycle.QUEUED, contact=Contact.LOST)
    assert headline(row_of(given, NOW), NOW) == "its host ended before its turn came · r starts it"
