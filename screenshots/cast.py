"""The invented agents of the pictures: names, states, figures. What they say is in `screenshots.lines`.

Nothing here is read from a clock or a disk, so that every picture is the same on every machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import msgspec

from tui.client.view import AgentView, Contact
from tui.core.activity import Activity, Evidence, Source, Vote
from tui.core.clock import Now
from tui.core.lifecycle import Lifecycle
from tui.core.spec import Mode, Step
from tui.core.status import NEVER, Exit, LadderStep, Limit, Request, Status, Transition
from tui.core.usage import Usage, UsageSource

NOW: Final = Now(mono=1_000_000.0, wall=1_763_127_432.0)
"""Friday, 14 November 2025, 13:37:12 UTC."""

_K: Final = 1_000


def ago(seconds: float) -> Now:
    """Return the moment that many seconds before the picture."""
    return Now(NOW.mono - seconds, NOW.wall - seconds)


def at(clock: str) -> float:
    """Return the wall clock of a time of the picture's day, such as `13:21` or `13:21:08`."""
    hours, minutes, *seconds = (int(part) for part in clock.split(":"))
    midnight = NOW.wall - NOW.wall % 86_400
    return midnight + hours * 3_600 + minutes * 60 + sum(seconds)


def _minutes(per_two: Sequence[int]) -> list[tuple[int, int]]:
    """Spread figures of two minutes each, oldest first, over the minutes before the picture."""
    now = int(NOW.wall // 60)
    first = now - 2 * len(per_two) + 1
    found = []
    for index, used in enumerate(per_two):
        if used:
            found += [(first + 2 * index, used // 2), (first + 2 * index + 1, used - used // 2)]
    return found


def _usage(up: float, down: float, read: float, cost: str, write: float = 0) -> Usage:
    return Usage(
        input=int(up * _K),
        output=int(down * _K),
        cache_read=int(read * _K),
        cache_write=int(write * _K),
        requests=12,
        cost_usd=Decimal(cost),
    )


def _limit(name: str, used: float, resets: float) -> Limit:
    return Limit(limit=name, used_percent=used, resets_at=resets)


CLAUDE_LIMITS: Final = [_limit("5 h", 71, at("14:00")), _limit("week", 34, at("09:00") + 3 * 86_400)]
CODEX_LIMITS: Final = [_limit("5 h", 18, at("15:20"))]


def _status(agent_id: str, runtime: str, mode: Mode, **more: object) -> Status:
    base: dict[str, object] = {
        "id": agent_id,
        "name": agent_id,
        "runtime": runtime,
        "mode": mode,
        "cwd": "~/src/shop-api",
        "project": "shop-api",
        "pid": 48_122,
        "lifecycle": Lifecycle.RUNNING,
        "lifecycle_since": ago(1_200),
        "created_at": NOW.wall - 3_600,
        "started_at": NOW.wall - 1_200,
        "runs": 1,
        "usage_source": UsageSource.REPORTED,
        "inactivity_timeout_s": 300.0,
        "last_byte": ago(4),
        "last_progress": ago(4),
        "published": NOW,
    }
    return msgspec.convert({**base, **more}, Status, from_attributes=True)


def _live(status: Status, *, seen: bool = False) -> AgentView:
    return AgentView(status, Contact.LIVE, seen=seen)


def flaky_tests() -> AgentView:
    """An agent on its own screen that wants to run a command."""
    command = "rm -rf .pytest_cache && pytest -x -q --count 50 tests/test_clock.py"
    return _live(
        _status(
            "flaky-tests",
            "codex",
            Mode.INTERACTIVE,
            model="gpt-5.2-codex",
            branch="fix/flaky-clock",
            activity=Activity.NEEDS_PERMISSION,
            activity_since=ago(112),
            evidence=Evidence(Source.SCREEN, "asks to run a command", ago(112)),
            headline=f"run  {command}",
            request=Request(
                request_id="r1",
                tool="run",
                title=command,
                detail=command,
                options=["Yes, proceed", "Yes, and don't ask again for `pytest`", "No, and tell Codex why"],
                answerable=True,
            ),
            usage=_usage(31.0, 6.2, 401.6, "0.71"),
            context_tokens=60_000,
            context_window=272_000,
            minutes=_minutes([14_900, 12_500, 6_600, 8_600, 4_300, 2_000, 1_300]),
            limits=CODEX_LIMITS,
            created_at=NOW.wall - 3_000,
        )
    )


def docs() -> AgentView:
    """A headless agent with a question."""
    question = "Keep v1 examples next to v2, or drop them?"
    return _live(
        _status(
            "docs",
            "gemini",
            Mode.STREAM,
            model="gemini-3-pro",
            branch="docs/v2",
            activity=Activity.NEEDS_ANSWER,
            activity_since=ago(41),
            evidence=Evidence(Source.STREAM, "QuestionAsked", ago(41)),
            headline=f"“{question}”",
            request=Request(
                request_id="q1",
                permission=False,
                title=question,
                options=["keep both", "drop v1", "move v1 to an appendix"],
                answerable=True,
            ),
            usage=_usage(18.4, 9.9, 96.0, "0.19"),
            context_tokens=126_000,
            context_window=1_000_000,
            minutes=_minutes([5_900, 4_000, 8_900, 13_200, 15_700, 8_600, 3_300]),
            created_at=NOW.wall - 2_900,
        )
    )


def migrate_db() -> AgentView:
    """A headless agent whose tool makes no progress, with its next step announced."""
    return _live(
        _status(
            "migrate-db",
            "claude-code",
            Mode.STREAM,
            model="claude-sonnet-4-5-20250929",
            branch="feat/tenants",
            activity=Activity.STALLED,
            activity_since=ago(72),
            evidence=Evidence(Source.STREAM, "ToolCalled Bash alembic upgrade head, no result", ago(612)),
            votes=[
                Vote(Source.STREAM, Activity.STALLED, "ToolCalled Bash, no result", ago(612)),
                Vote(Source.HOOK, Activity.WORKING, "PreToolUse Bash, no PostToolUse", ago(612)),
                Vote(Source.BYTES, Activity.STALLED, "quiet", ago(372)),
            ],
            transitions=[
                Transition(at("13:21"), Lifecycle.RUNNING, Activity.WORKING, "your prompt"),
                Transition(at("13:27"), Lifecycle.RUNNING, Activity.WORKING, "Bash alembic upgrade head"),
                Transition(at("13:36"), Lifecycle.RUNNING, Activity.STALLED, "no progress for 5:00"),
            ],
            last_byte=ago(372),
            last_progress=ago(372),
            ladder=LadderStep(Step.INTERRUPT, 2, 4, Now(NOW.mono + 38, NOW.wall + 38), announced=True),
            headline="Bash  alembic upgrade head",
            usage=_usage(22.7, 11.4, 1_176, "0.88"),
            context_tokens=122_400,
            context_window=200_000,
            minutes=_minutes([14_900, 10_700, 7_900, 3_600, 0, 0, 0]),
            limits=CLAUDE_LIMITS,
            created_at=NOW.wall - 2_800,
        )
    )


def changelog() -> AgentView:
    """An agent that is done; nobody looked yet."""
    return _live(
        _status(
            "changelog",
            "claude-code",
            Mode.STREAM,
            model="claude-haiku-4-5",
            branch="main",
            lifecycle=Lifecycle.EXITED,
            lifecycle_since=ago(750),
            activity=Activity.DONE,
            activity_since=ago(750),
            evidence=Evidence(Source.STREAM, "TurnEnded ok", ago(750)),
            exit=Exit(code=0, at=NOW.wall - 750),
            pid=None,
            last_byte=ago(750),
            last_progress=ago(750),
            headline="Wrote CHANGELOG.md for 2.4.0 · 31 commits",
            usage=_usage(8.8, 3.0, 44.0, "0.08"),
            turns=3,
            context_tokens=18_200,
            context_window=200_000,
            minutes=_minutes([14_500, 10_900, 2_500, 0, 0, 0, 0]),
            created_at=NOW.wall - 2_700,
        )
    )


def api_refactor() -> AgentView:
    """An agent at work on its own screen."""
    return _live(
        _status(
            "api-refactor",
            "claude-code",
            Mode.INTERACTIVE,
            model="claude-opus-4-5-20251101",
            branch="feat/router",
            activity=Activity.WORKING,
            activity_since=ago(72),
            evidence=Evidence(Source.TRANSCRIPT, "ToolCalled Update", ago(4)),
            headline="Update  src/http/router.py",
            usage=_usage(12.3, 14.1, 209.6, "1.42"),
            context_tokens=76_800,
            context_window=200_000,
            minutes=_minutes([11_600, 9_400, 13_800, 11_300, 16_300, 14_300, 16_700]),
            limits=CLAUDE_LIMITS,
            created_at=NOW.wall - 2_600,
        )
    )


def bench() -> AgentView:
    """An agent that its provider refuses until a time."""
    return _live(
        _status(
            "bench",
            "opencode",
            Mode.STREAM,
            model="moonshot/kimi-k2",
            branch="perf/json",
            project="shop-api",
            activity=Activity.RATE_LIMITED,
            activity_since=ago(360),
            evidence=Evidence(Source.STREAM, "RateLimited 5 h", ago(360)),
            last_byte=ago(360),
            last_progress=ago(360),
            headline="5-hour limit reached",
            limited_until=NOW.wall + 1_368,
            usage=_usage(64.0, 21.3, 880.0, "0.54"),
            context_tokens=62_000,
            context_window=131_072,
            minutes=_minutes([14_500, 12_200, 15_800, 10_200, 5_900, 0, 0]),
            created_at=NOW.wall - 2_500,
        )
    )


def six() -> list[AgentView]:
    """Return one agent in each mood."""
    return [flaky_tests(), docs(), migrate_db(), changelog(), api_refactor(), bench()]


def _resting() -> list[AgentView]:
    lost = _status(
        "e2e", "claude-code", Mode.STREAM, model="claude-sonnet-4-5", branch="test/e2e",
        lifecycle=Lifecycle.LOST, lifecycle_since=ago(1_510), activity=Activity.UNKNOWN, pid=None,
        session_id="7f3ac2", exit=Exit(reason="its host is gone", at=NOW.wall - 1_510),
        last_byte=ago(1_510), last_progress=ago(1_510), published=ago(1_510),
        usage=_usage(9.0, 4.4, 88.0, "0.33"), context_tokens=96_000, context_window=200_000,
    )  # fmt: skip
    export = _status(
        "csv-export", "claude-code", Mode.STREAM, model="claude-sonnet-4-5", branch="fix/export",
        activity=Activity.WORKING, activity_since=ago(252), last_progress=ago(3), last_byte=ago(3),
        headline="Edit  tests/export/test_rows.py", usage=_usage(6.1, 3.4, 121.0, "0.63", write=9.4),
        context_tokens=84_000, context_window=200_000, turns=2, created_at=NOW.wall - 2_400,
        minutes=_minutes([3_700, 7_400, 3_400, 6_500, 9_700, 7_900, 9_100]), limits=CLAUDE_LIMITS,
    )  # fmt: skip
    queued = _status(
        "lint-all", "codex", Mode.STREAM, lifecycle=Lifecycle.QUEUED, lifecycle_since=ago(65),
        activity=Activity.UNKNOWN, pid=None, runs=0, last_byte=NEVER, last_progress=NEVER,
        usage_source=UsageSource.NONE,
    )  # fmt: skip
    notes = _status(
        "notes", "claude-code", Mode.INTERACTIVE, model="claude-haiku-4-5", activity=Activity.IDLE,
        activity_since=ago(198), usage=_usage(1.2, 0.4, 4.0, "0.02"), context_tokens=6_000,
        context_window=200_000, created_at=NOW.wall - 9_000,
    )  # fmt: skip
    sdk = _status(
        "sdk-go", "claude-code", Mode.STREAM, model="claude-haiku-4-5", branch="main", pid=None,
        lifecycle=Lifecycle.EXITED, lifecycle_since=ago(4_800), activity=Activity.DONE,
        exit=Exit(code=0, at=NOW.wall - 4_800), headline="All 214 tests pass", turns=1,
        usage=_usage(4.2, 2.2, 61.0, "0.27"), context_tokens=62_000, context_window=200_000,
    )  # fmt: skip
    return [
        AgentView(lost, contact=Contact.LOST),
        _live(export),
        AgentView(queued, contact=Contact.OVER),
        _live(notes, seen=True),
        AgentView(sdk, contact=Contact.OVER, seen=True),
    ]


def eleven() -> list[AgentView]:
    """Return the six and five calmer ones."""
    return six() + _resting()


def csv_export() -> AgentView:
    """The agent of the timeline picture."""
    return next(view for view in _resting() if view.status.id == "csv-export")
