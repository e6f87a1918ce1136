"""Print the JSON Schema (2020-12) of a stage's file."""

import argparse
import json

import msgspec

from dure.formats.stages import DECISIONS, stage_format


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `dure schema`."""
    parser.add_argument("stage", choices=DECISIONS, metavar="STAGE", help=", ".join(DECISIONS))
    parser.add_argument("part", nargs="?", choices=("facts", "recommendation", "rules"), default="facts")


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0."""
    kind = getattr(stage_format(arguments.stage), arguments.part)
    schema = msgspec.json.schema(kind)
    print(json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}, ensure_ascii=False, indent=2))
    return 0
