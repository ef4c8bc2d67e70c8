"""Who looks at an agent, and what its host therefore has to push."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tui.client.events import EventWatch, OnEvents
from tui.client.screens import OnFrame, ScreenWatch
from tui.protocol.messages import ClientMessage, Events, Focus, Resize, Subscribe
from tui.protocol.screen import Frame


class Watchers:
    """All watchers of one agent, over every connection to its hosts.

    Args:
        folder: The agent's folder.
        send: Sends to the live host; does nothing without one.
    """

    def __init__(self, folder: Path, send: Callable[[ClientMessage], None]) -> None:
        self._folder = folder
        self._send = send
        self._screens: set[ScreenWatch] = set()
        self._events: set[EventWatch] = set()
        self._size: Resize | None = None
        self._focus: Focus | None = None
        self._in_focus = False

    def screen(self, on_frame: OnFrame, fps: int) -> ScreenWatch:
        """Show the screen to a watcher until it is closed."""
        watch = ScreenWatch(self._folder, on_frame, fps, changed=self._subscribe, closed=self._screen_closed)
        self._screens.add(watch)
        if len(self._screens) > 1:
            # Frames hold what changed; a further watcher needs a whole one to begin with.
            self._send(Subscribe(self._events_after(), screen=False))
        self._subscribe()
        return watch

    def events(self, on_events: OnEvents) -> EventWatch:
        """Tell the events to a watcher until it is closed."""
        watch = EventWatch(
            self._folder, on_events, loaded=lambda _: self._subscribe(), closed=self._events_closed
        )
        self._events.add(watch)
        return watch

    def remember(self, message: ClientMessage) -> None:
        """Keep what a next host must be told, too."""
        if isinstance(message, Resize):
            self._size = message
        elif isinstance(message, Focus):
            self._focus = message

    def look(self, in_focus: bool) -> None:
        """The user looks at the agent right now, or no more."""
        if in_focus != self._in_focus:
            self._in_focus = in_focus
            self._subscribe()

    def push(self, message: Frame | Events) -> None:
        """Hand on what the host pushed."""
        if isinstance(message, Frame):
            for screen in tuple(self._screens):
                screen.push(message)
        else:
            for watch in tuple(self._events):
                watch.push(message.events)

    def connected(self) -> None:
        """There is a live host: tell it what is wanted."""
        if self._screens:
            for remembered in (self._size, self._focus):
                if remembered is not None:
                    self._send(remembered)
        self._subscribe()

    def disconnected(self) -> None:
        """The host is gone: what it wrote last is on disk."""
        for watch in tuple(self._events):
            watch.catch_up()
        for screen in tuple(self._screens):
            screen.reread()

    def close(self) -> None:
        """Close all watchers."""
        for screen in tuple(self._screens):
            screen.close()
        for events in tuple(self._events):
            events.close()

    def _screen_closed(self, watch: ScreenWatch) -> None:
        self._screens.discard(watch)
        if not self._screens:
            self._size = self._focus = None
        self._subscribe()

    def _events_closed(self, watch: EventWatch) -> None:
        self._events.discard(watch)
        self._subscribe()

    def _subscribe(self) -> None:
        fps = max((watch.fps for watch in self._screens), default=1)
        self._send(
            Subscribe(self._events_after(), screen=bool(self._screens), fps=fps, in_focus=self._in_focus)
        )

    def _events_after(self) -> int | None:
        """Return from where on the host shall push: what the slowest watcher that has read the file still lacks."""
        read = [watch.last_seq for watch in self._events if not watch.loading]
        return min(read) if read else None
