"""Print the JSON Schema (2020-12) of a stage's file, or of a file in a programme's folder."""

import argparse
import json

import msgspec

from dure.formats.errors import BadInput
from dure.formats.folder.schemas import FILES
from dure.formats.stages import DECISIONS, stage_format

PROGRAMME = "programme"
PARTS = ("facts", "recommendation", "rules")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `dure schema`."""
    stages = (*DECISIONS, PROGRAMME)
    parser.add_argument("stage", choices=stages, metavar="STAGE", help=", ".join(stages))
    files = f"{', '.join(PARTS)} of a stage (default: facts); {', '.join(FILES)} of a programme (default: {PROGRAMME})"
    parser.add_argument("part", nargs="?", default="", metavar="FILE", help=files)


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0."""
    schema = msgspec.json.schema(_kind(arguments.stage, arguments.part))
    print(json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}, ensure_ascii=False, indent=2))
    return 0


def _kind(stage: str, part: str) -> type[msgspec.Struct]:
    files = tuple(FILES) if stage == PROGRAMME else PARTS
    chosen = part or (PROGRAMME if stage == PROGRAMME else "facts")
    if chosen not in files:
        raise BadInput(f"{chosen!r} is no file of {stage}.", where="FILE", todo=f"Files: {', '.join(files)}.")
    if stage == PROGRAMME:
        return FILES[chosen]
    kind: type[msgspec.Struct] = getattr(stage_format(stage), chosen)
    return kind
