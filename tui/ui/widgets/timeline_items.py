"""Events as items of a timeline: what is worth a line, what belongs together. Pure.

An item is changed in place while its block streams or its tool runs; `version` tells a view that it has to be drawn anew.
"""

from __future__ import annotations

import enum
from typing import Final

import msgspec

from tui.core import facts as f
from tui.core.facts import Event
from tui.core.text import one_line
from tui.ui.widgets.diff_lines import changes

LIVE_MAX: Final = 16_000
"""Characters of a running tool's output or of streaming thinking that are kept."""
_DEPTH_MAX: Final = 4


class Kind(enum.Enum):
    """What an item is."""

    PROMPT = "prompt"
    TEXT = "text"
    THINKING = "thinking"
    TOOL = "tool"
    ASK = "ask"
    END = "end"
    LIMIT = "limit"
    ERROR = "error"
    NOTICE = "notice"
    """What stays worth reading: a fallback, a step of the ladder, a new run."""
    NOTE = "note"
    """Small print: session, state of the recording, what the user did."""
    LOG = "log"


class Item(msgspec.Struct):
    """One entry of the timeline."""

    kind: Kind
    at: float
    title: str = ""
    """First line: a tool's name, a sentence."""
    detail: str = ""
    """Argument of a tool, small print behind a title."""
    body: str = ""
    """Text, output or options below the first line."""
    diff: str = ""
    depth: int = 0
    """How deep in sub-agents."""
    live: bool = False
    """It still grows or runs."""
    ok: bool = True
    denied: bool = False
    exit_code: int | None = None
    ended: float = 0.0
    """When it ended, wall clock; 0 if it did not or never takes time."""
    tokens: int = 0
    version: int = 0
    unfolded: bool = False

    def touch(self) -> None:
        """Say that it has to be drawn anew."""
        self.version += 1


class Turn(msgspec.Struct):
    """What is known of one turn, for the side rail."""

    number: int
    at: float
    prompt: str
    item: int
    """Index of its first item."""
    tool_calls: int = 0
    tokens: int = 0
    cost: float | None = None
    ended: float = 0.0


class Timeline:
    """Items of one agent, in the order of their first event."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.turns: list[Turn] = []
        self.files: dict[str, tuple[int, int]] = {}
        """Lines added and removed, by path."""
        self._tools: dict[str, int] = {}
        self._blocks: dict[tuple[int, str, str, Kind], int] = {}
        self._requests: dict[str, int] = {}
        self._messages: dict[str, int] = {}
        self._last_seq = 0

    def feed(self, events: list[Event]) -> set[int]:
        """Take events in order and return the indexes of items that are new or changed."""
        changed: set[int] = set()
        for event in events:
            if event.seq:
                if event.seq <= self._last_seq:
                    continue  # A new subscription begins with the log so far.
                self._last_seq = event.seq
            index = self._take(event)
            if index is not None:
                self.items[index].touch()
                changed.add(index)
        return changed

    def _add(self, item: Item) -> int:
        self.items.append(item)
        return len(self.items) - 1

    def _depth(self, parent: str) -> int:
        index = self._tools.get(parent) if parent else None
        return min(_DEPTH_MAX, self.items[index].depth + 1) if index is not None else 0

    def _take(self, event: Event) -> int | None:
        fact = event.fact
        match fact:
            case f.TextDelta() | f.Text() | f.ThinkingDelta() | f.Thinking():
                return self._block(event, fact)
            case f.ToolCalled() | f.ToolOutput() | f.ToolFinished():
                return self._tool(event, fact)
            case f.TurnStarted(prompt=prompt):
                return self._turn_started(event, prompt)
            case f.TurnEnded():
                return self._turn_ended(event, fact)
            case f.PermissionAsked() | f.QuestionAsked() | f.RequestResolved():
                return self._request(event, fact)
            case f.UsageReported():
                self._usage(fact)
                return None
            case f.LogLine(text=text) | f.Unparsed(text=text) | f.Oversized(start=text):
                return self._log(event, text)
            case f.Retrying():
                return self._retry(event, fact)
            case _:
                item = notice(event)
                return self._add(item) if item is not None else None

    # -- text and thinking ---------------------------------------------------------------------------------------------

    def _block(self, event: Event, fact: f.TextDelta | f.Text | f.ThinkingDelta | f.Thinking) -> int:
        kind = Kind.TEXT if isinstance(fact, f.TextDelta | f.Text) else Kind.THINKING
        parent = "" if isinstance(fact, f.ThinkingDelta) else fact.parent
        key = (event.run, fact.block, parent, kind)
        index = self._blocks.get(key)
        if index is None or not self.items[index].live:
            index = self._add(Item(kind, event.at, depth=self._depth(parent), live=True))
            self._blocks[key] = index
        item = self.items[index]
        if isinstance(fact, f.Text | f.Thinking):
            item.body, item.live = fact.text, False
            item.ended = event.at
        else:
            item.body += fact.text
            if kind is Kind.THINKING:
                item.body = item.body[-LIVE_MAX:]
                item.tokens = max(item.tokens, getattr(fact, "tokens", 0))
        return index

    # -- tools ---------------------------------------------------------------------------------------------------------

    def _tool(self, event: Event, fact: f.ToolCalled | f.ToolOutput | f.ToolFinished) -> int | None:
        if isinstance(fact, f.ToolCalled):
            title, detail = one_line(fact.name, limit=60), one_line(fact.title, limit=400)
            depth = self._depth(fact.parent)
            index = self._add(Item(Kind.TOOL, event.at, title, detail, depth=depth, live=True))
            self._tools[fact.call_id] = index
            if self.turns:
                self.turns[-1].tool_calls += 1
            return index
        known = self._tools.get(fact.call_id)
        if known is None:
            return None
        item = self.items[known]
        if isinstance(fact, f.ToolOutput):
            item.body = (item.body + fact.text)[-LIVE_MAX:]
            return known
        item.live, item.ok, item.denied = False, fact.ok, fact.denied
        item.exit_code, item.diff, item.ended = fact.exit_code, fact.diff, event.at
        item.body = fact.output or item.body
        self._count_files(fact.diff, item.detail)
        return known

    def _count_files(self, diff: str, path: str) -> None:
        for name, (added, removed) in changes(diff, path).items():
            before = self.files.get(name, (0, 0))
            self.files[name] = (before[0] + added, before[1] + removed)

    # -- turns ---------------------------------------------------------------------------------------------------------

    def _turn_started(self, event: Event, prompt: str) -> int | None:
        number = len(self.turns) + 1
        index = self._add(Item(Kind.PROMPT, event.at, body=prompt)) if prompt.strip() else None
        where = index if index is not None else len(self.items)
        self.turns.append(Turn(number, event.at, one_line(prompt, limit=80), where))
        self._messages.clear()
        return index

    def _turn_ended(self, event: Event, fact: f.TurnEnded) -> int:
        self._settle(event.at)
        parts = []
        if fact.turns:
            parts.append(f"{fact.turns} turn{'s' if fact.turns != 1 else ''}")
        if fact.duration_s:
            parts.append(spell(fact.duration_s))
        if fact.cost_usd is not None:
            parts.append(f"${fact.cost_usd:.2f}")
        if self.turns:
            self.turns[-1].ended = event.at
            if fact.cost_usd is not None:
                self.turns[-1].cost = float(fact.cost_usd)
        title = "interrupted" if fact.interrupted else "done" if fact.ok else "failed"
        item = Item(Kind.END, event.at, title, " · ".join(parts), ok=fact.ok and not fact.interrupted)
        if not fact.ok and not fact.interrupted:
            item.body = fact.error
        return self._add(item)

    def _settle(self, at: float) -> None:
        """End what still looks live: its end was never told."""
        for item in self.items[-50:]:
            if item.live:
                item.live, item.ended = False, at
                item.touch()

    def _usage(self, fact: f.UsageReported) -> None:
        if self.turns and fact.scope == "message":
            self._messages[fact.key] = fact.usage.total
            self.turns[-1].tokens = sum(self._messages.values())

    # -- requests, retries, log ----------------------------------------------------------------------------------------

    def _request(
        self, event: Event, fact: f.PermissionAsked | f.QuestionAsked | f.RequestResolved
    ) -> int | None:
        if isinstance(fact, f.RequestResolved):
            open_ = [i for key, i in self._requests.items() if fact.request_id in ("", key)]
            self._requests = {k: i for k, i in self._requests.items() if i not in open_}
            for index in open_:
                self.items[index].live, self.items[index].ended = False, event.at
                self.items[index].detail = one_line(fact.how, limit=60)
                self.items[index].touch()
            return open_[-1] if open_ else None
        question = isinstance(fact, f.QuestionAsked)
        title = fact.text if isinstance(fact, f.QuestionAsked) else f"wants  {fact.tool}  {fact.title}"
        if isinstance(fact, f.PermissionAsked):
            title = f"{fact.tool}  {fact.title}".strip()
        options = "\n".join(one_line(option) for option in fact.options)
        item = Item(Kind.ASK, event.at, title, body=options, live=True, ok=question)
        index = self._add(item)
        self._requests[fact.request_id] = index
        return index

    def _retry(self, event: Event, fact: f.Retrying) -> int:
        count = f"attempt {fact.attempt}" + (f" of {fact.max_attempts}" if fact.max_attempts else "")
        words = [f"{count} refused" + (f" with {fact.status}" if fact.status else "")]
        if fact.error:
            words.append(one_line(fact.error, limit=160))
        if fact.delay_s:
            words.append(f"again in {spell(fact.delay_s)}")
        item = Item(Kind.NOTICE, event.at, "↻", " · ".join(words))
        if self.items and self.items[-1].kind is Kind.NOTICE and self.items[-1].title == "↻":
            # One line counts up instead of ten that say the same.
            item.version = self.items[-1].version
            self.items[-1] = item
            return len(self.items) - 1
        return self._add(item)

    def _log(self, event: Event, text: str) -> int:
        if self.items and self.items[-1].kind is Kind.LOG:
            last = self.items[-1]
            last.body = f"{last.body}\n{text}"[-LIVE_MAX:]
            return len(self.items) - 1
        return self._add(Item(Kind.LOG, event.at, body=text))


def notice(event: Event) -> Item | None:
    """Return the item of a fact that stands alone, or None if it says nothing in a timeline.

    `title` is the mark, `detail` the words; the renderer knows the marks' colours.
    """
    at = event.at

    def say(mark: str, words: str, body: str = "", kind: Kind = Kind.NOTICE) -> Item:
        return Item(kind, at, mark, one_line(words, limit=600), one_line(body, limit=600))

    match event.fact:
        case f.RunStarted(kind=kind, session_id=session) if event.run > 1 or kind is not f.RunKind.START:
            how = {
                f.RunKind.START: "started",
                f.RunKind.RESUME: "session resumed",
                f.RunKind.RESTART: "restarted with a fresh session",
                f.RunKind.FALLBACK: "started with a fresh session",
            }[kind]
            return say("·", f"run {event.run}: {how}" + (f" {session[:12]}" if session else ""))
        case f.SessionStarted(session_id=session, model=model, version=version):
            words = " · ".join(w for w in (model, version, f"session {session[:12]}") if w)
            return say("·", words, kind=Kind.NOTE)
        case f.SpawnFailed(reason=reason, hint=hint):
            return say("✗", reason, hint, Kind.ERROR)
        case f.RunExited(ok=False, reason=reason, code=code, signal=signal, refused=False):
            ending = f"signal {signal}" if signal else f"exit {code}"
            return say("✗", f"{reason} · {ending}" if reason else ending, kind=Kind.ERROR)
        case f.RunExited(ok=True, done=False, code=code):
            return say("□", f"exit {code}", kind=Kind.NOTE)
        case f.FellBack(old_session_id=old, reason=reason, prompt=prompt):
            given = {"fresh": " with its own prompt", "hand-over": " with a hand-over"}.get(prompt, "")
            said = f" {reason}" if reason else ""
            return say(
                "!",
                f"The CLI did not know session {old}. A fresh one was started{given}.{said}",
                "The old id is kept.",
            )
        case f.HostLost(reason=reason):
            return say("◇", f"Its host is gone: {reason}" if reason else "Its host is gone", kind=Kind.ERROR)
        case f.RateLimited(text=text, resets_at=resets):
            item = say("◔", text or "limit reached", kind=Kind.LIMIT)
            item.ended = resets
            return item
        case f.ErrorReported(text=text, code=code):
            return say("✗", f"{text} · {code}" if code and code not in text else text, kind=Kind.ERROR)
        case f.Notified(title=title, text=text) if title or text:
            return say("·", " · ".join(w for w in (title, text) if w), kind=Kind.NOTE)
        case _:
            return _ours(event)


def _ours(event: Event) -> Item | None:
    at = event.at
    match event.fact:
        case f.UserActed(action=action, text=text) if action != "prompt":
            words = f"you: {action}" + (f"  {text}" if text else "")
            return Item(Kind.NOTE, at, "·", one_line(words, limit=300))
        case f.StepAnnounced(step=step, number=number, of=of, in_s=in_s):
            return Item(Kind.NOTICE, at, "▲", f"{step} in {spell(in_s)} · {number} of {of}")
        case f.StepTaken(step=step, number=number, of=of, no_progress_s=quiet):
            return Item(
                Kind.NOTICE, at, "▲", f"{step} after {spell(quiet)} without progress · {number} of {of}"
            )
        case f.StepCancelled(step=step, later_s=later):
            how = f"put off by {spell(later)}" if later else "cancelled"
            return Item(Kind.NOTE, at, "·", f"{step} {how}")
        case f.RecordingChanged(on=on, reason=reason):
            words = "recording goes on" if on else "not recording"
            return Item(
                Kind.NOTE if on else Kind.NOTICE,
                at,
                "·" if on else "!",
                one_line(f"{words} · {reason}" if reason else words),
            )
        case _:
            return None


def spell(seconds: float) -> str:
    """Return a duration as a sentence writes it: `0.4 s`, `12 s`, `1m 48s`, `2h 05m`."""
    if seconds < 10:
        return f"{max(0.0, seconds):.1f} s"
    whole = int(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3_600:
        return f"{whole // 60}m {whole % 60:02}s"
    return f"{whole // 3_600}h {whole % 3_600 // 60:02}m"
