"""How slow, how large and how many may requests be? The numbers of the front, in one place."""

from dataclasses import dataclass
from typing import Any

HEADER_SECONDS = 10.0  # until the headers have arrived, and until an idle connection is closed
DRAIN_SECONDS = 45.0  # after SIGTERM, for what is under way; then workers are killed


@dataclass(frozen=True)
class Limits:
    """Seconds, bytes, and counts of one worker process."""

    patience: float = 20.0  # seconds that any body or answer may take
    slowest: int = 10_000  # bytes a second that a client must do on average after that
    idle: float = 15.0  # seconds without a byte
    largest: int = 32 * 1024 * 1024  # bytes of a body
    in_memory: int = 1024 * 1024  # bytes of one body or answer; what is longer waits in a temporary file
    threads: int = 4  # requests that are worked on at once
    waiting: int = 200  # requests that have arrived and wait for a thread
    arriving: int = 1000  # requests whose bodies are on their way

    def seconds(self, size: int) -> float:
        """How long a body or an answer of that many bytes may take."""
        return self.patience + size / self.slowest


@dataclass(frozen=True)
class Lane:
    """Requests that are worked on apart from the pages, so that neither waits for the other.

    Its requests: those whose path begins with one of `paths` or ends with one of `endings`, or whose query has one of `queries`
    in it, and whose method is one of `methods`; where none are named, any is. `nice`: how far its threads step back from the
    others where processors are short, as the operating system counts it (19: most); only where threads have priorities.
    """

    name: str
    paths: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()
    queries: tuple[bytes, ...] = ()
    methods: tuple[str, ...] = ()
    threads: int = 1
    waiting: int = 200  # requests that have arrived and wait for a thread
    nice: int = 0

    def takes(self, scope: dict[str, Any]) -> bool:
        """Whether that request, an ASGI scope, belongs here."""
        path, query = scope["path"], scope["query_string"]
        named = path.startswith(self.paths) or path.endswith(self.endings) or any(each in query for each in self.queries)
        anything = not (self.paths or self.endings or self.queries)
        return (anything or named) and (not self.methods or scope["method"] in self.methods)
