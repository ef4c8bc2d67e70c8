"""A fleet without hosts: scripted statuses, frames and events; everything that is asked of it is written down."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from tui.client.launch import Draft
from tui.client.view import AgentView, Contact
from tui.core import facts as f
from tui.core.activity import Activity, Evidence, Source, Vote
from tui.core.clock import Now
from tui.core.commands import AnyCommand
from tui.core.errors import AgentTuiError
from tui.core.lifecycle import Lifecycle
from tui.core.spec import AgentSpec, Mode, Step
from tui.core.status import Exit, LadderStep, Limit, Request, Status
from tui.core.triage import Quiet, Triage
from tui.core.usage import Usage, UsageSource
from tui.protocol.screen import CellStyle, Cursor, Frame, History, Modes, Run, WinSize

WALL = 1_763_818_620.0
MONO = 5_000.0
PLAIN = CellStyle()


class FakeClock:
    """A clock that goes on when told."""

    def __init__(self) -> None:
        self.passed = 0.0

    def now(self) -> Now:
        return Now(MONO + self.passed, WALL + self.passed)

    def advance(self, seconds: float) -> None:
        self.passed += seconds


def ago(seconds: float) -> Now:
    return Now(MONO - seconds, WALL - seconds)


def frame(
    lines: Sequence[str],
    *,
    size: WinSize | None = None,
    cursor: Cursor | None = None,
    modes: Modes | None = None,
    history: int = 0,
    pushed: int = 0,
    seq: int = 1,
) -> Frame:
    size = size or WinSize(24, 80)
    rows = {y: [Run(text, len(text), 0)] if text else [] for y, text in enumerate(lines)}
    for y in range(len(lines), size.rows):
        rows[y] = []
    return Frame(
        seq=seq,
        size=size,
        lines=rows,
        styles=[PLAIN],
        cursor=cursor or Cursor(0, max(0, len(lines) - 1)),
        modes=modes or Modes(bracketed_paste=True),
        history=history,
        history_pushed=pushed,
        complete=True,
    )


class FakeSubscription:
    def __init__(self, link: FakeLink, kind: str, fps: int = 0) -> None:
        self.link, self.kind, self.fps, self.closed = link, kind, fps, False

    def close(self) -> None:
        self.closed = True
        self.link.subscriptions.remove(self)

    def set_fps(self, fps: int) -> None:
        self.fps = fps


class FakeLink:
    """One agent's link; `sent` holds all input."""

    def __init__(self, agent_id: str) -> None:
        self.id = agent_id
        self.sent: list[Any] = []
        self.subscriptions: list[FakeSubscription] = []
        self.frame: Frame | None = frame([f"screen of {agent_id}", "> "])
        self.events: list[f.Event] = []
        self.history_lines: list[str] = []
        self.wrapped: set[int] = set()
        self.in_focus = False
        self.prompts: list[int] = []
        self.asked: list[tuple[int, int]] = []
        self._on_frame: list[tuple[FakeSubscription, Callable[[Frame], None]]] = []

    def watch_screen(self, on_frame: Callable[[Frame], None], *, fps: int = 60) -> FakeSubscription:
        subscription = FakeSubscription(self, "screen", fps)
        self.subscriptions.append(subscription)
        self._on_frame.append((subscription, on_frame))
        if self.frame is not None:
            on_frame(self.frame)
        return subscription

    def watch_events(self, on_events: Callable[[list[f.Event]], None]) -> FakeSubscription:
        subscription = FakeSubscription(self, "events")
        self.subscriptions.append(subscription)
        on_events(list(self.events))
        return subscription

    def push(self, new: Frame) -> None:
        self.frame = new
        for subscription, on_frame in self._on_frame:
            if not subscription.closed:
                on_frame(new)

    def send(self, message: Any) -> None:
        self.sent.append(message)

    def keys(self) -> list[str]:
        return [message.key for message in self.sent if type(message).__name__ == "Key"]

    def of(self, kind: type) -> list[Any]:
        return [message for message in self.sent if isinstance(message, kind)]

    def look(self, in_focus: bool) -> None:
        self.in_focus = in_focus

    async def history(self, first: int, count: int, *, plain: bool = False) -> History:
        if not plain:
            self.asked.append((first, count))
        lines = self.history_lines[first : first + count]
        return History(
            first=first,
            lines=[] if plain else [[Run(line, len(line), 0)] if line else [] for line in lines],
            wrapped=[n in self.wrapped for n in range(first, first + len(lines))],
            styles=[PLAIN],
            history=len(self.history_lines),
            history_pushed=len(self.history_lines),
            texts=lines if plain else [],
            prompts=list(self.prompts),
        )

    async def text(self) -> list[str]:
        return ["the screen", "as text"]


class FakeFleet:
    """Holds views; `commands` holds what was asked."""

    def __init__(self, views: Sequence[AgentView] = ()) -> None:
        self.agents: dict[str, AgentView] = {view.id: view for view in views}
        self.links: dict[str, FakeLink] = {}
        self.commands: list[tuple[str, AnyCommand]] = []
        self.created: list[Draft] = []
        self.forgotten: list[str] = []
        self.seen: list[str] = []
        self.refuse = ""
        self.on_change: Callable[[frozenset[str]], None] = lambda ids: None
        self.closed = False
        self.forked: list[tuple[str, str]] = []

    def connect(self, on_change: Callable[[frozenset[str]], None]) -> FakeFleet:
        self.on_change = on_change
        return self

    def read(self) -> None:
        return

    async def start(self) -> None:
        return

    async def close(self) -> None:
        self.closed = True

    async def command(self, agent_id: str, command: AnyCommand) -> None:
        if self.refuse:
            raise AgentTuiError(self.refuse)
        self.commands.append((agent_id, command))

    async def create(self, draft: Draft) -> str:
        if self.refuse:
            raise AgentTuiError(self.refuse)
        self.created.append(draft)
        agent_id = draft.name or "fresh"
        self.put(view(agent_id, Activity.WORKING, lifecycle=Lifecycle.STARTING))
        return agent_id

    async def fork(self, agent_id: str, *, name: str = "", prompt: str = "") -> str:
        if self.refuse:
            raise AgentTuiError(self.refuse)
        self.forked.append((agent_id, prompt))
        self.put(view(f"{agent_id}-2", Activity.WORKING, lifecycle=Lifecycle.STARTING))
        return f"{agent_id}-2"

    def spec_of(self, agent_id: str) -> AgentView:
        return self.agents[agent_id]

    async def rename(self, agent_id: str, name: str) -> None:
        if self.refuse:
            raise AgentTuiError(self.refuse)
        self.change(agent_id, name=name)

    async def forget(self, agent_id: str) -> None:
        self.forgotten.append(agent_id)
        del self.agents[agent_id]
        self.on_change(frozenset({agent_id}))

    def mark_seen(self, agent_id: str) -> None:
        self.seen.append(agent_id)
        self.put(msgspec.structs.replace(self.agents[agent_id], seen=True))

    def link(self, agent_id: str) -> FakeLink:
        return self.links.setdefault(agent_id, FakeLink(agent_id))

    def put(self, new: AgentView) -> None:
        self.agents[new.id] = new
        self.on_change(frozenset({new.id}))

    def change(self, agent_id: str, **fields: Any) -> None:
        old = self.agents[agent_id]
        self.put(msgspec.structs.replace(old, status=msgspec.structs.replace(old.status, **fields)))


def view(
    name: str,
    activity: Activity = Activity.WORKING,
    *,
    lifecycle: Lifecycle = Lifecycle.RUNNING,
    mode: Mode = Mode.INTERACTIVE,
    runtime: str = "claude-code",
    since: float = 60.0,
    seen: bool = False,
    contact: Contact = Contact.LIVE,
    **fields: Any,
) -> AgentView:
    status = Status(
        id=name,
        name=name,
        runtime=runtime,
        mode=mode,
        cwd="/home/me/src/shop-api",
        project="shop-api",
        pid=4711 if lifecycle is Lifecycle.RUNNING else None,
        lifecycle=lifecycle,
        lifecycle_since=ago(since + 600),
        activity=activity,
        activity_since=ago(since),
        started_at=WALL - 900,
        created_at=WALL - 900,
        last_byte=ago(2),
        last_progress=ago(4),
        inactivity_timeout_s=300.0,
        runs=1,
        session_id="7f3a-c2",
        **fields,
    )
    spec = AgentSpec(
        id=name,
        name=name,
        runtime=runtime,
        mode=mode,
        cwd=status.cwd,
        on_inactive=[Step.NOTIFY, Step.INTERRUPT],
    )
    return AgentView(status=status, contact=contact, seen=seen, spec=spec)


def request(title: str = "rm -rf .pytest_cache && pytest -x", **fields: Any) -> Request:
    given = {"request_id": "r1", "tool": "run", "title": title, "answerable": True, **fields}
    return Request(**given)


def moods() -> list[AgentView]:
    """Six agents in all moods."""
    spent = {"usage_source": UsageSource.REPORTED}
    return [
        view(
            "flaky-tests",
            Activity.NEEDS_PERMISSION,
            since=112,
            runtime="codex",
            model="gpt-5.2-codex",
            branch="fix/flaky-clock",
            request=request(detail="rm -rf .pytest_cache && pytest -x -q --count 50 tests/test_clock.py"),
            headline="run  rm -rf .pytest_cache && pytest -x",
            usage=Usage(input=31_000, output=6_200, cache_read=402_000, cost_usd=Decimal("0.71")),
            context_tokens=44_000,
            context_window=200_000,
            minutes=[(int(WALL // 60) - n, 900 * (n + 1)) for n in range(8)],
            **spent,
        ),
        view(
            "docs",
            Activity.NEEDS_ANSWER,
            since=41,
            mode=Mode.STREAM,
            runtime="gemini",
            model="gemini-3-pro",
            branch="docs/v2",
            request=Request(
                request_id="q1",
                permission=False,
                title="Keep v1 examples next to v2, or drop them?",
                options=["keep both", "drop v1", "move v1 to an appendix"],
                answerable=True,
            ),
            headline="“Keep v1 examples next to v2, or drop them?”",
            usage=Usage(input=18_400, output=9_900, cache_read=96_000, cost_usd=Decimal("0.19")),
            **spent,
        ),
        view(
            "migrate-db",
            Activity.STALLED,
            mode=Mode.STREAM,
            model="claude-sonnet-4-5",
            branch="feat/tenants",
            headline="Bash  alembic upgrade head",
            evidence=Evidence(Source.STREAM, "ToolCalled Bash alembic upgrade head, no result", ago(612)),
            votes=[
                Vote(Source.STREAM, Activity.STALLED, "ToolCalled Bash, no result", ago(612)),
                Vote(Source.BYTES, Activity.STALLED, "quiet", ago(372)),
            ],
            triage=Triage(
                kind=Quiet.TOOL,
                since=ago(612),
                counts_from=ago(372),
                limit_s=300.0,
                what="Bash alembic upgrade head",
                output=True,
                cpu_percent=0.0,
                io_bytes_s=0.0,
                process="psql",
            ),
            ladder=LadderStep(
                step=Step.INTERRUPT, number=2, of=4, due=Now(MONO + 38, WALL + 38), announced=True
            ),
            usage=Usage(input=22_700, output=11_400, cache_read=1_180_000, cost_usd=Decimal("0.88")),
            **spent,
        ),
        view(
            "changelog",
            Activity.DONE,
            lifecycle=Lifecycle.EXITED,
            mode=Mode.STREAM,
            since=750,
            model="claude-haiku-4-5",
            branch="main",
            headline="Wrote CHANGELOG.md for 2.4.0",
            exit=Exit(code=0, at=WALL - 750),
            contact=Contact.OVER,
            usage=Usage(input=8_800, output=3_000, cache_read=44_000, cost_usd=Decimal("0.08")),
            **spent,
        ),
        view(
            "api-refactor",
            model="claude-opus-4-5",
            branch="feat/router",
            headline="Update  src/http/router.py",
            processes=4,
            usage=Usage(input=12_300, output=14_100, cache_read=210_000, cost_usd=Decimal("1.42")),
            context_tokens=76_000,
            context_window=200_000,
            minutes=[(int(WALL // 60) - n, 4000 + 700 * (n % 3)) for n in range(12)],
            limits=[Limit("5 h", 71.0, WALL + 1368), Limit("week", 34.0, WALL + 300_000)],
            **spent,
        ),
        view(
            "bench",
            Activity.RATE_LIMITED,
            runtime="opencode",
            model="kimi-k2",
            branch="perf/json",
            headline="5-hour limit reached",
            limited_until=WALL + 1368,
            usage=Usage(input=64_000, output=21_300, cache_read=880_000, cost_usd=Decimal("0.54")),
            **spent,
        ),
    ]
