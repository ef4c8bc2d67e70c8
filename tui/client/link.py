"""A pane's way to one agent: its screen, its events, input, scrollback. Survives reconnects and new hosts."""

from __future__ import annotations

import asyncio
from typing import Final, Protocol

from tui.client.contact import AgentContact
from tui.client.events import OnEvents
from tui.client.screens import OnFrame
from tui.core.errors import HostUnreachable
from tui.protocol.messages import Focus, Key, Mouse, Paste, Resize
from tui.protocol.screen import History

PASTE_PIECE: Final = 64 * 1024
"""Characters of one piece of a long paste."""


class Subscription(Protocol):
    """What a watcher holds, and closes when it looks no more."""

    def close(self) -> None:
        """Watch no more."""
        ...

    def set_fps(self, fps: int) -> None:
        """Change how many frames a second are wanted at most."""
        ...

    @property
    def up_to_date(self) -> bool:
        """Everything that the disk holds was handed over."""
        ...


class AgentLink:
    """A pane's way to an agent; survives reconnects and new hosts."""

    def __init__(self, contact: AgentContact) -> None:
        self._contact = contact
        self.id = contact.id

    def watch_screen(self, on_frame: OnFrame, *, fps: int = 60) -> Subscription:
        """Give frames to a callback, the first one complete: from disk at once, then live.

        Without a host it stays the last frame from disk.
        """
        return self._contact.watchers.screen(on_frame, fps)

    def watch_events(self, on_events: OnEvents) -> Subscription:
        """Give events to a callback in order: the log so far in batches, then live ones, ephemeral ones included."""
        return self._contact.watchers.events(on_events)

    def send(self, message: Key | Paste | Mouse | Focus | Resize) -> None:
        """Send input; never blocks. Without a host it goes nowhere, but size and focus are kept for the next."""
        if isinstance(message, Paste) and len(message.text) > PASTE_PIECE:
            for piece in _pieces(message):
                self._contact.send(piece)
        else:
            self._contact.send(message)

    def look(self, in_focus: bool) -> None:
        """Say whether the user looks at the agent right now: then its host tells nobody of it."""
        self._contact.watchers.look(in_focus)

    async def history(self, first: int, count: int, *, plain: bool = False) -> History:
        """Return part of the scrollback; as text, with the places of prompts, if `plain`.

        Raises:
            HostUnreachable: There is no live host; the scrollback ended with the last one.
        """
        if self._contact.connection is None:
            raise HostUnreachable(f"{self._contact.view.name} has no live host, so no scrollback.")
        return await self._contact.connection.history(first, count, plain=plain)

    async def text(self) -> list[str]:
        """Return the screen as text; of an agent without a host as it was last.

        Raises:
            HostUnreachable: The host does not answer.
        """
        if self._contact.connection is not None:
            return await self._contact.connection.text()
        return await asyncio.to_thread(self._contact.last_text)


def _pieces(paste: Paste) -> list[Paste]:
    whole = paste.text.replace("\r\n", "\n")  # a cut between the two would make two line ends of one
    texts = [whole[at : at + PASTE_PIECE] for at in range(0, len(whole), PASTE_PIECE)]
    last = len(texts) - 1
    return [
        Paste(text, first=paste.first and n == 0, last=paste.last and n == last)
        for n, text in enumerate(texts)
    ]
