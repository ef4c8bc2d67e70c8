"""The tables of docs/states.md, as the reducer behaves: `python -m tui.core.table docs/states.md` writes them again.

Nothing in them is written by hand: every cell is what `reduce` gives for an agent that was brought into the state of its row and
then heard the fact of its column, or was asked for it.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from tui.core import commands as c
from tui.core import effects as e
from tui.core import facts as f
from tui.core import markdown
from tui.core.activity import STRENGTH, Activity, Source
from tui.core.agent import Agent, new_agent
from tui.core.clock import Now
from tui.core.lifecycle import ALIVE, Lifecycle
from tui.core.limits import Budget, RestartPolicy
from tui.core.policies import policy
from tui.core.reduce import Asked, Heard, Input, Tick, next_deadline, reduce
from tui.core.spec import AgentSpec, Mode, Step
from tui.core.triage import Quiet
from tui.core.usage import Usage
from tui.core.votes import SILENT_S

STATES: Final = (
    Activity.UNKNOWN,
    Activity.WORKING,
    Activity.NEEDS_PERMISSION,
    Activity.NEEDS_ANSWER,
    Activity.IDLE,
    Activity.DONE,
    Activity.RATE_LIMITED,
    Activity.STALLED,
)
SOURCES: Final = (*STRENGTH, Source.HOST)
MODES: Final = {Mode.STREAM: "headless", Mode.INTERACTIVE: "its own screen"}
BUDGET: Final = 1_000
LASTS_S: Final = 1.0
"""A new state is written down when it lasted for so long."""

FACTS: Final[dict[str, f.AnyFact]] = {
    "session started": f.SessionStarted(session_id="s"),
    "turn started": f.TurnStarted(prompt="x"),
    "request started": f.RequestStarted(),
    "thinking": f.ThinkingDelta(tokens=1),
    "a whole thought": f.Thinking(text="x"),
    "text": f.TextDelta(text="x"),
    "a whole text": f.Text(text="x"),
    "tool called": f.ToolCalled(call_id="t", name="Bash", title="x"),
    "tool output": f.ToolOutput(call_id="t", text="x"),
    "tool finished": f.ToolFinished(call_id="t"),
    "permission asked": f.PermissionAsked(request_id="p", tool="Bash", title="x"),
    "question asked": f.QuestionAsked(request_id="q", text="x"),
    "request resolved": f.RequestResolved(),
    "retrying, 429": f.Retrying(attempt=1, delay_s=60.0, status=429),
    "retrying, other": f.Retrying(attempt=1, delay_s=60.0, status=529),
    "rate limited": f.RateLimited(text="x", resets_at=0.0),
    "turn ended": f.TurnEnded(ok=True),
    "turn failed": f.TurnEnded(ok=False, error="x"),
    "says: working": f.ActivitySignalled(activity=Activity.WORKING),
    "says: idle": f.ActivitySignalled(activity=Activity.IDLE),
    "says: done": f.ActivitySignalled(activity=Activity.DONE),
    "says: asks": f.ActivitySignalled(activity=Activity.NEEDS_PERMISSION),
    "something new on its screen": f.ScreenAdvanced(),
    "usage": f.UsageReported(usage=Usage(input=1), key="m"),
    "use of a limit": f.LimitReported(limit="week", used_percent=50.0),
    "error": f.ErrorReported(text="x"),
    "file changed": f.FileChanged(path="x"),
    "title": f.TitleChanged(title="x"),
    "notification": f.Notified(text="x"),
    "log line": f.LogLine(text="x"),
    "a line too long": f.Oversized(size_bytes=1),
    "not understood": f.Unparsed(text="x"),
    "source ended": f.SourceEnded(),
}
INPUTS: Final[dict[str, Input]] = {
    "start": Asked(c.Start()),
    "run started": Heard(Source.HOST, f.RunStarted(pid=1, kind=f.RunKind.START)),
    "first fact": Heard(Source.STREAM, f.SessionStarted(session_id="s")),
    "spawn failed": Heard(Source.HOST, f.SpawnFailed(reason="x")),
    "exit, good": Heard(Source.HOST, f.RunExited(code=0, ok=True, done=True)),
    "exit, bad": Heard(Source.HOST, f.RunExited(code=1, reason="x")),
    "interrupt": Asked(c.Interrupt()),
    "pause": Asked(c.Pause()),
    "prompt": Asked(c.Prompt(text="x")),
    "resume": Asked(c.Resume()),
    "restart": Asked(c.Restart()),
    "kill": Asked(c.Kill()),
    "continue": Asked(c.Continue()),
    "cancel a step": Asked(c.CancelStep()),
    "allow more": Asked(c.Allow()),
    "ten minutes": Tick(),
}
_NEEDS_RUN: Final = ("first fact", "spawn failed", "exit, good", "exit, bad")
_REACHED: Final = {
    Lifecycle.QUEUED: ["start", "run started", "first fact", "budget used up", "exit, good", "resume"],
    Lifecycle.STARTING: ["start", "run started"],
    Lifecycle.RUNNING: ["start", "run started", "first fact"],
    Lifecycle.STOPPING: ["start", "run started", "first fact", "kill"],
    Lifecycle.BACKOFF: ["start", "run started", "first fact", "exit, bad"],
    Lifecycle.EXITED: ["start", "run started", "first fact", "exit, good"],
    Lifecycle.FAILED: ["start", "spawn failed"],
    Lifecycle.KILLED: ["start", "run started", "first fact", "kill", "exit, bad"],
    Lifecycle.LOST: ["start", "run started", "first fact", "host lost"],
}
LIVES: Final = (
    Lifecycle.QUEUED,
    Lifecycle.STARTING,
    Lifecycle.RUNNING,
    Lifecycle.STOPPING,
    Lifecycle.BACKOFF,
    Lifecycle.EXITED,
    Lifecycle.FAILED,
    Lifecycle.KILLED,
    Lifecycle.LOST,
)


class Trial:
    """An agent with a clock of its own."""

    def __init__(self, mode: Mode, restart: RestartPolicy = RestartPolicy.NEVER) -> None:
        self.mono = 10_000.0
        spec = AgentSpec(
            id="a", name="a", runtime="any", mode=mode, cwd="/", prompt="x", on_inactive=[Step.NOTIFY],
            restart=restart, budget=Budget(tokens=BUDGET),
        )  # fmt: skip
        self.agent: Agent = new_agent(spec)
        self.effects: list[e.Effect] = []

    def give(self, what: Input) -> None:
        """Reduce an input."""
        self.agent, self.effects = reduce(self.agent, what, Now(self.mono, 1.7e9 + self.mono))

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        end = self.mono + seconds
        while (due := next_deadline(self.agent)) is not None and due <= end:
            self.mono = max(self.mono, due)
            self.give(Tick())
        self.mono = end
        self.give(Tick())

    def run(self) -> Trial:
        """Bring it up."""
        self.give(INPUTS["start"])
        self.give(INPUTS["run started"])
        self.wait(3)
        return self

    def into(self, state: Activity, source: Source = Source.STREAM) -> Trial:
        """Bring it into a state by what a source says."""
        told: dict[Activity, list[f.AnyFact]] = {
            Activity.NEEDS_PERMISSION: [FACTS["permission asked"]],
            Activity.NEEDS_ANSWER: [FACTS["question asked"]],
            Activity.IDLE: [FACTS["says: idle"]],
            Activity.DONE: [FACTS["says: done"]],
            Activity.RATE_LIMITED: [FACTS["rate limited"]],
            Activity.WORKING: [FACTS["says: working"]],
            Activity.STALLED: [FACTS["says: working"]],
            Activity.UNKNOWN: [],
        }
        for fact in told[state]:
            self.give(Heard(source, fact))
        self.wait(400 if state is Activity.STALLED else LASTS_S)
        return self

    @property
    def state(self) -> Activity:
        """What is concluded."""
        return self.agent.status.activity

    def aged(self, seconds: float) -> str:
        """Let time pass as if nothing were said; return what became of it, as `told`."""
        before, done = self.agent.status.lifecycle, list[e.Effect]()
        end = self.mono + seconds
        while (due := next_deadline(self.agent)) is not None and due <= end:
            self.mono = max(self.mono, due)
            self.give(Tick())
            done += self.effects
            if self.agent.status.lifecycle is not before:
                break
        self.effects = done
        return self.told()

    def told(self) -> str:
        """Return the lifecycle and what is to be done, in words."""
        if any(isinstance(effect, e.Refuse) for effect in self.effects):
            return "refused"
        done = [_done(effect) for effect in self.effects]
        return ", ".join([self.agent.status.lifecycle.value, *dict.fromkeys(filter(None, done))])


def edge(mode: Mode, state: Activity, fact: str, source: Source = Source.STREAM) -> Activity:
    """Return the state after a fact of the strongest source, which told of the state before, too."""
    trial = Trial(mode).run().into(state, source)
    trial.give(Heard(source, FACTS[fact]))
    trial.wait(LASTS_S)
    return trial.state


def overrides(told: Source, new: Source) -> bool:
    """Return whether what a source says counts at once, while another has told something else."""
    trial = Trial(Mode.STREAM).run().into(Activity.WORKING, told)
    trial.give(Heard(new, FACTS["permission asked"]))
    return trial.state is Activity.NEEDS_PERMISSION


def life(before: Lifecycle, what: str) -> str:
    """Return the lifecycle after an input, and what is to be done; `refused` where it cannot be, `–` where nothing runs that could end."""
    if what in _NEEDS_RUN and before not in ALIVE:
        return "–"
    again = RestartPolicy.ON_FAILURE if before is Lifecycle.BACKOFF else RestartPolicy.NEVER
    trial = Trial(Mode.STREAM, again)
    for step in _REACHED[before]:
        if step == "host lost":
            status = msgspec.structs.replace(trial.agent.status, lifecycle=Lifecycle.LOST)
            trial.agent = new_agent(trial.agent.spec, status)
        elif step == "budget used up":
            trial.give(Heard(Source.STREAM, f.UsageReported(usage=Usage(input=BUDGET), key="m")))
        else:
            trial.give(INPUTS[step])
    if what == "ten minutes":
        return trial.aged(600)
    trial.give(INPUTS[what])
    return trial.told()


def _done(effect: e.Effect) -> str:
    match effect:
        case e.Spawn(kind=kind):
            return f"spawn to {kind}"
        case e.SignalTree(stage=stage):
            return stage.value
        case e.FreezeTree():
            return "SIGSTOP"
        case e.InterruptTurn():
            return "interrupt its turn"
        case e.Leave():
            return "host leaves"
        case _:
            return ""


def believed(strong: Activity, weak: Activity, silent_s: float) -> Activity:
    """Return what is concluded if a weaker source said something else after a stronger one fell silent."""
    trial = Trial(Mode.INTERACTIVE).run()
    trial.give(Heard(Source.HOOK, f.ActivitySignalled(activity=strong)))
    trial.wait(LASTS_S)
    trial.give(Heard(Source.SCREEN, f.ActivitySignalled(activity=weak)))
    trial.wait(max(LASTS_S, silent_s + LASTS_S))
    return trial.state


# -- Markdown ----------------------------------------------------------------------------------------------------------


_markdown: Final = functools.partial(markdown.table, empty="–")


def sections() -> Iterator[tuple[str, str]]:
    """Yield the name of each table and the table."""
    yield (
        "sources",
        _markdown(
            ("", "Source", "Votes"),
            [(str(number), f"`{source}`", "yes") for number, source in enumerate(STRENGTH, start=1)]
            + [("–", f"`{Source.HOST}`", "no: our own doing")],
        ),
    )
    yield (
        "override",
        _markdown(
            ("Told by", *(f"`{new}`" for new in SOURCES)),
            [
                (f"`{told}`", *("counts" if overrides(told, new) else "" for new in SOURCES))
                for told in SOURCES
            ],
        ),
    )
    for mode, name in MODES.items():
        rows = [(fact, *(_changed(mode, state, fact) for state in STATES)) for fact in FACTS]
        yield f"facts, {name}", _markdown(("Fact", *(f"`{state}`" for state in STATES)), rows)
    told = (Activity.WORKING, Activity.IDLE, Activity.NEEDS_PERMISSION)
    yield (
        "silence",
        _markdown(
            ("A stronger source said", "then a weaker one", "at once", f"after {SILENT_S:g} s"),
            [
                (strong, weak, believed(strong, weak, 0.0), believed(strong, weak, SILENT_S))
                for strong in told
                for weak in told
                if strong is not weak
            ],
        ),
    )
    yield "quiet", _markdown(("Kind", "Limit", "Steps", "With `inactivity_timeout_s = 60`"), _quiet())
    rows = [(what, *(life(before, what) for before in LIVES)) for what in INPUTS if what != "run started"]
    yield "lives", _markdown(("Input", *(f"`{each}`" for each in LIVES)), rows)


def _changed(mode: Mode, state: Activity, fact: str) -> str:
    after = edge(mode, state, fact)
    return "" if after is state else after.value


def _quiet() -> Iterator[tuple[str, ...]]:
    spec = Trial(Mode.STREAM).agent.spec
    own = msgspec.structs.replace(spec, inactivity_timeout_s=60.0)
    for kind in Quiet:
        for busy in (False, True) if kind is Quiet.TOOL else (False,):
            name = f"`{kind}`" + (" that does something" if busy else " that does nothing") * (
                kind is Quiet.TOOL
            )
            rule, with_own = policy(spec, kind, busy=busy), policy(own, kind, busy=busy)
            steps = ", ".join(rule.steps)
            if kind in (Quiet.TOOL, Quiet.HUNG):
                steps = "as `on_inactive`"
            limit = f"{rule.limit_s:g} s" if rule.limit_s else ""
            yield name, limit, steps, f"{with_own.limit_s:g} s" if with_own.limit_s else ""


def renewed(page: str) -> str:
    """Return a page with its tables written again.

    Raises:
        ValueError: A table has no place in the page.
    """
    for name, table in sections():
        begin, end = f"<!-- {name}: made by `nox -s table` -->\n", f"<!-- /{name} -->\n"
        page = markdown.renewed(page, begin, end, table)
    return page


if __name__ == "__main__":
    file = Path(sys.argv[1])
    file.write_text(renewed(file.read_text(encoding="utf-8")), encoding="utf-8")
