"""Events as items of a timeline: what is worth a line, what belongs together. Pure.

An item is changed in place while its block streams or its tool runs; `version` tells a view that it has to be drawn anew.
"""

from __future__ import annotations

from typing import Final

import msgspec

from tui.core import facts as f
from tui.core.facts import Event
from tui.core.text import one_line
from tui.ui.widgets.diff_lines import changes
from tui.ui.widgets.timeline_item import Item, Kind
from tui.ui.widgets.timeline_notices import notice, spell

LIVE_MAX: Final = 16_000
"""Characters of a running tool's output or of streaming thinking that are kept."""
_DEPTH_MAX: Final = 4


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
        self._costs: dict[str, float] = {}
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

    def _add(self, item: Item, parent: str = "") -> int:
        """Add an item, below the call that it belongs to."""
        index = self._tools.get(parent, -1) if parent else -1
        if index >= 0:
            call, before = self.items[index], len(self.items) - 1
            item.depth, item.parent = min(_DEPTH_MAX, call.depth + 1), index
            if before != index and self.items[before].parent != index:
                item.lead = f"{call.title} {call.detail}".strip()
        self.items.append(item)
        return len(self.items) - 1

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
        if index is None and kind is Kind.THINKING:
            index = self._same_message(key)
        if (
            index is not None
            and isinstance(fact, f.ThinkingDelta)
            and not fact.text
            and not self.items[index].live
        ):
            return index  # a late count of a block that is complete
        if index is None or not self.items[index].live:
            index = self._add(Item(kind, event.at, live=True), parent)
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

    def _same_message(self, key: tuple[int, str, str, Kind]) -> int | None:
        """The thinking block of the same message: counts name the message, texts name its block `message:0` too."""
        run, block, parent, kind = key
        for (other_run, other, other_parent, other_kind), index in reversed(self._blocks.items()):
            if (other_run, other_parent, other_kind) != (run, parent, kind) or not block or not other:
                continue
            if other.startswith(f"{block}:") or block.startswith(f"{other}:"):
                self._blocks[key] = index
                return index
            return None
        return None

    # -- tools ---------------------------------------------------------------------------------------------------------

    def _tool(self, event: Event, fact: f.ToolCalled | f.ToolOutput | f.ToolFinished) -> int | None:
        if isinstance(fact, f.ToolCalled):
            title, detail = one_line(fact.name, limit=60), one_line(fact.title, limit=400)
            index = self._add(Item(Kind.TOOL, event.at, title, detail, live=True), fact.parent)
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
        self._costs.clear()
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
            if fact.usage.cost_usd is not None:
                self._costs[fact.key] = float(fact.usage.cost_usd)
                self.turns[-1].cost = sum(self._costs.values())

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
