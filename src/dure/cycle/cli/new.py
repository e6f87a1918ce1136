"""Begin a programme of your own: a folder with the files of another programme, each to be replaced by yours."""

import argparse
import re
import shutil
from pathlib import Path

from dure.cycle.deciding import open_book
from dure.cycle.playing.checking import check_folder
from dure.formats.errors import BadInput
from dure.rules.book import DEFAULT
from dure.rules.folder import Folder, copy_programme
from dure.rules.manifest import HEAD, programmes

_ID = re.compile(r"^id:.*$", re.MULTILINE)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `dure new`."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="the folder to make; its name becomes the programme's id")
    parser.add_argument(
        "--from", dest="template", default=DEFAULT.name, metavar="TEMPLATE",
        help=f"programme to take over: one that comes with dure, or a folder (default: {DEFAULT.name})",
    )  # fmt: skip


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0; nothing is left where it is refused."""
    folder: Path = arguments.folder
    if folder.exists():
        raise BadInput("is there already.", where=str(folder), todo="Give the name of a folder that is not there.")
    source = programmes().get(arguments.template, Path(arguments.template))
    head = (open_book(source).folder / HEAD).read_text(encoding="utf-8")
    try:
        folder.mkdir(parents=True)
        (folder / HEAD).write_text(_ID.sub(lambda _line: f"id: {folder.name}", head, count=1), encoding="utf-8")
        copy_programme(source, folder)
        book = open_book(folder)
        check_folder(Folder(folder), book)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    print(f"{folder}: {book.programme}, {len(book.rules)} rules as in {source.name}")
    print(f"next: write its head, vocabulary, calendar and values, then `dure rules check {folder}`")
    return 0
