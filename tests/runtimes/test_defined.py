"""Runtimes that a user describes in the config: what may stand there, and what comes of their lines and screens."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hostile import ALL, alive_in
from tests.runtimes.recorded import facts, feed, kinds, metered
from tui.core import facts as f
from tui.core.activity import Activity
from tui.core.clidef import CliDefinition, Counts, Events
from tui.core.errors import ConfigError, SpawnError
from tui.core.facts import RunKind
from tui.core.signals import TitleChanged
from tui.core.spec import AgentSpec
from tui.core.usage import Usage
from tui.runtimes.base import Launch, Reader, RunInfo
from tui.runtimes.registry import defined, of
from tui.system.config import read

ROBO = CliDefinition(
    name="robo",
    command=["robo", "--quiet"],
    start=["--json", "{prompt}"],
    resume=["--json", "--resume", "{session}", "{prompt}"],
    model=["--model={model}"],
    refused="no such session",
    stream=Events(
        session="id",
        text="message.parts.0.text",
        model="model",
        error="error.message",
        end="type=result",
        usage=Counts(input="usage.in", output="usage.out", cost="usage.usd"),
    ),
)
SCREEN = CliDefinition(
    name="scr", command=["scr"], start=["{prompt}"], working=r"busy \d+", waiting=r"\[y/n\]", idle="^> ?$"
)


def spec(definition: CliDefinition, **more: object) -> AgentSpec:
    runtime = defined(definition)
    fields = {"id": "a", "name": "a", "runtime": runtime.name, "mode": runtime.modes[0], "cwd": "/w", **more}
    return AgentSpec(**fields, cli=definition)  # type: ignore[arg-type]


def reader(definition: CliDefinition, kind: RunKind = RunKind.START) -> Reader:
    launch = Launch(argv=["x"], env={}, cwd="/w")
    return of(spec(definition)).reader(RunInfo(spec=spec(definition), kind=kind, launch=launch, prompt="go"))


def lines(*values: object) -> bytes:
    return b"".join(json.dumps(each).encode() + b"\r\n" for each in values)


USED = {"in": 100, "out": 7, "usd": 0.25}
TURN = lines(
    {"type": "hello", "id": "s-1", "model": "m"},
    {"type": "say", "message": {"parts": [{"text": "Hello."}]}, "usage": USED},
    {"type": "say", "usage": USED},
    {"type": "result"},
)


def launch(
    definition: CliDefinition,
    kind: RunKind = RunKind.START,
    session: str = "",
    prompt: str = "go",
    **more: object,
) -> Launch:
    wanted = spec(definition, command=["robo"], **more)
    return of(wanted).launch(wanted, kind, session, prompt, {"PATH": "/bin"}, Path("/run"))


def test_templates_are_filled() -> None:
    assert launch(ROBO, prompt="a {session} b").argv == ["robo", "--json", "a {session} b"]
    assert launch(ROBO, model="m", args=["-v"]).argv == ["robo", "--model=m", "-v", "--json", "go"]
    again = launch(ROBO, RunKind.RESUME, "s-1")
    assert (again.argv, again.session_id) == (["robo", "--json", "--resume", "s-1", "go"], "s-1")
    assert launch(SCREEN, prompt="").argv == ["robo"]
    with pytest.raises(SpawnError, match="needs a prompt"):
        launch(ROBO, prompt=" ")


def test_a_stream_becomes_facts() -> None:
    made = reader(ROBO)
    told = facts(feed(made, [TURN]))
    assert [type(fact) for fact in told] == [
        f.SessionStarted, f.TurnStarted, f.Text, f.UsageReported, f.UsageReported, f.TurnEnded,
    ]  # fmt: skip
    assert metered(told).run == Usage(input=200, output=14, cost_usd=Decimal("0.5"))
    assert made.exit(0, None, "").ok
    assert made.exit(1, None, "broke").reason == "broke"


def test_success_needs_the_end_and_no_error() -> None:
    made = reader(ROBO)
    feed(made, [lines({"type": "hello", "id": "s"})])
    assert made.exit(0, None, "").reason == "ended without a result"
    failed = reader(ROBO)
    told = facts(feed(failed, [lines({"error": {"message": "no credit"}}, {"type": "result"})]))
    assert kinds(told, f.TurnEnded)[0].error == "no credit"
    assert (failed.exit(0, None, "").ok, failed.exit(0, None, "").reason) == (False, "no credit")


def test_a_refused_resume_is_known() -> None:
    assert reader(ROBO, RunKind.RESUME).exit(1, None, "x\nno such session s-9\n").refused
    assert not reader(ROBO).exit(1, None, "no such session s-9").refused


def test_totals_replace_each_other() -> None:
    totals = CliDefinition(
        name="t", command=["t"], start=["{prompt}"], stream=Events(usage=Counts(output="n", total=True))
    )
    made = reader(totals)
    assert metered(facts(feed(made, [lines({"n": 5}, {"n": 9})]))).run == Usage(output=9)
    assert made.exit(0, None, "").ok


def test_a_screen_and_a_title_tell_its_state() -> None:
    made = reader(SCREEN)
    seen = [
        [fact.activity for fact in kinds(facts(told), f.ActivitySignalled)]
        for told in (
            made.screen(["> "]), made.screen(["busy 1"]), made.screen(["busy 2"]),
            made.screen(["busy 3", "Go on? [y/n]"]), made.signal(TitleChanged("busy 4")), made.screen(["", "nothing"]),
        )
    ]  # fmt: skip
    assert seen == [[Activity.IDLE], [Activity.WORKING], [], [Activity.NEEDS_ANSWER], [Activity.WORKING], []]


@given(st.recursive(st.none() | st.integers() | st.text() | st.floats(), lambda x: st.lists(x) | st.dictionaries(st.sampled_from(["id", "message", "parts", "text", "usage", "in", "usd", "error"]), x)))  # fmt: skip
def test_any_line_is_read_without_an_error_and_inert(value: object) -> None:
    bad = {
        "id": value,
        "message": {"parts": [{"text": value}]},
        "usage": value,
        "error": {"message": ALL},
        "model": value,
    }
    for fact in facts(feed(reader(ROBO), [lines(value, bad)])):
        assert not alive_in(fact)


GOOD = '[runtime.robo]\ncommand = ["robo"]\nstart = ["{prompt}"]\n'


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("[runtime.robo]\nstart=['{prompt}']", "runtime.robo.command"),
        ("[runtime.Robo]\ncommand=['x']", "small letters"),
        ("[runtime.codex]\ncommand=['x']", "a name of its own"),
        (GOOD + "resume = ['{prompt}']", "no {session}"),
        (GOOD + "modle = []", "did you mean model?"),
        (GOOD + "idle = '('", "regular expression"),
        (GOOD + "working = ''", "regular expression"),
        ("[runtime.robo]\ncommand=['x']\nstart=['{promt}']", "{promt}"),
        (GOOD + "working = 'x'\n[runtime.robo.stream]\n", "a pattern beside [stream]"),
        ("[runtime.robo]\ncommand=['x']\n[runtime.robo.stream]\n", "no {prompt}"),
        (GOOD + "[runtime.robo.stream]\ntext = 'a..b'", "dotted path"),
        (GOOD + "[runtime.robo.stream.usage]\ninputs = 'a'", "did you mean input?"),
        (GOOD + "[[agent]]\nruntime = 'robot'", "did you mean robo?"),
        ("runtime = 3", "[runtime.NAME]"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, text: str, part: str) -> None:
    file = tmp_path / "agent-tui.toml"
    file.write_text(text)
    with pytest.raises(ConfigError) as error:
        read(file, ["codex", "command"])
    assert part in str(error.value)


def test_the_example_of_the_documentation_is_right(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "runtimes.md").read_text(encoding="utf-8")
    file = tmp_path / "agent-tui.toml"
    file.write_text(page.split("```toml\n")[1].split("```")[0])
    assert set(read(file, ["command"]).runtimes) == {"robo", "chatty"}
