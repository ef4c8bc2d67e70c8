"""Keymaps to choose from: `[dashboard] keymap`. What `[keys]` says lies over them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tui.core.settings import Keymap

VIM: Final[Mapping[str, str]] = {
    "go.type": "i,enter",
    "agent.interrupt": "I",
    "go.left": "h,ctrl+left",
    "go.right": "l,ctrl+right",
    "go.above": "ctrl+k,ctrl+up",
    "go.below": "ctrl+j,ctrl+down",
    "go.first": "home,circumflex_accent",
    "go.last": "G,end,dollar_sign",
    "look.older": "ctrl+u,pageup",
    "look.newer": "ctrl+d,pagedown",
    "look.log": "ctrl+o",
    "list.hide": "comma",
    "look.race": "semicolon",
}
"""`i` is insert: type into the agent. `h j k l` go, so the log and hiding have other keys."""

KEYMAPS: Final[Mapping[Keymap, Mapping[str, str]]] = {Keymap.DEFAULT: {}, Keymap.VIM: VIM}
