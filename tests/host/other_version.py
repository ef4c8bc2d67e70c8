"""A host as another version of the program has it: `python -m tests.host.other_version AGENT_DIR`, see `SPEAKS`."""

from __future__ import annotations

import os
import sys

from tui.host.__main__ import main
from tui.protocol import messages

SPEAKS = "AGENT_TUI_TEST_SPEAKS"
"""Environment variable: the protocol that it speaks."""

if __name__ == "__main__":
    messages.PROTOCOL = int(os.environ[SPEAKS])  # type: ignore[misc]  # that is what makes it another version
    sys.exit(main())
