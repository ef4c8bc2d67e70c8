"""The six agents of the default demo: one in each mood."""

from __future__ import annotations

from typing import Final

from tui.runtimes.simulated.calls import bash, edit, grep, grown, read
from tui.runtimes.simulated.steps import (
    Ask,
    Call,
    Hang,
    Limited,
    Loop,
    Mid,
    Permit,
    Rest,
    Say,
    Spent,
    Story,
    Think,
    Used,
)

HOUR_S: Final = 3600.0


FLAKY: Final = Story(
    name="flaky-tests",
    look="codex",
    model="gpt-5.2-codex",
    branch="fix/flaky-clock",
    prompt="the clock tests fail about once in fifty runs, find out why and fix it",
    spent=Spent(31_000, 6_200, 402_000, 0, 0.71, 22, 272_000),
    steps=(
        read("tests/test_clock.py, src/clock.py", "Search time.time in src/"),
        Used("codex 5 h", 18, 1.7 * HOUR_S),
        Say(
            "The fixture freezes `time.time` and forgets `time.monotonic`; the retry loop reads both. "
            "I will clear the cache and reproduce it before changing code."
        ),
        Permit(
            bash(
                "rm -rf .pytest_cache && pytest -x -q --count 50 tests/test_clock.py",
                "..................F\nFAILED tests/test_clock.py::test_retry_gives_up\n1 failed, 18 passed in 6.02s",
                4.0,
                ok=False,
            ),
            "clear stale results, then repeat the clock tests until one fails",
            denied=(Say("All right, I leave the cache alone. Tell me what to do instead."),),
        ),
        Say(
            "Reproduced at run 19: the deadline is computed from `time.time`, the wait from `time.monotonic`."
        ),
        edit(
            "src/retry.py",
            10,
            "-    def __init__(self, limit: float) -> None:",
            "+    def __init__(self, limit: float, clock: Clock = monotonic) -> None:",
            "+        self.clock = clock",
            "         self.limit = limit",
        ),
        Permit(
            bash("pytest -q --count 200 tests/test_clock.py", "200 passed in 21.40s", 6.0),
            "repeat the tests often enough to trust them",
            denied=(Say("Then the change stays unproved. It is in `src/retry.py`."),),
        ),
        Say("**Fixed.** The clock is an argument now, and 200 runs pass. No caller changes."),
    ),
    resumed=(Say("Back again. The clock is an argument now; the tests passed 200 times before the break."),),
)

_KEEP = "Keep v1 examples next to v2, or drop them?"

DOCS: Final = Story(
    name="docs",
    look="stream",
    model="gemini-3-pro",
    branch="docs/v2",
    prompt="Rewrite the quick start for v2 and check every snippet",
    spent=Spent(18_400, 9_900, 96_000, 0, 0.19, 12, 1_000_000),
    steps=(
        Think(
            "The quick start still shows the v1 client. I want to see the whole guide before I touch it.", 1.2
        ),
        Call("ReadFolder", {"path": "docs/guide"}, "14 files", 0.1),
        grown("docs/guide/start.md", 118, 41, ("from shop import Client", "", "client = Client.from_env()")),
        bash("python tools/run_snippets.py", "Exit code 1\n4 of 31 snippets import shop.v1", 1.6, ok=False),
        Say("Four snippets use the `v1` client. Both ship until March."),
        Ask(
            _KEEP,
            ("keep both", "drop v1", "move v1 to an appendix"),
            (
                (
                    grown("docs/guide/start.md", 22, 0, ("=== v1", "=== v2")),
                    bash("python tools/run_snippets.py", "31 of 31 snippets run", 1.4),
                    Say("Both versions stand side by side, and all 31 snippets run."),
                ),
                (
                    grown("docs/guide/start.md", 0, 37, ("from shop.v1 import Client",)),
                    bash("python tools/run_snippets.py", "27 of 27 snippets run", 1.4),
                    Say("The v1 snippets are gone; the 27 that are left all run."),
                ),
                (
                    grown(
                        "docs/guide/appendix-v1.md",
                        41,
                        0,
                        ("# The v1 client", "", "from shop.v1 import Client"),
                    ),
                    bash("python tools/run_snippets.py", "31 of 31 snippets run", 1.4),
                    Say("v1 lives in an appendix now, linked from the quick start. All 31 snippets run."),
                ),
            ),
        ),
        Say("**Done.** `docs/guide/start.md` is rewritten for v2."),
    ),
    resumed=(
        Say("I am back at the quick start."),
        bash("python tools/run_snippets.py", "31 of 31 snippets run", 1.4),
        Say("All 31 snippets run; the quick start is ready."),
    ),
)

MIGRATE: Final = Story(
    name="migrate-db",
    look="stream",
    model="sonnet-4.5",
    branch="feat/tenants",
    prompt="Give every table a tenant_id and backfill it",
    spent=Spent(22_700, 11_400, 1_180_000, 0, 0.88, 61),
    steps=(
        Think("Eleven models, one abstract base. The backfill is the risky part: two million orders.", 1.0),
        Call("Read", {"file_path": "src/models/*.py"}, "11 files", 0.2),
        grown(
            "migrations/0042_tenants.py",
            64,
            2,
            ('op.add_column("orders", sa.Column("tenant_id", sa.Uuid))', "op.execute(BACKFILL)"),
        ),
        bash("pytest tests/migrations -q", "18 passed in 9.41s", 0.9),
        Say("All green on an empty database. Now the real copy with 2.1 M rows."),
        Hang("Bash", {"command": "alembic upgrade head"}, ("INFO  Running upgrade 0041 -> 0042, tenants",)),
    ),
    resumed=(
        Say("The upgrade took a lock that another session held. I backfill in batches instead."),
        edit(
            "migrations/0042_tenants.py",
            31,
            "-    op.execute(BACKFILL)",
            "+    for low in range(0, top, 50_000):",
            "+        op.execute(BACKFILL_BATCH, (low, low + 50_000))",
        ),
        bash(
            "alembic upgrade head",
            "2,104,388 rows in 43 batches",
            12.0,
            progress=tuple(f"batch {number:2} of 43  rows {number * 50_000:,}" for number in range(1, 44)),
        ),
        Say("**Done.** All 2.1 M rows have a tenant, in 43 batches, none longer than 0.4 s."),
    ),
    settings={
        "inactivity_timeout_s": 10.0,
        "on_inactive": ["notify", "interrupt", "resume", "restart"],
    },
)

CHANGELOG: Final = Story(
    name="changelog",
    look="stream",
    model="haiku-4.5",
    branch="main",
    prompt="Write the 2.4.0 entry from the commits since v2.3.0",
    spent=Spent(8_800, 3_000, 44_000, 0, 0.08, 9),
    steps=(
        bash(
            "git log v2.3.0..HEAD --oneline",
            "\n".join(f"{at * 7919 % 65536:07x} commit {at}" for at in range(1, 32)),
            1.5,
        ),
        grown("CHANGELOG.md", 47, 0, ("## 2.4.0", "", "- `Client.retry` is keyword-only.")),
        Say(
            "**2.4.0 is written.** Three things you may want to look at:\n\n"
            "- `Client.retry` is now keyword-only; I listed it under *Changed*\n"
            "- two commits had no issue number, marked `(no issue)`\n"
            "- the date is today's; change it if the release slips"
        ),
    ),
)

API: Final = Story(
    name="api-refactor",
    look="claude",
    model="opus-4.5",
    branch="feat/router",
    prompt="move routing out of app.py; keep the public names",
    spent=Spent(12_300, 14_100, 210_000, 0, 1.42, 38),
    steps=(
        Used("claude 5 h", 71, 0.38 * HOUR_S),
        Used("claude week", 34, 62 * HOUR_S),
        read("src/app.py", "Read 412 lines"),
        Say(
            "The router and the middleware chain are tangled in `App.__call__`. I'll move the table first, "
            "then let `App` delegate to it."
        ),
        edit(
            "src/http/router.py",
            21,
            "     def match(self, path: str) -> Match | None:",
            "-        for r in self.routes:",
            "+        for route in self._by_method[path.method]:",
            "+            if params := route.parse(path):",
            "+                return Match(route, params)",
            "         return None",
        ),
        Mid(),
        bash(
            "pytest tests/http -q",
            "......................................................  54 passed in 2.31s",
            2.5,
        ),
        Say("Routing is out of app.py. `App.add_route` now delegates, so no caller changes."),
        Loop(
            (
                Think("Next: what else does App.__call__ do that it should not?", 1.5),
                read("src/http/middleware.py", "Read 188 lines", 1.0),
                Say(
                    "Round {n}: the middleware chain builds itself on every request. Once at start is enough."
                ),
                edit(
                    "src/http/middleware.py",
                    40,
                    "     def build(self, app: App) -> Handler:",
                    "-        handler = app.handle",
                    "-        for middleware in reversed(app.middleware):",
                    "+        handler = self._innermost",
                    "+        for middleware in self._chain:",
                    "             handler = middleware(handler)",
                    "         return handler",
                    seconds=2.0,
                ),
                bash("pytest tests/http -q", "54 passed in 2.28s", 3.0),
                Rest(1.5),
                grep(
                    "add_middleware", "src/", "src/app.py:88\nsrc/http/middleware.py:17\nsrc/plugins.py:140"
                ),
                edit(
                    "src/plugins.py",
                    140,
                    "-        app.middleware.append(plugin.middleware)",
                    "+        app.add_middleware(plugin.middleware)",
                    seconds=2.0,
                ),
                bash(
                    "ruff check src && mypy src",
                    "All checks passed!\nSuccess: no issues found in 61 source files",
                    4.0,
                ),
                Say("Plugins use the public name now. Round {n} is green; on to the next knot."),
                Rest(2.0),
            )
        ),
    ),
)

BENCH: Final = Story(
    name="bench",
    look="stream",
    model="kimi-k2",
    branch="perf/json",
    prompt="Is the table-driven decoder worth it?",
    spent=Spent(64_000, 21_300, 880_000, 0, 0.54, 47, 262_144),
    steps=(
        bash("just bench --runs 20", "ok", 1.4),
        Say(
            "**Result.** The table decoder wins on every payload over 4 kB:\n\n"
            "| payload | before | after | |\n|---|--:|--:|--:|\n"
            "| 1 kB | 11.2 µs | 10.9 µs | −3 % |\n"
            "| 64 kB | 602.0 µs | 371.4 µs | −38 % |\n"
            "| 1 MB | 9.8 ms | 5.6 ms | −43 % |"
        ),
        Limited("five_hour", 22 * 60 + 48),
        Say("The limit is reset. I write the numbers into `docs/performance.md`."),
        grown("docs/performance.md", 14, 3, ("| payload | before | after |",)),
        Say("**Done.** Worth it from 4 kB on; below that it makes no difference."),
    ),
)

SIX: Final = (FLAKY, DOCS, MIGRATE, CHANGELOG, API, BENCH)
