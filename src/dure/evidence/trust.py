"""What an outsider knows beforehand and does not take from the export: published keys, and heads that witnesses hold."""

import json
from pathlib import Path
from typing import Annotated, Any

from msgspec import Meta

from dure.formats.errors import BadInput
from dure.formats.kinds import Part
from dure.formats.reading import as_struct, read_json


class Trust(Part, frozen=True, kw_only=True):
    """Public keys and digests as they were published: on paper, on a site, in a witness's file. Empty: taken from the export."""

    installation: Annotated[tuple[str, ...], Meta(description="public keys of the installation, old ones too")] = ()
    witnesses: Annotated[dict[str, str], Meta(description="public keys of witnesses, by name")] = {}
    rule_books: Annotated[tuple[str, ...], Meta(description="SHA-256 of the part `rules` of each published rule book")] = ()
    heads: Annotated[
        tuple[dict[str, str], ...],
        Meta(description="heads that witnesses hold: `statement` and `signature` of the installation, `receipt` of the witness"),
    ] = ()


def read_trust(path: Path | None, witnessed: tuple[Path, ...] = ()) -> Trust:
    """The file of what is known, with the logs of witnesses, each of JSON lines."""
    known = as_struct(read_json(path), Trust, where=str(path)) if path else Trust()
    heads = [*known.heads]
    for log in witnessed:
        heads += [_seen(line, log, number) for number, line in enumerate(log.read_bytes().splitlines(), start=1)]
    return Trust(installation=known.installation, witnesses=known.witnesses, rule_books=known.rule_books, heads=tuple(heads))


def _seen(line: bytes, log: Path, number: int) -> dict[str, Any]:
    try:
        seen = json.loads(line)
        return {name: str(seen[name]) for name in ("statement", "signature", "receipt", "receipt_signature")}
    except (ValueError, KeyError, TypeError) as error:
        raise BadInput("is no line of a witness's log.", where=f"{log}:{number}", todo="Ask the witness for its log.") from error
