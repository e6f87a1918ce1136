"""One byte sequence per value (RFC 8785 for the values that dure allows), and its SHA-256."""

import hashlib
import json
from typing import Any

import msgspec


def canonical_bytes(value: Any) -> bytes:
    """RFC 8785 canonical JSON of plain JSON values without floats.

    Keys above the basic multilingual plane would sort differently under RFC 8785 (UTF-16 units)
    than here (code points); reading refuses them, so the two orders agree.
    """
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8")


def digest(value: Any) -> str:
    """SHA-256 of the canonical form, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical_bytes(value)).hexdigest()


def plain(value: Any) -> Any:
    """A struct as plain JSON values, as they would be read back: dates and instants as text, tuples as lists."""
    return _listed(msgspec.to_builtins(value, str_keys=True))


def _listed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _listed(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_listed(item) for item in value]
    return value


def pretty(value: Any) -> str:
    """The form that people read: sorted keys, two spaces, a newline at the end."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
