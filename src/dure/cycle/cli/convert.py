"""Write facts or a recommendation in the other form: one JSON file, or a folder with Parquet tables."""

import argparse
from pathlib import Path

from dure.evidence.checking import read_facts
from dure.formats.reading import as_struct
from dure.formats.stages import DECISIONS, stage_format
from dure.formats.tables import is_folder, read_whole, refuse_folder, write_whole


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `dure convert`."""
    parser.add_argument("stage", choices=DECISIONS, metavar="STAGE", help=", ".join(DECISIONS))
    parser.add_argument("part", choices=("facts", "recommendation"))
    parser.add_argument("source", type=Path, metavar="FROM", help="a JSON file, or a folder of PART.json and tables")
    parser.add_argument("target", metavar="TO", help="a JSON file, or a folder: one that exists, or a name that ends with /")


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0. Only what can be read as what it claims to be is written; its digest stays the same."""
    stage, part, target = arguments.stage, arguments.part, arguments.target
    if is_folder(target):
        refuse_folder(target, stage, part)
    raw = read_whole(arguments.source, stage, part)
    if part == "facts":
        read_facts(stage, raw, where=str(arguments.source))
    else:
        as_struct(raw, stage_format(stage).recommendation, where=str(arguments.source))
    write_whole(target, raw, stage, part)
    return 0
