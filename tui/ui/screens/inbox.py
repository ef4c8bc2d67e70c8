"""The decision inbox: all open requests, oldest first, each with its detail and its answers."""

from __future__ import annotations

from typing import ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content

from tui.core.commands import Answer
from tui.core.text import one_line
from tui.ui.answers import REPLIES, OpenStrip, ends_agent, in_words
from tui.ui.before import Before
from tui.ui.fit import ALWAYS, Piece, fit, text
from tui.ui.footing import strip_items
from tui.ui.look import View
from tui.ui.notes import request_words, strip_lines
from tui.ui.pages.inbox import request_lines, waiting_lines
from tui.ui.screens.page import Page, of_main
from tui.ui.screens.prompt import PromptScreen
from tui.ui.widgets.lines import LinePage, LineStrip

_WAITING: Final = 34
_WAITING_NARROW: Final = 24
_ROOMY_FROM: Final = 100


class InboxScreen(Page):
    """All that wait for the user."""

    where = "in the inbox"
    moves = frozenset(
        ("pick(1)", "pick(2)", "pick(3)", "pick(4)", "pick(5)", "pick(6)", "pick(7)", "pick(8)", "pick(9)")
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        *(of_main(f"ask.{how}") for how in REPLIES),
        *(
            Binding(str(n), f"pick({n})", f"option {n}", tooltip=f"option {n} of a question", id=f"go.{n}")
            for n in range(1, 10)
        ),
        Binding("down,j,tab", "go(1)", "next", tooltip="the next that waits", id="inbox.next"),
        Binding("up,k,shift+tab", "go(-1)", "previous", tooltip="the one before", id="inbox.previous"),
        Binding("o,enter", "open", "open", tooltip="go to the agent", id="inbox.open"),
        Binding("w", "why", "why", tooltip="why it is in this state", id="inbox.why"),
        Binding("c", "copy", "copy", tooltip="copy the command or diff", id="inbox.copy"),
        Binding("d", "files", "files", tooltip="files changed", id="inbox.files"),
        Binding(
            "x", "take_back", "ask again", tooltip="ask again about all that is alike", id="inbox.take-back"
        ),
        of_main("ask.inbox", "leave", "back to the dashboard"),
        Binding("pagedown,space", "scroll_pages(1)", "page down", id="page.page-down"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.selected: str | None = None
        self.strip: OpenStrip | None = None
        self.before = Before(self._more)
        self.head = LineStrip(classes="head")
        self.waiting = LinePage(id="waiting")
        self.detail = LinePage(id="detail")
        self.answers = LineStrip(classes="answers")

    @property
    def scroller(self) -> LinePage:
        """What is asked."""
        return self.detail

    def compose(self) -> ComposeResult:
        """The list at the left, the request at the right."""
        yield self.head
        with Horizontal():
            yield self.waiting
            with Vertical(id="request"):
                yield self.detail
                yield self.answers
        yield self.footer
        yield self.corner

    def on_mount(self) -> None:
        """Follow the fleet."""
        self.waiting.can_focus = self.detail.can_focus = False
        self.selected = next(iter(self.app.main.agents.waiting()), None)
        self.waiting.write(self._list)
        self.detail.write(self._request)
        self.set_interval(0.25, self.follow)
        self.call_after_refresh(self._reopen)

    def on_resize(self) -> None:
        """What is asked needs the room more than who asks."""
        self.waiting.styles.width = _WAITING if self.size.width >= _ROOMY_FROM else _WAITING_NARROW

    def on_unmount(self) -> None:
        """Look at nobody any more."""
        self.before.close()

    @property
    def view(self) -> View | None:
        """The selected agent."""
        return self.app.fleet.agents.get(self.selected or "")

    def _ids(self) -> list[str]:
        ids = self.app.main.agents.waiting()
        # The one whose answer is on its way stays until it is told so.
        if self.strip is not None and self.selected is not None and self.selected not in ids:
            ids = [self.selected, *ids]
        return ids

    def _reopen(self) -> None:
        view = self.view
        request = view.status.request if view is not None else None
        self.strip = (
            OpenStrip(view.status.id, request, view.status.cwd)
            if view is not None and request is not None
            else None
        )
        self.before.look(view, self.app.fleet.link(view.status.id) if view is not None else None)
        self.show_all()
        if self.strip is not None:
            self.call_after_refresh(self._readable, self.strip)

    def _more(self) -> None:
        if self.is_mounted:
            self.detail.rewrite()

    def _readable(self, strip: OpenStrip) -> None:
        strip.shown_at = self.app.event_clock()

    def follow(self) -> None:
        """Look at the requests as they are now."""
        if self.is_left or not self.is_current:
            return  # a timer may still fire after the last request was answered and this screen left
        view = self.view
        if self.strip is None:
            if self.selected not in self._ids() or (view is not None and view.status.request is not None):
                self.selected = next(iter(self._ids()), None)
                self._reopen()
                return
        elif self.strip.follow(view.status.request if view is not None else None, self.app.event_clock()):
            self.strip = None
            self.selected = next(iter(self._ids()), None)
            self._reopen()
            return
        self.show_all()

    def show_all(self) -> None:
        """Draw everything as it is now."""
        ids = self._ids()
        count = len(self.app.main.agents.waiting())
        chip = text(
            f" ! {count} need you " if count != 1 else " ! 1 needs you ", "bold $on-needs on $needs-fill"
        )
        left = [Piece(ALWAYS, text(" inbox   ", "bold")), *([Piece(ALWAYS, chip)] if count else [])]
        right = [Piece(1, text("oldest first ", "$foreground-muted"))]
        self.head.show([fit(left, right, max(20, self.size.width - 1))])
        self.waiting.rewrite()
        self.detail.rewrite()
        width = max(20, self.answers.size.width or self.size.width - 40)
        self.answers.show(
            [Content(""), *strip_lines(self.strip, width, 4, head=False), Content("")] if self.strip else []
        )
        items = self.items(("go(-1)", "go(1)"), "open", "files", "copy", "why", "take_back", "leave")
        if self.strip is not None and not self.answers.size.height:
            items = [*strip_items(self.strip)[:4], *items]
        self.show_keys(items)
        if not ids and self.strip is None and self.is_current and not self.is_left:
            self.app.say("Nobody needs you.")
            self.dismiss()

    def _list(self, width: int) -> list[Content]:
        views = [
            self.app.fleet.agents[agent_id] for agent_id in self._ids() if agent_id in self.app.fleet.agents
        ]
        given = self.app.main.decisions.newest
        return waiting_lines(views, self.selected, self.app.clock.now(), width, given)

    def _request(self, width: int) -> list[Content]:
        view, ids = self.view, self._ids()
        if view is None or self.selected not in ids:
            return [text("Nobody needs you.", "$foreground-muted")]
        place = f"{ids.index(self.selected) + 1} of {len(ids)}"
        now = self.app.clock.now()
        return request_lines(view, place, now, width, self.before, self.app.main.standing.of(view.status.id))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Answers are keys while there is something to answer, leave is taken back that was given."""
        if action in ("reply", "pick"):
            return self.strip is not None and self.strip.choice(self._key(action, parameters)) is not None
        if action == "take_back":
            return self.view is not None and bool(self.app.main.standing.of(self.view.status.id))
        return True

    def _key(self, action: str, parameters: tuple[object, ...]) -> str:
        return REPLIES[str(parameters[0])] if action == "reply" else str(parameters[0])

    async def on_event(self, event: events.Event) -> None:
        """Drop a key for an answer that was pressed before it could be read, or after it was gone."""
        strip = self.strip
        is_blind = isinstance(event, events.Key) and strip is not None and strip.is_deaf(event.time)
        if not (is_blind and isinstance(event, events.Key) and self.is_answer_key(event.key)):
            await super().on_event(event)

    def action_reply(self, how: str) -> None:
        """Answer by one of our own words."""
        self._choose(REPLIES[how])

    def action_pick(self, number: int) -> None:
        """Answer by an option of the request."""
        self._choose(str(number))

    def _choose(self, key: str) -> None:
        strip = self.strip
        choice = strip.choice(key) if strip is not None else None
        if strip is None or choice is None:
            return
        if not strip.request.answerable:
            self.app.say("It has to be answered on its own screen: o opens it.")
        elif choice.answer is not None and ends_agent(strip.request, choice.answer):
            self.app.main.confirm_end(strip, choice.answer, key, self._answer)
        elif choice.answer is not None:
            if key == "a" and strip.alike is not None:
                self.app.main.standing.give(strip.agent_id, strip.alike, strip.request.request_id)
            self._answer(strip, choice.answer)
        else:
            request = strip.request
            view = self.view
            name = view.status.name if view is not None else strip.agent_id
            title = "deny, because" if request.permission else "answer"
            self.app.push_screen(
                PromptScreen(title, name, hint=one_line(request_words(request), limit=40)),
                lambda words: self._answer(strip, in_words(request, words)) if words else None,
            )

    def _answer(self, strip: OpenStrip, answer: Answer) -> None:
        strip.sent = True
        self.app.main.command(strip.agent_id, answer)
        self.show_all()

    def action_go(self, by: int) -> None:
        """Look at the next request."""
        ids = self._ids()
        if ids:
            index = ids.index(self.selected) if self.selected in ids else 0
            self.selected = ids[(index + by) % len(ids)]
            self.detail.scroll_home(animate=False)
            self._reopen()

    def action_open(self) -> None:
        """Go to the agent itself."""
        self.app.main.select(self.selected)
        self.dismiss()

    def action_why(self) -> None:
        """Why it is in this state."""
        self._view("why")

    def action_files(self) -> None:
        """What it changed so far."""
        self._view("files")

    def _view(self, name: str) -> None:
        if self.selected is not None:
            self.app.main.select(self.selected)
            self.dismiss()
            self.app.main.action_view(name)

    def action_copy(self) -> None:
        """Copy what is asked for: the command, the diff."""
        view = self.view
        if view is not None and view.status.request is not None:
            self.app.copy(view.status.request.detail or view.status.request.title)

    def action_take_back(self) -> None:
        """Ask again about what was allowed for being alike."""
        view = self.view
        if view is not None:
            count = self.app.main.standing.take_back(view.status.id)
            told = f"{view.status.name} asks again about everything."
            self.app.say(told if count else f"{view.status.name} has no such leave.")
            self.detail.rewrite()
