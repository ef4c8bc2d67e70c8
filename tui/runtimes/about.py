"""What is known of a CLI besides how to run it: what each mode tells, the version seen to work, how it is signed in."""

from __future__ import annotations

import msgspec

from tui.core.usage import UsageSource


class Tells(msgspec.Struct, frozen=True, kw_only=True):
    """What agent-tui learns of an agent in one mode, and from where. All for people, on one line."""

    state: str
    """Where its state and its conversation come from, the strongest source first."""
    tokens: str = ""
    """Where its token counts come from; empty: nobody tells them."""
    money: UsageSource = UsageSource.NONE
    """Reported by the CLI, or computed from its tokens and a price list."""
    silent: str = ""
    """What cannot be told."""


class SignIn(msgspec.Struct, frozen=True, kw_only=True):
    """What shows that a CLI was signed in. Only whether these are there is looked at, never what is in them."""

    variables: tuple[str, ...] = ()
    """Environment variables, any of which does."""
    files: tuple[str, ...] = ()
    """Files that a sign-in leaves, with `~` and `$VARIABLE`; of a path whose variable is not set nothing is known."""
    mend: str = ""
    """What a user does to sign in."""
