"""Static files, compressed for browsers that take them so: once when the process starts, in a folder that goes with it.

WhiteNoise serves a compressed file that stands next to the plain one. Ours are read from the package, which may not be written
to, so the compressed ones stand apart.
"""

import gzip
import hashlib
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile

COMPRESSED = frozenset({".css", ".js", ".svg"})
SMALLEST = 500  # bytes; what is smaller fits into one packet as it is


class CompressingStatics(WhiteNoiseMiddleware):  # type: ignore[misc] # it has no types
    """WhiteNoise, with compressed files from a folder of this process."""

    def get_static_file(self, path: str, url: str, stat_cache: Any = None) -> Any:
        """The plain file, and its compressed form where that is worth it."""
        found = super().get_static_file(path, url, stat_cache)
        plain = Path(path)
        if plain.suffix not in COMPRESSED or plain.stat().st_size < SMALLEST:
            return found
        headers = [(key, value) for key, value in found.alternatives[-1][2] if key not in _MADE]
        return StaticFile(path, headers, encodings={"gzip": _compressed(plain, plain.stat().st_mtime_ns)})


# Headers that WhiteNoise makes from the files themselves.
_MADE = frozenset({"Content-Length", "Content-Encoding", "ETag", "Last-Modified", "Vary"})


@cache
def _folder() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="dure-static-")


@cache
def _compressed(path: Path, changed: int) -> str:
    """The compressed file; made again where the plain one has changed."""
    name = hashlib.sha256(f"{path} {changed}".encode()).hexdigest()
    made = Path(_folder().name) / f"{name}.gz"
    made.write_bytes(gzip.compress(path.read_bytes(), mtime=0))
    return str(made)
