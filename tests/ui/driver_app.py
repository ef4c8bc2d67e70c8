"""A small app on our driver: prints each key and paste as a line to a file, beats ten times a second."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from textual import events
from textual.screen import Screen
from textual.widgets import Static

from tui.ui.terminal_app import TerminalApp


class DriverApp(TerminalApp[None]):
    def get_default_screen(self) -> Screen[None]:
        return Screen()

    def compose(self):
        yield Static("", id="clock")

    def on_mount(self) -> None:
        self.log_file = Path(sys.argv[1]).open("a", buffering=1)  # noqa: SIM115 - for as long as the app runs
        self.set_interval(0.05, self.beat)
        self.set_title("(1) a title")
        self.call_after_refresh(self.write, "ready")

    def write(self, line: str) -> None:
        print(line, file=self.log_file)

    def beat(self) -> None:
        self.write(f"beat {time.monotonic()}")
        self.query_one("#clock", Static).update(f"{time.monotonic()} " * 400)

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key) and not event.is_forwarded:
            self.write(f"key {event.key} {event.character!r}")
            if event.key == "Q":
                self.write("bye")
                self.exit()
        elif isinstance(event, events.Paste) and not event.is_forwarded:
            self.write(f"paste {event.text!r}")
        else:
            await super().on_event(event)


if __name__ == "__main__":
    app = DriverApp()
    app.run()
    sys.exit(app.return_code or 0)
