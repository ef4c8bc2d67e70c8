"""Small stories made to order: replies to prompts, and the agents that fill a large fleet."""

from __future__ import annotations

import random
from typing import Final

from tui.runtimes.simulated.calls import bash, edit, grep, read
from tui.runtimes.simulated.steps import Loop, Mid, Permit, Rest, Say, Spent, Step, Story, Think

_TASKS: Final = (
    ("i18n", "src/i18n/catalog.py", "Find strings that are not translated", "feat/i18n"),
    ("auth-tokens", "src/auth/tokens.py", "Rotate signing keys without logging anyone out", "feat/rotate"),
    ("cache-warm", "src/cache/warm.py", "Warm the product cache after a deploy", "perf/cache"),
    ("flags", "src/flags.py", "Remove the feature flags that are on everywhere", "chore/flags"),
    ("gql-schema", "src/graphql/schema.py", "Generate the schema from the models", "feat/gql"),
    ("docker-slim", "Dockerfile", "Get the image under 200 MB", "chore/docker"),
    ("ci-speed", ".github/workflows/ci.yml", "Make CI take less than five minutes", "chore/ci"),
    ("search-index", "src/search/index.py", "Index orders as they change, not nightly", "feat/search"),
    ("email-retry", "src/mail/send.py", "Retry mails that bounce for a moment", "fix/mail"),
    ("a11y", "web/forms/checkout.tsx", "Make the checkout usable by keyboard", "fix/a11y"),
    ("metrics", "src/metrics.py", "Count what the workers wait for", "feat/metrics"),
    ("tracing", "src/tracing.py", "Follow a request through the queue", "feat/tracing"),
    ("webhooks", "src/webhooks/sign.py", "Sign webhooks, and document how to check them", "feat/hooks"),
    ("roles", "src/auth/roles.py", "Split the admin role in three", "feat/roles"),
    ("dark-mode", "web/theme.css", "Give the dashboard a dark theme", "feat/dark"),
    ("load-test", "tests/load/orders.py", "Find out at how many orders a second we break", "test/load"),
    ("fuzz", "tests/fuzz/parse.py", "Fuzz the CSV import over night", "test/fuzz"),
    ("spike", "spikes/duckdb.py", "Try DuckDB for the reports", "spike/duckdb"),
)  # fmt: skip
_MODELS: Final = ("opus-4.5", "sonnet-4.5", "haiku-4.5", "gpt-5.2-codex", "gemini-3-pro", "kimi-k2")
_KINDS: Final = ("works", "works", "screen", "done", "asks", "works", "screen", "done")


def reply(prompt: str) -> tuple[Step, ...]:
    """Return what a simulated agent does with a prompt."""
    subject = prompt if len(prompt) <= 60 else f"{prompt[:59]}…"
    return (
        Think("What is asked, and where does it belong?", 1.0),
        grep(subject.split(" ")[-1].strip("?.!,:") or "TODO", "src/", "src/app.py:12\nsrc/http/router.py:40"),
        Say(f"“{subject}”: two places are involved. I begin with `src/app.py`."),
        edit(
            "src/app.py", 12, "-    handler = self.handle", "+    handler = self.router.handle", seconds=1.5
        ),
        bash("pytest -q", "217 passed in 4.02s", 2.0),
        Say("Done, and the tests pass. This is a simulated agent: no file was changed."),
    )


def filler(number: int) -> Story:
    """Return the story of a further agent.

    Args:
        number: Counts from 0; the same number is always the same story.
    """
    rng = random.Random(number)
    name, path, prompt, branch = _TASKS[number % len(_TASKS)]
    again = number // len(_TASKS)
    kind = _KINDS[number % len(_KINDS)]
    model = rng.choice(_MODELS)
    look = "stream" if kind != "screen" else "codex" if "codex" in model else "claude"
    scale = rng.uniform(0.3, 2.0)
    spent = Spent(
        round(9_000 * scale),
        round(4_000 * scale),
        round(120_000 * scale),
        0,
        round(0.4 * scale, 2),
        rng.randint(8, 70),
    )
    return Story(
        name=f"{name}-{again + 1}" if again else name,
        look=look,
        model=model,
        branch=branch,
        prompt=prompt,
        spent=spent,
        steps=_steps(kind, path, prompt, rng),
    )


def _steps(kind: str, path: str, prompt: str, rng: random.Random) -> tuple[Step, ...]:
    begin: tuple[Step, ...] = (
        Think("Small steps: look, change one thing, run the tests.", rng.uniform(0.8, 2.0)),
        read(path, f"{rng.randint(60, 420)} lines"),
        Say(f"{prompt}: I see where. One change first, then the tests."),
        edit(path, rng.randint(5, 90), "-    return old(value)", "+    return new(value)"),
    )
    tests = bash(
        "pytest -q", f"{rng.randint(40, 400)} passed in {rng.uniform(1, 9):.2f}s", rng.uniform(1.5, 4.0)
    )
    match kind:
        case "done":
            return (*begin, tests, Say(f"**Done.** {prompt}: the tests pass."))
        case "asks":
            asked = Permit(
                bash("git push --force-with-lease", "Everything up-to-date", 1.0),
                "the branch was rebased, so the remote has to be replaced",
                denied=(Say("Not pushed. The branch is ready here."),),
            )
            return (*begin, tests, asked, Say("Pushed."))
        case _:
            rounds: tuple[Step, ...] = (
                Think("What is left?", rng.uniform(1.0, 3.0)),
                edit(
                    path,
                    rng.randint(5, 90),
                    "-    step_{n}()",
                    "+    done_{n}()",
                    seconds=rng.uniform(1.0, 3.0),
                ),
                tests,
                Say("Step {n} is in, and the tests are green."),
                Rest(rng.uniform(1.0, 4.0)),
            )
            return (*begin, Mid(), Loop(rounds))
