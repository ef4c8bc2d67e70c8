"""Every CLI's own screen, through the installed command and real hosts: what `ls --json` shows is what it does."""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.exchange import Kind
from tests.fakes.model_server import ModelServer
from tests.fakes.scenarios import ANSWER, Pace
from tests.oracle.replay import difference_in
from tests.real_cli.environment import Sandbox
from tests.real_cli.subjects import SUBJECTS, Subject
from tests.real_cli.supervising import DEADLINE_S, Supervised
from tests.waiting import wait_until

pytestmark = pytest.mark.real_cli

Make = Callable[[str], Supervised]


@pytest.fixture
def provider(tmp_path: Path) -> Iterator[ModelServer]:
    """A provider that takes its time, so that work can be seen."""
    with ModelServer(log=tmp_path / "bill.jsonl", pace=Pace(ask_delay_s=0.4, retry_after_s=2)) as server:
        yield server


@pytest.fixture
def make(sandbox: Callable[[str], Sandbox], tmp_path: Path) -> Iterator[Make]:
    fleets: list[Supervised] = []

    def begin(name: str) -> Supervised:
        fleets.append(Supervised(sandbox(name), tmp_path / "fleet"))
        SUBJECTS[name].make_ask(fleets[-1].sandbox.place.home)
        return fleets[-1]

    yield begin
    for fleet in fleets:
        fleet.end()


def start(fleet: Supervised, subject: Subject, *options: str) -> str:
    """Start an agent with its own screen and no prompt; return its id once it rests."""
    arguments = ["--model", subject.model] if subject.model else []
    for argument in subject.ask:
        arguments += ["--arg", argument]
    agent = fleet.run("", *arguments, *options, mode="interactive", runtime=subject.runtime)
    for _ in range(subject.first_dialogs):
        # It may draw its prompt before it asks.
        fleet.until(agent, lambda row: row["activity"] == "needs-answer")
        past_dialogs(fleet, subject, agent)
    past_dialogs(fleet, subject, agent)
    wait_until(lambda: fleet.passed(agent)[-1:] == ["idle"])  # its log is a moment behind its state
    return agent


def past_dialogs(fleet: Supervised, subject: Subject, agent: str) -> None:
    """Answer by keys what it asks before it rests: the trust in a folder, an announcement, an offer."""
    for _ in range(4):
        row = fleet.until(agent, lambda row: row["activity"] in ("idle", "needs-answer"))
        if row["activity"] == "idle":
            return
        fleet.call("send", agent, "--key", subject.first_key)
        fleet.until(agent, lambda row: row["activity"] != "needs-answer")
    raise AssertionError(fleet.told(agent))


def counted(row: dict[str, Any]) -> dict[str, int]:
    usage = row["usage"]
    kinds = {kind: usage[kind] for kind in ("input", "output", "cache_read", "cache_write")}
    return {**kinds, "output": usage["output"] + usage["reasoning"]}


def until_exact(fleet: Supervised, subject: Subject, provider: ModelServer, agent: str) -> None:
    """Wait until tokens equal the provider's own log and money the price list's: files may be a moment behind."""
    entries = provider.entries(Kind.MAIN)
    bill = subject.told(provider.totals(Kind.MAIN))
    if subject.cannot_count:
        assert fleet.row(agent)["usage"]["source"] == "none"
        return

    def cost() -> Decimal:
        paid = provider.entries(None if subject.pays_for_side else Kind.MAIN)
        return subject.cost([entry for entry in paid if entry.billed.output]).normalize()

    def exact(row: dict[str, Any]) -> bool:
        usd = row["usage"]["cost_usd"]
        return counted(row) == bill and usd is not None and Decimal(str(usd)) == cost()

    try:
        row = fleet.until(agent, exact)
    except AssertionError as error:
        told = [(entry.ask.prompt[:40], entry.ask.round, entry.outcome) for entry in entries]
        raise AssertionError(f"bill {bill}, cost {cost()}: {told}\n{error}") from None
    assert row["usage"]["source"] == "reported"


def rest(fleet: Supervised, agent: str) -> dict[str, Any]:
    return fleet.until(agent, lambda row: row["activity"] == "idle")


def say(fleet: Supervised, provider: ModelServer, agent: str, prompt: str) -> None:
    """Send a prompt and wait until the model was asked."""
    before = len(provider.entries(Kind.MAIN))

    def is_asked() -> bool:
        return len(provider.entries(Kind.MAIN)) > before

    try:
        # It may have said that it rests before its dialog was seen to be gone: then it takes no prompt yet.
        wait_until(lambda: fleet.call("send", agent, prompt, check=False).returncode == 0)
        try:
            wait_until(is_asked, within_s=DEADLINE_S / 3)
        except AssertionError:
            # Still busy with its start although it said that it rests, it lost the Enter or the whole text.
            typed = prompt in fleet.call("screen", agent).stdout
            fleet.call("send", agent, *(("--key", "enter") if typed else (prompt,)))
        wait_until(is_asked, within_s=DEADLINE_S)
    except AssertionError as error:
        raise AssertionError(f"{prompt!r} was not asked\n{fleet.told(agent)}") from error


def reply(fleet: Supervised, agent: str, how: str) -> None:
    """Answer what it asks."""
    for _ in range(4):
        # What came late may have settled the request for a moment.
        wait_until(lambda: fleet.call("answer", agent, how, check=False).returncode == 0)
        with contextlib.suppress(AssertionError):
            # A key that comes the moment a dialog is first drawn may be flushed by the CLI.
            fleet.until(agent, lambda row: row["activity"] != "needs-permission", limit_s=5)
            return
    raise AssertionError(fleet.told(agent))


def has_rested(row: dict[str, Any]) -> bool:
    return row["activity"] == "idle" and time.time() - row["evidence"]["since"] > 1


def interrupt(fleet: Supervised, agent: str) -> None:
    """Interrupt its turn: it rests, and goes on resting."""
    for _ in range(3):
        fleet.call("interrupt", agent)
        with contextlib.suppress(AssertionError):
            # Between the two Esc that some want, their footer names no work.
            fleet.until(agent, has_rested, limit_s=15)
            return
    raise AssertionError(fleet.told(agent))


def asks(fleet: Supervised, agent: str) -> None:
    """Wait until it asks for leave to remove the folder."""
    row = fleet.until(agent, lambda row: row["activity"] == "needs-permission")
    assert row["lifecycle"] == "running"

    def names_it() -> bool:
        # Drawn in pieces, its dialog may be seen before the command is there.
        request = fleet.show(agent)["request"] or {}
        wanted = request.get("title", "") + request.get("detail", "")
        return request.get("permission", True) and "rm -rf build" in wanted

    try:
        wait_until(names_it, within_s=DEADLINE_S)
    except AssertionError as error:
        raise AssertionError(fleet.told(agent)) from error


def as_xterm_shows(fleet: Supervised, agent: str) -> None:
    """What the last run printed gives the screen that xterm.js makes of it, at several points."""
    assert difference_in(*fleet.printed(agent)) == ""


ASKED = "clean up #ask"
AGAIN = "again\nplease #ask"
HUNG = "think long #hang"
WRONG = "x #400"
LIMITED = "x #429"


@pytest.mark.parametrize("name", SUBJECTS)
def test_it_works_asks_is_answered_and_rests(make: Make, provider: ModelServer, name: str) -> None:
    subject, fleet = SUBJECTS[name], make(name)
    agent = start(fleet, subject)
    is_answered(fleet, subject, provider, agent)
    is_interrupted(fleet, subject, provider, agent)
    tells_errors_and_limits(fleet, subject, provider, agent)
    as_xterm_shows(fleet, agent)
    session = fleet.row(agent)["session_id"]
    fleet.call("kill", agent)
    row = fleet.over(agent)
    if not subject.cannot_read:
        # Its transcript is told once, however the run ended.
        prompts = [turn["prompt"].strip() for turn in fleet.events(agent, "turn_started")]
        assert prompts == [ASKED, *([] if subject.cannot_ask else [AGAIN]), HUNG, WRONG, LIMITED]
    assert (row["lifecycle"], row["exit"]["reason"]) == ("killed", "killed by you, none left")
    fleet.none_left()
    if subject.cannot_name:
        assert session is None
    else:
        goes_on(fleet, subject, provider, agent, session)


def is_answered(fleet: Supervised, subject: Subject, provider: ModelServer, agent: str) -> None:
    """Working, needs permission, working, idle; and a refusal."""
    begun = len(fleet.passed(agent))
    say(fleet, provider, agent, ASKED)
    if not subject.cannot_ask:
        asks(fleet, agent)
        reply(fleet, agent, "yes")
    rest(fleet, agent)
    fleet.until_shown(agent, "answer is 42")
    passed = fleet.passed(agent)[begun:]
    wanted = ["working", "idle"] if subject.cannot_ask else ["working", "needs-permission", "working", "idle"]
    assert passed == wanted, fleet.told(agent)
    if not subject.cannot_read:
        assert fleet.events(agent, "text")[-1]["text"] == ANSWER
    until_exact(fleet, subject, provider, agent)
    if subject.cannot_ask:
        assert not fleet.events(agent, "permission_asked")
        return
    assert fleet.call("answer", agent, "yes", check=False).returncode == 1  # there is nothing to allow
    say(fleet, provider, agent, AGAIN)
    asks(fleet, agent)
    reply(fleet, agent, "no")
    rest(fleet, agent)
    until_exact(fleet, subject, provider, agent)


def is_interrupted(fleet: Supervised, subject: Subject, provider: ModelServer, agent: str) -> None:
    """A turn that hangs is work without progress, whatever turns on its screen, until it is interrupted."""
    say(fleet, provider, agent, HUNG)
    fleet.until(agent, lambda row: row["activity"] == "working")
    fleet.until(agent, lambda row: row["no_progress_s"] >= 2)
    interrupt(fleet, agent)
    until_exact(fleet, subject, provider, agent)


def tells_errors_and_limits(fleet: Supervised, subject: Subject, provider: ModelServer, agent: str) -> None:
    """A refused request is an error in the provider's words, and one that is tried again ends well."""
    words = "this request is not valid"
    say(fleet, provider, agent, WRONG)
    fleet.until_shown(agent, words)
    rest(fleet, agent)
    if not subject.cannot_read:
        wait_until(lambda: fleet.events(agent, "error_reported"), within_s=DEADLINE_S)
        error = fleet.events(agent, "error_reported")[-1]["text"]
        assert words in error
        assert '"message"' not in error
        assert not [end for end in fleet.events(agent, "turn_ended")[-1:] if end.get("ok", True)]
    say(fleet, provider, agent, LIMITED)
    wait_until(lambda: provider.entries(Kind.MAIN)[-1].outcome == "complete", within_s=DEADLINE_S)
    rest(fleet, agent)
    retries = [(again["attempt"], again.get("delay_s", 0) > 0) for again in fleet.events(agent, "retrying")]
    told = subject.draws_retries or subject.logs_retries
    assert retries == ([(n, subject.draws_retries) for n in (1, 2)] if told else []), fleet.told(agent)
    until_exact(fleet, subject, provider, agent)


def goes_on(fleet: Supervised, subject: Subject, provider: ModelServer, agent: str, session: str) -> None:
    """Its session is resumed and counted on; once it is forgotten, another one is begun."""
    fleet.call("resume", agent)
    past_dialogs(fleet, subject, agent)
    fleet.until_shown(agent, "clean up")
    say(fleet, provider, agent, "go on #text")
    rest(fleet, agent)
    assert fleet.row(agent)["session_id"] == session
    until_exact(fleet, subject, provider, agent)
    as_xterm_shows(fleet, agent)
    fleet.call("kill", agent)
    fleet.over(agent)
    for folder in subject.sessions:
        shutil.rmtree(fleet.sandbox.place.home / folder)
    fleet.call("resume", agent)
    if subject.cannot_refuse:
        past_dialogs(fleet, subject, agent)
        say(fleet, provider, agent, "go on #text")
        row = fleet.until(agent, lambda row: row["session_id"] != session)
        assert row["old_session_ids"] == [session]
        return
    row = fleet.until(agent, lambda row: session in row["old_session_ids"] and row["lifecycle"] == "running")
    assert row["old_session_ids"] == [session]
    assert session in row["note"]
    (fell,) = fleet.events(agent, "fell_back")
    assert fell["old_session_id"] == session
