"""A disk that is full, said in one sentence: by this machine, by PostgreSQL, or by one of its programs."""

import errno
import re
from pathlib import Path

from dure.formats.errors import BadInput

SAID = "No space left on device"
DISK_FULL = "53100"  # PostgreSQL's own number for it
_NAMED = re.compile(r'(?:file|directory) "([^"]+)"')
ADVICE = "Make room there, and run the command again."


def full_disk(said: BaseException | str, folder: Path | None = None) -> BadInput | None:
    """The full disk behind that error, or behind what a program said, and the folder where it is known; nothing for others."""
    text = said if isinstance(said, str) else _of_a_full_disk(said)
    if SAID not in text:
        return None
    if folder is None and isinstance(said, OSError):
        folder = Path(str(said.filename or Path.cwd() / "x")).absolute().parent
    if folder is not None:
        return BadInput("the disk is full.", where=str(folder), todo=ADVICE)
    named = _NAMED.search(text)
    what = f" (it was writing {named[1]} in its data folder)" if named else ""
    return BadInput(f"the disk on which PostgreSQL keeps its data is full{what}.", todo=ADVICE)


def _of_a_full_disk(error: BaseException) -> str:
    """Whoever wraps an error says it again as its cause."""
    seen: BaseException | None = error
    while seen is not None:
        if (isinstance(seen, OSError) and seen.errno == errno.ENOSPC) or getattr(seen, "sqlstate", None) == DISK_FULL:
            return f"{seen} {SAID}"
        if SAID in str(seen):
            return str(seen)
        seen = seen.__cause__
    return ""
