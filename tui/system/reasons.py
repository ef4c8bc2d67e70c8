"""Why the operating system refused, in words for the user."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Final

_WORDS: Final = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EROFS: "the file system is read-only",
    errno.EACCES: "no permission",
    errno.EPERM: "no permission",
    errno.ENOENT: "it does not exist",
    errno.ENOTDIR: "it is not a folder",
    errno.EISDIR: "it is a folder",
    errno.EEXIST: "something else is in its place",
    errno.ELOOP: "it is a symbolic link",
    errno.EMFILE: "too many files are open",
    errno.ENFILE: "too many files are open",
    errno.ENAMETOOLONG: "the name is too long",
    errno.EIO: "the disk reports an error",
    errno.EFBIG: "the file may not grow any further",
    errno.ENOEXEC: "it is not a program this machine can run",
    errno.E2BIG: "the arguments are too long",
    errno.EAGAIN: "too many processes are running",
    errno.ENOMEM: "there is not enough memory",
    errno.ETXTBSY: "it is being written at this moment",
}


def reason(error: OSError) -> str:
    """Return why, without a full stop: `the disk is full`."""
    known = _WORDS.get(error.errno or 0)
    if known:
        return known
    return (error.strerror or str(error) or type(error).__name__).lower()


def shown(path: str | os.PathLike[str]) -> str:
    """Return a path as people read it: the home folder as `~`, other control characters escaped."""
    text = os.fspath(path)
    home = str(Path.home())
    if home != "/" and (text == home or text.startswith(home + "/")):
        text = "~" + text[len(home) :]
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)
